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

-- name: erase
-- People were deleted: that something happened stays counted, what it was like does not stay (A4).
update event set properties = '{}' where shard = %(shard)s and person = any(%(people)s) and properties <> '{}'

-- name: newest_of_name
-- What a preview shows of a trigger: the newest that happened to this person.
select properties from event
where shard = %(shard)s and person = %(person)s and name = %(name)s order by at desc, id limit 1

-- name: triggers
-- All triggers by name, or the one of this name.
select * from trigger where %(name)s::text is null or name = %(name)s order by name

-- name: ready_triggers
-- What events of these names have to be like; a draft asks nothing of anybody yet.
select name, declaration -> 'attributes' as attributes from trigger where name = any(%(names)s) and ready_at is not null

-- name: lock_trigger
-- From here on, until the transaction ends, no journey that uses it is published.
select from trigger where name = %(name)s for update

-- name: create_trigger
-- No row comes back when the name is taken.
insert into trigger (name, declaration, created_at) values (%(name)s, %(declaration)s, %(now)s)
on conflict do nothing returning name

-- name: change_trigger
-- What may be lost was judged before.
update trigger set declaration = %(declaration)s where name = %(name)s

-- name: make_trigger_ready
-- From here on journeys may use it, and events of its name are held to it.
update trigger set ready_at = %(now)s, ready_by = %(who)s where name = %(name)s and ready_at is null returning name

-- name: delete_trigger
-- Its events stay: they are facts.
delete from trigger where name = %(name)s

-- name: lock_partitions
-- One process at a time makes partitions; the others find them made.
select pg_advisory_xact_lock(hashtextextended('sojourn.events.partitions', 0))

-- name: has_partition
-- Whether a month has its partition. The catalogue is read, since to_regclass may remember what another process changed.
select exists (
  select from pg_inherits i join pg_class c on c.oid = i.inhrelid
  where i.inhparent = 'event'::regclass and c.relname = %(name)s
) as answer
