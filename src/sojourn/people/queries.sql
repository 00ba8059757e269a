-- ------------------------------------------------------------------------------------------------ audiences

-- name: audiences
-- All audiences, or the one with this name, each with its attributes as one object: name -> type.
select a.*,
  coalesce((select jsonb_object_agg(t.name, t.type) from attribute t where t.audience = a.name), '{}') as attributes
from audience a
where %(name)s::text is null or a.name = %(name)s
order by a.name

-- name: change_audience
-- What an audience is called and points at; everything it has is given, changed or not.
update audience
set label = %(label)s, email_attribute = %(email_attribute)s, phone_attribute = %(phone_attribute)s,
    zone_attribute = %(zone_attribute)s
where name = %(name)s

-- name: declare_attributes
-- Two declarations at once agree on the first, so each asks afterwards what there is.
insert into attribute (audience, name, type)
select %(audience)s, t.key, t.value from jsonb_each_text(%(attributes)s) t
on conflict (audience, name) do nothing

-- name: count_people
-- A fan-out read: how many people an audience has, over all shards.
select count(*) as people from person where audience = %(audience)s

-- ------------------------------------------------------------------------------------------------ people

-- name: merge_people
-- One shard's share of an import, or one person: made, changed where something differs, or left alone; whoever is new
-- or changed is touched. Keys and touches go in order, so that two merges never wait for each other in a circle.
-- `xmax = 0` tells rows that were inserted from rows that were updated. For `where false` see the query `touch`.
with given as (
  select g.key, g.value as attributes from jsonb_each(%(people)s) g
), merged as (
  insert into person as p (shard, audience, key, attributes, created_at, changed_at)
  select %(shard)s, %(audience)s, key, attributes, %(now)s, %(now)s from given order by key
  on conflict (shard, audience, key) do update
    set attributes = (p.attributes - %(removed)s::text[]) || excluded.attributes, changed_at = excluded.changed_at
    where p.attributes is distinct from (p.attributes - %(removed)s::text[]) || excluded.attributes
  returning p.id, p.xmax = 0 as made
), marked as (
  insert into touched (shard, person, event)
  select %(shard)s, id, '' from merged order by id
  on conflict (shard, person, event) do update set event = excluded.event where false
)
select count(*) filter (where made) as accepted, count(*) filter (where not made) as updated, min(id) as id from merged

-- name: touch
-- Marks people to be looked at. A mark that is there already is locked, not skipped: else a worker could take it and
-- look before what the caller wrote is committed, and nobody would look again.
insert into touched (shard, person, event)
select %(shard)s, t.person, %(event)s from unnest(%(people)s::bigint[]) t(person) order by t.person
on conflict (shard, person, event) do update set event = excluded.event where false

-- name: hint
-- Tells the workers that wait which shards have something to look at, when this transaction commits.
select pg_notify('sojourn', t.shard::text) from unnest(%(shards)s::smallint[]) t(shard)

-- name: person
-- One person by reference.
select * from person where shard = %(shard)s and id = %(id)s

-- name: delete_person
-- The fact that somebody is gone (A4). The owner of the shard hears of it by the touch, ends their participations, and
-- erases what other tables tell of them.
with gone as (
  delete from person where shard = %(shard)s and id = %(id)s returning id
), marked as (
  insert into touched (shard, person, event)
  select %(shard)s, id, '' from gone
  on conflict (shard, person, event) do update set event = excluded.event where false
)
select id from gone

-- name: people_by_id
-- Which of these ids of a shard are people.
select id from person where shard = %(shard)s and id = any(%(ids)s)

-- name: people_by_key
-- The people of a shard and an audience with these keys.
select * from person where shard = %(shard)s and audience = %(audience)s and key = any(%(keys)s)

-- name: search_people
-- A fan-out read: a page of an audience's people, in the order of their references. Every word of the search must begin
-- the key or an attribute's text, which is what follows `": "` in JSON: the whole person is read as one line of text,
-- for that is several times as fast as looking at attribute after attribute.
select * from person
where audience = %(audience)s and (shard, id) > (%(after_shard)s::smallint, %(after_id)s::bigint)
  and lower('": ' || to_json(key)::text || attributes::text) like all(%(patterns)s::text[])
order by shard, id
limit %(limit)s

-- ------------------------------------------------------------------------------------------------ imports

-- name: start_import
-- Progress is shown from its first moment on.
insert into people_import (audience, source, started_at, started_by)
values (%(audience)s, %(source)s, %(now)s, %(who)s)
returning *

-- name: count_batch
-- Part of the transaction that wrote the batch: what is counted is written, and the other way round.
update people_import
set rows = rows + %(rows)s, accepted = accepted + %(accepted)s, updated = updated + %(updated)s,
    unchanged = unchanged + %(unchanged)s, rejected = rejected + %(rejected)s
where id = %(import)s
returning *

-- name: keep_rejected
-- Each row that was not accepted, so that it can be put right and imported again.
insert into rejected_row (import, row, reason, content)
select %(import)s, r.row, r.reason, r.content
from jsonb_to_recordset(%(rejected)s) r(row bigint, reason text, content jsonb)

-- name: finish_import
-- An import without `finished_at` is running, or was killed; everything it counted is there.
update people_import set finished_at = %(now)s, failure = %(failure)s where id = %(import)s returning *

-- name: import
-- One import and its counts.
select * from people_import where id = %(import)s

-- name: imports
-- The newest first, running or finished.
select * from people_import order by id desc limit %(limit)s

-- name: rejected_rows
-- A page of an import's rejected rows.
select row, reason, content from rejected_row
where import = %(import)s and row > %(after)s
order by row
limit %(limit)s

-- ------------------------------------------------------------------------------------------------ contact points

-- name: consents
-- What has been set for one address; what is not listed was never set.
select * from consent where channel = %(channel)s and address = %(address)s order by purpose

-- name: set_consent
-- The newest statement of the address's owner holds.
insert into consent (channel, address, purpose, state, source, changed_at)
values (%(channel)s, %(address)s, %(purpose)s, %(state)s, %(source)s, %(now)s)
on conflict (channel, address, purpose) do update
  set state = excluded.state, source = excluded.source, changed_at = excluded.changed_at
returning *

-- name: suppressions
-- A page of the addresses of a channel that nothing is sent to, or those of the one address.
select * from suppression
where channel = %(channel)s and address > %(after)s and (%(address)s::text is null or address = %(address)s)
order by address
limit %(limit)s

-- name: suppress
-- The first reason stays: a bounce does not hide a complaint.
insert into suppression (channel, address, reason, since)
values (%(channel)s, %(address)s, %(reason)s, %(now)s)
on conflict (channel, address) do nothing

-- name: lift_suppression
-- Somebody decided that the address may be written to again.
delete from suppression where channel = %(channel)s and address = %(address)s returning address
