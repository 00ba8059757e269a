"""The owner of some shards: every act on a shard is one transaction, fenced by the lease, one at a time."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

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
                await store.hold(conn, shard, number)
                yield conn

    async def renew(self, take_over: Callable[[Connection, int], Awaitable[None]]) -> list[int]:
        """Keeps, gives up and takes shards; returns those that are new.

        `take_over` clears up what an earlier owner left behind in a shard. Until that is done the shard is nobody's, or
        its people could be moved on from a state that is not yet theirs.
        """
        async with transaction(self._pool) as conn:
            taken = await self._leases.renew(conn)
            for shard in taken:
                await take_over(conn, shard)
        self._leases.keep(taken)
        return sorted(taken)

    async def leave(self) -> None:
        async with transaction(self._pool) as conn:
            await self._leases.leave(conn)
