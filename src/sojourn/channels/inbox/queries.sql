-- name: keep
-- Keeps the messages of one shard; the delivery's key makes handing the same one over twice one message.
insert into inbox_message (shard, participant, step, channel, address, subject, body, html, link, at)
select %(shard)s, m.participant, m.step, %(channel)s, m.address, m.subject, m.body, m.html, m.link, m.at
from unnest(%(participants)s::bigint[], %(steps)s::int[], %(addresses)s::text[], %(subjects)s::text[],
            %(bodies)s::text[], %(htmls)s::text[], %(links)s::text[],
            %(ats)s::timestamptz[])
  as m (participant, step, address, subject, body, html, link, at)
on conflict do nothing

-- name: latest
-- Newest first, over all shards: a fan-out read, for people who look into the inbox. Pages follow the order's own key.
select shard, participant, step, channel, address, subject, at from inbox_message
where (%(address)s::text is null or address = %(address)s)
  and (%(at)s::timestamptz is null or (at, shard, participant, step) < (%(at)s, %(shard)s, %(participant)s, %(step)s))
order by at desc, shard desc, participant desc, step desc
limit %(limit)s

-- name: message
-- One message in whole.
select channel, address, subject, body, html, link, at from inbox_message
where shard = %(shard)s and participant = %(participant)s and step = %(step)s
