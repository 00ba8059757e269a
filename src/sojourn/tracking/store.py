"""What tracking says to PostgreSQL: interactions become events, and links find their way."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sojourn.content.model import Link
from sojourn.db.connect import Connection, Row
from sojourn.db.queries import Queries
from sojourn.delivery.model import DeliveryKey
from sojourn.events import store as events
from sojourn.events.model import DeliveryRef, Event
from sojourn.kit.errors import Invalid
from sojourn.kit.ids import Ref
from sojourn.kit.log import logger
from sojourn.people import store as people
from sojourn.tracking.model import Interaction, classify

QUERIES = Queries(__package__)
LOG = logger("tracking")


async def record(conn: Connection, interactions: Sequence[Interaction], now: datetime) -> int:
    """Appends an event for each interaction whose person still exists, and unsubscribes who asked; how many are new.

    Doing it again adds nothing: the ids of the events are the interactions'.
    """
    found = await _deliveries(conn, {seen.key for seen in interactions})
    known = [(seen, found[seen.key]) for seen in interactions if seen.key in found]
    new = await events.append(conn, [_event(seen, delivery) for seen, delivery in known], now)
    for seen, delivery in known:
        if seen.kind == "unsubscribed" and delivery["address"] is not None:
            await _opt_out(conn, seen, delivery)
    return new


async def links(conn: Connection, version: int) -> list[Link] | None:
    """The links of a content version in their order; None if there is no such version that is ready."""
    rows = await _rows(conn, "links", version=version, limit=1)
    return _links(rows[0]) if rows else None


async def newest_links(conn: Connection, limit: int) -> dict[int, list[Link]]:
    """The links of the newest content versions that are ready."""
    return {row["id"]: _links(row) for row in await _rows(conn, "links", version=None, limit=limit)}


async def attributes(conn: Connection, key: DeliveryKey) -> Mapping[str, Any]:
    """The attributes of the person a delivery went to; none if they were deleted."""
    rows = await _rows(conn, "attributes", **key._asdict())
    return rows[0]["attributes"] if rows else {}


async def signing_key(conn: Connection) -> bytes:
    """What this workspace's links are signed with."""
    key: bytes = (await _rows(conn, "signing_key"))[0]["signing_key"]
    return key


async def _deliveries(conn: Connection, keys: Iterable[DeliveryKey]) -> dict[DeliveryKey, Row]:
    by_shard: dict[int, list[DeliveryKey]] = defaultdict(list)
    for key in keys:
        by_shard[key.shard].append(key)
    found = {}
    async with conn.pipeline():  # a busy moment has clicks in all shards: one journey to the database for all of them
        cursors = [
            (shard, await conn.execute(QUERIES["deliveries"], _asked(shard, by_shard[shard]))) for shard in by_shard
        ]
        for shard, cursor in cursors:
            for row in await cursor.fetchall():
                found[DeliveryKey(shard, row["participant"], row["step"])] = row
    return found


def _asked(shard: int, keys: Sequence[DeliveryKey]) -> dict[str, Any]:
    return {"shard": shard, "participants": [key.participant for key in keys], "steps": [key.step for key in keys]}


async def _opt_out(conn: Connection, seen: Interaction, delivery: Row) -> None:
    channel, address, source = delivery["channel"], delivery["address"], seen.source or "link"
    try:
        await people.set_consent(
            conn, channel, address, purpose="commercial", state="opted_out", source=source, now=seen.at
        )
    except Invalid:  # a message went there, so this is a defect; but it must not hold up everybody else's events
        LOG.exception("an address cannot be unsubscribed", delivery=str(seen.key))


def _event(seen: Interaction, delivery: Row) -> Event:
    verdict = classify(seen, delivery["handed_at"])
    properties: dict[str, Any] = {}
    if verdict.automated is not None:
        properties = {"automated_by": verdict.automated, "user_agent": seen.agent}
    elif verdict.proxy:
        properties = {"proxy": True}
    elif seen.source is not None:
        properties = {"source": seen.source}
    return Event(
        id=seen.id,
        person=Ref(seen.key.shard, delivery["person"]),
        name=f"{delivery['channel']}.{seen.kind}",
        at=seen.at,
        properties=properties,
        delivery=DeliveryRef(Ref(seen.key.shard, seen.key.participant), seen.key.step),
        link=seen.link,
        automated=verdict.automated is not None,
    )


def _links(row: Row) -> list[Link]:
    return [Link.model_validate(link) for link in row["links"] or ()]


async def _rows(conn: Connection, query: str, **parameters: Any) -> list[Row]:
    return await (await conn.execute(QUERIES[query], parameters)).fetchall()
