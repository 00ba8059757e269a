"""Keeping the event table in monthly partitions, made ahead of time."""

from datetime import UTC, date, datetime

from psycopg.errors import CheckViolation, LockNotAvailable

from sojourn.db.connect import Connection
from sojourn.events import store
from sojourn.kit.log import logger

LOG = logger("events")
MONTHS = range(-1, 3)  # from last month to the month after next


async def keep_partitions(conn: Connection, now: datetime) -> None:
    """Makes the partitions of last month, this one and the next two, as far as they are missing.

    A month of which events came before its partition stays in the default partition, which costs speed and nothing
    else. Several processes may do this at once.
    """
    today = now.astimezone(UTC).date()
    missing = [start for step in MONTHS if not await store.has_partition(conn, start := _month(today, step))]
    if missing:
        await store.lock_partitions(conn)
    for start in missing:
        if not await store.has_partition(conn, start):
            await _make(conn, start)


async def _make(conn: Connection, start: date) -> None:
    try:
        async with conn.transaction():
            await store.make_partition(conn, start, _month(start, 1))
    except CheckViolation:
        LOG.warning("month stays in the default partition", month=f"{start:%Y-%m}", why="it has events already")
    except LockNotAvailable:
        LOG.warning("partition not made yet", month=f"{start:%Y-%m}", why="the table is busy")


def _month(day: date, steps: int) -> date:
    """The first day of the month so many months away."""
    months = day.year * 12 + day.month - 1 + steps
    return date(months // 12, months % 12 + 1, 1)
