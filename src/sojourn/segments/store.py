"""What segments say to PostgreSQL: definitions, members, and the evaluation that makes the one out of the other.

`sizes`, `members`, `next_due` and `outdated` look at many shards at once; everything else about people names one.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from psycopg.errors import ForeignKeyViolation
from psycopg.sql import SQL, Composable
from psycopg.types.json import Jsonb

from sojourn.db.connect import Connection, Row
from sojourn.db.queries import Queries
from sojourn.db.shards import COUNT
from sojourn.kit.errors import Conflict, Invalid, NotFound
from sojourn.kit.ids import Ref
from sojourn.people import store as people
from sojourn.segments.check import check, check_asked
from sojourn.segments.compile import OF_ITS_OWN, ONE_SHARD, compiled
from sojourn.segments.model import CONDITION, Condition, Segment, asked_about, in_order

queries = Queries(__package__)

PAUSE = timedelta(seconds=60)
"""How long an answer that time alone can change is taken for good (G5)."""

MOVING = '$.** ? (exists (@.within) || @.test == "in_last" || @.test == "in_next" || @.test == "anniversary")'
"""The JSON path of what looks at the time in a condition."""

# ---------------------------------------------------------------------------------------------------- definitions


async def create(
    conn: Connection, name: str, audience: str, condition: Condition, now: datetime, *, live: bool = False
) -> Segment:
    """Raises Invalid with all problems of the condition, NotFound for the audience, Conflict when the name is taken."""
    await _one_after_the_other(conn)
    await _check(conn, audience, condition, name)
    given = {"name": name, "audience": audience, "condition": _json(condition), "now": now}
    if not await _rows(conn, "create", given):
        raise Conflict(f"There is a segment named {name!r} already. Choose another name, or change that one.")
    return await publish(conn, name, now) if live else await segment(conn, name)


async def change(conn: Connection, name: str, audience: str, condition: Condition) -> Segment:
    """A live segment is evaluated again with its new condition (G4).

    Raises NotFound, Invalid with all problems of the condition, Conflict when the audience of a segment that is not a
    draft would change.
    """
    await _one_after_the_other(conn)
    before = await segment(conn, name)
    await _check(conn, audience, condition, name)
    rows = await _rows(conn, "change", {"name": name, "audience": audience, "condition": _json(condition)})
    if not rows:
        raise Conflict(f"{name!r} is about the audience {before.audience!r}; only a draft's audience can be changed.")
    await _evaluate_again(conn, before.id)
    return _segment(rows[0])


async def publish(conn: Connection, name: str, now: datetime) -> Segment:
    """Raises NotFound, Conflict when it is live already, or Invalid: what its condition asks about may be gone."""
    await _one_after_the_other(conn)
    before = await segment(conn, name)
    await _check(conn, before.audience, before.condition, name)
    rows = await _rows(conn, "publish", {"name": name, "now": now})
    if not rows:
        raise Conflict(f"{name!r} is live already.")
    await _evaluate_again(conn, before.id)
    return _segment(rows[0])


async def stop(conn: Connection, name: str, now: datetime, used_by: Sequence[str]) -> Segment:
    """Raises NotFound, or Conflict when it is not live, or when something uses it (G4): `used_by` are the names of what
    does, besides the live segments that ask about it."""
    await _one_after_the_other(conn)
    before = await segment(conn, name)
    await _refuse_if_used(conn, name, used_by, "stopped")
    rows = await _rows(conn, "stop", {"name": name, "now": now})
    if not rows:
        raise Conflict(f"{name!r} is not live, but {before.state}; there is nothing to stop.")
    return _segment(rows[0])


async def delete(conn: Connection, name: str, used_by: Sequence[str]) -> None:
    """Raises NotFound, or Conflict when something uses it (`used_by` as for `stop`) or a journey has run from it."""
    await _one_after_the_other(conn)
    gone = await segment(conn, name)
    await _refuse_if_used(conn, name, used_by, "deleted")
    try:
        await conn.execute(queries["delete"], {"name": name})
    except ForeignKeyViolation as error:
        raise Conflict(
            f"A journey has run from {name!r}, and its history names it. Stop the segment instead."
        ) from error
    await _in_every_shard(conn, "forget_members", gone.id)
    await _in_every_shard(conn, "forget_evaluations", gone.id)


async def segment(conn: Connection, name: str) -> Segment:
    """Raises NotFound."""
    rows = await _rows(conn, "segments", {"name": name})
    if not rows:
        raise NotFound("segment", name)
    return _segment(rows[0])


async def segments(conn: Connection) -> list[Segment]:
    """All, by name."""
    return [_segment(row) for row in await _rows(conn, "segments", {"name": None})]


# ---------------------------------------------------------------------------------------------------- members


async def sizes(conn: Connection, segments: Collection[Segment]) -> Mapping[int, int]:
    """How many members each of these segments has now, by its id."""
    rows = await _rows(conn, "sizes", {"segments": [segment.id for segment in segments]})
    return {segment.id: 0 for segment in segments} | {row["segment"]: row["members"] for row in rows}


async def members(conn: Connection, segment: Segment, after: Ref, limit: int) -> list[Row]:
    """The next members after this reference: `shard`, `person`, `key`, `attributes`, `since`."""
    page = {"segment": segment.id, "after_shard": after.shard, "after_person": after.id, "limit": limit}
    return await _rows(conn, "members", page)


async def preview(
    conn: Connection, audience: str, condition: Condition, now: datetime, sample: int
) -> tuple[int, list[Row]]:
    """How many people a condition holds for, exactly, and at most `sample` of them: `shard`, `person`, `key`,
    `attributes` (G6). Raises what `create` raises about a condition."""
    await _check(conn, audience, condition)
    count, found = 0, list[Row]()
    for shard in range(COUNT):
        asked = {"shard": shard, "audience": audience, "now": now, "limit": sample - len(found)}
        (counted,) = await _ask(conn, "count_matching", condition, asked)
        count += counted["matching"]
        if counted["matching"] and len(found) < sample:
            found += await _ask(conn, "sample_matching", condition, asked)
    return count, found


# ---------------------------------------------------------------------------------------------------- evaluation


async def evaluate_whole(conn: Connection, shard: int, segment: Segment, now: datetime) -> int:
    """Makes the members of one shard what the condition says. Returns how many people joined or left."""
    return await _evaluate(conn, "evaluate_whole", segment, {"shard": shard, "now": now})


async def evaluate_people(
    conn: Connection, shard: int, segments: Sequence[Segment], people: Sequence[int], now: datetime
) -> int:
    """The same for some people of one shard, whichever audience they are of. A segment that asks about another one
    comes after it, and so sees who has just joined."""
    given = {"shard": shard, "people": list(people), "now": now}
    return sum([await _evaluate(conn, "evaluate_people", segment, given) for segment in in_order(segments)])


async def matching(
    conn: Connection, shard: int, condition: Condition, people: Sequence[int], now: datetime
) -> set[int]:
    """Which of these people of one shard a condition that was checked holds for (G7)."""
    rows = await _ask(conn, "matching", condition, {"shard": shard, "people": list(people), "now": now})
    return {row["id"] for row in rows}


async def segments_of_people(conn: Connection, shard: int, people: Sequence[int]) -> list[Segment]:
    """The live segments that a change of these people can concern."""
    rows = await _rows(conn, "segments_of_people", {"shard": shard, "people": list(people)})
    return [_segment(row) for row in rows]


async def forget_people(conn: Connection, shard: int, people: Sequence[int]) -> None:
    """Erases where people who were deleted are, or were, members."""
    await conn.execute(queries["forget_people"], {"shard": shard, "people": list(people)})


async def pending(conn: Connection, shard: int, now: datetime) -> list[Segment]:
    """Live segments that this shard has to evaluate in whole now, each after those it asks about; they are locked
    against changes."""
    asked = {"shard": shard, "now": now, "pause": PAUSE, "moving": MOVING}
    return in_order([_segment(row) for row in await _rows(conn, "pending", asked)])


async def asking(conn: Connection, shard: int) -> list[Segment]:
    """Live segments that ask about others, and have been evaluated in this shard; they are locked against changes."""
    return [_segment(row) for row in await _rows(conn, "asking", {"shard": shard})]


async def next_due(conn: Connection, shards: Sequence[int]) -> datetime | None:
    """When the first of these shards has a segment to evaluate in whole; None if none ever, as things are."""
    (row,) = await _rows(conn, "next_due", {"shards": list(shards), "pause": PAUSE, "moving": MOVING})
    due: datetime | None = row["due"]
    return due


async def moved_by_time(conn: Connection) -> set[str]:
    """The names of the segments that time alone can change (G5)."""
    return {row["name"] for row in await _rows(conn, "moved_by_time", {"moving": MOVING})}


async def outdated(conn: Connection, segment: Segment, shards: Sequence[int], now: datetime) -> set[int]:
    """In which of these shards somebody has joined or left the segment by now, and the members do not say so."""
    given = {"shards": list(shards), "segment": segment.id, "audience": segment.audience, "now": now}
    return {row["shard"] for row in await _ask(conn, "outdated", segment.condition, given, OF_ITS_OWN)}


async def _evaluate(conn: Connection, query: str, segment: Segment, given: Row) -> int:
    given = {**given, "segment": segment.id, "audience": segment.audience}
    (evaluated,) = await _ask(conn, query, segment.condition, given)
    return int(evaluated["changed"])


async def _ask(
    conn: Connection, query: str, condition: Condition, given: Row, shard: Composable = ONE_SHARD
) -> list[Row]:
    """A query with the condition's SQL in its slot."""
    question = compiled(condition, shard=shard)
    statement = SQL(queries[query]).format(condition=question.expression)
    return await (await conn.execute(statement, {**question.parameters, **given})).fetchall()


# ---------------------------------------------------------------------------------------------------- shared


async def _check(conn: Connection, audience: str, condition: Condition, name: str | None = None) -> None:
    attributes = (await people.audience(conn, audience)).attributes
    problems = check(condition, attributes, "/condition")
    if any(asked_about(condition)):
        problems += check_asked(condition, name, audience, await segments(conn), "/condition")
    if problems:
        raise Invalid(f"This condition cannot be asked about the audience {audience!r}.", problems)


async def _one_after_the_other(conn: Connection) -> None:
    await conn.execute(queries["one_after_the_other"])


async def _refuse_if_used(conn: Connection, name: str, used_by: Sequence[str], what: str) -> None:
    asking = [f"segment {one.name}" for one in await segments(conn) if one.state == "Live" and name in one.asks]
    if users := [*used_by, *asking]:
        raise Conflict(f"{name!r} cannot be {what} while it is used by: {', '.join(users)}.")


async def _evaluate_again(conn: Connection, segment: int) -> None:
    await _in_every_shard(conn, "forget_evaluations", segment)
    await conn.execute(queries["wake_workers"])


async def _in_every_shard(conn: Connection, query: str, segment: int) -> None:
    async with conn.cursor() as cursor:
        await cursor.executemany(queries[query], [{"shard": shard, "segment": segment} for shard in range(COUNT)])


async def _rows(conn: Connection, query: str, given: Row) -> list[Row]:
    return await (await conn.execute(queries[query], given)).fetchall()


def _segment(row: Row) -> Segment:
    return Segment(**{**row, "condition": CONDITION.validate_python(row["condition"])})


def _json(condition: Condition) -> Jsonb:
    document: Any = CONDITION.dump_python(condition, mode="json", exclude_unset=True, exclude_none=True)
    return Jsonb(document)
