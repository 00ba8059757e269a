"""Where clocks get their time: from the database, real or virtual."""

from dataclasses import dataclass
from datetime import datetime

from sojourn.db.connect import Connection, Pool, database_time, transaction
from sojourn.db.queries import Queries
from sojourn.kit.clock import Clock, DatabaseClock, VirtualClock
from sojourn.kit.errors import Conflict

queries = Queries(__package__)


@dataclass(frozen=True)
class VirtualTime:
    """`now` moves towards `target`; requests up to number `answered` have everything done that was due."""

    now: datetime
    target: datetime
    asked: int
    answered: int


def clock_of(pool: Pool, *, virtual: bool) -> Clock:
    async def real() -> datetime:
        async with transaction(pool) as conn:
            return await database_time(conn)

    async def shown() -> datetime:
        async with transaction(pool) as conn:
            return (await virtual_time(conn)).now

    return VirtualClock(shown) if virtual else DatabaseClock(real)


async def virtual_time(conn: Connection) -> VirtualTime:
    """The virtual clock, started at the real time if it never ran."""
    row = await (await conn.execute(queries["virtual_time"])).fetchone()
    if row is None:
        await conn.execute(queries["start_virtual_clock"])
        return await virtual_time(conn)
    return VirtualTime(**row)


async def ask(conn: Connection, target: datetime) -> int:
    """Asks the worker to reach `target`; returns the number to wait for. Raises Conflict if that is in the past."""
    row = await (await conn.execute(queries["ask_virtual_clock"], {"target": target})).fetchone()
    if row is None:
        shown = await virtual_time(conn)
        raise Conflict(f"The clock shows {shown.now.isoformat()} already; it only moves forward.")
    return int(row["asked"])


async def move(conn: Connection, now: datetime) -> None:
    await conn.execute(queries["move_virtual_clock"], {"now": now})


async def answer(conn: Connection, asked: int) -> None:
    await conn.execute(queries["answer_virtual_clock"], {"asked": asked})
