"""Turns of a shard in which something fails, and the worker's loops around them: one failure holds up nothing else."""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime, timedelta

import pytest
from machine import T0, Machine, a_writer, machine
from structlog.testing import capture_logs

from builders import a_contact, a_workspace, asks, journey, publish, raises, sends, waits
from sojourn.app.worker import Worker
from sojourn.channels.inbox.send import InboxChannel
from sojourn.db.clock import ask, clock_of, virtual_time
from sojourn.db.connect import Pool, open_pool, transaction
from sojourn.db.shards import shard_of
from sojourn.engine import jobs
from sojourn.engine.jobs import turn
from sojourn.engine.owner import Owner
from sojourn.events.model import Event
from sojourn.events.store import append
from sojourn.journeys import publish as publishing
from sojourn.journeys.steps.wait import WaitStep
from sojourn.journeys.store import create, newest
from sojourn.kit.errors import LeaseLost

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
SHARD = shard_of("contact", "ada")


@pytest.fixture
async def house(pool: Pool) -> AsyncIterator[Machine]:
    async with machine(pool) as made:
        yield made


async def ada_waits(house: Machine, *steps: dict) -> None:
    await house.prepare()
    async with house.transaction() as conn:
        await a_contact(conn, "ada", T0)
    await house.launch(journey(*(steps or (waits("pause", "1 hour"), waits("again", "1 hour")))))


async def test_a_step_that_fails_leaves_its_people_and_moves_the_others(house: Machine) -> None:
    await ada_waits(house)
    await house.launch(journey(waits("bad", "1 hour"), name="Bad"))
    async with house.transaction() as conn:
        await conn.execute("alter table step disable trigger user")
        await conn.execute("""update step set settings = settings || '{"duration": "a while"}' where name = 'bad'""")
    with capture_logs() as logs:
        await house.move_to(T0 + HOUR)
    assert {entry["event"] for entry in logs} == {"step failed"}
    assert dict(await house.way("ada")) == {"pause": "done", "again": None, "bad": None}
    assert await turn(house.owner, SHARD, T0 + HOUR) == 0
    async with house.transaction() as conn:
        await conn.execute("""update step set settings = settings || '{"duration": "1 hour"}' where name = 'bad'""")
    await house.settle()
    assert dict(await house.way("ada"))["bad"] == "done"


async def test_a_step_that_decides_nothing_is_told_and_does_not_spin(
    house: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    await ada_waits(house)
    undecided = "select participant, null as outcome, %(now)s::timestamptz as wake_at, null::jsonb as cause from due"
    monkeypatch.setattr(WaitStep, "outcome_query", undecided)
    with capture_logs() as logs:
        assert await turn(house.owner, SHARD, T0 + HOUR) == 0
    assert [(entry["event"], entry["people"]) for entry in logs] == [("step decides nothing", 1)]


async def test_a_segment_that_cannot_be_evaluated_holds_up_only_itself(house: Machine) -> None:
    await ada_waits(house)
    async with house.transaction() as conn:
        await conn.execute(
            "insert into segment (name, audience, condition, created_at, live_at) "
            "values ('bad', 'contact', '{}', %(now)s, %(now)s)", {"now": T0},
        )  # fmt: skip
        await publishing.publish(conn, await create(conn, journey(sends(), name="Second"), T0), "ada", T0)
    house.clock.at = T0 + HOUR
    with capture_logs() as logs:
        await turn(house.owner, SHARD, T0 + HOUR)
    assert [entry["part"] for entry in logs if entry["event"] == "part of a turn failed"] == ["evaluated"]
    assert await house.way("ada") == [("pause", "done"), ("again", None), ("announce", None)]


async def test_a_turn_of_a_shard_that_is_gone_says_so(house: Machine) -> None:
    await ada_waits(house)
    await house.owner.leave()
    with pytest.raises(LeaseLost):
        await turn(house.owner, SHARD, T0 + HOUR)


async def test_J1_a_start_waits_until_everybody_who_was_touched_is_seen(
    house: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "LOOK_AT", 2)
    await house.prepare()
    async with house.transaction() as conn:
        for key in [key for key in (f"p{n}" for n in range(1000)) if shard_of("contact", key) == SHARD][:5]:
            await a_contact(conn, key, T0)
        await publish(conn, journey(waits()), T0)
    entered = []
    for _ in range(3):
        async with house.owner.act(SHARD) as conn:
            for part in jobs.Look().parts:
                await part(conn, SHARD, T0)
        entered.append(len(await house.rows("select from participant")))
    assert entered == [0, 0, 5]


async def test_W15_everybody_who_was_touched_is_looked_at_before_anybody_moves(
    house: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a while in which no worker was there, the event that ends a participation is not among the first."""
    monkeypatch.setattr(jobs, "LOOK_AT", 2)
    await house.prepare()
    async with house.transaction() as conn:
        crowd = [
            await a_contact(conn, key, T0)
            for key in (f"p{n}" for n in range(1000))
            if shard_of("contact", key) == SHARD
        ]
    await house.launch(journey(waits("pause", "1 hour"), sends(), watched={"exits": [{"trigger": "order.placed"}]}))
    async with house.transaction() as conn:
        await append(conn, [Event(f"e{who}", who, "order.placed", T0 + HOUR) for who in crowd], T0 + HOUR)
    await turn(house.owner, SHARD, T0 + HOUR)
    reasons = await house.rows("select distinct exit_reason from participant")
    assert ([row["exit_reason"] for row in reasons], await house.rows("select from delivery")) == (["exit_event"], [])


async def test_J10_W14_journeys_that_start_each_other_do_not_keep_a_turn_from_ending(house: Machine) -> None:
    await house.prepare()
    async with house.transaction() as conn:
        ada = await a_contact(conn, "ada", T0)
    for name, heard, told in (("One", "order.placed", "cart.left"), ("Two", "cart.left", "order.placed")):
        start = {"start": {"trigger": heard, "audience": "contact", "reentry": "always"}}
        await house.launch(journey(raises("tell", told), name=name, watched=start))
    async with house.transaction() as conn:
        await append(conn, [Event("e1", ada, "order.placed", T0)], T0)
    assert await turn(house.owner, SHARD, T0) > 0
    entered = await house.rows("select from participant")
    assert len(entered) > 2
    await turn(house.owner, SHARD, T0 + HOUR)
    assert len(await house.rows("select from participant")) > len(entered)


# ---------------------------------------------------------------------------------------------------- the loops


class Running:
    """A whole worker in this process, on the virtual clock in the database."""

    def __init__(self, pool: Pool, worker: Worker) -> None:
        self.pool, self.worker = pool, worker
        self.task = asyncio.create_task(worker.run())

    async def move_to(self, instant: datetime) -> None:
        async with transaction(self.pool) as conn:
            asked = await ask(conn, instant)
        while True:
            async with transaction(self.pool) as conn:
                if (await virtual_time(conn)).answered >= asked:
                    return

    async def now(self) -> datetime:
        async with transaction(self.pool) as conn:
            return (await virtual_time(conn)).now


@pytest.fixture
async def running(pool: Pool, database: str) -> AsyncIterator[Running]:
    async with open_pool(database, size=6) as own:
        clock = clock_of(own, virtual=True)
        worker = Worker(own, database, clock, Owner(own, "one"), virtual=True)
        worker.employ([InboxChannel(own, "email"), InboxChannel(own, "text")], await a_writer(pool), at_once=2)
        made = Running(pool, worker)
        try:
            yield made
        finally:
            worker.stop()
            await made.task


async def test_Z1_the_worker_moves_the_virtual_clock_from_due_to_due(running: Running) -> None:
    t0 = await running.now()
    async with transaction(running.pool) as conn:
        await a_workspace(conn, t0)
        ada = await a_contact(conn, "ada", t0)
        await publish(conn, journey(sends(), waits("pause", "1 day"), asks(within="2 days")), t0)
    await running.move_to(t0 + HOUR)
    assert await running.now() == t0 + HOUR
    async with transaction(running.pool) as conn:
        await append(conn, [Event("bought-1", ada, "bought", t0 + HOUR)], t0 + HOUR)
    await running.move_to(t0 + 3 * DAY)
    async with transaction(running.pool) as conn:
        visits = await (await conn.execute("select outcome, left_at from visit order by left_at")).fetchall()
        state = (await newest(conn, "launch")).state
        history = await (await conn.execute("select from touched")).fetchall()
    assert [(visit["outcome"], visit["left_at"] - t0) for visit in visits] == [
        ("sent", timedelta(0)), ("done", DAY), ("no", 2 * DAY + timedelta(seconds=5)),
    ]  # fmt: skip
    assert (state, history) == ("Completed", [])


async def test_a_worker_that_stops_gives_back_its_shards_and_is_not_counted_any_more(running: Running) -> None:
    await running.move_to(await running.now())
    running.worker.stop()
    await running.task
    async with transaction(running.pool) as conn:
        owners = await (await conn.execute("select distinct owner from lease")).fetchall()
        workers = await (await conn.execute("select name from worker")).fetchall()
    assert (owners, workers) == ([{"owner": None}], [])


async def test_Z1_a_virtual_clock_that_nobody_asks_stands_still(running: Running) -> None:
    t0 = await running.now()
    async with transaction(running.pool) as conn:
        await a_workspace(conn, t0)
        await a_contact(conn, "ada", t0)
        await publish(conn, journey(waits("pause", "1 day")), t0)
    await running.move_to(t0)
    await running.move_to(t0)
    assert await running.now() == t0
