"""Import of a CSV file of people (rules A2, A3), batch by batch while the file is read.

A batch is one transaction: its people, its counts and its rejected rows are there together or not at all. So a file
that breaks in the middle loses nothing that was accepted, and importing it again finds those people unchanged.
"""

import asyncio
from collections.abc import Callable
from typing import IO

from sojourn.db.connect import Pool, Row, transaction
from sojourn.kit.clock import Clock
from sojourn.people import store
from sojourn.people.gather import Batch, gather, take
from sojourn.people.match import Columns, Order, match_columns
from sojourn.people.read import Record, Sheet, open_sheet

BATCH = 20_000  # rows


async def import_csv(
    pool: Pool, clock: Clock, file: IO[bytes], order: Order, progress: Callable[[Row], None] | None = None
) -> Row:
    """Imports a file, from a thread of its own, and returns the finished import: a row of people_import.

    `progress` is given the import as it stands after each batch. Raises Invalid, before anything is imported, when the
    file or its columns cannot be understood, and NotFound for an unknown audience. A file that cannot be read to its
    end is an import with a `failure`.
    """
    sheet = await asyncio.to_thread(open_sheet, file)
    first, failure = await asyncio.to_thread(take, sheet.records, BATCH)
    async with transaction(pool) as conn:
        audience = await store.audience(conn, order.audience)
        columns = match_columns(sheet.header, [record.cells for record in first], audience, order)
        if columns.added:
            await store.declare_attributes(conn, audience.name, columns.added)
        begun = await store.start_import(conn, audience.name, order.source, order.who, await clock.now())
    writer = _Writer(pool, clock, begun, progress or (lambda _: None))
    batch = await asyncio.to_thread(_gathered, first, failure, columns, order.audience)
    while batch.counts.rows and not batch.failure:
        # the next batch is read while PostgreSQL merges this one
        batch, _ = await asyncio.gather(
            asyncio.to_thread(_next_batch, sheet, columns, order.audience), writer.write(batch)
        )
    await writer.write(batch)
    return await writer.finish(batch.failure)


def _next_batch(sheet: Sheet, columns: Columns, audience: str) -> Batch:
    return _gathered(*take(sheet.records, BATCH), columns, audience)


def _gathered(records: list[Record], failure: str | None, columns: Columns, audience: str) -> Batch:
    batch = gather(records, columns, audience)
    batch.failure = failure
    return batch


class _Writer:
    """Writes the batches of one import."""

    def __init__(self, pool: Pool, clock: Clock, begun: Row, progress: Callable[[Row], None]) -> None:
        self._pool = pool
        self._clock = clock
        self._import = begun
        self._progress = progress

    async def write(self, batch: Batch) -> None:
        if not batch.counts.rows:
            return
        now = await self._clock.now()
        async with transaction(self._pool) as conn:
            accepted, updated = await store.merge_people(conn, self._import["audience"], batch.people, now)
            counts = batch.counts
            counts.accepted += accepted
            counts.updated += updated
            counts.unchanged += batch.distinct - accepted - updated
            counted = await store.count_batch(conn, self._import["id"], counts, batch.rejected)
        self._progress(counted)

    async def finish(self, failure: str | None) -> Row:
        async with transaction(self._pool) as conn:
            return await store.finish_import(conn, self._import["id"], failure, await self._clock.now())
