"""Many people at once: every statement of the engine and the gate stays linear in how many they are, also where the
planner has never met a table, a shard or a step, as when everybody starts at once (decision 0005).

PostgreSQL's own work is counted, not time: the rows that a statement reads, and its searches of indexes.
"""

import json
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from itertools import count, islice
from typing import Any, cast

import pytest
from test_engine_runs import SHARD

from builders import (
    a_workspace,
    asks,
    branches,
    journey,
    publish,
    raises,
    sends,
    sets,
    texts,
    waits,
    waits_for,
)
from participation import T0, look
from sojourn.db.connect import Connection, connect
from sojourn.db.shards import shard_of
from sojourn.delivery import store as delivery
from sojourn.delivery.store import Settlement
from sojourn.events.model import DeliveryRef, Event
from sojourn.events.store import append
from sojourn.kit.ids import Ref, new_event_id
from sojourn.people import store as people
from sojourn.segments import store as segments
from sojourn.segments.model import CONDITION

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
MANY = 1500
A_PERSON = 60  # rows and searches that each may cost a statement; what is not linear takes hundreds here
OTHER = SHARD + 1
FOUND_OFTEN = {"did": "email.clicked", "count": {"at_least": 2}}
STEPS = (
    sends(),
    asks(yes=[sets(), raises()], no=[branches()]),
    waits_for(trigger="cart.paid", within="3 days"),
    texts(),
    waits(),
)
WATCHED = {
    "exits": [{"trigger": "cart.left"}, {"segment": "vip"}],
    "goal": {"name": "bought", "trigger": "order.placed", "within": "30 days"},
}
WORK = "select sum(seq_scan + seq_tup_read + idx_scan + idx_tup_fetch)::bigint as work from pg_stat_xact_user_tables"


class Counting:
    """A connection that counts the work of each statement: `excessive` are those that did too much."""

    def __init__(self, conn: Connection) -> None:
        self._conn = conn
        self.counted = 0
        self.excessive: list[str] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self._conn, name)

    async def execute(self, query: Any, parameters: Any = None) -> Any:
        before = await self._work()
        cursor = await self._conn.execute(query, parameters)
        work = await self._work() - before
        self.counted += 1
        if work > A_PERSON * MANY:
            text = query if isinstance(query, str) else query.as_string(None)
            self.excessive.append(f"{work // MANY} for each person: {text}")
        return cursor

    async def _work(self) -> int:
        row = await (await self._conn.execute(WORK)).fetchone()
        assert row is not None
        return int(row["work"])


class Crowd:
    """Many contacts of one shard, and what happens to all of them in one journey."""

    def __init__(self, conn: Connection, shard: int) -> None:
        self.conn, self.shard = conn, shard

    async def come(self) -> None:
        keys = islice((key for key in map("p{}".format, count()) if shard_of("contact", key) == self.shard), MANY)
        told = {key: {"email": f"{key}@x.example", "phone": f"+3361{n:07}"} for n, key in enumerate(keys)}
        await people.merge_people(self.conn, "contact", {self.shard: json.dumps(told)}, T0)

    async def turn(self, now: datetime) -> None:
        await look(self.conn, self.shard, now)
        for kind in ("email", "text"):
            claimed, _ = await delivery.claim(self.conn, self.shard, kind, MANY, now)
            await delivery.settle(self.conn, self.shard, [Settlement(item.key, "sent") for item in claimed], now)
        await look(self.conn, self.shard, now)

    async def do(self, name: str, now: datetime, of: str | None = None, **properties: Any) -> None:
        """All of them, with their message of the step `of`."""
        found = await self.conn.execute(
            "select p.person, p.id, s.id as step from participant p left join step s on s.name = %s where p.shard = %s",
            [of, self.shard],
        )
        events = [
            Event(
                new_event_id(),
                Ref(self.shard, row["person"]),
                name,
                now,
                delivery=DeliveryRef(Ref(self.shard, row["id"]), row["step"]) if of else None,
                link="product" if of else None,
                properties=properties,
            )
            for row in await found.fetchall()
        ]
        await append(self.conn, events, now)
        await self.turn(now)


@pytest.fixture
async def conn(database: str) -> AsyncIterator[Connection]:
    """What PostgreSQL has learned of the size of a table stays after a rollback, so it is a database of its own."""
    async with connect(database) as conn, conn.transaction():
        yield conn


@pytest.mark.parametrize("knows", ["nothing", "who entered another shard", "another shard"])
async def test_no_statement_costs_more_than_linear_when_the_planner_knows(conn: Connection, knows: str) -> None:
    counting = Counting(conn)
    crowd, neighbours = Crowd(cast("Connection", counting), SHARD), Crowd(conn, OTHER)
    await a_workspace(conn, T0)
    await segments.create(conn, "vip", "contact", CONDITION.validate_python(FOUND_OFTEN), T0, live=True)
    for each in (crowd, neighbours):
        await each.come()
        await look(conn, each.shard, T0)
    await publish(conn, journey(*STEPS, watched=WATCHED), T0)
    if knows != "nothing":
        await look(conn, OTHER, T0)
    if knows == "another shard":
        await conn.execute("analyze")
    await crowd.turn(T0)
    await crowd.do("email.clicked", T0 + HOUR, of="announce")
    await crowd.do("order.placed", T0 + HOUR)
    await crowd.do("cart.paid", T0 + 2 * HOUR, amount=60)
    await crowd.turn(T0 + DAY)
    await crowd.do("cart.left", T0 + DAY)
    assert counting.counted > 100
    assert counting.excessive == []
