"""A/B tests whose end has come are decided, once per run and step for all shards (rule W13).

A test waits a grace after its end, as an if step does, so that what happened in time is counted (W5). While frozen
timers pause the journey it waits too, and ends so much later (P5).
"""

from datetime import datetime

from psycopg.types.json import Jsonb

from sojourn.db.connect import Connection, Row
from sojourn.engine import store
from sojourn.engine.store import queries
from sojourn.engine.verdict import Tally, verdict


async def decide_tests(conn: Connection, now: datetime) -> datetime | None:
    """Decides what is to be decided; returns when the next test is, if any is under way."""
    for test in await (await conn.execute(queries["tests_to_decide"], {"now": now})).fetchall():
        found = verdict(await tally(conn, test, "a"), await tally(conn, test, "b"), test["settings"]["default"])
        about = {"run": test["run"], "step": test["step"], "now": now}
        await conn.execute(queries["decide_test"], {**about, "winner": found.winner, "cause": Jsonb(found.cause)})
        await store.record(conn, test, f"A/B test {test['name']!r}: version {found.winner} is the winner", now)
    row = await (await conn.execute(queries["next_test"])).fetchone()
    assert row is not None
    at: datetime | None = row["at"]
    return at


async def tally(conn: Connection, test: Row, version: str) -> Tally:
    """What decides for or against a version, as of now; `test` is a row of (run, step, settings, ends_at)."""
    settings = test["settings"]
    about = {"run": test["run"], "step": test["step"], "version": version, "ends_at": test["ends_at"]}
    if settings["goal"] is not None:
        name, given = "goal_tally", {"goal": settings["goal"]}
    else:
        name, given = "message_tally", {**settings["messages"][version], "link": settings["link"]}
    row = await (await conn.execute(queries[name], {**about, **given})).fetchone()
    assert row is not None
    return Tally(row["people"], row["of"], row["entered"])
