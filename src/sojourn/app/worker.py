"""The worker: keeps its leases, does turns for shards that have something due, offers messages to dispatchers, sleeps.

It asks the database once for all its shards what is due next and sleeps until then, or until somebody notifies it;
notifications are a hint that saves waiting, so it looks anyway every few seconds. On a virtual clock it is the one who
moves time: to the next instant at which something is due, once everything due before is done.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from typing import NamedTuple

from psycopg import OperationalError

from sojourn.db import clock as clocks
from sojourn.db.connect import Connection, Pool, notifications, transaction
from sojourn.db.shards import COUNT
from sojourn.delivery import store as delivery
from sojourn.delivery.jobs import Dispatcher
from sojourn.delivery.model import Channel
from sojourn.delivery.write import Writer
from sojourn.engine import store as engine
from sojourn.engine.ab_tests import decide_tests
from sojourn.engine.jobs import finish_versions, schedule_runs, turn
from sojourn.engine.leases import RENEW_EVERY
from sojourn.engine.owner import Owner
from sojourn.events.jobs import keep_partitions
from sojourn.kit.clock import Clock
from sojourn.kit.errors import LeaseLost
from sojourn.kit.log import logger
from sojourn.segments.jobs import next_due as segments_due

log = logger(__name__)

LOOK_EVERY = 5.0  # seconds, should a notification be lost (G5, J2: within 5 seconds)
TURNS_AT_ONCE = 2
DATABASE_RETRY = 1.0
HOUSEKEEPING = timedelta(hours=6)
FINISH_EVERY = timedelta(minutes=1)  # should the worker that moved the last person of a version be lost


class Round(NamedTuple):
    """What one look at the agenda came to."""

    worked: int
    """In people and runs."""
    due: bool
    """Whether a shard was due."""
    offered: bool
    """Whether messages were due."""
    later: datetime | None
    """When the next thing is."""


class Worker:
    """One process's worker. `run` returns after `stop`, when everything it had out has come back."""

    def __init__(self, pool: Pool, url: str, clock: Clock, owner: Owner, *, virtual: bool) -> None:
        self._pool, self._url, self._clock, self._virtual = pool, url, clock, virtual
        self._owner = owner
        self._dispatchers: Mapping[str, Dispatcher] = {}
        self._signal, self._stopping, self._closed = asyncio.Event(), asyncio.Event(), asyncio.Event()
        self._turns = asyncio.Semaphore(TURNS_AT_ONCE)
        self._kept_house: datetime | None = None
        self._finished: datetime | None = None

    def employ(self, channels: Iterable[Channel], writer: Writer, at_once: int) -> None:
        """Hands messages over through these channels; `at_once` batches of each may be out at the same time."""
        self._dispatchers = {
            channel.kind: Dispatcher(self._owner, channel, writer, self._clock, at_once=at_once, done=self._signal.set)
            for channel in channels
        }

    @property
    def idle(self) -> bool:
        """Nothing is out."""
        return all(dispatcher.idle for dispatcher in self._dispatchers.values())

    async def rest(self) -> None:
        """Returns when what is out has come back."""
        await asyncio.gather(*(dispatcher.rest() for dispatcher in self._dispatchers.values()))

    def stop(self) -> None:
        self._stopping.set()
        self._signal.set()

    async def run(self) -> None:
        """The leases are kept until all that is out has come back, or it would be in doubt."""
        listening = asyncio.create_task(self._persist(self._listen, self._stopping))
        keeping = asyncio.create_task(self._persist(self.keep_leases, self._closed, every=RENEW_EVERY))
        try:
            await self._persist(self._work, self._stopping)
        finally:
            listening.cancel()
            await asyncio.gather(*(dispatcher.close() for dispatcher in self._dispatchers.values()))
            self._closed.set()
            keeping.cancel()
            await asyncio.gather(listening, keeping, return_exceptions=True)
            with suppress(OperationalError):
                await self._owner.leave()

    async def round(self, now: datetime) -> Round:
        """Looks at the agenda once: a turn for each shard that is due, and what waits to be sent is offered."""
        due, offered, later = await self._look(now)
        turns = await asyncio.gather(*(self._turn(shard, now) for shard in due), return_exceptions=True)
        for failure in turns:
            if isinstance(failure, BaseException):
                raise failure
        worked = sum(turn for turn in turns if isinstance(turn, int))
        if worked or self._finished is None or now - self._finished >= FINISH_EVERY:
            async with transaction(self._pool) as conn:
                await finish_versions(conn, now)
            self._finished = now
        return Round(worked, bool(due), offered, later)

    async def keep_leases(self) -> None:
        """Renews the leases; takes and gives up shards, so that all living workers have their share."""
        new = await self._owner.renew(self._take_over, more=not self._stopping.is_set())
        if new:
            log.info("shards taken", count=len(new), held=len(self._owner.shards))
            self._signal.set()

    async def _persist(self, act: Callable[[], Awaitable[None]], until: asyncio.Event, *, every: float = 0) -> None:
        """Goes on through everything that a database or network can do."""
        while not until.is_set():
            try:
                await act()
                await asyncio.sleep(every)
            except (OperationalError, OSError) as error:
                log.warning("waiting for the database", error=str(error).strip())
                await asyncio.sleep(DATABASE_RETRY)
            except Exception:
                log.exception("worker stumbled")
                await asyncio.sleep(DATABASE_RETRY)

    async def _take_over(self, conn: Connection, shard: int) -> None:
        repeatable = [kind for kind, dispatcher in self._dispatchers.items() if dispatcher.channel.repeatable]
        await delivery.take_over(conn, shard, repeatable, await self._clock.now())

    async def _listen(self) -> None:
        async for _ in notifications(self._url, "sojourn"):
            self._signal.set()

    async def _work(self) -> None:
        """A round; and when nothing was to be done, sleep, or move the virtual clock."""
        self._signal.clear()
        asked = await self._virtual_time() if self._virtual else None
        now = asked.now if asked else await self._clock.now()
        await self._keep_house(now)
        done = await self.round(now)
        if done.worked:
            return
        if asked and not done.due and not done.offered and self._at_rest() and asked.answered < asked.asked:
            await self._move_clock(asked, done.later)
        else:
            await self._sleep(LOOK_EVERY if asked or done.due or not done.later else (done.later - now).total_seconds())

    async def _look(self, now: datetime) -> tuple[list[int], bool, datetime | None]:
        """Offers the dispatchers what waits for them; returns the shards that are due, whether messages were, and when
        the next thing is."""
        shards = self._owner.shards
        async with transaction(self._pool) as conn:
            await schedule_runs(conn, now)
            decided = await decide_tests(conn, now)
            agenda = await engine.agenda(conn, shards)
            waiting = await delivery.waiting(conn, shards, list(self._dispatchers))
            membership = await segments_due(conn, shards)
        for kind, dispatcher in self._dispatchers.items():
            dispatcher.offer(shard for (shard, of), at in waiting.items() if of == kind and at <= now)
        dues = [*agenda.values(), *waiting.values(), *(at for at in (membership, decided) if at is not None)]
        due = [shard for shard, at in agenda.items() if at <= now]
        if membership is not None and membership <= now:
            due = shards
        return due, any(at <= now for at in waiting.values()), min((at for at in dues if at > now), default=None)

    async def _turn(self, shard: int, now: datetime) -> int:
        async with self._turns:
            try:
                return await turn(self._owner, shard, now)
            except LeaseLost:
                return 0

    async def _sleep(self, seconds: float) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(self._signal.wait(), max(0.0, min(seconds, LOOK_EVERY)))

    async def _keep_house(self, now: datetime) -> None:
        if self._kept_house is None or now - self._kept_house >= HOUSEKEEPING:
            async with transaction(self._pool) as conn:
                await keep_partitions(conn, now)
            self._kept_house = now

    async def _virtual_time(self) -> clocks.VirtualTime:
        async with transaction(self._pool) as conn:
            return await clocks.virtual_time(conn)

    def _at_rest(self) -> bool:
        """Nothing is out, and everybody's people are this worker's, so that nothing earlier can still come up."""
        return len(self._owner.shards) == COUNT and self.idle

    async def _move_clock(self, asked: clocks.VirtualTime, later: datetime | None) -> None:
        async with transaction(self._pool) as conn:
            if asked.now < asked.target:
                await clocks.move(conn, min(later or asked.target, asked.target))
            else:
                await clocks.answer(conn, asked.asked)
