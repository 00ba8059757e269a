"""What analytics asks PostgreSQL: sums over all shards, pages of people, one person's way, and the recount."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any, get_args

from sojourn.analytics.explain import absence, sentence, success
from sojourn.analytics.model import Numbers, goal_numbers, step_numbers, together
from sojourn.db.connect import Connection, Row
from sojourn.db.queries import Queries
from sojourn.db.shards import COUNT
from sojourn.delivery.model import Kind
from sojourn.journeys.steps.base import START
from sojourn.journeys.store import Version, newest, numbered
from sojourn.journeys.store import numbers as version_numbers
from sojourn.kit.errors import NotFound
from sojourn.kit.ids import Ref
from sojourn.people import store as people

queries = Queries(__package__)


async def numbers(conn: Connection, version: Version, now: datetime) -> Numbers:
    """The numbers of every step; a draft has none yet."""
    steps = await _all(conn, "steps", version=version.version)
    flows = _by_step(await _all(conn, "flows", version=version.version))
    messages = [step["id"] for step in steps if step["kind"] in get_args(Kind)]
    asked = {"shards": list(range(COUNT)), "steps": messages}
    interactions = _by_step(await _all(conn, "interactions", **asked) if messages else [])
    return Numbers(
        journey=version.slug,
        version=version.number,
        state=version.state,
        at=now,
        steps=[step_numbers(step, flows[step["id"]], interactions[step["id"]]) for step in steps],
        goal=goal_numbers(version.document.goal, flows[steps[0]["id"]] if steps else []),
    )


async def overview(conn: Connection) -> list[Row]:
    """Every journey that has run in three numbers: entered, inside, sent."""
    return await _all(conn, "overview")


async def numbers_together(conn: Connection, journey: str, now: datetime) -> Numbers:
    """The numbers of all versions, by the names of their steps (P4)."""
    version = await newest(conn, journey)
    found = [await numbered(conn, version.slug, number) for number in await version_numbers(conn, version.journey)]
    return together([await numbers(conn, one, now) for one in reversed(found) if one.published_at or one == version])


async def participants(
    conn: Connection, version: Version, step: str | None, outcome: str | None, after: Ref, limit: int
) -> list[Row]:
    """A page of the people behind a number. `outcome` is one of the step's, an exit reason, or `here`; without a step
    it is how the participation ended, or `here` for who is still inside. Raises NotFound for a step."""
    number = None
    if step is not None:
        found = {row["name"]: row["id"] for row in await _all(conn, "steps", version=version.version)}
        if step not in found:
            raise NotFound("step", step)
        number = found[step]
    return await _all(
        conn,
        "participants",
        version=version.version,
        step=number,
        start=step == START,
        outcome=outcome,
        after_shard=after.shard,
        after_id=after.id,
        limit=limit,
    )


async def timeline(conn: Connection, person: Ref, limit: int) -> tuple[list[Row], list[Row]]:
    """One person's visits, oldest first, and newest events; of somebody who was deleted, what is left of them. Raises
    NotFound for a person who never was."""
    visits = await _all(conn, "visits_of_person", shard=person.shard, person=person.id)
    events = await _all(conn, "events_of_person", shard=person.shard, person=person.id, limit=limit)
    if not visits and not events:
        await people.person(conn, person)
    return visits, events


async def memberships(conn: Connection, person: Ref) -> list[Row]:
    """The segments that one person is or was in, oldest first. Raises NotFound."""
    await people.person(conn, person)
    return await _all(conn, "memberships_of_person", shard=person.shard, person=person.id)


async def known_of(conn: Connection, person: Ref) -> dict[str, list[Row]]:
    """What is kept of one person beside themselves and their events, oldest first."""
    kinds = ("addresses", "memberships", "participations", "visits", "deliveries", "messages")
    return {kind: await _all(conn, f"{kind}_of_person", shard=person.shard, person=person.id) for kind in kinds}


async def why(conn: Connection, version: Version, person: Ref) -> list[str]:
    """Why somebody did, or didn't, get what a journey sends: a sentence for each visit, or why there are none."""
    visits = await _all(conn, "visits_of_person", shard=person.shard, person=person.id)
    if mine := [visit for visit in visits if visit["slug"] == version.slug]:
        return [*map(sentence, mine), *success(mine)]
    memberships = await _all(conn, "entry_memberships", shard=person.shard, person=person.id, version=version.version)
    return absence(memberships, await _all(conn, "runs", version=version.version))


async def recount(conn: Connection, shard: int) -> tuple[list[str], Row]:
    """Everything in one shard that does not add up, in words, and what was looked at, as of one moment."""
    await conn.execute(queries["snapshot"])
    faults = [
        f"run {row['run']} step {row['step']}: {row['flow']} {row['outcome'] or 'in all'} "
        f"is {row['recounted']}, but was counted as {row['counted']}"
        for row in await _all(conn, "recount", shard=shard)
    ]
    faults += [
        f"participant {Ref(shard, row['participant'])}: {row['what']}"
        for row in await _all(conn, "unexplained", shard=shard)
    ]
    faults += [
        f"{row['kind']} of participant {Ref(shard, row['participant'])} belongs to nobody"
        for row in await _all(conn, "strays", shard=shard)
    ]
    (totals,) = await _all(conn, "totals", shard=shard)
    return faults, totals


async def _all(conn: Connection, query: str, **parameters: Any) -> list[Row]:
    return await (await conn.execute(queries[query], parameters)).fetchall()


def _by_step(rows: Sequence[Row]) -> defaultdict[int, list[Row]]:
    grouped: defaultdict[int, list[Row]] = defaultdict(list)
    for row in rows:
        grouped[row["step"]].append(row)
    return grouped
