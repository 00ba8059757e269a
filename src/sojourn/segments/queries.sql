-- ------------------------------------------------------------------------------------------------ definitions

-- name: one_after_the_other
-- From here on, until the transaction ends, nobody else makes, changes or stops a segment: two that begin to ask about each
-- other must not both be found right, and none may be stopped that somebody begins to ask about. Workers go on.
lock table segment in share row exclusive mode

-- name: create
-- No row comes back when the name is taken.
insert into segment (name, audience, condition, created_at) values (%(name)s, %(audience)s, %(condition)s, %(now)s)
on conflict (name) do nothing
returning *

-- name: change
-- People and journeys rely on the audience of a segment that was live, so only a draft's may change. The row is locked
-- here first: a worker that is evaluating the old condition ends before, or starts after, `forget_evaluations`.
update segment set audience = %(audience)s, condition = %(condition)s
where name = %(name)s and (live_at is null or audience = %(audience)s)
returning *

-- name: publish
-- Makes a draft live, or a stopped segment again.
update segment set live_at = %(now)s, stopped_at = null
where name = %(name)s and (live_at is null or stopped_at is not null)
returning *

-- name: stop
-- Its members stay as they are now, and nobody asks again.
update segment set stopped_at = %(now)s where name = %(name)s and live_at is not null and stopped_at is null returning *

-- name: delete
-- Journeys that have run from it, even long ago, keep it: their runs name it.
delete from segment where name = %(name)s returning id

-- name: forget_members
-- Of a segment that is gone.
delete from segment_member where shard = %(shard)s and segment = %(segment)s

-- name: forget_evaluations
-- The workers evaluate in whole what has no row here.
delete from segment_evaluation where shard = %(shard)s and segment = %(segment)s

-- name: wake_workers
-- A hint that saves waiting, never the truth.
select pg_notify('sojourn', '')

-- name: segments
-- All segments by name, or the one of this name.
select * from segment where %(name)s::text is null or name = %(name)s order by name

-- ------------------------------------------------------------------------------------------------ members

-- name: sizes
-- A fan-out read: how many people are members now, over all shards.
select segment, count(*) as members from segment_member
where segment = any(%(segments)s) and until is null
group by segment

-- name: members
-- A fan-out read: a page of the members, in the order of their references.
select m.shard, m.person, p.key, p.attributes, m.since
from segment_member m join person p on p.shard = m.shard and p.id = m.person
where m.segment = %(segment)s and m.until is null
  and (m.shard, m.person) > (%(after_shard)s::smallint, %(after_person)s::bigint)
order by m.shard, m.person
limit %(limit)s

-- name: count_matching
-- A preview asks each shard how many people a condition holds for (G6).
select count(*) as matching from person p where p.shard = %(shard)s and p.audience = %(audience)s and {condition}

-- name: sample_matching
-- And some of those people, to look at.
select p.shard, p.id as person, p.key, p.attributes from person p
where p.shard = %(shard)s and p.audience = %(audience)s and {condition}
order by p.id
limit %(limit)s

-- name: matching
-- Which of these people a condition holds for: the same expression, asked of a few (G7).
select p.id from person p where p.shard = %(shard)s and p.id = any(%(people)s::bigint[]) and {condition}

-- ------------------------------------------------------------------------------------------------ evaluation

-- name: evaluate_whole
-- The whole audience of one shard against its members of now: who is missing joins, who should not be there leaves.
-- A full join and an upsert are never planned as a loop in a loop, however little is known of the tables' sizes.
-- A person who left and comes back at the very same instant goes on as if nothing had been: their row is opened again.
-- Clocks of two owners may differ (Z3), so nobody leaves before they joined.
with matching as (
  select p.id as person from person p where p.shard = %(shard)s and p.audience = %(audience)s and {condition}
),
current as (
  select m.person, m.since from segment_member m
  where m.shard = %(shard)s and m.segment = %(segment)s and m.until is null
),
changed as (
  insert into segment_member (shard, segment, person, since, until)
  select %(shard)s, %(segment)s, person, coalesce(current.since, %(now)s),
         case when matching.person is null then greatest(%(now)s, current.since) end
  from matching full join current using (person)
  where matching.person is null or current.person is null
  on conflict (shard, segment, person, since) do update set until = excluded.until
  returning 1
),
evaluated as (
  insert into segment_evaluation (shard, segment, since, at) values (%(shard)s, %(segment)s, %(now)s, %(now)s)
  on conflict (shard, segment) do update set at = excluded.at
)
select count(*) as changed from changed

-- name: evaluate_people
-- The same for some people of one shard: those who were touched. They are fetched by their ids before anything else is
-- asked of them, since an index over the whole audience looks better to a planner that knows little.
with people as materialized (
  select * from person where shard = %(shard)s and id = any(%(people)s::bigint[])
),
matching as (
  select p.id as person from people p where p.audience = %(audience)s and {condition}
),
current as (
  select m.person, m.since from segment_member m
  where m.shard = %(shard)s and m.segment = %(segment)s and m.person = any(%(people)s::bigint[]) and m.until is null
),
changed as (
  insert into segment_member (shard, segment, person, since, until)
  select %(shard)s, %(segment)s, person, coalesce(current.since, %(now)s),
         case when matching.person is null then greatest(%(now)s, current.since) end
  from matching full join current using (person)
  where matching.person is null or current.person is null
  on conflict (shard, segment, person, since) do update set until = excluded.until
  returning 1
)
select count(*) as changed from changed

-- name: segments_of_people
-- The live segments that these people may be in: those of their audiences, and those they are members of, since somebody
-- who was deleted has no audience any more.
select s.* from segment s
where s.live_at is not null and s.stopped_at is null
  and (s.audience in (select p.audience from person p where p.shard = %(shard)s and p.id = any(%(people)s::bigint[]))
       or exists (select from segment_member m where m.shard = %(shard)s and m.segment = s.id
                    and m.person = any(%(people)s::bigint[]) and m.until is null))
order by s.id

-- name: forget_people
-- People were deleted: nothing is known any more of where they were members (A4). The key of the table begins with the
-- segment, so each one is probed.
delete from segment_member
where shard = %(shard)s and segment in (select id from segment) and person = any(%(people)s)

-- name: pending
-- Live segments that this shard has to evaluate in whole: never done since the condition was set, or done a while ago
-- and time alone may have changed the answer (G5). Locked, so that nobody changes a condition under an evaluation.
select s.* from segment s left join segment_evaluation e on e.shard = %(shard)s and e.segment = s.id
where s.live_at is not null and s.stopped_at is null
  and (e.at is null or (e.at <= %(now)s - %(pause)s::interval and jsonb_path_exists(s.condition, %(moving)s::jsonpath)))
order by e.at nulls first, s.id
for share of s

-- name: asking
-- What has to be evaluated again when somebody joined or left a segment that it asks about. Who was never asked here is
-- pending, and waits for that.
select s.* from segment s join segment_evaluation e on e.shard = %(shard)s and e.segment = s.id
where s.live_at is not null and s.stopped_at is null
  and jsonb_path_exists(s.condition, '$.** ? (exists (@.member_of) || exists (@.not_member_of))')
order by s.id
for share of s

-- name: next_due
-- When the first of these shards has such a segment again; read once for all shards of a worker before it sleeps.
with live as materialized (
  select id, live_at, jsonb_path_exists(condition, %(moving)s::jsonpath) as moving from segment
  where live_at is not null and stopped_at is null
)
select min(coalesce(e.at + %(pause)s::interval, s.live_at)) as due
from live s cross join unnest(%(shards)s::smallint[]) as mine (shard)
left join segment_evaluation e on e.shard = mine.shard and e.segment = s.id
where e.at is null or s.moving

-- name: moved_by_time
-- Whose condition looks at the present time.
select name from segment where jsonb_path_exists(condition, %(moving)s::jsonpath)

-- name: outdated
-- A fan-out read: in which of these shards somebody is to join or leave.
with matching as (
  select p.shard, p.id as person from person p
  where p.shard = any(%(shards)s::smallint[]) and p.audience = %(audience)s and {condition}
),
current as (
  select m.shard, m.person from segment_member m
  where m.shard = any(%(shards)s::smallint[]) and m.segment = %(segment)s and m.until is null
)
select distinct shard from matching full join current using (shard, person)
where matching.person is null or current.person is null
