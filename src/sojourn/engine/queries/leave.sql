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
-- Who has entered a version since that participant, or waits to be let in, or is held out.
select p.person from participant p join run r on r.id = p.run and r.version = %(version)s
where p.shard = %(shard)s and p.id > %(newest)s and (p.left_at is null or p.exit_reason = 'held_out')

-- name: people_let_in
-- Who stands at the first step since just now, having waited at this start.
select s.version, v.person from step s join route r on r.step = s.id and r.outcome = 'entered'
join visit v on v.shard = %(shard)s and v.step = r.next and v.left_at is null and v.due = %(now)s and v.entered_at = %(now)s
where s.id = %(start)s

-- name: watched_events
-- Of these people, the participants to whom an event happened that their version watches for, and the first such event. The
-- goal counts for who was let in or held out, from then on, and once; exits also concern who waits for that, and nobody who
-- has left. What belongs to each is looked up one by one, whatever the planner thinks of how many they are.
with asked as materialized (
  select p.id as participant, p.person, p.trigger, p.left_at, p.exit_reason,
         coalesce(case when %(of_goal)s and p.exit_reason is distinct from 'held_out' then way_in.left_at end,
                  started.at, p.entered_at) as since
  from participant p
  join run r on r.id = p.run and r.version = %(version)s
  left join lateral (
    select true as waited, left_at, outcome from visit
    where shard = %(shard)s and participant = p.id and step = %(start)s limit 1) way_in on true
  left join lateral (select at from event_id where shard = %(shard)s and id = p.trigger limit 1) started on true
  where p.shard = %(shard)s and p.person = any(%(people)s)
    and case when %(counted)s then p.reached_at is null else p.left_at is null end
    and (not %(of_goal)s or way_in.waited is null or way_in.outcome is not null or p.exit_reason = 'held_out')
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
-- These participants have reached the goal of their version, which is counted at the start (W14); who was held out, apart.
with found as materialized ({found}),
reached as (
  update participant set reached_at = found.at from found
  where participant.shard = %(shard)s and participant.id = found.participant
  returning participant.run, case when participant.exit_reason = 'held_out' then 'held_out' else '' end as outcome
)
insert into counter (shard, run, step, flow, outcome, n)
select %(shard)s, run, %(start)s, 'reached', outcome, count(*) from reached group by run, outcome
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
