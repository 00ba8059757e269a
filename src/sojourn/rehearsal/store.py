"""What a rehearsal says to PostgreSQL: its scratch tables, its clock, what people do, and what was found.

All of it is said over the one connection that the scratch tables belong to.
"""

from collections import defaultdict
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from psycopg.sql import SQL, Identifier, Literal
from psycopg.types.json import Jsonb

from sojourn.db.connect import Connection, Row
from sojourn.db.queries import Queries
from sojourn.delivery.model import DeliveryKey
from sojourn.journeys.start import TriggerStart
from sojourn.kit.errors import Conflict
from sojourn.rehearsal.model import Behaviour, DrawnStarts, Engagement, Findings, RepeatedStarts, seconds

queries = Queries(__package__)

SHADOWED = (
    *(
        "journey",
        "journey_version",
        "journey_change",
        "step",
        "route",
        "listener",
        "watch",
        "entry_segment",
        "pause",
        "segment",
    ),
    *(
        "run",
        "admission",
        "ended",
        "participant",
        "visit",
        "counter",
        "backlog",
        "touched",
        "event_default",
        "event_id",
    ),
    *("ab_test", "next_slot", "delivery", "lease"),
)
"""The tables that the engine writes, or in which it must not see the real journeys."""


@asynccontextmanager
async def alone(conn: Connection) -> AsyncIterator[None]:
    """While the body runs there is no other rehearsal in the database. Raises Conflict if there is one."""
    if not (await _rows(conn, "alone"))[0]["alone"]:
        raise Conflict("Another rehearsal is at work. Try again when it is done.")
    try:
        yield
    finally:
        if not conn.broken:
            await conn.execute(queries["done"])


async def lay_out(
    conn: Connection, *, journey: int, version: int, segments: Sequence[int], shards: Sequence[int]
) -> str:
    """Makes the scratch tables, with the definitions of one draft in them; they end with the connection. Returns the
    schema of the real ones."""
    await conn.execute(queries["room"])
    home: str = (await _rows(conn, "home"))[0]["schema"]
    given = {
        "real": Identifier(home),
        "journey": Literal(journey),
        "version": Literal(version),
        "segments": Literal(list(segments)),
        "shards": Literal(list(shards)),
    }
    for table in SHADOWED:
        await conn.execute(SQL(queries["table"]).format(table=Identifier(table), **given))
    for row in await _rows(conn, "numbered"):
        where = {"table": Identifier(row["table"]), "column": Identifier(row["column"])}
        await conn.execute(SQL(queries["negative"]).format(**where))
    await conn.execute(SQL(queries["events"]).format(**given))
    await conn.execute(SQL(queries["definitions"]).format(**given))
    return home


async def have_members(conn: Connection, segments: Sequence[int]) -> bool:
    """Whether the workers know who is a member of these, in the shards of this connection."""
    return not await _rows(conn, "unknown_members", segments=list(segments))


async def own_members(conn: Connection, real: str, shards: Sequence[int]) -> None:
    """Membership becomes this rehearsal's own business; what the workers did not ask yet is to be asked."""
    given = {"real": Identifier(real), "shards": Literal(list(shards))}
    await conn.execute(SQL(queries["members"]).format(**given))


async def own_people(conn: Connection, real: str, shards: Sequence[int], *, everybody: bool) -> None:
    """Whoever may enter, which may be everybody, becomes a copy that steps may change."""
    given = {"real": Identifier(real), "shards": Literal(list(shards)), "everybody": Literal(everybody)}
    await conn.execute(SQL(queries["people"]).format(**given))


async def write_starts(
    conn: Connection, real: str, shards: Sequence[int], start: TriggerStart, engagement: Engagement, now: datetime
) -> None:
    """Writes the events that are assumed to start people; each is known when the clock has reached it."""
    given = {"real": Identifier(real), "shards": Literal(list(shards)), "trigger": Literal(start.trigger)}
    about = {"seed": engagement.seed, "every": seconds(engagement.every), "now": now}
    match engagement.starts:
        case DrawnStarts() as drawn:
            about |= {"audience": start.audience, "starts": drawn.number, "span": seconds(drawn.over)}
            events, about = queries["drawn_starts"], about | {"properties": Jsonb(drawn.properties)}
        case RepeatedStarts() as repeated:
            events, about = queries["repeated_starts"], about | {"span": seconds(repeated.last)}
        case None:
            return
    await conn.execute(SQL(queries["starts"]).format(events=SQL(events).format(**given), **given), about)


async def guard(conn: Connection, now: datetime, alive: Sequence[str]) -> None:
    """From here on all segments but these stay as they are, and real tables cannot be written."""
    await conn.execute(queries["stop_segments"], {"now": now, "alive": list(alive)})
    await conn.execute(queries["guard"])


async def tidy(conn: Connection) -> None:
    await conn.execute(queries["tidy"])


# ---------------------------------------------------------------------------------------------------- the clock


async def show(conn: Connection, before: datetime, now: datetime, listened: Collection[str], *, few: bool) -> None:
    """The clock goes on from `before` to `now`: what happened between is known from here on. `few`: that are moved."""
    await conn.execute(queries["show"], {"now": now, "few": few})
    await conn.execute(queries["happened"], {"before": before, "now": now, "listened": list(listened)})


async def let_in_together(conn: Connection, shards: Sequence[int], now: datetime, engagement: Engagement) -> None:
    """When the slot of somebody has come, it has for all whose slot is in the same whole step of the clock."""
    about = {"shards": list(shards), "every": seconds(engagement.every), "now": now}
    await conn.execute(queries["let_in_together"], about)


async def ahead(conn: Connection, now: datetime, listened: Collection[str]) -> datetime | None:
    """When somebody next does something that a step waits for."""
    rows = await _rows(conn, "ahead", now=now, listened=list(listened))
    return rows[0]["at"] if rows else None


async def next_run(conn: Connection, now: datetime) -> datetime | None:
    """When the next run begins."""
    at: datetime | None = (await _rows(conn, "next_run", now=now))[0]["at"]
    return at


async def ask_again(conn: Connection, shards: Sequence[int], segments: Collection[str]) -> None:
    """Everybody in these shards is to be asked about these segments anew."""
    await conn.execute(queries["ask_again"], {"shards": list(shards), "segments": list(segments)})


async def next_hour(conn: Connection, now: datetime) -> datetime | None:
    """The next full hour on the workspace's clock, while somebody is inside, can join, or is still to be started."""
    rows = await _rows(conn, "next_hour", now=now)
    return rows[0]["at"] if rows else None


async def entered(conn: Connection, now: datetime) -> int:
    """How many have entered at this instant."""
    people: int = (await _rows(conn, "entered_at", now=now))[0]["people"]
    return people


async def touched_shards(conn: Connection) -> list[int]:
    """The shards in which something happened to somebody."""
    return [row["shard"] for row in await _rows(conn, "touched_shards")]


async def take_touched(conn: Connection) -> Mapping[int, Sequence[tuple[int, str]]]:
    """Takes whom something happened to, in all shards: (person, event name), by shard."""
    taken: defaultdict[int, list[tuple[int, str]]] = defaultdict(list)
    for row in await _rows(conn, "take_touched"):
        taken[row["shard"]].append((row["person"], row["event"]))
    return taken


async def dues(conn: Connection, shards: Sequence[int]) -> dict[tuple[int, int], datetime]:
    """When somebody is due next, by shard and step."""
    return {(row["shard"], row["step"]): row["due"] for row in await _rows(conn, "dues", shards=list(shards))}


@dataclass(frozen=True)
class Traits:
    """What a version has: an entry rate, A/B tests; exits or a goal; a start for whoever joins later; an event that
    starts people."""

    has_rate: bool = False
    has_tests: bool = False
    is_watched: bool = False
    goes_on: bool = False
    trigger: str | None = None


async def traits(conn: Connection) -> Traits:
    return Traits(**(await _rows(conn, "traits"))[0])


async def channels(conn: Connection) -> list[str]:
    return [row["channel"] for row in await _rows(conn, "channels")]


async def listened(conn: Connection) -> frozenset[str]:
    """The events that some step waits for, and all else that something may follow from."""
    return frozenset(row["event"] for row in await _rows(conn, "listened"))


async def instant_after(conn: Connection, start: datetime, duration: str, zone: str = "UTC") -> datetime:
    instant: datetime = (await _rows(conn, "instant_after", start=start, duration=duration, zone=zone))[0]["at"]
    return instant


async def steps(conn: Connection) -> list[Row]:
    """The frozen steps: id, name, kind, settings."""
    return await _rows(conn, "steps")


# ---------------------------------------------------------------------------------------------------- what people do


async def engage(
    conn: Connection,
    sent: Sequence[DeliveryKey],
    behaviours: Sequence[tuple[int, Behaviour]],
    engagement: Engagement,
) -> None:
    """Writes what people will do with messages that were just handed over; `behaviours` by step."""
    rows = [{"step": step, "link": behaviour.link, **_row(behaviour)} for step, behaviour in behaviours]
    asked = {
        "shards": [key.shard for key in sent],
        "participants": [key.participant for key in sent],
        "steps": [key.step for key in sent],
    }
    about = {"seed": engagement.seed, "every": seconds(engagement.every)}
    await conn.execute(queries["engage"], {"behaviours": Jsonb(rows), **asked, **about})


async def raise_triggers(conn: Connection, shard: int, after: int, engagement: Engagement) -> int:
    """Writes which triggers those will raise who entered since the last call, whose answer is `after`."""
    rows = [
        {"properties": rate.properties, **_row(Behaviour(name, rate.share, rate.delay))}
        for name, rate in sorted(engagement.triggers.items())
    ]
    about = {"seed": engagement.seed, "every": seconds(engagement.every)}
    await conn.execute(queries["raise"], {"shard": shard, "after": after, "behaviours": Jsonb(rows), **about})
    newest = (await _rows(conn, "newest_participant", shard=shard))[0]["id"]
    return after if newest is None else newest


def _row(behaviour: Behaviour) -> dict[str, Any]:
    delay = behaviour.delay
    times = {"median": seconds(delay.median), "spread": delay.spread}
    return {"event": behaviour.event, "share": behaviour.share, **times}


# ---------------------------------------------------------------------------------------------------- what was found


async def findings(conn: Connection, now: datetime) -> Findings:
    """Everything that the shards of this connection came to."""
    (people,) = await _rows(conn, "entered")
    return Findings(
        ended_at=now,
        steps=await _rows(conn, "steps"),
        flows=await _rows(conn, "flows"),
        interactions=await _rows(conn, "interactions", now=now),
        people=people,
        entries=await _rows(conn, "entries"),
        hours=await _rows(conn, "hours"),
        per_person=await _rows(conn, "per_person"),
        busiest=await _rows(conn, "busiest"),
    )


async def _rows(conn: Connection, query: str, **parameters: Any) -> list[Row]:
    return await (await conn.execute(queries[query], parameters)).fetchall()
