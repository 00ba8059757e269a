-- name: keep
-- Keeps the messages of one shard; the delivery's key makes handing the same one over twice one message.
insert into inbox_message (shard, participant, step, channel, address, subject, body, html, link, headers, at)
select %(shard)s, m.participant, m.step, %(channel)s, m.address, m.subject, m.body, m.html, m.link, m.headers, m.at
from unnest(%(participants)s::bigint[], %(steps)s::int[], %(addresses)s::text[], %(subjects)s::text[],
            %(bodies)s::text[], %(htmls)s::text[], %(links)s::text[],
            %(headers)s::jsonb[], %(ats)s::timestamptz[])
  as m (participant, step, address, subject, body, html, link, headers, at)
on conflict do nothing

-- name: latest
-- Newest first, over all shards: a fan-out read, for people who look into the inbox. Pages follow the order's own key.
select shard, participant, step, channel, address, subject, left(body, 120) as beginning, at from inbox_message
where (%(address)s::text is null or address = %(address)s)
  and (%(channel)s::text is null or channel = %(channel)s)
  and (strpos(lower(address), lower(%(search)s)) > 0 or strpos(lower(coalesce(subject, body)), lower(%(search)s)) > 0)
  and (%(at)s::timestamptz is null or (at, shard, participant, step) < (%(at)s, %(shard)s, %(participant)s, %(step)s))
order by at desc, shard desc, participant desc, step desc
limit %(limit)s

-- name: message
-- One message in whole.
select channel, address, subject, body, left(body, 120) as beginning, html, link, headers, at from inbox_message
where shard = %(shard)s and participant = %(participant)s and step = %(step)s

-- name: origin
-- Who the message is for, and the step of the journey that sent it; nothing of a test, which no step sent.
select p.id as person, p.key, j.slug, j.name as journey, s.name as step
from participant a
join person p on p.shard = a.shard and p.id = a.person
join step s on s.id = %(step)s
join journey_version v on v.id = s.version
join journey j on j.id = v.journey
where a.shard = %(shard)s and a.id = %(participant)s
