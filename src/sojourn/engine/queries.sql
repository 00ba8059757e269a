-- name: hold
-- Fencing: the owner's transaction keeps its lease from being taken until it ends, or finds it taken and stops. The
-- weakest of locks is enough, since taking asks for the strongest; renewing goes on beside it.
select 1 from lease where shard = %(shard)s and number = %(number)s for key share

-- name: greet
-- A worker says that it lives, and those are forgotten who long have not; by the database's own clock, for leases are
-- about processes, not about journeys.
with forgotten as (delete from worker where seen_at < clock_timestamp() - interval '1 day' and name <> %(worker)s)
insert into worker (name, seen_at) values (%(worker)s, clock_timestamp())
on conflict (name) do update set seen_at = clock_timestamp()

-- name: fair_share
-- How many shards each living worker may own.
select ceil(count(*)::numeric / greatest(1, (select count(*) from worker where seen_at > clock_timestamp() - %(patience)s::interval)))::int
       as share from lease

-- name: take_leases
-- Free shards, and those of a worker that has not renewed in time or that is this worker's own earlier life.
update lease set owner = %(worker)s, number = number + 1, expires_at = clock_timestamp() + %(length)s::interval
where shard in (select shard from lease
                where (expires_at < clock_timestamp() or owner = %(worker)s) and not shard = any(%(held)s)
                order by shard limit %(most)s for update skip locked)
returning shard, number

-- name: renew_leases
-- Also of shards in which a transaction of this worker is at work just now: a busy shard must not seem to be a dead one.
update lease set expires_at = clock_timestamp() + %(length)s::interval
where shard = any(%(held)s) and owner = %(worker)s

-- name: lost_leases
-- Which of the shards this worker believes to own belong to another by now.
select held.shard from unnest(%(held)s::smallint[], %(numbers)s::bigint[]) as held (shard, number)
join lease on lease.shard = held.shard and lease.number <> held.number

-- name: release_leases
-- So that another worker need not wait for the lease to end.
update lease set owner = null, expires_at = '-infinity'
where shard = any(%(shards)s) and owner = %(worker)s

-- name: farewell
-- A worker that stops in order is not counted any more.
delete from worker where name = %(worker)s

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
-- With an entry rate the first step is the start itself (J9).
with candidate as materialized (
  select person, trigger, at from ({candidates}) as considered
  where %(seen)s::bigint is not null or not exists (select from admission a where a.shard = %(shard)s and a.run = %(run)s)
),
judged as materialized (
  select candidate.person, candidate.trigger, case
      when not exists (select from person p where p.shard = %(shard)s and p.id = candidate.person) then 'person_deleted'
      when %(audience)s::text is not null and (
        select audience from person p where p.shard = %(shard)s and p.id = candidate.person
      ) is distinct from %(audience)s then 'audience_mismatch'
      when exists (
        select from segment_member m join entry_segment w on w.segment = m.segment
        where w.version = %(version)s and w.excluded and m.shard = %(shard)s and m.person = candidate.person
          and m.until is null) then 'excluded'
      when %(skip_inside)s and exists (
        select from participant p join run r on r.id = p.run join journey_version v on v.id = r.version
        where p.shard = %(shard)s and p.person = candidate.person and v.journey = %(journey)s and p.left_at is null)
        then 'still_inside'
      when %(once_each)s and exists (
        select from participant p join run r on r.id = p.run join journey_version v on v.id = r.version
        where p.shard = %(shard)s and p.person = candidate.person and v.journey = %(journey)s
          and coalesce(p.exit_reason not in ('excluded', 'entry_closed'), true)) then 'already_entered'
      when %(again_after)s::interval is not null and exists (
        select from participant p join run r on r.id = p.run join journey_version v on v.id = r.version
        where p.shard = %(shard)s and p.person = candidate.person and v.journey = %(journey)s
          and coalesce(p.exit_reason not in ('excluded', 'already_entered', 'entry_closed'), true)
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
  select %(shard)s, %(run)s, person, entry, trigger, %(now)s, case when reason is not null then %(now)s end, reason from judged
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

-- name: due_steps
-- The steps that somebody is due at, in reading order; one index probe per step that has anybody. While a version is paused
-- nobody is let in, and with frozen timers nobody moves (P5).
with recursive waiting as (
  (select step, due from visit where shard = %(shard)s and left_at is null order by step, due limit 1)
  union all
  select later.step, later.due from waiting, lateral (
    select step, due from visit where shard = %(shard)s and left_at is null and step > waiting.step order by step, due limit 1
  ) later
)
select step.id as step, step.kind, step.settings
from waiting join step on step.id = waiting.step
where waiting.due <= %(now)s and not exists (
  select from pause where pause.version = step.version and pause.resumed_at is null
    and (pause.timers = 'freeze' or step.kind = 'start'))
order by step.id

-- name: advance
-- Moves everybody who is due at one step of one shard: decides, closes the visits, opens the next ones, counts.
with due as materialized (
  select participant, person, run, entered_at, visit.due as due_at from visit
  where shard = %(shard)s and step = %(step)s and left_at is null and due <= %(now)s order by due limit %(batch)s
),
{effect}
decided as materialized ({outcome_query}),
kept as (
  update visit set due = decided.wake_at from decided
  where visit.shard = %(shard)s and visit.participant = decided.participant and visit.step = %(step)s
    and decided.outcome is null
  returning visit.due
),
closed as (
  update visit set left_at = %(now)s, cause = decided.cause,
                   outcome = case when not starts_with(decided.outcome, 'exit:') then decided.outcome end,
                   exit_reason = case when starts_with(decided.outcome, 'exit:') then substr(decided.outcome, 6) end
  from decided
  where visit.shard = %(shard)s and visit.participant = decided.participant and visit.step = %(step)s
    and decided.outcome is not null
  returning visit.participant, visit.person, visit.run, visit.outcome, visit.exit_reason
),
moved as (
  insert into visit (shard, participant, step, run, person, entered_at, due)
  select %(shard)s, closed.participant, route.next, closed.run, closed.person, %(now)s, %(now)s
  from closed join route on route.step = %(step)s and route.outcome = closed.outcome
  returning run, step
),
finished as (
  update participant set left_at = %(now)s, exit_reason = closed.exit_reason from closed
  where participant.shard = %(shard)s and participant.id = closed.participant
    and not exists (select from route where route.step = %(step)s and route.outcome = closed.outcome)
),
counted as (
  insert into counter (shard, run, step, flow, outcome, n)
  select %(shard)s, run, step, flow, outcome, count(*)
  from (select run, %(step)s as step, case when exit_reason is null then 'left' else 'exited' end as flow,
               coalesce(outcome, exit_reason) as outcome from closed
        union all select run, step, 'entered', '' from moved) as flows
  group by run, step, flow, outcome
  on conflict (shard, run, step, flow, outcome) do update set n = counter.n + excluded.n
)
select (select count(*) from due) as due,
       (select count(*) from closed) + (select count(*) from kept where due > %(now)s) as moved

-- name: wake
-- Events happened to people: their open visits at steps that listen to such an event are looked at again. The start listens
-- to whom it lets in, and whoever waits there has a slot.
update visit set due = %(now)s
from unnest(%(people)s::bigint[], %(events)s::text[]) as happened (person, event)
join listener on listener.event = happened.event
join step on step.id = listener.step and step.kind <> 'start'
where visit.shard = %(shard)s and visit.person = happened.person and visit.step = listener.step and visit.left_at is null

-- name: backlogs
-- What this shard has to hand over again.
select version, starts_at, spacing, first from backlog where shard = %(shard)s order by version

-- name: release
-- Messages that a pause held back get their times: evenly spread, or all at once. Whom a trigger would have started
-- meanwhile is looked at again: also who did it just before the pause, and was looked at only in it.
with waiting as (
  select participant, step, row_number() over (order by participant, step) - 1 as place from delivery
  where shard = %(shard)s and state = 'queued' and run in (select id from run where version = %(version)s)
    and step in (select id from step where version = %(version)s)
),
released as (
  update delivery
  set not_before = greatest(nullif(not_before, 'infinity'), %(starts_at)s::timestamptz
                                                            + (%(first)s + waiting.place) * %(spacing)s::interval)
  from waiting
  where delivery.shard = %(shard)s and delivery.participant = waiting.participant and delivery.step = waiting.step
),
started as (
  insert into touched (shard, person, event)
  select distinct %(shard)s::smallint, e.person, e.name
  from step s join listener l on l.step = s.id join run r on r.version = s.version
  join event e on e.shard = %(shard)s and e.name = l.event and e.at >= r.starts_at and not e.automated
  where s.version = %(version)s and s.kind = 'start' and not exists (
    select from participant p
    where p.shard = %(shard)s and p.run = r.id and p.person = e.person and p.trigger = e.id)
  order by e.person, e.name
  on conflict (shard, person, event) do update set event = excluded.event where false
)
delete from backlog where shard = %(shard)s and version = %(version)s

-- name: last_entry
-- Whoever joins a segment from here on has a greater entry.
select last_value as entry from segment_entry

-- name: wake_joined
-- People joined segments since that entry: their visits at steps that wait for it are looked at again.
update visit set due = %(now)s
from listener l join segment_member m
  on m.shard = %(shard)s and m.segment = substr(l.event, length('segment.joined:') + 1)::int and m.entry > %(entry)s
where starts_with(l.event, 'segment.joined:') and m.until is null
  and visit.shard = %(shard)s and visit.person = m.person and visit.step = l.step and visit.left_at is null

-- name: tests_to_decide
-- A/B tests whose end and grace have passed; locked, so that one worker decides. A stopped journey needs no winner, and
-- one whose timers are frozen has time (P5).
select t.run, t.step, s.name, s.settings, v.journey, v.number, ending.at as ends_at
from ab_test t join step s on s.id = t.step join journey_version v on v.id = s.version
cross join lateral after_pauses(t.step, t.since, t.ends_at) ending
where t.winner is null and v.stopping_at is null and ending.at + (s.settings ->> 'grace')::interval <= %(now)s
  and not exists (select from pause where pause.version = v.id and pause.resumed_at is null and pause.timers = 'freeze')
order by t.run, t.step for update of t skip locked

-- name: next_test
-- When the next A/B test is to be decided.
select min(ending.at + (s.settings ->> 'grace')::interval) as at
from ab_test t join step s on s.id = t.step join journey_version v on v.id = s.version
cross join lateral after_pauses(t.step, t.since, t.ends_at) ending
where t.winner is null and v.stopping_at is null
  and not exists (select from pause where pause.version = v.id and pause.resumed_at is null and pause.timers = 'freeze')

-- name: message_tally
-- How many messages of one version were sent in a run, and how many people did with theirs in time what the test asks
-- for. A wide look, shard by shard, once for each test.
select coalesce(sum(told.people), 0)::bigint as people, coalesce(sum(told.sent), 0)::bigint as of
from lease l cross join lateral (
  select (select sum(c.n) from counter c
          where c.shard = l.shard and c.run = %(run)s and c.step = %(of)s and c.flow in ('sent', 'unknown')) as sent,
         (select count(distinct e.participant) from event e
          join delivery d on d.shard = l.shard and d.participant = e.participant and d.step = e.step
          where e.shard = l.shard and e.step = %(of)s and e.name = %(event)s and not e.automated and e.at <= %(ends_at)s
            and (%(link)s::text is null or e.link = %(link)s) and d.run = %(run)s and d.state in ('sent', 'unknown')
         ) as people
) told

-- name: goal_tally
-- How many people entered one version in a run, and how many of them did from then on, and in time, what the test asks
-- for. A wide look, shard by shard, once for each test.
select coalesce(sum(told.people), 0)::bigint as people, coalesce(sum(told.entered), 0)::bigint as of
from lease l cross join lateral (
  select (select sum(c.n) from counter c where c.shard = l.shard and c.run = %(run)s and c.step = %(step)s
            and c.flow = 'left' and c.outcome = %(version)s) as entered,
         (select count(*) from participant p
          join visit v on v.shard = l.shard and v.participant = p.id and v.step = %(step)s and v.outcome = %(version)s
          where p.shard = l.shard and p.run = %(run)s and exists (
            select from event e where e.shard = l.shard and e.person = v.person and e.name = %(goal)s
              and e.at between v.entered_at and %(ends_at)s and not e.automated)
         ) as people
) told

-- name: decide_test
-- Once: the outcome query of the step reads it in every shard.
update ab_test set winner = %(winner)s, decided_at = %(now)s, cause = %(cause)s
where run = %(run)s and step = %(step)s and winner is null

-- name: stopping_runs
-- Runs that were stopped and may still have people in this shard.
select r.id as run from run r join journey_version v on v.id = r.version
where v.stopping_at is not null and v.stopped_at is null
  and not exists (select from ended e where e.shard = %(shard)s and e.run = r.id)

-- name: inside_run
-- Everybody inside a stopped run.
select participant, null::jsonb as cause from visit
where shard = %(shard)s and left_at is null and run = %(run)s
  and step in (select s.id from step s join run r on r.version = s.version where r.id = %(run)s)

-- name: participations_of_people
-- Every participation of people who were deleted, over or not: a message may have come back after it was (A4).
select id as participant, null::jsonb as cause from participant where shard = %(shard)s and person = any(%(people)s)

-- name: leave
-- These participants leave where they are, with a reason and what decided it; messages not yet handed over are cancelled
-- (P6, A4, W15).
with leaving as materialized ({leaving}),
left_visit as (
  update visit set left_at = %(now)s, exit_reason = %(reason)s, cause = leaving.cause from leaving
  where visit.shard = %(shard)s and visit.participant = leaving.participant and visit.left_at is null
  returning visit.participant, visit.run, visit.step
),
left_journey as (
  update participant set left_at = %(now)s, exit_reason = %(reason)s from left_visit
  where participant.shard = %(shard)s and participant.id = left_visit.participant
),
cancelled as (
  update delivery set state = 'blocked', reason = %(reason)s, settled_at = %(now)s from leaving
  where delivery.shard = %(shard)s and delivery.participant = leaving.participant and delivery.state = 'queued'
  returning delivery.run, delivery.step
)
insert into counter (shard, run, step, flow, outcome, n)
select %(shard)s, run, step, flow, %(reason)s, count(*)
from (select run, step, 'exited' as flow from left_visit union all select run, step, 'blocked' from cancelled) as flows
group by run, step, flow
on conflict (shard, run, step, flow, outcome) do update set n = counter.n + excluded.n

-- name: mark_ended
-- This shard has ended a stopped run.
insert into ended (shard, run, at) values (%(shard)s, %(run)s, %(now)s)

-- name: erase
-- What is kept of them says nothing about them any more: what decided their visits, where messages went and what was
-- answered, and the messages of the inbox.
with decided as (
  update visit set cause = null where shard = %(shard)s and person = any(%(people)s) and cause is not null
),
kept as (
  delete from inbox_message using delivery
  where inbox_message.shard = %(shard)s and delivery.shard = %(shard)s and delivery.person = any(%(people)s)
    and inbox_message.participant = delivery.participant and inbox_message.step = delivery.step
)
update delivery set address = null, answer = null, provider_id = null
where shard = %(shard)s and person = any(%(people)s) and num_nonnulls(address, answer, provider_id) > 0

-- name: last_participant
-- Whoever enters from here on has a greater number.
select last_value - (not is_called)::int as number from participant_id

-- name: watches
-- What versions watch for, of that which one of these events or joining since that entry may have made true, and all of these
-- versions. Exits concern who is inside. A goal is counted as long as it can be reached, and a day more for what comes late.
select w.version, w.event, w.segment, w.reason, w.settings, start.id as start
from watch w
join journey_version v on v.id = w.version
join step start on start.version = v.id and start.kind = 'start'
where (w.event = any(%(events)s::text[]) or w.version = any(%(versions)s::int[])
       or exists (select from segment_member m
                  where m.shard = %(shard)s and m.segment = w.segment and m.entry > %(entry)s::bigint and m.until is null))
  and case when w.reason is not null then v.stopping_at is null and v.completed_at is null
           else coalesce(v.stopped_at, v.completed_at, 'infinity') + interval '1 day'
                + coalesce(w.settings ->> 'within', w.settings ->> 'afterwards')::interval > %(now)s end
order by w.version, w.number

-- name: people_joined
-- Who has become a member of a segment since that entry.
select person from segment_member where shard = %(shard)s and segment = %(segment)s and entry > %(entry)s and until is null

-- name: people_entered
-- Who has entered a version since that participant, or waits to be let in.
select p.person from participant p join run r on r.id = p.run and r.version = %(version)s
where p.shard = %(shard)s and p.id > %(newest)s and p.left_at is null

-- name: watched_events
-- Of these people, the participants to whom an event happened that their version watches for, and the first such event. The
-- goal counts for who was let in, from then on, and once; exits also concern who waits for that, and nobody who has left.
with asked as materialized (
  select p.id as participant, p.person, p.trigger, p.left_at, p.exit_reason,
         coalesce(case when %(of_goal)s then way_in.left_at end, started.at, p.entered_at) as since
  from participant p
  join run r on r.id = p.run and r.version = %(version)s
  left join visit way_in on way_in.shard = %(shard)s and way_in.participant = p.id and way_in.step = %(start)s
  left join event_id started on started.shard = %(shard)s and started.id = p.trigger
  where p.shard = %(shard)s and p.person = any(%(people)s)
    and case when %(counted)s then p.reached_at is null else p.left_at is null end
    and (not %(of_goal)s or way_in.participant is null or way_in.outcome is not null)
)
select asked.participant, found.at, jsonb_build_object('event', found.id, 'name', %(event)s::text, 'at', found.at) as cause
from asked
cross join lateral (
  select least(case when %(within)s::text is not null then instant_after(since, %(within)s::interval, %(zone)s)
                    else left_at + %(afterwards)s::interval end,
               case when exit_reason = 'exit_segment' then left_at end) as at
) until
cross join lateral (
  select e.id, e.at from event e
  where e.shard = %(shard)s and e.person = asked.person and e.name = %(event)s and e.at >= asked.since
    and e.at <= coalesce(until.at, 'infinity') and e.id is distinct from asked.trigger and not e.automated and {tests}
  order by e.at, e.id limit 1
) found

-- name: watched_members
-- Of these people, the participants inside a version who are members of a segment that it watches for.
select p.id as participant, m.since as at, jsonb_build_object('segment', %(name)s::text, 'since', m.since) as cause
from participant p
join run r on r.id = p.run and r.version = %(version)s
join segment_member m on m.shard = %(shard)s and m.segment = %(segment)s and m.person = p.person and m.until is null
where p.shard = %(shard)s and p.person = any(%(people)s) and p.left_at is null

-- name: reach
-- These participants have reached the goal of their version, which is counted at the start (W14).
with reached as (
  update participant set reached_at = found.at from ({found}) found
  where participant.shard = %(shard)s and participant.id = found.participant
  returning participant.run
)
insert into counter (shard, run, step, flow, outcome, n)
select %(shard)s, run, %(start)s, 'reached', '', count(*) from reached group by run
on conflict (shard, run, step, flow, outcome) do update set n = counter.n + excluded.n

-- name: finish_versions
-- A stopped version is Stopped when every shard has ended it; any other is Completed when nobody can enter any more, all
-- shards were admitted and nobody is inside (P7). A wide look that ends at the first shard, run or open visit that says no: for a
-- version with people inside it costs a few probes. What two workers see at once is written by one of them.
update journey_version v
set stopped_at = case when v.stopping_at is not null then %(now)s end,
    completed_at = case when v.stopping_at is null then %(now)s end
where v.published_at is not null and v.stopped_at is null and v.completed_at is null
  and (v.stopping_at is not null or v.entries_end is null or v.entries_end <= %(now)s)
  and coalesce((
    select false from run r cross join lease l
    where r.version = v.id and case when v.stopping_at is null
      then r.starts_at <= coalesce(v.entries_end, 'infinity')
           and not exists (select from admission a where a.shard = l.shard and a.run = r.id)
      else not exists (select from ended e where e.shard = l.shard and e.run = r.id) end
    limit 1), true)
  and coalesce((
    select false from (select array_agg(id) as ids from step where step.version = v.id) steps cross join lease l
    cross join lateral (
      select from visit where visit.shard = l.shard and visit.step = any(steps.ids) and visit.left_at is null limit 1
    ) inside
    limit 1), true)
returning v.id, v.journey, v.number, v.stopped_at is not null as stopped

-- name: complete_entries
-- Whoever can enter has, and nobody waits for their slot: the version is Completing, until the last of them has left (P1).
update journey_version v set completing_at = %(now)s
where v.published_at is not null and v.stopping_at is null and v.completing_at is null and v.completed_at is null
  and (v.entries_end is null or v.entries_end <= %(now)s)
  and coalesce((
    select false from run r cross join lease l
    where r.version = v.id and r.starts_at <= coalesce(v.entries_end, 'infinity')
      and not exists (select from admission a where a.shard = l.shard and a.run = r.id)
    limit 1), true)
  and coalesce((
    select false from step s cross join lease l
    cross join lateral (
      select from visit where visit.shard = l.shard and visit.step = s.id and visit.left_at is null limit 1
    ) waiting
    where s.version = v.id and s.kind = 'start'
    limit 1), true)
returning v.id, v.journey, v.number

-- name: record
-- What the engine does to a journey on its own; the history says so like every other change (P1).
insert into journey_change (journey, version, at, who, what) values (%(journey)s, %(number)s, %(now)s, 'Sojourn', %(what)s)

-- name: agenda
-- What the shards of a worker have to do, read once for all shards before sleeping: whether something waits to be looked
-- at, and when the next run or visit is due.
with live as materialized (
  select r.id as run, r.starts_at, v.stopping_at is not null as stopping, pause.id is not null as paused
  from journey_version v join run r on r.version = v.id
  left join pause on pause.version = v.id and pause.resumed_at is null
  where v.published_at is not null and v.stopped_at is null and v.completed_at is null
    and r.starts_at <= coalesce(v.entries_end, 'infinity')
),
frozen as materialized (
  select s.id as step from step s join pause on pause.version = s.version
  where pause.resumed_at is null and (pause.timers = 'freeze' or s.kind = 'start')
)
select shard,
  exists (select from touched t where t.shard = s.shard)
  or exists (select from backlog b where b.shard = s.shard)
  or exists (
    select from live where live.stopping
      and not exists (select from ended e where e.shard = s.shard and e.run = live.run)
  ) as pending,
  nullif(least(
    (select min(live.starts_at) from live
     where not live.stopping and not live.paused and not exists (select from admission a where a.shard = s.shard and a.run = live.run)),
    (with recursive waiting as (
       (select step, due from visit where visit.shard = s.shard and left_at is null order by step, due limit 1)
       union all
       select later.step, later.due from waiting, lateral (
         select step, due from visit where visit.shard = s.shard and left_at is null and step > waiting.step
         order by step, due limit 1
       ) later
     ) select min(due) from waiting where step not in (select step from frozen))
  ), 'infinity') as due
from unnest(%(shards)s::smallint[]) as s (shard)
