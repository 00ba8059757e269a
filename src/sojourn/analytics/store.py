"""What analytics asks PostgreSQL: sums over all shards, pages of people, one person's way, and the recount."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, get_args

from sojourn.analytics.behind import Number
from sojourn.analytics.explain import absence, sentence, success
from sojourn.analytics.model import Interactions, Numbers, goal_numbers, step_numbers, summed, together
from sojourn.analytics.over_time import SPANS, Bucket
from sojourn.db.connect import Connection, Row
from sojourn.db.queries import Queries
from sojourn.db.shards import COUNT
from sojourn.delivery.model import Kind
from sojourn.journeys.steps.base import START
from sojourn.journeys.store import Version, newest, numbered
from sojourn.journeys.store import numbers as version_numbers
from sojourn.kit.errors import Invalid, NotFound
from sojourn.kit.ids import Ref
from sojourn.people import store as people

queries = Queries(__package__)


@dataclass(frozen=True)
class Part:
    """What of a journey is looked at: one version, or all together, newest first, and of one version perhaps one run.

    `runs` are rows of (id, version, number, starts_at); `run` is the id of the only one that was asked for.
    """

    versions: tuple[Version, ...]
    runs: tuple[Row, ...]
    run: int | None = None
    together: bool = False

    @property
    def run_ids(self) -> list[int]:
        return [row["id"] for row in self.runs]


async def part_of(
    conn: Connection, journey: str, version: int | Literal["all"] | None = None, run: int | None = None
) -> Part:
    """Without a version it is the newest published one, or else the draft.

    Raises NotFound, and Invalid for a run of all versions.
    """
    current = await newest(conn, journey)
    if version == "all":
        if run is not None:
            raise Invalid("Runs are numbered by version. Name the version of the run too.")
        every = [await numbered(conn, current.slug, number) for number in await version_numbers(conn, current.journey)]
        versions = tuple(one for one in reversed(every) if one.published_at or one == current)
    else:
        versions = (current if version is None else await numbered(conn, current.slug, version),)
    runs = await runs_of(conn, versions)
    if run is None:
        return Part(versions, tuple(runs), together=version == "all")
    found = tuple(row for row in runs if row["number"] == run)
    if not found:
        raise NotFound("run", f"{run} of version {versions[0].number}")
    return Part(versions, found, found[0]["id"])


async def runs_of(conn: Connection, versions: Sequence[Version]) -> list[Row]:
    """The runs of these versions: id, version, number, starts_at."""
    return await _all(conn, "runs", versions=[one.version for one in versions])


async def numbers(conn: Connection, version: Version, now: datetime) -> Numbers:
    """The numbers of every step of one version; a draft has none yet."""
    return await numbers_of(conn, Part((version,), tuple(await runs_of(conn, [version]))), now)


async def numbers_together(conn: Connection, journey: str, now: datetime) -> Numbers:
    """The numbers of all versions, by the names of their steps (P4)."""
    return await numbers_of(conn, await part_of(conn, journey, "all"), now)


async def numbers_of(conn: Connection, part: Part, now: datetime, known: Interactions | None = None) -> Numbers:
    """The numbers of a part of a journey. `known` is what was counted of its messages before."""
    steps = await _all(conn, "steps", versions=[one.version for one in part.versions])
    flows = _by_step(await _all(conn, "flows", runs=part.run_ids))
    messages = [step["id"] for step in steps if step["kind"] in get_args(Kind)]
    interactions = _by_step(await interactions_of(conn, messages, part.run, known or Interactions()))
    run = part.runs[0]["number"] if part.run else None
    found = []
    for version in part.versions:
        own = [step for step in steps if step["version"] == version.version]
        told = [step_numbers(step, flows[step["id"]], interactions[step["id"]]) for step in own]
        goal = goal_numbers(version.document.goal, flows[own[0]["id"]] if own else [])
        found.append(
            Numbers(
                journey=version.slug,
                version=version.number,
                run=run,
                state=version.state,
                at=now,
                steps=told,
                goal=goal,
            )
        )
    return together(found) if part.together else found[0]


async def interactions_of(conn: Connection, messages: list[int], run: int | None, known: Interactions) -> list[Row]:
    """What people did with these messages. Only shards with new events are counted again."""
    if not messages:
        return []
    if known.steps != messages:
        known.steps, known.marks, known.rows = messages, {}, {}
    rows = await _all(conn, "marks", shards=list(range(COUNT)), steps=messages)
    marks = {row["shard"]: row["events"] for row in rows}
    changed = [shard for shard, mark in marks.items() if known.marks.get(shard) != mark]
    if changed:
        counted: defaultdict[int, list[Row]] = defaultdict(list)
        for row in await _all(conn, "interactions", shards=changed, steps=messages, run=run):
            counted[row["shard"]].append(row)
        for shard in changed:
            known.marks[shard], known.rows[shard] = marks[shard], counted[shard]
    return summed(row for rows in known.rows.values() for row in rows)


async def overview(conn: Connection) -> list[Row]:
    """Every journey that has run in three numbers: entered, inside, sent."""
    return await _all(conn, "overview")


async def over_time(conn: Connection, part: Part, by: Bucket, zone: str) -> list[Row]:
    """What happened when: rows of (at, what, n), oldest first."""
    steps = await _all(conn, "steps", versions=[one.version for one in part.versions])
    return await _all(
        conn,
        "over_time",
        shards=list(range(COUNT)),
        runs=part.run_ids,
        run=part.run,
        starts=[step["id"] for step in steps if step["kind"] == START],
        messages=[step["id"] for step in steps if step["kind"] in get_args(Kind)],
        by=by,
        zone=zone,
        span=SPANS[by],
    )


async def participants(conn: Connection, part: Part, behind: Number, after: Ref, limit: int) -> list[Row]:
    """A page of the people behind a number, shard by shard. Raises NotFound for a step."""
    asked = {
        "runs": part.run_ids,
        "steps": [] if behind.step is None else await steps_named(conn, part, behind.step),
        "start": behind.step == START,
        **{name: getattr(behind, name) for name in Number.model_fields},
    }
    rows: list[Row] = []
    for shard in range(max(after.shard, 0), COUNT):
        last = after.id if shard == after.shard else 0
        rows += await _all(conn, "participants", shard=shard, after=last, limit=limit - len(rows), **asked)
        if len(rows) == limit:
            break
    return rows


async def steps_named(conn: Connection, part: Part, name: str) -> list[int]:
    """The ids of this step in the versions that have it. Raises NotFound."""
    steps = await _all(conn, "steps", versions=[one.version for one in part.versions])
    found = [row["id"] for row in steps if row["name"] == name]
    if not found:
        raise NotFound("step", name)
    return found


async def ab_tests(conn: Connection, part: Part, step: str, limit: int) -> list[Row]:
    """The newest A/B tests of a step, newest first: as the engine's tally takes them, and what became of them."""
    return await _all(conn, "ab_tests", runs=part.run_ids, step=step, limit=limit)


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
    return absence(memberships, await runs_of(conn, [version]))


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
