-- name: deliveries
-- To whom deliveries of a shard went, when, and by which address: what an interaction does not know by itself. A
-- person who was deleted has no more events (A4).
select d.participant, d.step, d.person, d.channel, d.address, d.handed_at
from delivery d
join unnest(%(participants)s::bigint[], %(steps)s::int[]) asked(participant, step) using (participant, step)
join person p on p.shard = d.shard and p.id = d.person
where d.shard = %(shard)s

-- name: links
-- The links of content versions that are ready, which never change: of one, or of the newest.
select id, compiled -> 'links' as links from content_version
where ready_at is not null and (%(version)s::int is null or id = %(version)s)
order by id desc limit %(limit)s

-- name: attributes
-- What the address of a link may be made of: the attributes of the person whose delivery it stands in.
select p.attributes from delivery d join person p on p.shard = d.shard and p.id = d.person
where d.shard = %(shard)s and d.participant = %(participant)s and d.step = %(step)s

-- name: signing_key
-- What this workspace's links are signed with.
select signing_key from workspace
