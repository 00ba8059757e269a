"""What the worker calls to keep the members of one shard right (G5): after people changed, and as time passes."""

from collections.abc import Sequence
from datetime import datetime

from sojourn.db.connect import Connection
from sojourn.segments import store
from sojourn.segments.model import in_order

BATCH = 20  # segments that one transaction evaluates in whole, and those that ask about them

next_due = store.next_due
"""When the first of a worker's shards has to call `evaluate_pending`, if nothing changes before."""


async def refresh(conn: Connection, shard: int, people: Sequence[int], now: datetime) -> int:
    """Asks the live segments about these people, who changed or did something. Returns how many joined or left."""
    segments = await store.segments_of_people(conn, shard, people)
    return await store.evaluate_people(conn, shard, segments, people, now)


async def evaluate_pending(conn: Connection, shard: int, now: datetime) -> int:
    """Evaluates in whole what is new, changed or moved by time, in one batch, and with it whatever asks about a segment
    that somebody joined or left by that. Returns how many segments that were.

    Each comes after those it asks about, also those of an earlier batch: no answer rests on one that is not there yet.
    """
    pending = (await store.pending(conn, shard, now))[:BATCH]
    if not pending:
        return 0
    due = {segment.id for segment in pending}
    asking = [segment for segment in await store.asking(conn, shard) if segment.id not in due]
    evaluated, moved = 0, set[str]()
    for segment in in_order([*pending, *asking]):
        if segment.id in due or moved.intersection(segment.asks):
            evaluated += 1
            if await store.evaluate_whole(conn, shard, segment, now):
                moved.add(segment.name)
    return evaluated
