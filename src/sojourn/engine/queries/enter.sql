-- name: runs_to_admit
-- Runs whose time has come, and whose segments are known in this shard, with how their version lets people in. While a
-- version is paused its runs wait, here and below (P5). A version that took over from another one goes on where that left
-- off (P4), once that has begun; `seen` is null for the first of a journey.
select r.id as run, v.id as version, v.journey, r.starts_at, start.id as start, route.next as first, start.settings,
       (select max(a.seen) from journey_version w join run o on o.version = w.id
        join admission a on a.shard = %(shard)s and a.run = o.id
        where w.journey = v.journey and w.number < v.number) as seen
from run r
join journey_version v on v.id = r.version and v.stopping_at is null and v.published_at is not null
join step start on start.version = v.id and start.kind = 'start'
join route on route.step = start.id and route.outcome = 'entered'
where r.starts_at <= %(now)s and r.starts_at <= coalesce(v.entries_end, 'infinity')
  and not exists (select from admission a where a.shard = %(shard)s and a.run = r.id)
  and not exists (
    select from journey_version w join run o on o.version = w.id
    where w.journey = v.journey and w.number < v.number and w.stopping_at is null and w.completed_at is null
      and o.starts_at <= w.entries_end
      and not exists (select from admission a where a.shard = %(shard)s and a.run = o.id))
  and not exists (select from pause where pause.version = v.id and pause.resumed_at is null)
  and not exists (select from entry_segment w where w.version = v.id and not exists (
    select from segment_evaluation e where e.shard = %(shard)s and e.segment = w.segment))
order by r.id

-- name: runs_that_go_on
-- Runs that admit whoever joins later (J2), and whose segments somebody has joined since this shard last looked.
select r.id as run, v.id as version, v.journey, r.starts_at, start.id as start, route.next as first, start.settings, a.seen
from admission a
join run r on r.id = a.run
join journey_version v on v.id = r.version and v.stopping_at is null and v.entries_end > %(now)s
join step start on start.version = v.id and start.kind = 'start' and start.settings ->> 'frequency' = 'newly_added'
join route on route.step = start.id and route.outcome = 'entered'
where a.shard = %(shard)s and not exists (select from pause where pause.version = v.id and pause.resumed_at is null) and exists (
  select from entry_segment w join segment_member m
    on m.shard = %(shard)s and m.segment = w.segment and m.entry > a.seen
  where w.version = v.id and not w.excluded)
order by r.id

-- name: runs_started_by
-- Trigger-based versions that one of these events starts somebody in (J10). One that was taken over from still has those that
-- happened before (P4): `until`.
select r.id as run, v.id as version, v.journey, r.starts_at, start.id as start, route.next as first, start.settings,
       nullif(v.entries_end, 'infinity') as until
from listener l
join step start on start.id = l.step and start.kind = 'start'
join journey_version v on v.id = start.version and v.stopping_at is null and v.completed_at is null
join run r on r.version = v.id and r.starts_at <= %(now)s
join route on route.step = start.id and route.outcome = 'entered'
where l.event = any(%(events)s) and (v.entries_end > %(now)s or exists (
    select from journey_version w where w.journey = v.journey and w.number > v.number and w.entries_end > %(now)s))
  and not exists (select from pause where pause.version = v.id and pause.resumed_at is null)
order by r.id

-- name: events_happened
-- The earliest event of each person that was not considered yet; there may be more of them.
select distinct on (e.person) e.person, e.id as trigger, e.at from event e
where e.shard = %(shard)s and e.person = any(%(people)s) and e.name = %(trigger)s and e.at >= %(starts_at)s
  and (%(until)s::timestamptz is null or e.at < %(until)s)
  and not e.automated and {filter} and not exists (
    select from participant p join run r on r.id = p.run join journey_version v on v.id = r.version
    where p.shard = %(shard)s and p.person = e.person and p.trigger = e.id and v.journey = %(journey)s)
order by e.person, e.at, e.id

-- name: touch_heard_early
-- Clocks differ, so an event may be heard of a little before the moment that it is stamped with, and before its run
-- begins: whoever it happened to is looked at again when it does (J10).
insert into touched (shard, person, event)
select distinct %(shard)s::smallint, e.person, e.name from event e
where e.shard = %(shard)s and e.name = %(trigger)s and e.at >= %(starts_at)s and e.received_at < %(starts_at)s
order by e.person
on conflict (shard, person, event) do update set event = excluded.event where false

-- name: nobody
-- A trigger-based run begins with nobody.
select null::bigint as person, null::text as trigger, null::timestamptz as at where false

-- name: members_at_start
-- The members at the moment the run starts (J1). A segment that was first evaluated after that moment counts as it was
-- then. So does somebody whom the workers looked at only afterwards, if nothing happened to them since: who was imported
-- just before publishing must not be left out for ever.
with way_in as (
  select w.segment, greatest(%(starts_at)s, e.since) as moment
  from entry_segment w join segment_evaluation e on e.shard = %(shard)s and e.segment = w.segment
  where w.version = %(version)s and not w.excluded
)
select m.person, null::text as trigger, null::timestamptz as at from segment_member m join way_in on way_in.segment = m.segment
where m.shard = %(shard)s and m.since <= way_in.moment and (m.until is null or m.until > way_in.moment)
union
select m.person, null::text as trigger, null::timestamptz as at from segment_member m join way_in on way_in.segment = m.segment
where m.shard = %(shard)s and m.since > way_in.moment and m.until is null
  and (select changed_at from person p where p.shard = %(shard)s and p.id = m.person) <= way_in.moment
  and (select true from event e where e.shard = %(shard)s and e.person = m.person and e.received_at > way_in.moment limit 1)
      is null

-- name: members_now
-- The members as they are, of a run that goes on admitting: its first look.
select distinct m.person, null::text as trigger, null::timestamptz as at from segment_member m join entry_segment w on w.segment = m.segment
where w.version = %(version)s and not w.excluded and m.shard = %(shard)s and m.until is null

-- name: members_joined
-- Who has joined since the last look, having been in none of the entry segments just before (J6): who goes from one to
-- another in one look has left nothing. A version that took over has not looked before: of a segment that is new in it,
-- whoever was there at its publication does not enter.
select distinct m.person, null::text as trigger, null::timestamptz as at from segment_member m join entry_segment w on w.segment = m.segment
where w.version = %(version)s and not w.excluded and m.shard = %(shard)s and m.entry > %(seen)s
  and (m.entry > %(new_from)s or exists (
    select from entry_segment o where o.version = %(predecessor)s and o.segment = m.segment and not o.excluded))
  and not exists (
    select from segment_member o join entry_segment v on v.segment = o.segment
    where v.version = %(version)s and not v.excluded and o.shard = %(shard)s and o.person = m.person
      and o.since < m.since and (o.until is null or o.until >= m.since))
  and exists (
    select from segment_member o join entry_segment v on v.segment = o.segment
    where v.version = %(version)s and not v.excluded and o.shard = %(shard)s and o.person = m.person and o.until is null)

-- name: admit
-- Everybody who is considered, in one statement: who enters stands at the first step, who does not has a reason (J11).
-- With an entry rate the first step is the start itself (J9): there they stand in line in the order of their numbers.
with candidate as materialized (
  select person, trigger, at from ({candidates}) as considered
  where %(seen)s::bigint is not null or not exists (select from admission a where a.shard = %(shard)s and a.run = %(run)s)
),
judged as materialized (
  select candidate.person, candidate.trigger, candidate.at, case
      when not exists (select from person p where p.shard = %(shard)s and p.id = candidate.person) then 'person_deleted'
      when %(audience)s::text is not null and (
        select audience from person p where p.shard = %(shard)s and p.id = candidate.person
      ) is distinct from %(audience)s then 'audience_mismatch'
      when exists (
        select from segment_member m join entry_segment w on w.segment = m.segment
        where w.version = %(version)s and w.excluded and m.shard = %(shard)s and m.person = candidate.person
          and m.until is null) then 'excluded'
      when share_of(%(shard)s || '-' || candidate.person || ':' || %(salt)s) * 100 < %(hold_out)s::numeric then 'held_out'
      when %(skip_inside)s and exists (
        select from participant p join run r on r.id = p.run join journey_version v on v.id = r.version
        where p.shard = %(shard)s and p.person = candidate.person and v.journey = %(journey)s and p.left_at is null)
        then 'still_inside'
      when %(once_each)s and exists (
        select from participant p join run r on r.id = p.run join journey_version v on v.id = r.version
        where p.shard = %(shard)s and p.person = candidate.person and v.journey = %(journey)s
          and coalesce(p.exit_reason not in ('excluded', 'held_out', 'entry_closed'), true)) then 'already_entered'
      when %(again_after)s::interval is not null and exists (
        select from participant p join run r on r.id = p.run join journey_version v on v.id = r.version
        where p.shard = %(shard)s and p.person = candidate.person and v.journey = %(journey)s
          and coalesce(p.exit_reason not in ('excluded', 'held_out', 'already_entered', 'entry_closed'), true)
          and instant_after(coalesce((
            select coalesce(v.left_at, %(now)s) from visit v join step s on s.id = v.step and s.kind = 'start'
            where v.shard = %(shard)s and v.participant = p.id), p.entered_at), %(again_after)s::interval, %(zone)s) > candidate.at) then 'already_entered'
    end as reason,
    1 + coalesce((select max(p.entry) from participant p
                  where p.shard = %(shard)s and p.run = %(run)s and p.person = candidate.person), 0) as entry
  from candidate
),
considered as (
  insert into participant (shard, run, person, entry, trigger, entered_at, left_at, exit_reason)
  select %(shard)s, %(run)s, person, entry, trigger, %(now)s, case when reason is not null then %(now)s end, reason
  from judged order by at, person
  returning id, person, exit_reason
),
opened as (
  insert into visit (shard, participant, step, run, person, entered_at, due, left_at, exit_reason)
  select %(shard)s, id, case when exit_reason is null then %(first)s::int else %(start)s end, %(run)s, person, %(now)s, %(now)s,
         case when exit_reason is not null then %(now)s end, exit_reason
  from considered
),
counted as (
  insert into counter (shard, run, step, flow, outcome, n)
  select %(shard)s, %(run)s, step, flow, outcome, sum(n)
  from (select exit_reason, count(*) as n from considered group by exit_reason) as by_reason,
       lateral (values (%(start)s::int, 'entered', '', true),
                       (%(start)s, 'left', 'entered', exit_reason is null and %(first)s <> %(start)s),
                       (%(start)s, 'exited', exit_reason, exit_reason is not null),
                       (%(first)s, 'entered', '', exit_reason is null and %(first)s <> %(start)s)) as flow (step, flow, outcome, counts)
  where flow.counts
  group by step, flow, outcome
  on conflict (shard, run, step, flow, outcome) do update set n = counter.n + excluded.n
),
admitted as (
  insert into admission (shard, run, at, seen) select %(shard)s, %(run)s, %(now)s, last_value from segment_entry
  on conflict (shard, run) do update set seen = excluded.seen
)
select count(*) as considered from considered

-- name: sizes_are_unknown
-- Whether the planner still takes these tables for empty: then it moves many people in quadratic time.
select coalesce(min(reltuples), -1) < 1000 as answer from pg_class
where oid in ('visit'::regclass, 'participant'::regclass)

-- name: measure
-- What autovacuum would do within a minute, in the middle of a first big start.
analyze participant, visit

-- name: runs_to_follow
-- Repeating versions whose newest run has begun: the next one is to be made. One worker makes it.
select v.id as version, v.journey, v.number, r.number as run_number, r.starts_at, start.settings,
       exists (select from pause where pause.version = v.id and pause.resumed_at >= r.starts_at) as was_paused
from journey_version v
join lateral (select number, starts_at from run where version = v.id order by number desc limit 1) r on true
join step start on start.version = v.id and start.kind = 'start'
where v.published_at is not null and v.stopping_at is null and v.completing_at is null and v.completed_at is null
  and v.entries_end is not null and start.settings ->> 'frequency' = 'repeating' and r.starts_at <= %(now)s
  and not exists (select from pause where pause.version = v.id and pause.resumed_at is null)
for update of v skip locked

-- name: add_run
-- The next occurrence.
insert into run (version, number, starts_at) values (%(version)s, %(number)s, %(starts_at)s) on conflict do nothing

-- name: close_entries
-- The last occurrence has its run: the version is over when that one is.
update journey_version set entries_end = null where id = %(version)s
