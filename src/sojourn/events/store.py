"""What events say to PostgreSQL: appending them, who has to be looked at because of them, the declared ones, and their
partitions."""

import json
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from psycopg.sql import SQL, Identifier, Literal
from psycopg.types.json import Jsonb

from sojourn.db.connect import Connection, Row
from sojourn.db.queries import Queries
from sojourn.events.check import check_declaration, check_redeclaration
from sojourn.events.model import DeliveryRef, Event, Trigger, TriggerDeclaration
from sojourn.kit.errors import Conflict, Invalid, NotFound
from sojourn.kit.ids import Ref
from sojourn.people.model import AttributeType
from sojourn.people.store import audience as known_audience
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


async def newest_events(conn: Connection, person: Ref, limit: int | None) -> list[Row]:
    """The last events of a person, or all, newest first."""
    return await _rows(conn, "newest_events", shard=person.shard, person=person.id, limit=limit)


async def erase(conn: Connection, shard: int, people: Sequence[int]) -> None:
    """Erases the properties of everything that happened to people who were deleted."""
    await conn.execute(QUERIES["erase"], {"shard": shard, "people": list(people)})


async def newest_properties(conn: Connection, person: Ref, name: str) -> Mapping[str, Any] | None:
    """What the newest event of this name that happened to a person says; None if none did."""
    rows = await _rows(conn, "newest_of_name", shard=person.shard, person=person.id, name=name)
    return rows[0]["properties"] if rows else None


# ---------------------------------------------------------------------------------------------------- triggers


async def triggers(conn: Connection) -> list[Trigger]:
    """All, by name."""
    return [_trigger(row) for row in await _rows(conn, "triggers", name=None)]


async def trigger(conn: Connection, name: str) -> Trigger:
    """Raises NotFound."""
    for row in await _rows(conn, "triggers", name=name):
        return _trigger(row)
    raise NotFound("trigger", name)


async def ready_triggers(conn: Connection, names: Collection[str]) -> dict[str, Mapping[str, AttributeType]]:
    """The attributes of those of these triggers that are Ready to use."""
    return {row["name"]: row["attributes"] for row in await _rows(conn, "ready_triggers", names=list(names))}


async def lock_trigger(conn: Connection, name: str) -> None:
    """From here on, until the transaction ends, no journey begins to use it."""
    await conn.execute(QUERIES["lock_trigger"], {"name": name})


async def create_trigger(conn: Connection, name: str, declaration: TriggerDeclaration, now: datetime) -> Trigger:
    """A draft. Raises Invalid with all problems, NotFound for the audience, Conflict when the name is taken."""
    _refuse(name, declaration)
    await known_audience(conn, declaration.audience)
    if not await _rows(conn, "create_trigger", name=name, declaration=Jsonb(declaration.model_dump()), now=now):
        raise Conflict(f"There is a trigger named {name!r} already. Choose another name, or change that one.")
    return await trigger(conn, name)


async def change_trigger(
    conn: Connection, name: str, declaration: TriggerDeclaration, used_by: Sequence[str]
) -> Trigger:
    """Raises NotFound, also for the audience, Invalid with all problems; Conflict when live journeys (`used_by` are
    their names) would lose what they rely on."""
    before = await trigger(conn, name)
    _refuse(name, declaration)
    await known_audience(conn, declaration.audience)
    if used_by and (problems := list(check_redeclaration(before.declaration, declaration))):
        raise Conflict(f"{name!r} can only gain attributes while it is used by: {', '.join(used_by)}.", problems)
    await conn.execute(QUERIES["change_trigger"], {"name": name, "declaration": Jsonb(declaration.model_dump())})
    return await trigger(conn, name)


async def make_trigger_ready(conn: Connection, name: str, who: str, now: datetime) -> Trigger:
    """Raises NotFound, or Conflict when it is ready already."""
    found = await trigger(conn, name)
    if not await _rows(conn, "make_trigger_ready", name=name, who=who, now=now):
        raise Conflict(f"{found.name!r} is Ready to use already.")
    return await trigger(conn, name)


async def delete_trigger(conn: Connection, name: str, used_by: Sequence[str]) -> None:
    """Raises NotFound, or Conflict when live journeys use it: `used_by` are their names."""
    await trigger(conn, name)
    if used_by:
        raise Conflict(f"{name!r} cannot be deleted while it is used by: {', '.join(used_by)}.")
    await conn.execute(QUERIES["delete_trigger"], {"name": name})


def _refuse(name: str, declaration: TriggerDeclaration) -> None:
    if problems := list(check_declaration(name, declaration)):
        raise Invalid("The trigger cannot be declared.", problems)


def _trigger(row: Row) -> Trigger:
    return Trigger(**{**row, "declaration": TriggerDeclaration.model_validate(row["declaration"])})


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
