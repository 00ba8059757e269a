"""Making interactions durable before they are answered (rule T1): many requests, one transaction.

Requests put what they saw into a queue and wait. One task takes all that has gathered, writes it in one transaction and
lets the requests go on; while it commits, the next ones gather, so that a busy server hardly commits more often than an
idle one. When the database cannot be reached, interactions go to the disk instead, and a second task brings them in,
with their own times, once it can be reached again.
"""

import asyncio
from collections.abc import Sequence
from pathlib import Path

from psycopg import DataError, Error, IntegrityError, ProgrammingError

from sojourn.db.connect import Pool, transaction
from sojourn.kit.clock import Clock
from sojourn.kit.log import logger
from sojourn.tracking import store
from sojourn.tracking.model import Interaction
from sojourn.tracking.patience import PATIENCE, within
from sojourn.tracking.spool import Spool, forget, read, refuse

LOG = logger("tracking")
BITE = 500  # interactions in one transaction
LONG_PATIENCE = 60.0  # seconds, where nobody waits
RETRY = 1.0  # seconds between attempts to reach the database again


class Recorder:
    """Records interactions, of one server process in its data folder. What `record` took is safe, however this ends."""

    def __init__(self, pool: Pool, clock: Clock, folder: Path) -> None:
        self._pool, self._clock = pool, clock
        self._spool, self._disk = Spool(folder), asyncio.Lock()
        self._queue: asyncio.Queue[tuple[Interaction, asyncio.Future[None]] | None] = asyncio.Queue(maxsize=10_000)
        self._task: asyncio.Task[None] | None = None
        self._recovery: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begins to record, and to bring in what an earlier process left on the disk."""
        self._task = asyncio.create_task(self._run(), name="record interactions")
        if not self._spool.empty:
            self._recover()

    async def stop(self) -> None:
        """Records what is waiting; what is on the disk stays there for the next start."""
        await self._queue.put(None)
        if self._task is not None:
            await self._task
        if self._recovery is not None:
            self._recovery.cancel()
            await asyncio.wait([self._recovery])

    async def record(self, seen: Interaction) -> None:
        """Returns when it is durable: in the database, or on the disk while that cannot be reached."""
        settled: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        await self._queue.put((seen, settled))
        await settled

    @property
    def database_is_away(self) -> bool:
        """Whether interactions go to the disk at the moment."""
        return self._recovery is not None and not self._recovery.done()

    async def database_is_back(self) -> None:
        """Returns when nothing is on the disk any more."""
        if self._recovery is not None:
            await asyncio.wait([self._recovery])

    async def ingest_spool(self) -> int:
        """Brings in what is on the disk; how many events were new. Raises what the database raises."""
        async with self._disk:
            paths = await asyncio.to_thread(self._spool.take)
        return sum([await self._ingest(path) for path in paths])

    async def _run(self) -> None:
        stopping = False
        while not stopping:
            waiting = [await self._queue.get()]
            while not self._queue.empty() and len(waiting) < BITE:
                waiting.append(self._queue.get_nowait())
            stopping = None in waiting
            batch = [one for one in waiting if one is not None]
            await self._settle([seen for seen, _ in batch])
            for _, settled in batch:
                if not settled.done():  # whoever waited may have gone
                    settled.set_result(None)

    async def _settle(self, batch: Sequence[Interaction]) -> None:
        if not batch:
            return
        if not self.database_is_away:
            try:
                await within(PATIENCE, self._write(batch))
                return
            except (Error, TimeoutError) as error:
                LOG.warning("interactions go to the disk", count=len(batch), error=str(error))
            except Exception:
                LOG.exception("interactions go to the disk", count=len(batch))
        await self._keep(batch)

    async def _keep(self, batch: Sequence[Interaction]) -> None:
        async with self._disk:
            try:
                await asyncio.to_thread(self._spool.append, batch)
            except Exception:  # the last resort has failed as well, and people still want to get where they clicked
                LOG.exception("interactions lost", count=len(batch))
            self._recover()

    def _recover(self) -> None:
        if not self.database_is_away:
            self._recovery = asyncio.create_task(self._bring_in(), name="bring interactions in")

    async def _bring_in(self) -> None:
        """Until the disk is empty, which is decided while nobody can put anything there."""
        while True:
            try:
                LOG.info("interactions brought in", count=await self.ingest_spool())
            except (Error, TimeoutError, OSError) as error:
                LOG.info("the database is still away", error=str(error))
                await asyncio.sleep(RETRY)
            async with self._disk:
                if self._spool.empty:
                    return

    async def _ingest(self, path: Path) -> int:
        new = 0
        try:
            for bite in read(path, BITE):
                new += await within(LONG_PATIENCE, self._write(bite))
        except FileNotFoundError:
            return new  # another process was quicker
        except (DataError, IntegrityError, ProgrammingError):
            LOG.exception("the database refuses interactions", kept=str(path))
            refuse(path)
        else:
            forget(path)
        return new

    async def _write(self, batch: Sequence[Interaction]) -> int:
        now = await self._clock.now()
        async with transaction(self._pool) as conn:
            return await store.record(conn, batch, now)
