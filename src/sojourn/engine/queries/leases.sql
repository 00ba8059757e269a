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
