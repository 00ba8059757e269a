-- name: steps
-- The steps of these versions, in reading order.
select s.version, s.id, s.name, s.kind from step s
where s.version = any(%(versions)s) order by s.version, s.position

-- name: flows
-- What the engine counted, summed over the shards: the numbers of every step.
select c.step, c.flow, c.outcome, sum(c.n)::bigint as n
from counter c where c.run = any(%(runs)s)
group by c.step, c.flow, c.outcome

-- name: overview
-- Every journey in three numbers, over all its versions: who entered, who is inside, and what was sent.
select j.slug as journey,
       coalesce(sum(c.n) filter (where s.kind = 'start' and c.flow = 'left'), 0)::bigint as entered,
       sum(case c.flow when 'entered' then c.n when 'left' then -c.n when 'exited' then -c.n else 0 end)::bigint as inside,
       coalesce(sum(c.n) filter (where c.flow = 'sent'), 0)::bigint as sent
from counter c
join step s on s.id = c.step
join journey_version v on v.id = s.version
join journey j on j.id = v.journey and j.deleted_at is null
group by j.slug order by j.slug

-- name: marks
-- How many events the messages of these steps have in each shard. Events are only ever added, so a shard that has as many as
-- before has none that is new: what was counted there still holds.
select e.shard, count(*) as events from event e
where e.shard = any(%(shards)s) and e.step = any(%(steps)s)
group by e.shard

-- name: interactions
-- What people did with the messages of these steps, shard by shard: unique by participant, total, and by machines. A
-- participant is in one shard, so the sums over the shards are exact; sorting a shard at a time is three times as fast.
select e.shard, e.step, e.name, case when grouping(e.link) = 0 then e.link end as of_link,
       count(*) filter (where not e.automated) as total,
       count(distinct e.participant) filter (where not e.automated) as people,
       count(*) filter (where e.automated) as automated
from event e
where e.shard = any(%(shards)s) and e.step = any(%(steps)s) and (%(run)s::int is null or exists (
  select from participant p where p.shard = e.shard and p.id = e.participant and p.run = %(run)s))
group by grouping sets ((e.shard, e.step, e.name), (e.shard, e.step, e.name, e.link))
having grouping(e.link) = 1 or e.link is not null

-- name: over_time
-- What happened when, in minutes, hours or days of a zone's wall clock: who entered and left the journey, what was sent, and
-- what was done with it; what only machines did is nobody's doing, but for their clicks. It goes back from the latest by a
-- span, since a year has more minutes than anybody can look at; there are few minutes, so it is those whose zone is looked at.
with part as materialized (
  select p.shard, p.id, p.entered_at, p.left_at, slot.left_at as let_in_at, slot.step is null or slot.outcome is not null as entered
  from participant p
  left join visit slot on slot.shard = p.shard and slot.participant = p.id and slot.step = any(%(starts)s)
  where p.shard = any(%(shards)s) and p.run = any(%(runs)s)
), moment as (
  select 'entered' as what, coalesce(let_in_at, entered_at) as at from part where entered
  union all
  select 'left', left_at from part where entered and left_at is not null
  union all
  select 'sent', d.handed_at from delivery d
  where d.shard = any(%(shards)s) and d.run = any(%(runs)s) and d.step = any(%(messages)s) and d.state = 'sent'
  union all
  select case when e.automated then 'automated' else split_part(e.name, '.', 2) end, e.at
  from event e
  where e.shard = any(%(shards)s) and e.step = any(%(messages)s) and (not e.automated or e.name like '%%.clicked')
    and (%(run)s::int is null or exists (
      select from participant p where p.shard = e.shard and p.id = e.participant and p.run = %(run)s))
), minute as materialized (
  select what, date_bin('1 minute', at, 'epoch') as at, count(*) as n from moment group by 1, 2
)
select date_trunc(%(by)s, at, %(zone)s) as at, what, sum(n)::bigint as n
from minute where at >= (select max(at) from minute) - %(span)s::interval
group by 1, 2 order by 1

-- name: participants
-- The people of a shard behind a number, newest id last, a page at a time. Whoever entered has no visit at the start, unless
-- they had to wait for their slot there.
select p.shard, p.id, p.person, person.audience, person.key, p.entered_at, p.left_at, p.exit_reason, p.reached_at,
       v.entered_at as came_at, v.left_at as went_at, v.outcome, v.exit_reason as exited,
       d.state as message, d.reason, d.address, d.handed_at,
       (select s.name from visit v join step s on s.id = v.step
        where v.shard = %(shard)s and v.participant = p.id and v.left_at is null) as at_step
from participant p
left join visit v on v.shard = %(shard)s and v.participant = p.id and v.step = any(%(steps)s)
left join delivery d on d.shard = %(shard)s and d.participant = p.id and d.step = any(%(steps)s)
left join person on person.shard = %(shard)s and person.id = p.person
where p.shard = %(shard)s and p.run = any(%(runs)s) and p.id > %(after)s
  and (%(step)s::text is null or %(start)s or v.step is not null)
  and case %(flow)s::text
    when 'here' then case when %(step)s is null then p.left_at is null else v.step is not null and v.left_at is null end
    when 'left' then case when %(step)s is null then p.left_at is not null and p.exit_reason is null
                          when %(start)s then v.step is null or v.outcome is not null
                          else v.outcome is not null end
    when 'exited' then case when %(step)s is null then p.exit_reason is not null else v.exit_reason is not null end
    when 'reached' then p.reached_at is not null and (%(outcome)s::text is not null or p.exit_reason is distinct from 'held_out')
    when 'queued' then d.state in ('queued', 'sending')
    when 'sent' then d.state = 'sent'
    when 'blocked' then d.state = 'blocked'
    when 'failed' then d.state = 'failed'
    when 'unknown' then d.state = 'unknown'
    when 'delivered' then d.state = 'sent' and not exists (
      select from event e where e.shard = %(shard)s and e.step = any(%(steps)s) and e.participant = p.id
        and e.name like '%%.bounced' and not e.automated)
    else %(flow)s is null or exists (
      select from event e where e.shard = %(shard)s and e.step = any(%(steps)s) and e.participant = p.id
        and split_part(e.name, '.', 2) = %(flow)s and e.automated = %(automated)s
        and (%(link)s::text is null or e.link = %(link)s))
    end
  and (%(outcome)s::text is null or case
    when %(step)s is null then p.exit_reason = %(outcome)s
    when %(start)s and v.step is null then %(outcome)s = 'entered'
    else coalesce(v.outcome, v.exit_reason) = %(outcome)s end)
  and (%(reason)s::text is null or d.reason = %(reason)s)
  and (%(tested)s::boolean is null or v.outcome is not null and exists (
    select from ab_test t cross join lateral after_pauses(t.step, t.since, t.ends_at) ending
    where t.run = v.run and t.step = v.step and (v.left_at < ending.at) = %(tested)s))
order by p.id limit %(limit)s

-- name: ab_tests
-- The A/B tests of a step in these runs, newest first: when each ends, what stands in the way of its end, and how many people
-- went on with the winner in all, before it was decided and after (W13).
select t.run, t.step, s.settings, ending.at as ends_at, v.number as version, r.number, r.starts_at,
       t.winner, t.decided_at, t.cause, v.stopping_at is not null as stopped,
       exists (select from pause where pause.version = v.id and pause.resumed_at is null and pause.timers = 'freeze') as frozen,
       (select coalesce(sum(c.n), 0)::bigint from counter c
        where c.run = t.run and c.step = t.step and c.flow = 'left' and c.outcome = t.winner) as won
from ab_test t join step s on s.id = t.step join journey_version v on v.id = s.version join run r on r.id = t.run
cross join lateral after_pauses(t.step, t.since, t.ends_at) ending
where t.run = any(%(runs)s) and s.name = %(step)s
order by v.number desc, r.number desc limit %(limit)s

-- name: visits_of_person
-- One person's way through everything, with what decided each visit (N4).
select j.slug, j.name as journey, jv.number as version, r.number as run, v.participant, s.name as step, s.id as step_number, s.kind,
       v.entered_at, nullif(v.due, 'infinity') as due, v.left_at, v.outcome, v.exit_reason, v.cause, p.reached_at,
       d.state as delivery, d.reason, d.answer, d.address, d.handed_at
from visit v
join participant p on p.shard = v.shard and p.id = v.participant
join step s on s.id = v.step
join run r on r.id = v.run
join journey_version jv on jv.id = r.version
join journey j on j.id = jv.journey
left join delivery d on d.shard = v.shard and d.participant = v.participant and d.step = v.step
where v.shard = %(shard)s and v.person = %(person)s
order by v.entered_at, v.participant, s.position

-- name: participations_of_person
-- Everything that one person entered, or was considered for.
select p.id, j.slug, j.name as journey, jv.number as version, r.number as run, p.trigger, p.entered_at, p.left_at, p.exit_reason
from participant p
join run r on r.id = p.run
join journey_version jv on jv.id = r.version
join journey j on j.id = jv.journey
where p.shard = %(shard)s and p.person = %(person)s
order by p.entered_at, p.id

-- name: deliveries_of_person
-- Everything that was to be sent to one person, in whole.
select d.participant, d.step, j.slug, s.name as step_name, d.channel, c.name as content, d.state, d.reason, d.address, d.tracked,
       d.attempts, d.not_before, d.handed_at, d.settled_at, d.answer, d.provider_id
from delivery d
join step s on s.id = d.step
join journey_version jv on jv.id = s.version
join journey j on j.id = jv.journey
left join content_version cv on cv.id = d.content
left join content c on c.id = cv.content
where d.shard = %(shard)s and d.person = %(person)s
order by d.participant, s.position

-- name: messages_of_person
-- What the inbox kept for one person instead of sending it.
select m.participant, m.step, m.channel, m.address, m.subject, m.body, m.html, m.link, m.at
from delivery d join inbox_message m on m.shard = %(shard)s and m.participant = d.participant and m.step = d.step
where d.shard = %(shard)s and d.person = %(person)s
order by m.at, m.participant, m.step

-- name: memberships_of_person
-- When one person was a member of which segment.
select s.name as segment, m.since, m.until from segment s
join segment_member m on m.shard = %(shard)s and m.segment = s.id and m.person = %(person)s
order by m.since, s.name

-- name: addresses_of_person
-- The addresses that one person has, or was written to at, with what their owner said and whether they are suppressed.
with held as (
  select case a.type when 'email' then 'email' else 'text' end as channel, p.attributes ->> a.name as address
  from person p join attribute a on a.audience = p.audience and a.type in ('email', 'phone')
  where p.shard = %(shard)s and p.id = %(person)s
  union
  select channel, address from delivery where shard = %(shard)s and person = %(person)s and channel <> 'webhook'
)
select held.channel, held.address, s.reason as suppressed, s.since as suppressed_since, coalesce((
    select jsonb_agg(jsonb_build_object('purpose', c.purpose, 'state', c.state, 'source', c.source, 'changed_at', c.changed_at)
                     order by c.purpose)
    from consent c where c.channel = held.channel and c.address = held.address), '[]') as consents
from held left join suppression s on s.channel = held.channel and s.address = held.address
where held.address is not null
order by held.channel, held.address

-- name: entry_memberships
-- When somebody was a member of the entry segments of a version.
select s.name as segment, m.since, m.until
from entry_segment w join segment s on s.id = w.segment
join segment_member m on m.shard = %(shard)s and m.segment = w.segment and m.person = %(person)s
where w.version = %(version)s and not w.excluded
order by m.since

-- name: runs
-- When the runs of these versions begin.
select r.id, v.number as version, r.number, r.starts_at from run r join journey_version v on v.id = r.version
where r.version = any(%(versions)s) order by v.number, r.number

-- name: events_of_person
-- What happened to one person, and where it belongs.
select e.id, e.name, e.at, e.link, e.automated, e.properties, s.name as step, j.slug
from event e
left join step s on s.id = e.step
left join journey_version jv on jv.id = s.version
left join journey j on j.id = jv.journey
where e.shard = %(shard)s and e.person = %(person)s
order by e.at desc, e.id limit %(limit)s

-- name: snapshot
-- All that is recounted in a shard is looked at as of one moment, or moving people would look like faults.
set transaction isolation level repeatable read, read only

-- name: recount
-- Counts one shard's visits and deliveries anew, and names what the counters say otherwise. At the start everybody was
-- who was considered: who entered left it at once, and has no visit there, unless they had to wait for their slot.
with stay as (
  select run, step, outcome, exit_reason from visit where shard = %(shard)s
  union all
  select p.run, start.id, 'entered', null
  from participant p join run r on r.id = p.run join step start on start.version = r.version and start.kind = 'start'
  where p.shard = %(shard)s and not exists (
    select from visit v where v.shard = %(shard)s and v.participant = p.id and v.step = start.id)
),
truth as (
  select run, step, 'entered' as flow, '' as outcome, count(*) as n from stay group by run, step
  union all
  select run, step, 'left', outcome, count(*) from stay where outcome is not null group by run, step, outcome
  union all
  select run, step, 'exited', exit_reason, count(*) from stay where exit_reason is not null group by run, step, exit_reason
  union all
  select run, step, state, coalesce(reason, ''), count(*) from delivery
  where shard = %(shard)s and state in ('sent', 'blocked', 'failed', 'unknown') group by run, step, state, reason
  union all
  select p.run, start.id, 'reached', case when p.exit_reason = 'held_out' then 'held_out' else '' end, count(*)
  from participant p join run r on r.id = p.run join step start on start.version = r.version and start.kind = 'start'
  where p.shard = %(shard)s and p.reached_at is not null group by 1, 2, 4
),
counted as (
  select run, step, flow, outcome, n from counter where shard = %(shard)s
)
select coalesce(truth.run, counted.run) as run, s.name as step, flow, outcome,
       coalesce(truth.n, 0) as recounted, coalesce(counted.n, 0) as counted
from truth full join counted using (run, step, flow, outcome)
join step s on s.id = step
where truth.n is distinct from counted.n
order by run, s.position, flow, outcome

-- name: unexplained
-- Participants of one shard without exactly one explanation: inside with no or two open visits, gone with an open one,
-- an outcome that led nowhere, a send step passed without its message, or a wait for an answer that has come (D3).
select p.id as participant, case
    when p.left_at is null and visits.open <> 1 then 'inside, but at ' || visits.open || ' steps'
    when p.left_at is not null and visits.open <> 0 then 'gone, but still at a step'
    when visits.total = 0 then 'entered, but was at no step'
    when visits.lost > 0 then 'an outcome that leads on did not'
    when visits.silent > 0 then 'passed a message step without a delivery that says why'
    when visits.forgotten > 0 then 'waits for a message that is not under way'
  end as what
from participant p
cross join lateral (
  select count(*) as total, count(*) filter (where v.left_at is null) as open,
         count(*) filter (where v.outcome is not null and route.next is not null and not exists (
           select from visit n where n.shard = %(shard)s and n.participant = p.id and n.step = route.next)) as lost,
         count(*) filter (where v.outcome is not null and s.kind in ('email', 'text', 'push', 'webhook') and not exists (
           select from delivery d where d.shard = %(shard)s and d.participant = p.id and d.step = v.step
             and v.outcome = case when s.kind = 'webhook' and d.state in ('sent', 'unknown') then 'done'
                                  when s.kind = 'webhook' then 'failed'
                                  when d.state = 'unknown' then 'sent' else d.state end)) as silent,
         count(*) filter (where v.left_at is null and v.due = 'infinity' and s.kind in ('email', 'text', 'push', 'webhook')
           and not exists (
             select from delivery d where d.shard = %(shard)s and d.participant = p.id and d.step = v.step
               and d.state in ('queued', 'sending'))) as forgotten
  from visit v join step s on s.id = v.step left join route on route.step = v.step and route.outcome = v.outcome
  where v.shard = %(shard)s and v.participant = p.id
) visits
where p.shard = %(shard)s
  and (visits.total = 0 or visits.lost > 0 or visits.silent > 0 or visits.forgotten > 0
       or visits.open <> (p.left_at is null)::int)

-- name: strays
-- Visits and deliveries of one shard that belong to nobody.
select 'visit' as kind, v.participant from visit v
where v.shard = %(shard)s and not exists (select from participant p where p.shard = %(shard)s and p.id = v.participant)
union all
select 'delivery', d.participant from delivery d
where d.shard = %(shard)s and not exists (
  select from visit v where v.shard = %(shard)s and v.participant = d.participant and v.step = d.step)

-- name: totals
-- What a verification looked at, in one shard.
select (select count(*) from participant where shard = %(shard)s) as participants,
       (select count(*) from participant where shard = %(shard)s and left_at is null) as inside,
       (select count(*) from visit where shard = %(shard)s) as visits,
       (select count(*) from delivery where shard = %(shard)s) as deliveries,
       (select count(*) from delivery where shard = %(shard)s and state = 'unknown') as unknown
