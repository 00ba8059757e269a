"""What the worker calls to keep the members of one shard right (G5): after people changed, and as time passes."""

from collections.abc import Sequence
from datetime import datetime

from sojourn.db.connect import Connection
from sojourn.segments import store

next_due = store.next_due
"""When the first of a worker's shards has to call `evaluate_pending`, if nothing changes before."""


async def refresh(conn: Connection, shard: int, people: Sequence[int], now: datetime) -> int:
    """Asks the live segments about these people, who changed or did something. Returns how many joined or left."""
    segments = await store.segments_of_people(conn, shard, people)
    return await store.evaluate_people(conn, shard, segments, people, now)


async def evaluate_pending(conn: Connection, shard: int, now: datetime) -> int:
    """Evaluates in whole what is new, changed or moved by time, in one batch. Returns how many segments that were."""
    segments = await store.pending(conn, shard, now)
    for segment in segments:
        await store.evaluate_whole(conn, shard, segment, now)
    return len(segments)
