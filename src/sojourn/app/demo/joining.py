"""New customers: after the story they join one by one, at a gentle rate and not for ever."""

import asyncio
from contextlib import suppress
from datetime import timedelta

from sojourn.app.sample.people import COLUMNS, customer
from sojourn.db.connect import Pool, database_time, transaction
from sojourn.kit.errors import Invalid
from sojourn.people.store import count_people, identify

EVERY = timedelta(seconds=0.5)
NEWCOMERS = 1200  # ten minutes


async def join(pool: Pool, newcomers: int = NEWCOMERS, every: timedelta = EVERY) -> None:
    """So many customers beyond those who are there."""
    async with transaction(pool) as conn:
        known = await count_people(conn, "contact")
    for number in range(known + 1, known + newcomers + 1):
        told = dict(zip(COLUMNS, customer(number), strict=True))
        key, value = told.pop("customer_id"), float(told.pop("lifetime_value"))
        with suppress(Invalid):  # a few have no address that is one, as in real files
            async with transaction(pool) as conn:
                await identify(conn, "contact", key, {**told, "lifetime_value": value}, await database_time(conn))
        await asyncio.sleep(every.total_seconds())
