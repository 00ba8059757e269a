"""What versions watch for comes true for their participants, wherever they are: they leave (rule W15), or have reached
the goal (W14). It is asked of facts, whenever something may have changed: an event, a new member, a new participant.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from psycopg import sql

from sojourn.db.connect import Connection, Row
from sojourn.engine.store import queries
from sojourn.segments.compile import compiled_event
from sojourn.segments.model import PropertyTest

NEVER = 2**63 - 1


class Seen(NamedTuple):
    """What a look has seen: these events happened to these people; people have become members of segments after an
    entry, and have entered versions with greater numbers than a participant's, or were let in just now. What happened
    to those may be known already: whom an event starts enters at its time, and a turn takes a while."""

    happened: Sequence[tuple[int, str]] = ()
    entry: int = NEVER
    versions: Collection[int] = ()
    newest: int = NEVER
    let_in: Collection[int] = ()


async def watch(conn: Connection, shard: int, seen: Seen, now: datetime) -> None:
    """One thing after the other, so that of several that have come true the first in the document is the reason."""
    if not seen.happened and not seen.versions and seen.entry == NEVER:
        return
    events = sorted({event for _, event in seen.happened})
    asked = {"shard": shard, "now": now, "events": events, "versions": sorted(seen.versions), "entry": seen.entry}
    for row in await (await conn.execute(queries["watches"], asked)).fetchall():
        people = {person for person, event in seen.happened if event == row["event"]}
        if row["segment"] is not None and seen.entry < NEVER:
            joined = {"shard": shard, "segment": row["segment"], "entry": seen.entry}
            people |= await _people(conn, "people_joined", joined)
        if row["version"] in seen.versions:
            entered = {"shard": shard, "version": row["version"], "newest": seen.newest}
            people |= set(seen.let_in) or await _people(conn, "people_entered", entered)
        if people:
            await _look_at(conn, shard, row, sorted(people), now)


async def watch_let_in(conn: Connection, shard: int, start: int, now: datetime) -> None:
    """People have been let in, who had waited at this start (J9)."""
    rows = await (await conn.execute(queries["people_let_in"], {"shard": shard, "start": start, "now": now})).fetchall()
    seen = Seen(versions={row["version"] for row in rows}, let_in={row["person"] for row in rows})
    await watch(conn, shard, seen, now)


async def _people(conn: Connection, query: str, given: Row) -> set[int]:
    return {row["person"] for row in await (await conn.execute(queries[query], given)).fetchall()}


async def _look_at(conn: Connection, shard: int, watch: Row, people: Sequence[int], now: datetime) -> None:
    found, parameters = _found(watch)
    name = "reach" if watch["reason"] is None else "leave"
    statement = sql.SQL(queries[name]).format(leaving=found, found=found)
    await conn.execute(statement, {**watch, **parameters, "shard": shard, "people": list(people), "now": now})


def _found(watch: Row) -> tuple[sql.Composable, dict[str, Any]]:
    """The participants for whom it has come true, as a query."""
    settings = watch["settings"]
    if watch["segment"] is not None:
        return sql.SQL(queries["watched_members"]), settings
    tests = compiled_event([PropertyTest.model_validate(test) for test in settings["where"]], "where_")
    query = sql.SQL(queries["watched_events"]).format(tests=tests.expression)
    of_goal = watch["reason"] in (None, "goal_reached")
    asked = {"afterwards": None, **settings, "of_goal": of_goal, "counted": watch["reason"] is None}
    return query, {**asked, **tests.parameters}
