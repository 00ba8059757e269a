-- name: create
-- A journey begins with its first draft.
with made as (
  insert into journey (slug, name, created_at) values (%(slug)s, %(name)s, %(now)s) on conflict do nothing returning id
)
insert into journey_version (journey, number, document) select id, 1, %(document)s from made returning journey

-- name: change_draft
-- Only a version that was not published, and that nobody changed since it had this revision, if one is given; the
-- journey's name follows its document.
with changed as (
  update journey_version v set document = %(document)s, revision = revision + 1 from journey j
  where j.slug = %(slug)s and j.deleted_at is null and v.journey = j.id and v.published_at is null
    and v.revision = coalesce(%(revision)s::int, v.revision) returning v.journey
)
update journey set name = %(name)s from changed where journey.id = changed.journey returning journey.id

-- name: versions
-- One version of each journey, with what its state is read from; of the one with this slug, or else this name. It is the
-- newest one that was published, or else the draft; or the one with this number (P4).
select j.id as journey, j.slug, j.name, j.created_at, v.id as version, v.number, v.document, v.revision,
       v.published_at, pause.paused_at, pause.timers, v.completing_at, v.stopping_at, v.stopped_at, v.completed_at,
       (select d.number from journey_version d where d.journey = j.id and d.published_at is null) as draft
from journey j
join lateral (
  select * from journey_version
  where journey = j.id and (%(number)s::int is null or number = %(number)s)
  order by published_at is null, number desc limit 1
) v on true
left join pause on pause.version = v.id and pause.resumed_at is null
where j.deleted_at is null and (%(known_as)s::text is null or j.slug = %(known_as)s or j.name = %(known_as)s)
order by j.slug is not distinct from %(known_as)s desc, j.created_at desc, j.id desc

-- name: numbers
-- The versions of a journey, oldest first.
select number from journey_version where journey = %(journey)s order by number

-- name: add_version
-- The next version begins as a copy of the newest one that was published; one at a time (P4). Revisions are counted on, so
-- that an editor of the draft that was published does not take this one for its own.
insert into journey_version (journey, number, revision, document)
select %(journey)s, max(number) + 1, max(revision) + 1, (select document from journey_version where id = %(version)s)
from journey_version
where journey = %(journey)s having bool_and(published_at is not null)
on conflict do nothing

-- name: delete_version
-- A draft beside versions that were published.
delete from journey_version
where journey = %(journey)s and number = %(number)s and published_at is null
  and exists (select from journey_version v where v.journey = %(journey)s and v.published_at is not null)

-- name: predecessor
-- Which version a draft takes over from, with the way in that the workers know, and the newest of all joinings.
select v.id, v.number, start.settings, (select last_value from segment_entry) as entry
from journey_version v join step start on start.version = v.id and start.kind = 'start'
where v.journey = %(journey)s and v.published_at is not null order by v.number desc limit 1

-- name: end_entries
-- From here on newcomers get the next version; people inside finish this one (P4).
update journey_version set entries_end = least(entries_end, %(now)s), completing_at = %(now)s
where id = %(version)s

-- name: lock_journey
-- Publishing, stopping, and making versions happen one after the other.
select id from journey where id = %(journey)s for update

-- name: keep_segments
-- The segments that are found live stay as they are until the journey that names them is published.
select from segment where name = any(%(names)s) order by name for share

-- name: keep_contents
-- The same for the contents that are sent: nobody deletes one meanwhile.
select from content where name = any(%(names)s) order by name for share

-- name: keep_triggers
-- The same for the triggers that are found Ready to use: nobody changes or deletes one meanwhile.
select from trigger where name = any(%(names)s) order by name for share

-- name: trigger_facts
-- What the checks have to know of the triggers that a journey names.
select name, declaration ->> 'audience' as audience, declaration -> 'attributes' as attributes,
       ready_at is not null as ready
from trigger where name = any(%(names)s)

-- name: workspace_zone
-- The zone of journeys that name none (J7).
select zone from workspace

-- name: segment_facts
-- What the checks have to know of the segments that a journey names.
select name, id, audience, live_at is not null and stopped_at is null as live from segment where name = any(%(names)s)

-- name: attributes
-- What the checks have to know of the audience.
select name, type from attribute where audience = %(audience)s

-- name: zone_attribute
-- Where the time zone of a person stands, if anywhere.
select zone_attribute from audience where name = %(audience)s

-- name: content_facts
-- What the checks have to know of each content: its newest version that is Ready to send, and the links in it.
select c.name, c.kind, c.audience, v.id as version, v.document, v.document ->> 'purpose' as purpose,
       v.compiled -> 'links' as links
from content c left join lateral (
  select id, document, compiled from content_version where content = c.id and ready_at is not null order by number desc limit 1
) v on true
where c.name = any(%(names)s)

-- name: entry_opens
-- When the hours of an entry rate come first, from the start on.
select window_opens(%(start)s::timestamptz, %(zone)s, %(weekdays)s::int[], %(opens)s::time, %(closes)s::time) as at

-- name: add_step
-- A published version, flattened; settings follow once every step has its number.
insert into step (version, name, kind, position, settings) values (%(version)s, %(name)s, %(kind)s, %(position)s, '{}')
returning id

-- name: freeze_settings
-- What the step's outcome query reads, for ever.
update step set settings = %(settings)s where id = %(step)s

-- name: add_route
-- Where an outcome leads.
insert into route (step, outcome, next) values (%(step)s, %(outcome)s, %(next)s)

-- name: add_listener
-- Which events wake the visits of a step.
insert into listener (event, step) values (%(event)s, %(step)s)

-- name: open_slots
-- With an entry rate people take slots (J9); a version that takes over goes on where the one before is.
insert into next_slot (journey) select journey from journey_version where id = %(version)s on conflict do nothing

-- name: add_watch
-- What a version watches for wherever its participants are.
insert into watch (version, number, event, segment, reason, settings)
values (%(version)s, %(number)s, %(event)s, %(segment)s, %(reason)s, %(settings)s)

-- name: add_run
-- The admission that the workers will make when its time has come.
insert into run (version, number, starts_at) values (%(version)s, 1, %(starts_at)s)

-- name: add_entry_segment
-- Whose members enter, and whose do not.
insert into entry_segment (version, segment, excluded) values (%(version)s, %(segment)s, %(excluded)s) on conflict do nothing

-- name: mark_published
-- From here on the database refuses every change of the version.
update journey_version set published_at = %(now)s, entries_end = %(entries_end)s::timestamptz where id = %(version)s

-- name: mark_stopping
-- Nobody enters and nothing is handed over from here on; the workers end whoever is inside.
update journey_version set stopping_at = %(now)s
where journey = %(journey)s and published_at is not null and stopping_at is null and completed_at is null

-- name: pause
-- From here on nobody enters and nothing is handed over; with `freeze` nobody moves either (P5).
insert into pause (version, paused_at, timers)
select id, %(now)s, %(timers)s from journey_version
where journey = %(journey)s and published_at is not null and stopping_at is null and completed_at is null
on conflict do nothing

-- name: resume
-- What waits to be handed over goes on when the workers have seen to it: see add_backlog.
update pause set resumed_at = greatest(%(now)s, paused_at) from journey_version v
where v.id = pause.version and v.journey = %(journey)s and pause.resumed_at is null
  and v.stopping_at is null and v.completed_at is null
returning v.id as version

-- name: add_backlog
-- Every shard looks at what it held back, also those in which nothing waits at this moment. The messages of all shards
-- are counted once, so that they can be spread evenly.
insert into backlog (shard, version, starts_at, spacing, first)
select lease.shard, version, %(now)s, %(spacing)s, coalesce(sum(waiting.n) over earlier, 0)
from unnest(%(versions)s::int[]) as version cross join lease
cross join lateral (
  select count(*) as n from delivery d join step s on s.id = d.step
  where d.shard = lease.shard and d.state = 'queued' and s.version = version
) waiting
window earlier as (order by version, lease.shard rows between unbounded preceding and 1 preceding)
on conflict (shard, version) do update
set starts_at = excluded.starts_at, spacing = excluded.spacing, first = excluded.first

-- name: record_change
-- Every change of state is recorded with who and when (P1).
insert into journey_change (journey, version, at, who, what) values (%(journey)s, %(number)s, %(now)s, %(who)s, %(what)s)

-- name: changes
-- The history of a journey, oldest first.
select version, at, who, what from journey_change where journey = %(journey)s order by id

-- name: delete_draft
-- What was never published leaves nothing behind.
delete from journey where slug = %(slug)s and deleted_at is null
  and not exists (select from journey_version v where v.journey = journey.id and v.published_at is not null)

-- name: put_away
-- Any journey that is not live can be deleted (P7). One that has run goes out of sight, and its name is free again.
update journey set deleted_at = %(now)s where slug = %(slug)s and deleted_at is null
  and not exists (select from journey_version v where v.journey = journey.id and v.published_at is not null
                    and v.stopped_at is null and v.completed_at is null)

-- name: users_of_segment
-- The live journeys that a segment cannot be taken away from (G4): they enter from it, are kept out or taken out
-- by it, a step waits for its members, or a branch asks about them.
select distinct j.name from journey j join journey_version v on v.journey = j.id, segment s
where s.name = %(segment)s and v.published_at is not null and v.stopped_at is null and v.completed_at is null
  and (exists (select from entry_segment w where w.version = v.id and w.segment = s.id)
       or exists (select from listener l join step on step.id = l.step
                  where step.version = v.id and l.event = 'segment.joined:' || s.id)
       or exists (select from step
                  where step.version = v.id and step.kind = 'branch' and step.settings -> 'segments' ? s.name))
order by j.name

-- name: users_of_trigger
-- The live journeys that a trigger cannot be taken away from (J10): something in them listens to it, watches for
-- it, or raises it.
select distinct j.name from journey j join journey_version v on v.journey = j.id
where v.published_at is not null and v.stopped_at is null and v.completed_at is null
  and (exists (select from watch w where w.version = v.id and w.event = %(trigger)s)
       or exists (select from step left join listener l on l.step = step.id
                  where step.version = v.id and (l.event = %(trigger)s
                    or (step.kind = 'raise' and step.settings ->> 'trigger' = %(trigger)s))))
order by j.name

-- name: wake_workers
-- A hint that saves waiting, never the truth.
select pg_notify('sojourn', '')
