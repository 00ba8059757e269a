"""Leases: which worker owns which shard, by the database's clock (rule Z3).

A lease carries a number that grows with each owner. Whoever moves people first holds the lease's row (`store.hold`), so
a worker that lost its shard without noticing, however slow it was, cannot commit.
"""

from collections.abc import Collection, Mapping, Sequence

from sojourn.db.connect import Connection
from sojourn.engine.store import queries

LENGTH = "15 seconds"  # a worker that has not renewed for so long is taken for dead
RENEW_EVERY = 5.0  # seconds


class Leases:
    """The shards that one worker owns, each with the number of its lease."""

    def __init__(self, worker: str) -> None:
        self.worker = worker
        self.held: dict[int, int] = {}

    async def renew(self, conn: Connection, busy: Collection[int], *, more: bool) -> dict[int, int]:
        """Renews what is held, gives up what is more than a fair share and not busy, and takes what is free if `more`.

        Returns the new shards with their numbers; they are held once the caller has committed and says so (`keep`).
        """
        await conn.execute(queries["greet"], {"worker": self.worker})
        await self._forget_lost(conn)
        held = {"worker": self.worker, "held": list(self.held), "length": LENGTH}
        await conn.execute(queries["renew_leases"], held)
        row = await (await conn.execute(queries["fair_share"], {"patience": LENGTH})).fetchone()
        assert row is not None
        surplus = len(self.held) - row["share"]
        if surplus > 0:
            await self._release(conn, [shard for shard in self.held if shard not in busy][-surplus:])
        return await self._take(conn, -surplus) if more else {}

    def keep(self, taken: Mapping[int, int]) -> None:
        self.held.update(taken)

    def forget(self, shard: int, number: int) -> None:
        """It turned out that this lease is another's by now."""
        if self.held.get(shard) == number:
            del self.held[shard]

    async def leave(self, conn: Connection) -> None:
        """Gives everything back, so that others can go on at once."""
        await self._release(conn, list(self.held))
        await conn.execute(queries["farewell"], {"worker": self.worker})

    async def _take(self, conn: Connection, most: int) -> dict[int, int]:
        if most <= 0:
            return {}
        parameters = {"worker": self.worker, "held": list(self.held), "most": most, "length": LENGTH}
        rows = await (await conn.execute(queries["take_leases"], parameters)).fetchall()
        return {row["shard"]: row["number"] for row in rows}

    async def _forget_lost(self, conn: Connection) -> None:
        parameters = {"held": list(self.held), "numbers": list(self.held.values())}
        for row in await (await conn.execute(queries["lost_leases"], parameters)).fetchall():
            self.held.pop(row["shard"], None)

    async def _release(self, conn: Connection, shards: Sequence[int]) -> None:
        """Nothing new is begun in them from here on, whenever the database hears of it."""
        for shard in shards:
            del self.held[shard]
        await conn.execute(queries["release_leases"], {"worker": self.worker, "shards": list(shards)})
