"""Several workers on one database, moved by hand from one transaction to the next.

A worker stands still before each of its transactions, and before each handing over, until it is told to go on. One that
is not told so any more is dead; one that is told so only after its leases have ended is slow, and must be refused.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from datetime import datetime
from typing import cast

from stage import SetClock, faults

from sojourn.db.connect import Connection, Pool, transaction
from sojourn.delivery import store as delivery
from sojourn.delivery.jobs import Dispatcher
from sojourn.delivery.model import Accepted, Channel, Kind, Message, Result
from sojourn.delivery.write import Writer
from sojourn.engine import store as engine
from sojourn.engine.jobs import finish_versions, turn
from sojourn.engine.owner import Owner
from sojourn.kit.errors import LeaseLost

SHARDS = (7, 8)


class Border:
    """Where a worker waits to be told to go on. `refused` counts how often it then found its lease taken."""

    def __init__(self) -> None:
        self._go, self.arrived = asyncio.Event(), asyncio.Event()

    async def cross(self) -> None:
        self.arrived.set()
        await self._go.wait()
        self._go.clear()

    async def let_cross(self) -> None:
        """Returns when the worker stands at its next border."""
        self.arrived.clear()
        self._go.set()
        await self.arrived.wait()


class Halting:
    """An Owner that halts before each of its transactions."""

    def __init__(self, owner: Owner, border: Border) -> None:
        self._owner, self._border = owner, border
        self.refused = 0

    @property
    def shards(self) -> list[int]:
        return self._owner.shards

    @asynccontextmanager
    async def act(self, shard: int) -> AsyncIterator[Connection]:
        await self._border.cross()
        try:
            async with self._owner.act(shard) as conn:
                yield conn
        except LeaseLost:
            self.refused += 1
            raise

    @contextmanager
    def busy(self, shard: int) -> Iterator[None]:
        with self._owner.busy(shard):
            yield


class World:
    """The other side of all channels: counts what it was handed, by delivery."""

    def __init__(self) -> None:
        self.taken: Counter[str] = Counter()


class Out:
    """A channel of one worker: halts before it hands over."""

    def __init__(self, kind: Kind, world: World, border: Border, *, repeatable: bool) -> None:
        self.name, self.kind, self.repeatable = "out", kind, repeatable
        self._world, self._border = world, border

    async def send(self, batch: Sequence[Message]) -> Sequence[Result]:
        await self._border.cross()
        self._world.taken.update(str(message.key) for message in batch)
        return [Accepted(None)] * len(batch)

    async def close(self) -> None:
        """Nothing is held open."""


class Hand:
    """One worker, moved by hand."""

    def __init__(self, pool: Pool, name: str, clock: SetClock, writer: Writer, world: World) -> None:
        self.name, self.clock, self.pool = name, clock, pool
        self.border = Border()
        self.owner = Owner(pool, name)
        self.halting = Halting(self.owner, self.border)
        owner = cast("Owner", self.halting)
        self.dispatchers = [
            Dispatcher(owner, cast("Channel", out), writer, clock, at_once=1, done=lambda: None)
            for out in (
                Out("email", world, self.border, repeatable=False),
                Out("text", world, self.border, repeatable=True),
            )
        ]
        self.task = asyncio.create_task(self._work())

    async def go_on(self) -> None:
        """To its next border."""
        await self.border.arrived.wait()
        await self.border.let_cross()
        if self.task.done():
            self.task.result()

    async def leave(self) -> None:
        """Without a word: the task is put away."""
        tasks = [self.task, *(task for dispatcher in self.dispatchers for task in dispatcher._out.values())]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _work(self) -> None:
        try:
            while True:
                await self.border.cross()
                await self.owner.renew(self._take_over)
                for shard in self.owner.shards:
                    with suppress(LeaseLost):
                        await self._look_after(shard)
                await self.border.cross()
                async with transaction(self.pool) as conn:
                    await finish_versions(conn, self.clock.at)
        finally:
            self.border.arrived.set()

    async def _look_after(self, shard: int) -> None:
        now = self.clock.at
        async with transaction(self.pool) as conn:
            due = (await engine.agenda(conn, [shard])).get(shard)
        if due is not None and due <= now:
            await turn(cast("Owner", self.halting), shard, now)
        async with transaction(self.pool) as conn:
            waiting = await delivery.waiting(conn, [shard], ["email", "text"])
        for dispatcher in self.dispatchers:
            if waiting.get((shard, dispatcher.channel.kind), datetime.max.replace(tzinfo=now.tzinfo)) <= now:
                dispatcher.offer([shard])
                await dispatcher.rest()

    async def _take_over(self, conn: Connection, shard: int) -> None:
        await delivery.take_over(conn, shard, ["text"], self.clock.at)


async def end_leases(pool: Pool, worker: str) -> None:
    """As if a worker had said nothing for longer than its leases."""
    async with transaction(pool) as conn:
        await conn.execute("update worker set seen_at = seen_at - interval '16 seconds' where name = %s", [worker])
        await conn.execute("update lease set expires_at = '-infinity' where owner = %s", [worker])


async def all_faults(pool: Pool) -> list[str]:
    async with transaction(pool) as conn:
        return [fault for shard in SHARDS for fault in await faults(conn, shard)]
