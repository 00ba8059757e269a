"""Leases: who owns which shard, and that nobody commits who does not own it any more (Z3)."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import ExitStack

import pytest

from sojourn.db.connect import Connection, Pool, open_pool, transaction
from sojourn.db.shards import COUNT
from sojourn.engine.owner import Owner
from sojourn.kit.errors import LeaseLost


@pytest.fixture
async def elsewhere(database: str) -> AsyncIterator[Pool]:
    """What another process would connect with."""
    async with open_pool(database, size=4) as pool:
        yield pool


async def nothing_left(conn: Connection, shard: int) -> None:
    """Nothing was left behind in the shard."""


async def renew(*owners: Owner, more: bool = True) -> None:
    for owner in owners:
        await owner.renew(nothing_left, more=more)


async def dies(pool: Pool, worker: str) -> None:
    """As if a worker had said nothing for longer than its leases."""
    async with transaction(pool) as conn:
        await conn.execute("update worker set seen_at = seen_at - interval '16 seconds' where name = %s", [worker])
        await conn.execute(
            "update lease set expires_at = expires_at - interval '16 seconds' where owner = %s", [worker]
        )


async def leases(pool: Pool) -> dict[str | None, int]:
    async with transaction(pool) as conn:
        rows = await (await conn.execute("select owner, count(*) as n from lease group by owner")).fetchall()
    return {row["owner"]: row["n"] for row in rows}


async def test_one_worker_owns_all_shards_and_two_share_them(pool: Pool, elsewhere: Pool) -> None:
    one, two = Owner(pool, "one"), Owner(elsewhere, "two")
    await renew(one)
    assert len(one.shards) == COUNT
    await renew(two)
    assert two.shards == []
    await renew(one, two)
    assert (len(one.shards), len(two.shards)) == (32, 32)
    assert set(one.shards).isdisjoint(two.shards)
    await renew(one, two)
    assert await leases(pool) == {"one": 32, "two": 32}


async def test_three_workers_have_at_most_the_share_of_a_third(pool: Pool) -> None:
    owners = [Owner(pool, name) for name in ("one", "two", "three")]
    await renew(*owners)
    await renew(*owners)
    assert sorted(len(owner.shards) for owner in owners) == [20, 22, 22]


async def test_the_shards_of_a_worker_that_died_are_taken_when_its_leases_have_ended(
    pool: Pool, elsewhere: Pool
) -> None:
    one, two = Owner(pool, "one"), Owner(elsewhere, "two")
    await renew(two, one, two, one)
    await renew(one)
    assert len(one.shards) == 32
    await dies(pool, "two")
    await renew(one)
    assert len(one.shards) == COUNT


async def test_a_worker_that_stops_gives_its_shards_back_at_once(pool: Pool, elsewhere: Pool) -> None:
    one, two = Owner(pool, "one"), Owner(elsewhere, "two")
    await renew(one, two, one, two)
    await two.leave()
    await renew(one)
    assert (len(one.shards), two.shards) == (COUNT, [])


async def test_a_worker_that_was_started_again_under_its_name_takes_its_shards_back_at_once(pool: Pool) -> None:
    await renew(Owner(pool, "one"))
    again = Owner(pool, "one")
    assert await again.renew(nothing_left) == list(range(COUNT))


async def test_a_zombie_whose_lease_was_taken_cannot_begin(pool: Pool, elsewhere: Pool) -> None:
    zombie, heir = Owner(pool, "zombie"), Owner(elsewhere, "heir")
    await renew(zombie)
    await dies(pool, "zombie")
    await renew(heir)
    with pytest.raises(LeaseLost, match="another owner"):
        async with zombie.act(7):
            pytest.fail("it may not get so far")
    assert 7 not in zombie.shards
    with pytest.raises(LeaseLost, match="not held"):
        async with zombie.act(7):
            pytest.fail("it may not get so far")
    await renew(zombie)
    assert zombie.shards == []


async def test_a_lease_is_not_taken_while_its_owner_is_at_work_however_slow_it_is(pool: Pool, elsewhere: Pool) -> None:
    slow, heir = Owner(pool, "slow"), Owner(elsewhere, "heir")
    await renew(slow)
    async with slow.act(7) as conn:
        await dies(elsewhere, "slow")
        await renew(heir)
        assert set(range(COUNT)) - set(heir.shards) == {7}
        await conn.execute("insert into touched (shard, person, event) values (7, 1, '')")
    await renew(heir)
    assert 7 in heir.shards
    async with heir.act(7) as conn:
        assert len(await (await conn.execute("select from touched where shard = 7")).fetchall()) == 1


async def test_a_shard_in_which_the_owner_is_at_work_is_renewed_like_the_others(pool: Pool) -> None:
    owner = Owner(pool, "one")
    await renew(owner)
    await dies(pool, "one")
    async with owner.act(7):
        await renew(owner)
    async with transaction(pool) as conn:
        ended = await conn.execute("select shard from lease where expires_at < clock_timestamp()")
        assert await ended.fetchall() == []


async def test_leases_that_ended_unnoticed_are_renewed_and_not_taken_anew(pool: Pool) -> None:
    owner = Owner(pool, "one")
    await renew(owner)
    await dies(pool, "one")
    assert await owner.renew(nothing_left) == []
    assert len(owner.shards) == COUNT


async def test_a_shard_with_messages_out_is_not_given_up(pool: Pool, elsewhere: Pool) -> None:
    one, two = Owner(pool, "one"), Owner(elsewhere, "two")
    await renew(one)
    with ExitStack() as out:
        for shard in range(40):
            out.enter_context(one.busy(shard))
        await renew(two, one, two)
        assert (one.shards, two.shards) == (list(range(40)), list(range(40, COUNT)))
    await renew(one, two)
    assert (len(one.shards), len(two.shards)) == (32, 32)


async def test_what_is_given_up_is_not_begun_any_more(pool: Pool, elsewhere: Pool) -> None:
    one, two = Owner(pool, "one"), Owner(elsewhere, "two")
    await renew(one, two, one)
    with pytest.raises(LeaseLost):
        async with one.act(63):
            pytest.fail("it may not get so far")


async def test_a_worker_that_is_about_to_stop_keeps_what_it_has_and_takes_nothing(pool: Pool) -> None:
    one = Owner(pool, "one")
    await renew(one, more=False)
    assert one.shards == []
    await renew(one)
    await renew(one, more=False)
    assert len(one.shards) == COUNT


async def test_a_shard_that_cannot_be_cleared_up_is_not_taken(pool: Pool) -> None:
    async def fails(conn: Connection, shard: int) -> None:
        if shard == 40:
            raise RuntimeError("cannot be cleared up")

    one = Owner(pool, "one")
    with pytest.raises(RuntimeError):
        await one.renew(fails)
    assert (one.shards, await leases(pool)) == ([], {None: COUNT})
    await renew(one)
    assert len(one.shards) == COUNT


async def test_acts_on_a_shard_come_one_after_the_other_and_those_on_others_do_not_wait(pool: Pool) -> None:
    owner, order, entered = Owner(pool, "one"), [], asyncio.Event()
    await renew(owner)

    async def first() -> None:
        async with owner.act(7):
            entered.set()
            async with owner.act(8):
                order.append("other shard")
            order.append("first")

    async def second() -> None:
        await entered.wait()
        async with owner.act(7):
            order.append("second")

    await asyncio.gather(second(), first())
    assert order == ["other shard", "first", "second"]


async def test_workers_that_were_last_seen_long_ago_are_forgotten(pool: Pool) -> None:
    async with transaction(pool) as conn:
        await conn.execute(
            "insert into worker select 'host-' || n, clock_timestamp() - n * interval '9 hours' "
            "from generate_series(1, 5) n"
        )
    await renew(Owner(pool, "one"))
    async with transaction(pool) as conn:
        rows = await (await conn.execute("select name from worker order by name")).fetchall()
    assert [row["name"] for row in rows] == ["host-1", "host-2", "one"]
