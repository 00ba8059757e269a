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
-- Moves everybody who is due at one step of one shard: decides, closes the visits, opens the next ones, counts. The step
-- stands in a sub-select: so the planner takes it for one like any other, not for one that nobody had come to (0005).
with due as materialized (
  select participant, person, run, entered_at, visit.due as due_at from visit
  where shard = %(shard)s and step = (select %(step)s::int) and left_at is null and due <= %(now)s order by due limit %(batch)s
),
{effect}
decided as materialized ({outcome_query}),
kept as (
  update visit set due = decided.wake_at from decided
  where visit.shard = %(shard)s and visit.participant = decided.participant and visit.step = (select %(step)s::int)
    and decided.outcome is null
  returning visit.due
),
closed as (
  update visit set left_at = %(now)s, cause = decided.cause,
                   outcome = case when not starts_with(decided.outcome, 'exit:') then decided.outcome end,
                   exit_reason = case when starts_with(decided.outcome, 'exit:') then substr(decided.outcome, 6) end
  from decided
  where visit.shard = %(shard)s and visit.participant = decided.participant and visit.step = (select %(step)s::int)
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
-- How many people entered one version in a run, how many of its messages were sent, and how many people did with theirs in
-- time what the test asks for. A wide look, shard by shard, once for each test, and while somebody looks at it.
select coalesce(sum(told.people), 0)::bigint as people, coalesce(sum(told.sent), 0)::bigint as of,
       coalesce(sum(told.entered), 0)::bigint as entered
from lease l cross join lateral (
  select (select sum(c.n) from counter c
          where c.shard = l.shard and c.run = %(run)s and c.step = %(of)s and c.flow in ('sent', 'unknown')) as sent,
         (select sum(c.n) from counter c where c.shard = l.shard and c.run = %(run)s and c.step = %(step)s
            and c.flow = 'left' and c.outcome = %(version)s) as entered,
         (select count(distinct e.participant) from event e
          join delivery d on d.shard = l.shard and d.participant = e.participant and d.step = e.step
          where e.shard = l.shard and e.step = %(of)s and e.name = %(event)s and not e.automated and e.at <= %(ends_at)s
            and (%(link)s::text is null or e.link = %(link)s) and d.run = %(run)s and d.state in ('sent', 'unknown')
         ) as people
) told

-- name: goal_tally
-- How many people entered one version in a run, and how many of them did from then on, and in time, what the test asks
-- for. A wide look, shard by shard, once for each test, and while somebody looks at it.
select coalesce(sum(told.people), 0)::bigint as people, coalesce(sum(told.entered), 0)::bigint as of,
       coalesce(sum(told.entered), 0)::bigint as entered
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
