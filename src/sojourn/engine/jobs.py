"""What the worker calls for a shard that has something to do: a turn, in small transactions, until nobody is due."""

from datetime import datetime

from psycopg import OperationalError

from sojourn.db.connect import Connection
from sojourn.engine import store
from sojourn.engine.owner import Owner
from sojourn.events.store import take_touched
from sojourn.kit.errors import LeaseLost
from sojourn.kit.log import logger
from sojourn.segments.jobs import evaluate_pending, refresh

log = logger(__name__)

LOOK_AT = 5000  # touched people taken at once


async def turn(owner: Owner, shard: int, now: datetime) -> int:
    """Does everything of one shard that is due at `now`; returns how much that was, in people and runs."""
    async with owner.act(shard) as conn:
        work = await _look_at_touched(conn, shard, now)
        work += await evaluate_pending(conn, shard, now)
        work += await _admit_due(conn, shard, now)
        work += await store.end_stopped(conn, shard, now)
    while moved := await _advance_due(owner, shard, now):
        work += moved
    return work


async def finish_versions(conn: Connection, now: datetime) -> None:
    """Versions whose last participant has left are Completed, or Stopped; their histories say so."""
    for version in await store.finish_versions(conn, now):
        await store.record_end(conn, version, now)


async def _look_at_touched(conn: Connection, shard: int, now: datetime) -> int:
    touched = await take_touched(conn, shard, LOOK_AT)
    if happened := [(person, event) for person, event in touched if event]:
        await store.wake(conn, shard, happened, now)
    if touched:
        await refresh(conn, shard, sorted({person for person, _ in touched}), now)
    return len(touched)


async def _admit_due(conn: Connection, shard: int, now: datetime) -> int:
    runs = await store.runs_to_admit(conn, shard, now)
    for run in runs:
        await store.admit(conn, shard, run, now)
    return len(runs)


async def _advance_due(owner: Owner, shard: int, now: datetime) -> int:
    """One pass over the steps that have somebody due, each in a transaction of its own.

    A step that fails leaves its people where they are and must not hold up the others.
    """
    async with owner.act(shard) as conn:
        steps = await store.due_steps(conn, shard, now)
    moved = 0
    for step in steps:
        try:
            async with owner.act(shard) as conn:
                moved += await store.advance(conn, shard, step, now)
        except (LeaseLost, OperationalError):
            raise
        except Exception:
            log.exception("step failed", step=step["step"], kind=step["kind"], shard=shard)
    return moved
