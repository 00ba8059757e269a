-- name: append
-- Events of one shard: the first write of an id is the event (T6), and the people of new events are touched. Ids come
-- before touches and both in order, so that two appenders never wait for each other in a circle. For `where false` see
-- the query `touch` of people.
with given as (
  select * from jsonb_to_recordset(%(events)s) e(
    id text, person bigint, name text, at timestamptz, properties jsonb,
    participant bigint, step int, link text, automated boolean)
), first as (
  insert into event_id (shard, id, at)
  select %(shard)s, id, at from given order by id
  on conflict (shard, id) do nothing
  returning id
), written as (
  insert into event (shard, id, person, name, at, received_at, properties, participant, step, link, automated)
  select %(shard)s, id, person, name, at, %(now)s, properties, participant, step, link, automated
  from given join first using (id)
), marked as (
  insert into touched (shard, person, event)
  select distinct %(shard)s::smallint, person, name from given join first using (id) order by person, name
  on conflict (shard, person, event) do update set event = excluded.event where false
)
select %(shard)s::smallint as shard, count(*) as accepted from first

-- name: take_touched
-- A bounded bite of what a shard has to look at. What an uncommitted transaction marks is left for the next bite: it is
-- not to be seen yet, and waiting for it would hold up the others.
with taken as (
  select person, event from touched where shard = %(shard)s
  order by person, event limit %(limit)s
  for update skip locked
)
delete from touched t using taken
where t.shard = %(shard)s and t.person = taken.person and t.event = taken.event
returning t.person, t.event

-- name: deliveries
-- Which of these deliveries of a shard exist, and to whom they went.
select d.participant, d.step, d.person
from delivery d
join unnest(%(participants)s::bigint[], %(steps)s::int[]) asked(participant, step) using (participant, step)
where d.shard = %(shard)s

-- name: newest_events
-- A person's newest events.
select * from event where shard = %(shard)s and person = %(person)s order by at desc, id limit %(limit)s

-- name: lock_partitions
-- One process at a time makes partitions; the others find them made.
select pg_advisory_xact_lock(hashtextextended('sojourn.events.partitions', 0))

-- name: has_partition
-- Whether a month has its partition. The catalogue is read, since to_regclass may remember what another process changed.
select exists (
  select from pg_inherits i join pg_class c on c.oid = i.inhrelid
  where i.inhparent = 'event'::regclass and c.relname = %(name)s
) as answer
