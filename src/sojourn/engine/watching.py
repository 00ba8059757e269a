"""What versions watch for comes true for their participants, wherever they are: they leave (rule W15), or have reached
the goal (W14). It is asked of facts, whenever something may have changed: an event, a new member, a new participant.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from psycopg import sql

from sojourn.db.connect import Connection, Row
from sojourn.engine.store import queries
from sojourn.segments.compile import compiled_event
from sojourn.segments.model import PropertyTest

NEVER = 2**63 - 1


async def watch_events(conn: Connection, shard: int, happened: Sequence[tuple[int, str]], now: datetime) -> None:
    """These events happened to these people."""
    for watch in await _watches(conn, shard, now, events=sorted({event for _, event in happened})):
        people = [person for person, event in happened if event == watch["event"]]
        await _look_at(conn, shard, watch, people, now)


async def watch_joined(conn: Connection, shard: int, entry: int, now: datetime) -> None:
    """People have become members of segments after this entry."""
    for watch in await _watches(conn, shard, now, entry=entry):
        joined = {"shard": shard, "segment": watch["segment"], "entry": entry}
        await _look_at(conn, shard, watch, await _people(conn, "people_joined", joined), now)


async def watch_entered(conn: Connection, shard: int, versions: Collection[int], newest: int, now: datetime) -> None:
    """People have entered these versions, with greater numbers than this participant's. What happened since then may be
    known already: those whom an event starts enter at its time."""
    for watch in await _watches(conn, shard, now, versions=sorted(versions)):
        entered = {"shard": shard, "version": watch["version"], "newest": newest}
        await _look_at(conn, shard, watch, await _people(conn, "people_entered", entered), now)


async def _watches(conn: Connection, shard: int, now: datetime, **given: Any) -> list[Row]:
    asked = {"shard": shard, "now": now, "events": [], "versions": [], "entry": NEVER, **given}
    return await (await conn.execute(queries["watches"], asked)).fetchall()


async def _people(conn: Connection, query: str, given: Row) -> list[int]:
    return [row["person"] for row in await (await conn.execute(queries[query], given)).fetchall()]


async def _look_at(conn: Connection, shard: int, watch: Row, people: Sequence[int], now: datetime) -> None:
    if not people:
        return
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
