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
-- Runs whose time has come, and whose segment is known in this shard; `first` is the step where people begin.
select r.id as run, r.starts_at, r.segment, start.id as start, route.next as first
from run r
join journey_version v on v.id = r.version and v.stopping_at is null and v.published_at is not null
join step start on start.version = v.id and start.kind = 'start'
join route on route.step = start.id and route.outcome = 'entered'
join segment_evaluation e on e.shard = %(shard)s and e.segment = r.segment
where r.starts_at <= %(now)s and not exists (select from admission a where a.shard = %(shard)s and a.run = r.id)
order by r.id

-- name: admit
-- Everybody who is a member at the moment the run starts, in one statement (J1). A segment that was first evaluated
-- after that moment counts as it was then. So does somebody whom the workers looked at only afterwards, if nothing
-- happened to them since: who was imported just before publishing must not be left out for ever.
with moment as (
  select greatest(%(starts_at)s, since) as at from segment_evaluation where shard = %(shard)s and segment = %(segment)s
),
candidate as (
  select m.person from segment_member m, moment
  where m.shard = %(shard)s and m.segment = %(segment)s and m.since <= moment.at and (m.until is null or m.until > moment.at)
  union
  select m.person from segment_member m, moment
  where m.shard = %(shard)s and m.segment = %(segment)s and m.since > moment.at and m.until is null
    and (select changed_at from person p where p.shard = %(shard)s and p.id = m.person) <= moment.at
    and (select true from event e where e.shard = %(shard)s and e.person = m.person and e.received_at > moment.at limit 1)
        is null
),
entered as (
  insert into participant (shard, run, person, entered_at)
  select %(shard)s, %(run)s, person, %(now)s from candidate on conflict do nothing returning id, person
),
opened as (
  insert into visit (shard, participant, step, run, person, entered_at, due)
  select %(shard)s, id, %(first)s, %(run)s, person, %(now)s, %(now)s from entered
),
counted as (
  insert into counter (shard, run, step, flow, outcome, n)
  select %(shard)s, %(run)s, flow.step, flow.name, flow.outcome, flow.n
  from (select count(*) as considered from candidate) c, (select count(*) as entered from entered) e,
       lateral (values (%(start)s, 'entered', '', considered), (%(start)s, 'left', 'entered', entered),
                       (%(start)s, 'exited', 'already_entered', considered - entered),
                       (%(first)s, 'entered', '', entered)) as flow (step, name, outcome, n)
  where flow.n > 0
  on conflict (shard, run, step, flow, outcome) do update set n = counter.n + excluded.n
)
insert into admission (shard, run, at) values (%(shard)s, %(run)s, %(now)s)

-- name: due_steps
-- The steps that somebody is due at, in reading order; one index probe per step that has anybody.
with recursive waiting as (
  (select step, due from visit where shard = %(shard)s and left_at is null order by step, due limit 1)
  union all
  select later.step, later.due from waiting, lateral (
    select step, due from visit where shard = %(shard)s and left_at is null and step > waiting.step order by step, due limit 1
  ) later
)
select step.id as step, step.kind, step.settings
from waiting join step on step.id = waiting.step where waiting.due <= %(now)s order by step.id

-- name: advance
-- Moves everybody who is due at one step of one shard: decides, closes the visits, opens the next ones, counts.
with due as materialized (
  select participant, person, run, entered_at from visit
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
-- Events happened to people: their open visits at steps that listen to such an event are looked at again.
update visit set due = %(now)s
from unnest(%(people)s::bigint[], %(events)s::text[]) as happened (person, event)
join listener on listener.event = happened.event
where visit.shard = %(shard)s and visit.person = happened.person and visit.step = listener.step and visit.left_at is null

-- name: stopping_runs
-- Runs that were stopped and may still have people in this shard.
select r.id as run from run r join journey_version v on v.id = r.version
where v.stopping_at is not null and v.stopped_at is null
  and not exists (select from ended e where e.shard = %(shard)s and e.run = r.id)

-- name: end_participations
-- Everybody inside a stopped run leaves where they are; messages not yet handed over are cancelled (P6).
with left_visit as (
  update visit set left_at = %(now)s, exit_reason = %(reason)s
  where shard = %(shard)s and left_at is null and run = %(run)s
    and step in (select s.id from step s join run r on r.version = s.version where r.id = %(run)s)
  returning participant, step
),
left_journey as (
  update participant set left_at = %(now)s, exit_reason = %(reason)s from left_visit
  where participant.shard = %(shard)s and participant.id = left_visit.participant
),
cancelled as (
  update delivery set state = 'blocked', reason = %(reason)s, settled_at = %(now)s from left_visit
  where delivery.shard = %(shard)s and delivery.participant = left_visit.participant
    and delivery.step = left_visit.step and delivery.state = 'queued'
  returning delivery.step
),
counted as (
  insert into counter (shard, run, step, flow, outcome, n)
  select %(shard)s, %(run)s, step, flow, %(reason)s, count(*)
  from (select step, 'exited' as flow from left_visit union all select step, 'blocked' from cancelled) as flows
  group by step, flow
  on conflict (shard, run, step, flow, outcome) do update set n = counter.n + excluded.n
)
insert into ended (shard, run, at) values (%(shard)s, %(run)s, %(now)s)

-- name: finish_versions
-- A stopped version is Stopped when every shard has ended it; any other is Completed when all shards were admitted
-- and nobody is inside any more (P7). A wide look that ends at the first shard, run or open visit that says no: for a
-- version with people inside it costs a few probes. What two workers see at once is written by one of them.
update journey_version v
set stopped_at = case when v.stopping_at is not null then %(now)s end,
    completed_at = case when v.stopping_at is null then %(now)s end
where v.published_at is not null and v.stopped_at is null and v.completed_at is null
  and coalesce((
    select false from run r cross join lease l
    where r.version = v.id and case when v.stopping_at is null
      then not exists (select from admission a where a.shard = l.shard and a.run = r.id)
      else not exists (select from ended e where e.shard = l.shard and e.run = r.id) end
    limit 1), true)
  and coalesce((
    select false from (select array_agg(id) as ids from step where step.version = v.id) steps cross join lease l
    cross join lateral (
      select from visit where visit.shard = l.shard and visit.step = any(steps.ids) and visit.left_at is null limit 1
    ) inside
    limit 1), true)
returning v.id, v.journey, v.number, v.stopped_at is not null as stopped

-- name: record_end
-- The engine ends a version on its own; the history says so like every other change (P1).
insert into journey_change (journey, version, at, who, what) values (%(journey)s, %(number)s, %(now)s, 'Sojourn', %(what)s)

-- name: agenda
-- What the shards of a worker have to do, read once for all shards before sleeping: whether something waits to be looked
-- at, and when the next run or visit is due.
with live as materialized (
  select r.id as run, r.starts_at, v.stopping_at is not null as stopping
  from journey_version v join run r on r.version = v.id
  where v.published_at is not null and v.stopped_at is null and v.completed_at is null
)
select shard,
  exists (select from touched t where t.shard = s.shard)
  or exists (
    select from live where live.stopping
      and not exists (select from ended e where e.shard = s.shard and e.run = live.run)
  ) as pending,
  nullif(least(
    (select min(live.starts_at) from live
     where not live.stopping and not exists (select from admission a where a.shard = s.shard and a.run = live.run)),
    (with recursive waiting as (
       (select step, due from visit where visit.shard = s.shard and left_at is null order by step, due limit 1)
       union all
       select later.step, later.due from waiting, lateral (
         select step, due from visit where visit.shard = s.shard and left_at is null and step > waiting.step
         order by step, due limit 1
       ) later
     ) select min(due) from waiting)
  ), 'infinity') as due
from unnest(%(shards)s::smallint[]) as s (shard)
