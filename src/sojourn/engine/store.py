"""What the engine says to PostgreSQL, one shard at a time; `agenda` and `finish_versions` are its only wide looks."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from psycopg import sql

from sojourn.db.connect import Connection, Row
from sojourn.db.queries import Queries
from sojourn.events import store as events
from sojourn.journeys.steps.registry import MOVING
from sojourn.kit.errors import LeaseLost
from sojourn.segments import store as segments
from sojourn.segments.compile import compiled_event
from sojourn.segments.model import PropertyTest

queries = Queries(__package__)

LONG_AGO = datetime.min.replace(tzinfo=UTC)
BATCH = 5000  # visits moved by one statement: bounds the length of a transaction


async def hold(conn: Connection, shard: int, number: int) -> None:
    """First statement of every transaction that moves people. Raises LeaseLost when another worker owns the shard."""
    cursor = await conn.execute(queries["hold"], {"shard": shard, "number": number})
    if cursor.rowcount != 1:
        raise LeaseLost(f"Shard {shard} has another owner.")


async def agenda(conn: Connection, shards: Sequence[int]) -> dict[int, datetime]:
    """When each shard has something to do (LONG_AGO: at once); those that wait only for the world are left out."""
    rows = await (await conn.execute(queries["agenda"], {"shards": list(shards)})).fetchall()
    dues = {row["shard"]: LONG_AGO if row["pending"] else row["due"] for row in rows}
    return {shard: due for shard, due in dues.items() if due is not None}


async def runs_to_admit(conn: Connection, shard: int, now: datetime) -> list[Row]:
    """Runs that begin in this shard."""
    return await (await conn.execute(queries["runs_to_admit"], {"shard": shard, "now": now})).fetchall()


async def runs_that_go_on(conn: Connection, shard: int, now: datetime) -> list[Row]:
    """Runs that began in this shard before, and for which somebody has joined meanwhile."""
    return await (await conn.execute(queries["runs_that_go_on"], {"shard": shard, "now": now})).fetchall()


async def runs_started_by(conn: Connection, shard: int, events: Sequence[str], now: datetime) -> list[Row]:
    """Trigger-based runs that begin for whom one of these events happened to."""
    given = {"shard": shard, "events": list(events), "now": now}
    return await (await conn.execute(queries["runs_started_by"], given)).fetchall()


async def admit(conn: Connection, shard: int, run: Row, now: datetime) -> int:
    """Everybody of one shard whom a run considers now, in one statement; `run` is a row of one of the three above, with
    the `people` to ask for an event. Returns how many were considered."""
    candidates, parameters = _candidates(run)
    statement = sql.SQL(queries["admit"]).format(candidates=candidates)
    first_time = {"seen": 0 if "people" in run else None}
    given = {"shard": shard, "now": now, **first_time, **run["settings"], **parameters, **run}
    if run["settings"]["rate"] is not None:
        given["first"] = run["start"]
    row = await (await conn.execute(statement, given)).fetchone()
    assert row is not None
    return int(row["considered"])


async def touch_heard_early(conn: Connection, shard: int, run: Row) -> None:
    """Of a trigger-based run that begins: whoever its event was heard of before it happened is looked at again."""
    given = {"shard": shard, "trigger": run["settings"]["trigger"], "starts_at": run["starts_at"]}
    await conn.execute(queries["touch_heard_early"], given)


def _candidates(run: Row) -> tuple[sql.Composable, Mapping[str, object]]:
    """Who is considered: by an event that passes the filter, by having joined, or by being a member."""
    frequency = run["settings"]["frequency"]
    if frequency != "trigger":
        name = {"newly_added": "members_now" if run["seen"] is None else "members_joined"}.get(
            frequency, "members_at_start"
        )
        return sql.SQL(queries[name]), {}
    if "people" not in run:
        return sql.SQL(queries["nobody"]), {}
    tests = compiled_event([PropertyTest.model_validate(test) for test in run["settings"]["where"]], "where_")
    return sql.SQL(queries["events_happened"]).format(filter=tests.expression), tests.parameters


async def measure_new_tables(conn: Connection) -> None:
    """After many people entered: lets the planner know, if it does not yet."""
    row = await (await conn.execute(queries["sizes_are_unknown"])).fetchone()
    assert row is not None
    if row["answer"]:
        await conn.execute(queries["measure"])


async def runs_to_follow(conn: Connection, now: datetime) -> list[Row]:
    """Repeating versions that need their next run; locked, so that one worker makes it."""
    return await (await conn.execute(queries["runs_to_follow"], {"now": now})).fetchall()


async def add_run(conn: Connection, version: int, number: int, starts_at: datetime) -> None:
    await conn.execute(queries["add_run"], {"version": version, "number": number, "starts_at": starts_at})


async def close_entries(conn: Connection, version: int) -> None:
    await conn.execute(queries["close_entries"], {"version": version})


async def due_steps(conn: Connection, shard: int, now: datetime) -> list[Row]:
    return await (await conn.execute(queries["due_steps"], {"shard": shard, "now": now})).fetchall()


async def advance(conn: Connection, shard: int, step: Row, now: datetime, batch: int = BATCH) -> tuple[int, int]:
    """Moves up to `batch` visits that are due at one step of one shard. Returns how many were due, and how many of them
    went on or have a later time to be looked at; it is a defect when those are fewer."""
    statement, settings = advance_statement(step["kind"], step["settings"])
    parameters = {**settings, "shard": shard, "step": step["step"], "now": now, "batch": batch}
    row = await (await conn.execute(statement, parameters)).fetchone()
    assert row is not None
    return row["due"], row["moved"]


def advance_statement(kind: str, settings: Mapping[str, Any]) -> tuple[sql.Composed, Mapping[str, Any]]:
    """The statement that moves people at a step of this kind: the engine's frame around the kind's outcome query."""
    step = MOVING[kind]
    outcome_query, parameters = step.query(settings)
    return sql.SQL(queries["advance"]).format(effect=sql.SQL(step.effect), outcome_query=outcome_query), parameters


async def wake(conn: Connection, shard: int, happened: Sequence[tuple[int, str]], now: datetime) -> None:
    """Lets the visits of people look again who did something that their step listens to, or who changed (no name)."""
    people, events = [person for person, _ in happened], [event for _, event in happened]
    await conn.execute(queries["wake"], {"shard": shard, "people": people, "events": events, "now": now})


async def release(conn: Connection, shard: int, _now: datetime) -> int:
    """Lets go what pauses that are over held back (P5). Returns how many versions that concerned."""
    rows = await (await conn.execute(queries["backlogs"], {"shard": shard})).fetchall()
    for row in rows:
        await conn.execute(queries["release"], {"shard": shard, **row})
    return len(rows)


async def last_entry(conn: Connection) -> int:
    """Whoever joins a segment of a shard from here on, by its owner, has a greater entry."""
    row = await (await conn.execute(queries["last_entry"])).fetchone()
    assert row is not None
    return int(row["entry"])


async def last_participant(conn: Connection) -> int:
    """Whoever enters a journey in a shard from here on, by its owner, has a greater number."""
    row = await (await conn.execute(queries["last_participant"])).fetchone()
    assert row is not None
    return int(row["number"])


async def wake_joined(conn: Connection, shard: int, entry: int, now: datetime) -> None:
    """Lets the visits of people look again who joined a segment after this entry, and wait for that."""
    await conn.execute(queries["wake_joined"], {"shard": shard, "entry": entry, "now": now})


async def end_stopped(conn: Connection, shard: int, now: datetime) -> int:
    """Ends everybody inside runs that were stopped (P6). Returns how many runs this shard has ended."""
    rows = await (await conn.execute(queries["stopping_runs"], {"shard": shard})).fetchall()
    for row in rows:
        parameters = {"shard": shard, "run": row["run"], "reason": "journey_stopped", "now": now}
        await conn.execute(leaving("inside_run"), parameters)
        await conn.execute(queries["mark_ended"], parameters)
    return len(rows)


def leaving(who: str) -> sql.Composed:
    """The statement by which those whom a query names leave."""
    return sql.SQL(queries["leave"]).format(leaving=sql.SQL(queries[who]))


async def forget(conn: Connection, shard: int, people: Sequence[int], now: datetime) -> None:
    """People were deleted (A4): they leave every journey, and whatever is kept of them tells how many, not who."""
    given = {"shard": shard, "people": list(people), "now": now}
    await conn.execute(leaving("participations_of_people"), {**given, "reason": "person_deleted"})
    await conn.execute(queries["erase"], given)
    await events.erase(conn, shard, people)
    await segments.forget_people(conn, shard, people)


async def finish_versions(conn: Connection, now: datetime) -> list[Row]:
    """Marks versions Completed or Stopped once nobody is inside. Returns those it marked."""
    return await (await conn.execute(queries["finish_versions"], {"now": now})).fetchall()


async def complete_entries(conn: Connection, now: datetime) -> list[Row]:
    """Marks versions Completing once everybody who can enter has. Returns those it marked."""
    return await (await conn.execute(queries["complete_entries"], {"now": now})).fetchall()


async def record(conn: Connection, version: Row, what: str, now: datetime) -> None:
    """Into the history of the journey, as done by Sojourn itself."""
    about = {"journey": version["journey"], "number": version["number"]}
    await conn.execute(queries["record"], {**about, "what": what, "now": now})
