-- ------------------------------------------------------------------------------------------------ the scratch tables

-- name: alone
-- A rehearsal takes what the machine has: one at a time in a database. The lock ends with the connection at the latest.
select pg_try_advisory_lock(hashtextextended('sojourn.rehearsal', 0)) as alone

-- name: done
-- A connection takes its time to end.
select pg_advisory_unlock_all()

-- name: room
-- Scratch tables live in the memory of their connection, as far as there is room.
select set_config('temp_buffers', '256MB', false), set_config('work_mem', '64MB', false), set_config('jit', 'off', false)

-- name: home
-- The schema of the real tables, which stay reachable by their whole name.
select relnamespace::regnamespace::text as schema from pg_class where oid = 'participant'::regclass

-- name: table
-- Stands before the real table of its name, for this connection only, and ends with it.
create temp table {table} (like {real}.{table} including all)

-- name: negative
-- What a rehearsal numbers is negative, so that nothing of it is ever taken for something real.
alter table {table} alter column {column} set minvalue -2000000000 restart with -2000000000

-- name: numbered
-- Which columns of the scratch tables number themselves.
select a.attrelid::regclass::text as table, a.attname as column from pg_attribute a join pg_class c on c.oid = a.attrelid
where c.relnamespace = pg_my_temp_schema() and a.attidentity <> '' order by 1, 2

-- name: events
-- Events are the real ones, and those of the rehearsal as far as they have happened by its clock. What a step writes
-- goes to the latter. Messages that events are about are those of both, too.
create temp sequence participant_id as bigint minvalue -4000000000000000000 start -4000000000000000000;
alter table participant alter column id set default nextval('pg_temp.participant_id');
create index on event_default (at);
create temp view event as
  select * from {real}.event
  union all
  select * from event_default where at <= current_setting('sojourn.now')::timestamptz;
alter view event alter column properties set default '{{}}';
alter view event alter column automated set default false;
create function pg_temp.keep_event() returns trigger language plpgsql as
  $$ begin insert into event_default values (new.*); return new; end $$;
create trigger event_kept instead of insert on event for each row execute function pg_temp.keep_event();
create temp view sent_content as
  select * from {real}.sent_content
  union all
  select d.shard, d.participant, d.step, c.name
  from delivery d join content_version v on v.id = d.content join content c on c.id = v.content

-- name: members
-- Membership of the segments that the version names, as far as the workers know it, for the rehearsal to go on with.
create temp sequence segment_entry;
select nextval('pg_temp.segment_entry');
create temp table segment_member (like {real}.segment_member including all);
alter table segment_member alter column entry set default nextval('pg_temp.segment_entry');
create temp table segment_evaluation (like {real}.segment_evaluation including all);
insert into segment_member (shard, segment, person, since)
  select m.shard, m.segment, m.person, m.since from {real}.segment_member m join segment s on s.id = m.segment
  where m.until is null and m.shard = any({shards});
insert into segment_evaluation
  select e.* from {real}.segment_evaluation e join segment s on s.id = e.segment where e.shard = any({shards})

-- name: people
-- Of a journey that changes people: a copy of all who may enter, to be changed instead. If people may join its segments,
-- that is the whole audience.
create temp table person (like {real}.person including all);
insert into person select p.* from {real}.person p
where p.shard = any({shards}) and ((p.shard, p.id) in (
  select m.shard, m.person from segment_member m join entry_segment w on w.segment = m.segment
  where not w.excluded and m.until is null
  union select shard, person from event_default)
or {everybody} and p.audience in (
  select s.audience from segment s join entry_segment w on w.segment = s.id))

-- name: starts
-- What is assumed to start people happens on whole steps of the clock, as everything that people do.
with happening as materialized (
  select shard, concat_ws(':', 'rehearsed', id) as id, person, properties, link,
         to_timestamp((floor(extract(epoch from at) / %(every)s::int) + 1) * %(every)s::int) as at
  from ({events}) as event where shard = any({shards})
),
kept as (
  insert into event_id (shard, id, at) select shard, id, at from happening
)
insert into event_default (shard, id, person, name, at, received_at, properties, link)
select shard, id, person, {trigger}, at, at, properties, link from happening

-- name: drawn_starts
-- The audience stands in a line of chance, from which one after the other starts, from the beginning again when it is
-- through; each somewhere in their part of the time. All stages draw the same line.
select shard, number::text as id, person, %(properties)s::jsonb as properties, null::text as link,
       %(now)s + make_interval(secs => %(span)s::float8 * (
         number + share_of(concat_ws(':', %(seed)s::int, 'start', number))::float8) / %(starts)s::int) as at
from (
  select shard, id as person, count(*) over () as people, row_number() over (
           order by share_of(concat_ws(':', %(seed)s::int, 'start', shard || '-' || id)), shard, id) - 1 as place
  from {real}.person where audience = %(audience)s
) as line cross join generate_series(place, %(starts)s::int - 1, people) as number

-- name: repeated_starts
-- What happened in this time happens again in the same time to come.
select shard, id, person, properties, link, at + make_interval(secs => %(span)s::float8) as at
from {real}.event
where name = {trigger} and at > %(now)s - make_interval(secs => %(span)s::float8) and at <= %(now)s and not automated

-- name: definitions
-- The draft, as if it had just been written, the segments it names with those that they ask about, and the shards of this
-- connection.
insert into journey overriding system value
  select * from {real}.journey where id = {journey};
insert into journey_version (id, journey, number, document) overriding system value
  select id, journey, number, document from {real}.journey_version where id = {version};
insert into segment overriding system value
  with recursive asked as (
    select * from {real}.segment where id = any({segments})
    union
    select s.* from asked join {real}.segment s on jsonb_path_exists(
      asked.condition, '$.** ? (@.member_of == $name || @.not_member_of == $name)', jsonb_build_object('name', s.name))
  )
  select * from asked;
insert into lease (shard) select unnest({shards})

-- name: stop_segments
-- Membership stays as it is now, and nobody asks again, but of those that live on.
update segment set stopped_at = coalesce(stopped_at, %(now)s) where name <> all(%(alive)s::text[])

-- name: guard
-- From here on PostgreSQL itself refuses every write to a real table.
set default_transaction_read_only = on

-- name: unknown_members
-- Segments of which some shard has not been asked yet.
select s.id from unnest(%(segments)s::int[]) as s (id)
where (select count(*) from segment_evaluation e where e.segment = s.id) < (select count(*) from lease)

-- name: tidy
-- Nobody else looks after scratch tables: as they grow, the planner is told, and what is dead is cleared away.
vacuum (analyze) participant, visit, delivery, event_default

-- ------------------------------------------------------------------------------------------------ its clock

-- name: show
-- The time by which events have happened. When people have acted, or are few, few are moved, many times over: then plans
-- may be kept. When time has passed for many, it may be everybody.
select set_config('sojourn.now', %(now)s::timestamptz::text, false),
       set_config('plan_cache_mode', case when %(few)s then 'auto' else 'force_custom_plan' end, false)

-- name: happened
-- Who did something since `before` for which they wait at a step, or which starts people, is watched for or asked about by a
-- segment: to be looked at, as after any event. For others it would change nothing.
with happened as materialized (
  select distinct e.shard, e.person, e.name from event_default e
  where e.at > %(before)s and e.at <= %(now)s and e.name = any(%(listened)s::text[])
)
insert into touched (shard, person, event)
select shard, person, name from happened
where exists (select from watch w where w.event = happened.name) or exists (
  select from segment s where s.stopped_at is null and jsonb_path_exists(
    s.condition, '$.** ? (@.did == $name || @.did_not == $name)', jsonb_build_object('name', happened.name))
) or exists (
  select from listener l join step s on s.id = l.step
  where l.event = happened.name and (s.kind = 'start' or exists (
    select from visit v where v.shard = happened.shard and v.person = happened.person and v.step = l.step
      and v.left_at is null)))
on conflict do nothing

-- name: let_in_together
-- With an entry rate a rehearsal would have to stop at every single slot.
update visit set due = %(now)s from step
where step.kind = 'start' and visit.shard = any(%(shards)s) and visit.step = step.id and visit.left_at is null
  and visit.entered_at < %(now)s and visit.due > %(now)s
  and visit.due < to_timestamp((floor(extract(epoch from %(now)s::timestamptz) / %(every)s::int) + 1) * %(every)s::int)
  and exists (
    select from visit v where v.shard = any(%(shards)s) and v.step = step.id and v.left_at is null
      and v.due = %(now)s and v.entered_at < %(now)s)

-- name: ahead
-- When the next thing happens that somebody waits for.
select at from event_default where at > %(now)s and name = any(%(listened)s::text[]) order by at limit 1

-- name: next_run
-- When the next run begins.
select min(r.starts_at) as at from run r join journey_version v on v.id = r.version
where r.starts_at > %(now)s and r.starts_at <= coalesce(v.entries_end, 'infinity')

-- name: ask_again
-- What has no row here is evaluated in whole.
delete from segment_evaluation
where shard = any(%(shards)s::smallint[]) and segment in (select id from segment where name = any(%(segments)s::text[]))

-- name: next_hour
-- When segments that time moves are asked again, while that may matter to somebody.
select date_trunc('hour', %(now)s::timestamptz, (select zone from workspace)) + interval '1 hour' as at
where exists (select from visit where left_at is null) or exists (
  select from run join journey_version v on v.id = run.version
  join step on step.version = v.id and step.kind = 'start' and step.settings ->> 'frequency' = 'newly_added'
  where v.entries_end > %(now)s
) or exists (
  select from listener l join step on step.id = l.step and step.kind = 'start'
  join event_default e on e.name = l.event and e.at > %(now)s)

-- name: entered_at
-- How large a crowd has come.
select count(*) as people from participant where entered_at = %(now)s

-- name: traits
-- What is looked after only where there is such a thing.
select exists (select from next_slot) as has_rate, exists (select from step where kind = 'ab_test') as has_tests,
       exists (select from watch) as is_watched,
       exists (select from step where kind = 'start' and settings ->> 'frequency' = 'newly_added') as goes_on,
       (select l.event from listener l join step s on s.id = l.step where s.kind = 'start') as trigger

-- name: touched_shards
-- Where something happened to somebody.
select distinct shard from touched order by shard

-- name: take_touched
-- Nobody else marks or takes anything here.
delete from touched returning shard, person, event

-- name: dues
-- When somebody is due next, by shard and step; one index probe for each.
select s.shard, waiting.step, waiting.due
from unnest(%(shards)s::smallint[]) as s (shard) cross join lateral (
  with recursive waiting as (
    (select step, due from visit where visit.shard = s.shard and left_at is null order by step, due limit 1)
    union all
    select later.step, later.due from waiting, lateral (
      select step, due from visit where visit.shard = s.shard and left_at is null and step > waiting.step
      order by step, due limit 1
    ) later
  ) select step, due from waiting where due < 'infinity'
) waiting order by s.shard, waiting.step

-- name: channels
-- The ways out that the journey uses.
select distinct settings ->> 'channel' as channel from step where settings ? 'channel'

-- name: listened
-- The events that a step waits for, the version watches for, or a segment asks about.
select event from listener union select event from watch where event is not null
union
select coalesce(test ->> 'did', test ->> 'did_not') from segment
cross join lateral jsonb_path_query(condition, '$.** ? (exists (@.did) || exists (@.did_not))') test
where stopped_at is null

-- name: instant_after
-- A duration on the wall clock of a zone.
select instant_after(%(start)s::timestamptz, %(duration)s::interval, %(zone)s) as at

-- ------------------------------------------------------------------------------------------------ what people do

-- name: engage
-- What people will do with messages that were just handed over. Each share and each delay is a hash of who, of what, and
-- of the seed. People act on whole steps of the clock, always after the message.
with sent as materialized (
  select d.shard, d.participant, d.step, d.person, d.handed_at, step.name, run.number, nullif(p.entry, 1) as again
  from unnest(%(shards)s::smallint[], %(participants)s::bigint[], %(steps)s::int[]) as asked (shard, participant, step)
  join delivery d on d.shard = asked.shard and d.participant = asked.participant and d.step = asked.step and d.state = 'sent'
  join participant p on p.shard = asked.shard and p.id = asked.participant
  join run on run.id = d.run
  join step on step.id = d.step
),
drawn as materialized (
  select sent.*, may.event, may.link, may.median, may.spread, chance.key
  from sent
  join jsonb_to_recordset(%(behaviours)s) as may (
    step int, event text, link text, share numeric, median float8, spread float8) on may.step = sent.step
  cross join lateral (select concat_ws(':', %(seed)s::int, sent.shard || '-' || sent.person, sent.number, sent.name,
                                       may.event, may.link, sent.again) as key) as chance
  where share_of(chance.key) < may.share
),
timed as (
  select drawn.*, handed_at + make_interval(secs => least(1e8, median * exp(
      spread * sqrt(-2 * ln(share_of(key || ':far')::float8 + 5e-7)) * cos(2 * pi() * share_of(key || ':near')::float8)
    ))) as at
  from drawn
)
insert into event_default (shard, id, person, name, at, received_at, participant, step, link)
select shard, concat_ws(':', 'rehearsed', participant, step, event, link), person, event, whole.at, whole.at,
       participant, step, link
from timed
cross join lateral (
  select to_timestamp((floor(extract(epoch from timed.at) / %(every)s::int) + 1) * %(every)s::int) as at) as whole

-- name: raise
-- The same for triggers, from the moment when a participant enters, or has their slot; `after` is the last one that was asked before.
with entered as materialized (
  select p.id as participant, p.person, coalesce(waits.due, p.entered_at) as entered_at, run.number,
         nullif(p.entry, 1) as again
  from participant p join run on run.id = p.run
  left join (visit waits join step on step.id = waits.step and step.kind = 'start')
    on waits.shard = %(shard)s and waits.participant = p.id
  where p.shard = %(shard)s and p.id > %(after)s and p.exit_reason is null
),
drawn as materialized (
  select entered.*, may.event, may.properties, may.median, may.spread, chance.key
  from entered
  cross join jsonb_to_recordset(%(behaviours)s) as may (
    event text, share numeric, median float8, spread float8, properties jsonb)
  cross join lateral (select concat_ws(':', %(seed)s::int, %(shard)s || '-' || entered.person, entered.number,
                                       may.event, entered.again) as key) as chance
  where share_of(chance.key) < may.share
),
timed as (
  select drawn.*, entered_at + make_interval(secs => least(1e8, median * exp(
      spread * sqrt(-2 * ln(share_of(key || ':far')::float8 + 5e-7)) * cos(2 * pi() * share_of(key || ':near')::float8)
    ))) as at
  from drawn
)
insert into event_default (shard, id, person, name, at, received_at, properties)
select %(shard)s, concat_ws(':', 'rehearsed', participant, event), person, event, whole.at, whole.at, properties
from timed
cross join lateral (
  select to_timestamp((floor(extract(epoch from timed.at) / %(every)s::int) + 1) * %(every)s::int) as at) as whole

-- name: newest_participant
-- Up to whom triggers were asked for.
select max(id) as id from participant where shard = %(shard)s

-- ------------------------------------------------------------------------------------------------ what was found

-- name: steps
-- In reading order.
select id, name, kind, settings from step order by position

-- name: flows
-- What the engine counted.
select step, flow, outcome, sum(n)::bigint as n from counter group by step, flow, outcome

-- name: interactions
-- What people did with messages until the end: unique by participant, total, and by machines, of which there are none.
select step, name, case when grouping(link) = 0 then link end as of_link, count(*) as total,
       count(distinct (shard, participant)) as people, 0 as automated
from event_default where step is not null and at <= %(now)s
group by grouping sets ((step, name), (step, name, link))
having grouping(link) = 1 or link is not null

-- name: entered
-- Who entered, who is inside, also those who wait for their slot, and when the last one left.
select count(*) filter (where not exists (
         select from visit v join step s on s.id = v.step
         where v.shard = participant.shard and v.participant = participant.id and s.kind = 'start' and v.left_at is null)
       ) as entered, count(*) filter (where left_at is null) as inside, max(left_at) as left_at
from participant where exit_reason is null or exists (
  select from visit v join step s on s.id = v.step
  where v.shard = participant.shard and v.participant = participant.id and s.kind <> 'start')

-- name: entries
-- People who entered, by hour: at their slot, or at once.
select date_trunc('hour', coalesce(waits.left_at, p.entered_at), 'UTC') as hour, count(*) as people
from participant p
left join (visit waits join step on step.id = waits.step and step.kind = 'start')
  on waits.shard = p.shard and waits.participant = p.id
where waits.participant is null or waits.outcome = 'entered' group by 1

-- name: hours
-- Messages handed over, by hour and channel.
select date_trunc('hour', handed_at, 'UTC') as hour, channel, count(*) as messages
from delivery where state = 'sent' group by 1, 2

-- name: per_person
-- How many people got how many messages, of those who entered.
select messages, count(*) as people from (
  select p.shard, p.person, count(d.participant) as messages
  from (select distinct shard, person from visit join step on step.id = visit.step where step.kind <> 'start') p
  left join delivery d on d.shard = p.shard and d.person = p.person and d.state = 'sent'
  group by p.shard, p.person
) as person group by messages

-- name: busiest
-- Who got most messages.
select d.shard, d.person, p.key, d.messages
from (
  select shard, person, count(*) as messages from delivery where state = 'sent'
  group by shard, person order by count(*) desc, shard, person limit 10
) d left join person p on p.shard = d.shard and p.id = d.person
