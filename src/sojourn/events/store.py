"""What events say to PostgreSQL: appending them, who has to be looked at because of them, and their partitions."""

import json
from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any

from psycopg.sql import SQL, Identifier, Literal

from sojourn.db.connect import Connection, Row
from sojourn.db.queries import Queries
from sojourn.events.model import DeliveryRef, Event
from sojourn.kit.ids import Ref
from sojourn.people.store import hint

QUERIES = Queries(__package__)

# A partition's definition cannot have parameters, so it is put together here and not in queries.sql.
_PARTITION = SQL("create table {name} partition of event for values from ({start}) to ({end})")


async def append(conn: Connection, events: Sequence[Event], now: datetime) -> int:
    """Writes events of people who exist; returns how many are new. An event whose id was written before is dropped."""
    by_shard: dict[int, dict[str, Event]] = defaultdict(dict)
    for event in events:
        by_shard[event.person.shard].setdefault(event.id, event)
    appends = [
        {"shard": shard, "events": json.dumps([_row(event) for event in given.values()]), "now": now}
        for shard, given in sorted(by_shard.items())
    ]
    accepted: dict[int, int] = {}
    async with conn.cursor() as cursor:
        await cursor.executemany(QUERIES["append"], appends, returning=True)  # one journey for all shards
        async for result in cursor.results():
            if (row := await result.fetchone()) is not None and row["accepted"]:
                accepted[row["shard"]] = row["accepted"]
    if accepted:
        await hint(conn, accepted)
    return sum(accepted.values())


def _row(event: Event) -> dict[str, Any]:
    return {
        "id": event.id,
        "person": event.person.id,
        "name": event.name,
        "at": event.at.isoformat(),
        "properties": dict(event.properties),
        "participant": event.delivery.participant.id if event.delivery else None,
        "step": event.delivery.step if event.delivery else None,
        "link": event.link,
        "automated": event.automated,
    }


async def take_touched(conn: Connection, shard: int, limit: int) -> list[tuple[int, str]]:
    """Takes up to `limit` (person, event name) that have to be looked at; the name is empty when the person changed.

    Whoever takes them looks in the same transaction: if it is rolled back, they are there again.
    """
    return [(row["person"], row["event"]) for row in await _rows(conn, "take_touched", shard=shard, limit=limit)]


async def recipients(conn: Connection, deliveries: Collection[DeliveryRef]) -> dict[DeliveryRef, Ref]:
    """To whom these deliveries went; those that do not exist are missing."""
    by_shard: dict[int, list[DeliveryRef]] = defaultdict(list)
    for delivery in deliveries:
        by_shard[delivery.participant.shard].append(delivery)
    found = {}
    for shard, asked in by_shard.items():
        participants = [delivery.participant.id for delivery in asked]
        steps = [delivery.step for delivery in asked]
        for row in await _rows(conn, "deliveries", shard=shard, participants=participants, steps=steps):
            found[DeliveryRef(Ref(shard, row["participant"]), row["step"])] = Ref(shard, row["person"])
    return found


async def newest_events(conn: Connection, person: Ref, limit: int) -> list[Row]:
    """The last events of a person, newest first."""
    return await _rows(conn, "newest_events", shard=person.shard, person=person.id, limit=limit)


# ---------------------------------------------------------------------------------------------------- partitions


async def lock_partitions(conn: Connection) -> None:
    """Held until the end of the transaction."""
    await conn.execute(QUERIES["lock_partitions"])


async def has_partition(conn: Connection, start: date) -> bool:
    """Whether the month that begins on `start` has its partition."""
    answer: bool = (await _rows(conn, "has_partition", name=_partition(start)))[0]["answer"]
    return answer


async def make_partition(conn: Connection, start: date, end: date) -> None:
    """Raises CheckViolation if the default partition has events of that time, LockNotAvailable if it would have to wait
    for more than two seconds: appending goes on."""
    await conn.execute("set local lock_timeout = '2s'")
    bounds = {"start": Literal(f"{start}T00:00:00Z"), "end": Literal(f"{end}T00:00:00Z")}
    await conn.execute(_PARTITION.format(name=Identifier(_partition(start)), **bounds))


def _partition(start: date) -> str:
    return f"event_{start:%Y_%m}"


async def _rows(conn: Connection, query: str, **parameters: Any) -> list[Row]:
    return await (await conn.execute(QUERIES[query], parameters)).fetchall()
