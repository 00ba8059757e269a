-- name: waiting
-- When each shard has something to hand over, by channel: read once for all shards of a worker.
select shard, channel, (
  select not_before from delivery d
  where d.shard = s.shard and d.channel = c.channel and d.state = 'queued' and d.not_before < 'infinity'
  order by not_before limit 1
) as due
from unnest(%(shards)s::smallint[]) as s (shard), unnest(%(channels)s::text[]) as c (channel)

-- name: claim
-- The gate (D1), for a batch of one shard at once and immediately before handing over: the first check that fails is
-- the reason and the participant goes on (a journey that was deleted since was stopped before); the others are marked `sending` before anything leaves the house, so that a
-- crash leaves them in doubt instead of sending them twice (D3). Those of a version that is paused wait, for ever so far (P5).
with waiting as materialized (
  select participant, step, person, content, attempts from delivery
  where shard = %(shard)s and channel = %(channel)s and state = 'queued' and not_before <= %(now)s
  order by not_before limit %(batch)s
),
judged as materialized (
  select waiting.*, person.key as person_key, person.attributes, send_to.address,
    case when version.id is null or version.stopping_at is not null then 'journey_stopped'
         when pause.id is not null then 'journey_paused'
         when person.id is null then 'person_deleted'
         when send_to.address is null then 'address_missing'
         when suppression.address is not null then 'suppressed'
         when purpose.enforcement <> 'disabled' and consent.state = 'opted_out' then 'opted_out'
         when purpose.enforcement = 'restrictive' and consent.state is null then 'consent_not_given'
    end as reason,
    case tracking.enforcement when 'disabled' then true
                              when 'restrictive' then tracking_consent.state is not distinct from 'opted_in'
                              else tracking_consent.state is distinct from 'opted_out' end as tracked
  from waiting
  left join step on step.id = waiting.step
  left join journey_version version on version.id = step.version
  left join pause on pause.version = version.id and pause.resumed_at is null
  left join person on person.shard = %(shard)s and person.id = waiting.person
  cross join lateral (select case %(channel)s::text when 'webhook' then step.settings ->> 'url'
                        else nullif(person.attributes ->> (step.settings ->> 'to'), '') end as address) send_to
  left join suppression on suppression.channel = %(channel)s and suppression.address = send_to.address
  left join purpose on purpose.name = step.settings ->> 'purpose' and purpose.channel = %(channel)s
  left join consent on consent.channel = %(channel)s and consent.address = send_to.address and consent.purpose = purpose.name
  left join purpose tracking on tracking.name = 'tracking' and tracking.channel = %(channel)s
  left join consent tracking_consent on tracking_consent.channel = %(channel)s
    and tracking_consent.address = send_to.address and tracking_consent.purpose = 'tracking'
),
blocked as (
  update delivery set state = 'blocked', reason = judged.reason, address = judged.address, settled_at = %(now)s from judged
  where delivery.shard = %(shard)s and delivery.participant = judged.participant and delivery.step = judged.step
    and judged.reason is not null and judged.reason <> 'journey_paused'
  returning delivery.participant, delivery.step, delivery.run, delivery.reason
),
held as (
  update delivery set not_before = 'infinity' from judged
  where delivery.shard = %(shard)s and delivery.participant = judged.participant and delivery.step = judged.step
    and judged.reason = 'journey_paused'
),
counted as (
  insert into counter (shard, run, step, flow, outcome, n)
  select %(shard)s, run, step, 'blocked', reason, count(*) from blocked group by run, step, reason
  on conflict (shard, run, step, flow, outcome) do update set n = counter.n + excluded.n
),
woken as (
  update visit set due = %(now)s from blocked
  where visit.shard = %(shard)s and visit.participant = blocked.participant and visit.step = blocked.step
    and visit.left_at is null
),
sending as (
  update delivery set state = 'sending', address = judged.address, tracked = judged.tracked, handed_at = %(now)s,
                      attempts = delivery.attempts + 1
  from judged
  where delivery.shard = %(shard)s and delivery.participant = judged.participant and delivery.step = judged.step
    and judged.reason is null
)
select participant, step, person, content, attempts + 1 as attempts, person_key, attributes, address, tracked, reason
from judged

-- name: calls
-- What webhook steps say: frozen with their versions.
select id, settings from step where id = any(%(steps)s)

-- name: settle
-- What the channel answered, for a batch: the participant goes on, or the message is queued again for later (D4).
with answered as (
  select * from unnest(%(participants)s::bigint[], %(steps)s::int[], %(states)s::text[], %(reasons)s::text[],
                       %(answers)s::text[], %(provider_ids)s::text[], %(retry_ats)s::timestamptz[])
    as a (participant, step, state, reason, answer, provider_id, retry_at)
),
settled as (
  update delivery
  set state = answered.state, reason = answered.reason, answer = answered.answer, provider_id = answered.provider_id,
      handed_at = case when answered.state = 'sent' then %(now)s else handed_at end,
      settled_at = case when answered.state <> 'queued' then %(now)s end,
      not_before = coalesce(answered.retry_at, not_before)
  from answered
  where delivery.shard = %(shard)s and delivery.participant = answered.participant and delivery.step = answered.step
    and delivery.state = 'sending'
  returning delivery.participant, delivery.step, delivery.run, delivery.state, delivery.reason
),
counted as (
  insert into counter (shard, run, step, flow, outcome, n)
  select %(shard)s, run, step, state, coalesce(reason, ''), count(*) from settled where state <> 'queued'
  group by run, step, state, reason
  on conflict (shard, run, step, flow, outcome) do update set n = counter.n + excluded.n
)
update visit set due = %(now)s from settled
where visit.shard = %(shard)s and visit.participant = settled.participant and visit.step = settled.step
  and visit.left_at is null and settled.state <> 'queued'

-- name: doubt
-- A worker was lost between handing over and recording: whether those messages left is unknown, and they are not
-- sent again (D3).
with doubtful as (
  update delivery set state = 'unknown', reason = 'worker_lost', settled_at = %(now)s
  where shard = %(shard)s and state = 'sending' and not channel = any(%(repeatable)s)
  returning participant, step, run
),
counted as (
  insert into counter (shard, run, step, flow, outcome, n)
  select %(shard)s, run, step, 'unknown', 'worker_lost', count(*) from doubtful group by run, step
  on conflict (shard, run, step, flow, outcome) do update set n = counter.n + excluded.n
)
update visit set due = %(now)s from doubtful
where visit.shard = %(shard)s and visit.participant = doubtful.participant and visit.step = doubtful.step
  and visit.left_at is null

-- name: repeat
-- The same, for channels to which the same message can be handed over twice and be one, or of which nothing is out.
update delivery set state = 'queued'
where shard = %(shard)s and state = 'sending' and channel = any(%(repeatable)s)
