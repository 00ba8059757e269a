"""The owner of some shards: every act on a shard is one transaction, fenced by the lease, one at a time."""

import asyncio
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager

from sojourn.db.connect import Connection, Pool, transaction
from sojourn.engine import store
from sojourn.engine.leases import Leases
from sojourn.kit.errors import LeaseLost


class Owner:
    """What a worker moves people through; also what its senders record their answers through."""

    def __init__(self, pool: Pool, worker: str) -> None:
        self._pool = pool
        self._leases = Leases(worker)
        self._locks: defaultdict[int, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._busy: Counter[int] = Counter()

    @property
    def shards(self) -> list[int]:
        return sorted(self._leases.held)

    @asynccontextmanager
    async def act(self, shard: int) -> AsyncIterator[Connection]:
        """One transaction on a shard. Raises LeaseLost, before or at the first statement, if it is another's by now."""
        async with self._locks[shard]:
            number = self._leases.held.get(shard)
            if number is None:
                raise LeaseLost(f"Shard {shard} is not held.")
            async with transaction(self._pool) as conn:
                try:
                    await store.hold(conn, shard, number)
                except LeaseLost:
                    self._leases.forget(shard, number)
                    raise
                yield conn

    @contextmanager
    def busy(self, shard: int) -> Iterator[None]:
        """Something of this shard is out of the house: it is not given up to another worker, who could not know what
        becomes of it."""
        self._busy[shard] += 1
        try:
            yield
        finally:
            self._busy[shard] -= 1

    async def renew(self, take_over: Callable[[Connection, int], Awaitable[None]], *, more: bool = True) -> list[int]:
        """Keeps, gives up and (if `more`) takes shards; returns those that are new.

        `take_over` clears up what an earlier owner left behind in a shard. Until that is done the shard is nobody's, or
        its people could be moved on from a state that is not yet theirs.
        """
        busy = {shard for shard, times in self._busy.items() if times}
        async with transaction(self._pool) as conn:
            taken = await self._leases.renew(conn, busy, more=more)
            for shard in taken:
                await take_over(conn, shard)
        self._leases.keep(taken)
        return sorted(taken)

    async def leave(self) -> None:
        async with transaction(self._pool) as conn:
            await self._leases.leave(conn)
