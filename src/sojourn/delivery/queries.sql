-- name: waiting
-- When each shard has something to hand over, by channel: read once for all shards of a worker.
select shard, channel, (
  select not_before from delivery d
  where d.shard = s.shard and d.channel = c.channel and d.state = 'queued' and d.not_before < 'infinity'
  order by not_before limit 1
) as due
from unnest(%(shards)s::smallint[]) as s (shard), unnest(%(channels)s::text[]) as c (channel)

-- name: gate
-- What of an address forbids sending to it, and whether it may be tracked; `asked` are those who are asked about, with what
-- forbids it already. The gate says it of deliveries, and a forecast of people who may enter.
select asked.*,
  case when asked.forbidden is not null then asked.forbidden
       when asked.address is null then 'address_missing'
       when suppression.address is not null then 'suppressed'
       when purpose.enforcement <> 'disabled' and consent.state = 'opted_out' then 'opted_out'
       when purpose.enforcement = 'restrictive' and consent.state is null then 'consent_not_given'
  end as reason,
  case tracking.enforcement when 'disabled' then true
                            when 'restrictive' then tracking_consent.state is not distinct from 'opted_in'
                            else tracking_consent.state is distinct from 'opted_out' end as tracked
from {asked} as asked
left join suppression on suppression.channel = asked.channel and suppression.address = asked.address
left join purpose on purpose.name = asked.purpose and purpose.channel = asked.channel
left join consent on consent.channel = asked.channel and consent.address = asked.address and consent.purpose = purpose.name
left join purpose tracking on tracking.name = 'tracking' and tracking.channel = asked.channel
left join consent tracking_consent on tracking_consent.channel = asked.channel
  and tracking_consent.address = asked.address and tracking_consent.purpose = 'tracking'

-- name: claim
-- The gate (D1), for a batch of one shard at once and immediately before handing over: the first check that fails is
-- the reason and the participant goes on (a journey that was deleted since was stopped before); the others are marked `sending` before anything leaves the house, so that a
-- crash leaves them in doubt instead of sending them twice (D3). Those of a version that is paused wait, for ever so far (P5).
with waiting as materialized (
  select participant, step, person, content, attempts from delivery
  where shard = %(shard)s and channel = %(channel)s and state = 'queued' and not_before <= %(now)s
  order by not_before limit %(batch)s
),
asked as (
  select waiting.*, person.key as person_key, person.attributes, send_to.address,
         %(channel)s::text as channel, step.settings ->> 'purpose' as purpose,
         step.settings ->> 'trigger' is not null as triggered,
         case when version.id is null or version.stopping_at is not null then 'journey_stopped'
              when visit.exit_reason is not null then visit.exit_reason
              when pause.id is not null then 'journey_paused'
              when person.id is null then 'person_deleted' end as forbidden
  from waiting
  left join step on step.id = waiting.step
  left join journey_version version on version.id = step.version
  left join visit on visit.shard = %(shard)s and visit.participant = waiting.participant and visit.step = waiting.step
  left join pause on pause.version = version.id and pause.resumed_at is null
  left join person on person.shard = %(shard)s and person.id = waiting.person
  cross join lateral (select case %(channel)s::text when 'webhook' then step.settings ->> 'url'
                        else nullif(person.attributes ->> (step.settings ->> 'to'), '') end as address) send_to
),
judged as materialized ({gate}),
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
select participant, step, person, content, attempts + 1 as attempts, person_key, attributes, address, tracked, reason, triggered
from judged

-- name: triggers
-- What the events said that started these participants. Each is found by its key: by the id alone every month of events
-- would be looked into.
select t.id as participant, e.properties
from participant t
cross join lateral (select at from event_id i where i.shard = %(shard)s and i.id = t.trigger limit 1) i
cross join lateral (
  select properties from event e where e.shard = %(shard)s and e.id = t.trigger and e.at = i.at limit 1) e
where t.shard = %(shard)s and t.id = any(%(participants)s)

-- name: forecast
-- Before publishing: of all who are members now, how many are kept out or held out, and how many of the others each
-- message would not be sent to, by the gate's own reasons. Messages that differ in nothing of that are asked about once.
with member as materialized (
  select m.shard, m.person, case
      when bool_or(m.segment = any(%(excluded)s)) then 'excluded'
      when share_of(m.shard || '-' || m.person || ':' || %(salt)s::text) * 100 < %(hold_out)s::numeric then 'held_out'
    end as reason
  from segment_member m
  where m.segment = any(%(segments)s::int[] || %(excluded)s::int[]) and m.until is null
  group by m.shard, m.person
  having bool_or(m.segment = any(%(segments)s))
),
message as (
  select * from unnest(%(channels)s::text[], %(attributes)s::text[], %(purposes)s::text[]) with ordinality
    as m (channel, attribute, purpose, number)
),
asked as (
  select message.number, message.channel, message.purpose, nullif(person.attributes ->> message.attribute, '') as address,
         case when person.id is null then 'person_deleted' end as forbidden
  from member left join person on person.shard = member.shard and person.id = member.person
  cross join message
  where member.reason is null
),
judged as ({gate})
select null::bigint as message, reason, count(*) as people from member group by reason
union all
select number, reason, count(*) from judged where reason is not null group by number, reason

-- name: calls
-- What webhook steps say: frozen with their versions.
select id, settings from step where id = any(%(steps)s)

-- name: settle
-- What the channel answered, for a batch: the participant goes on, or the message is queued again for later (D4). Whoever
-- was deleted while their message was out has no address any more: what came since is erased too (A4).
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
  returning delivery.participant, delivery.step, delivery.run, delivery.person, delivery.state, delivery.reason, delivery.address
),
deleted as (
  insert into touched (shard, person, event)
  select distinct %(shard)s::smallint, person, '' from settled where address is null order by person
  on conflict (shard, person, event) do update set event = excluded.event where false
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
-- The same, for channels to which the same message can be handed over twice and be one, or of which nothing is out. Of
-- whoever was deleted meanwhile a message may have been kept: it is erased, as above.
with again as (
  update delivery set state = 'queued'
  where shard = %(shard)s and state = 'sending' and channel = any(%(repeatable)s)
  returning person, address
)
insert into touched (shard, person, event)
select distinct %(shard)s::smallint, person, '' from again where address is null order by person
on conflict (shard, person, event) do update set event = excluded.event where false

-- name: test_numbers
-- For the keys of test messages: numbers that no participant will have, and what makes a Message-ID one in the world.
select nextval('participant_id') as number, signing_key from workspace, generate_series(1, %(count)s)
