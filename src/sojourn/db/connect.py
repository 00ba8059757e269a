"""Connections: a pool whose rows are dictionaries and whose sessions speak UTC; transactions belong to the edge.

A request or a task is one transaction; only `app` and the tests open one (`async with transaction(pool) as conn`).
Everything below takes the connection it is given and never commits.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

from psycopg import AsyncConnection, OperationalError
from psycopg.rows import DictRow, dict_row
from psycopg.sql import SQL, Identifier
from psycopg_pool import AsyncConnectionPool, PoolTimeout

from sojourn.kit.errors import Unavailable

Connection = AsyncConnection[DictRow]
Pool = AsyncConnectionPool[Connection]
Row = dict[str, Any]

# Plans are made for the values at hand: one for any batch of any step loses the indexes (measured: nine times slower).
OPTIONS = "-c timezone=UTC -c application_name=sojourn -c plan_cache_mode=force_custom_plan"


@asynccontextmanager
async def open_pool(url: str, *, size: int) -> AsyncIterator[Pool]:
    """A pool of at most `size` connections to a PostgreSQL 16+ in UTF-8. Raises Unavailable if it cannot be reached."""
    pool: Pool = AsyncConnectionPool(
        url,
        connection_class=AsyncConnection[DictRow],
        kwargs={"row_factory": dict_row, "options": OPTIONS},
        min_size=1,
        max_size=size,
        open=False,
    )
    try:
        await pool.open(wait=True, timeout=20)
    except PoolTimeout as error:
        await pool.close()
        raise Unavailable(f"The database did not answer within 20 seconds: {error}") from error
    try:
        yield pool
    finally:
        await pool.close()


@asynccontextmanager
async def connect(url: str) -> AsyncIterator[Connection]:
    """One connection, in autocommit mode, for LISTEN and for commands that need no pool."""
    try:
        conn = await AsyncConnection.connect(url, row_factory=dict_row, options=OPTIONS, autocommit=True)
    except OperationalError as error:
        raise Unavailable(f"The database cannot be reached: {error}") from error
    async with conn:
        yield conn


@asynccontextmanager
async def transaction(pool: Pool) -> AsyncIterator[Connection]:
    """A connection inside one transaction: committed at the end, rolled back by an exception."""
    async with pool.connection() as conn, conn.transaction():
        yield conn


async def notifications(url: str, channel: str) -> AsyncIterator[None]:
    """Yields once it listens, since something may have happened before, and after each batch of notifications.

    Waits for the socket itself: the driver's way looks ten times a second, most of what an idle worker would cost.
    """
    async with connect(url) as conn:
        await conn.execute(SQL("listen {}").format(Identifier(channel)))
        loop, readable = asyncio.get_running_loop(), asyncio.Event()
        loop.add_reader(conn.fileno(), readable.set)
        try:
            yield
            while True:
                await readable.wait()
                readable.clear()
                conn.pgconn.consume_input()
                if [*iter(conn.pgconn.notifies, None)]:
                    yield
        finally:
            loop.remove_reader(conn.fileno())


async def database_time(conn: Connection) -> datetime:
    row = await (await conn.execute("select clock_timestamp() as now")).fetchone()
    assert row is not None
    now: datetime = row["now"]
    return now
