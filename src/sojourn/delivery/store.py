"""What delivery says to PostgreSQL: the gate, the answers, and what was in doubt. One shard at a time."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from psycopg.sql import SQL, Composed

from sojourn.db.connect import Connection
from sojourn.db.queries import Queries
from sojourn.delivery.model import DeliveryKey

queries = Queries(__package__)


@dataclass(frozen=True)
class Claimed:
    """A delivery that passed the gate and is marked `sending`; it leaves the house now or is in doubt."""

    key: DeliveryKey
    content: int | None
    attempts: int
    address: str
    attributes: dict[str, Any]
    tracked: bool
    person: str = ""  # the person's key
    trigger: Mapping[str, Any] = field(default_factory=dict)  # what the event that started them said, if that is asked


@dataclass(frozen=True)
class Settlement:
    """What became of a delivery: `state` sent, failed, unknown, or queued again until `retry_at`."""

    key: DeliveryKey
    state: str
    reason: str | None = None
    answer: str | None = None
    provider_id: str | None = None
    retry_at: datetime | None = None


class Addressed(NamedTuple):
    """What decides to whom a message is not sent: its channel, the attribute that holds the address, its purpose."""

    channel: str
    to: str
    purpose: str


class Forecast(NamedTuple):
    """People as they are now: `entering`, not, by reason, and by message how many it is not sent to, by reason."""

    entering: int
    not_entering: Mapping[str, int]
    blocked: Mapping[Addressed, Mapping[str, int]]


async def forecast(conn: Connection, entry: Mapping[str, Any], messages: Collection[Addressed]) -> Forecast:
    """What the gate would say of everybody who would enter: `entry` are the `segments`, those that are `excluded`, and
    how many of a hundred to `hold_out`, by a `salt`."""
    asked = sorted(set(messages))
    given: dict[str, Any] = {
        **entry,
        "channels": [message.channel for message in asked],
        "attributes": [message.to for message in asked],
        "purposes": [message.purpose for message in asked],
    }
    rows = await (await conn.execute(gated("forecast"), given)).fetchall()
    entering = {row["reason"]: row["people"] for row in rows if row["message"] is None}
    enter = entering.pop(None, 0)
    blocked: dict[Addressed, dict[str, int]] = {message: {} for message in asked}
    for row in rows:
        if row["message"] is not None:
            blocked[asked[row["message"] - 1]][row["reason"]] = row["people"]
    return Forecast(enter, entering, blocked)


async def waiting(conn: Connection, shards: Sequence[int], channels: Sequence[str]) -> dict[tuple[int, str], datetime]:
    """The earliest instant at which each shard and channel has something to hand over."""
    rows = await (
        await conn.execute(queries["waiting"], {"shards": list(shards), "channels": list(channels)})
    ).fetchall()
    return {(row["shard"], row["channel"]): row["due"] for row in rows if row["due"] is not None}


async def claim(conn: Connection, shard: int, channel: str, batch: int, now: datetime) -> tuple[list[Claimed], int]:
    """The gate for up to `batch` deliveries: those to hand over now, and how many were blocked or held back."""
    parameters = {"shard": shard, "channel": channel, "batch": batch, "now": now}
    rows = await (await conn.execute(gated("claim"), parameters)).fetchall()
    asking = [row["participant"] for row in rows if row["reason"] is None and row["triggered"]]
    said = await triggers(conn, shard, asking) if asking else {}
    passed = [
        Claimed(
            key=DeliveryKey(shard, row["participant"], row["step"]),
            content=row["content"],
            attempts=row["attempts"],
            address=row["address"],
            attributes=row["attributes"],
            tracked=row["tracked"],
            person=row["person_key"],
            trigger=said.get(row["participant"], {}),
        )
        for row in rows
        if row["reason"] is None
    ]
    return passed, len(rows) - len(passed)


def gated(query: str) -> Composed:
    """One of the two that ask the gate."""
    return SQL(queries[query]).format(gate=SQL(queries["gate"]).format(asked=SQL("asked")))


async def triggers(conn: Connection, shard: int, participants: Sequence[int]) -> dict[int, Mapping[str, Any]]:
    """The properties of the events that started these participants; those whom no event started are missing."""
    asked = {"shard": shard, "participants": list(participants)}
    rows = await (await conn.execute(queries["triggers"], asked)).fetchall()
    return {row["participant"]: row["properties"] for row in rows}


async def calls(conn: Connection, steps: Sequence[int]) -> dict[int, dict[str, Any]]:
    """What webhook steps say, by step: `body` as its author wrote it, or None, and what is `said` anyway."""
    rows = await (await conn.execute(queries["calls"], {"steps": list(steps)})).fetchall()
    return {row["id"]: row["settings"] for row in rows}


async def settle(conn: Connection, shard: int, settlements: Sequence[Settlement], now: datetime) -> None:
    """Records what the channel answered and lets the participants go on."""
    columns = {
        "participants": [item.key.participant for item in settlements],
        "steps": [item.key.step for item in settlements],
        "states": [item.state for item in settlements],
        "reasons": [item.reason for item in settlements],
        "answers": [item.answer for item in settlements],
        "provider_ids": [item.provider_id for item in settlements],
        "retry_ats": [item.retry_at for item in settlements],
    }
    await conn.execute(queries["settle"], {"shard": shard, "now": now, **columns})


async def take_back(conn: Connection, shard: int, channel: str) -> None:
    """Queues again what is `sending` in a channel of which surely nothing is out."""
    await conn.execute(queries["repeat"], {"shard": shard, "repeatable": [channel]})


async def take_over(conn: Connection, shard: int, repeatable: Sequence[str], now: datetime) -> None:
    """What an earlier owner of the shard left in `sending`: queued again where repeating is safe, else unknown."""
    await conn.execute(queries["repeat"], {"shard": shard, "repeatable": list(repeatable)})
    await conn.execute(queries["doubt"], {"shard": shard, "repeatable": list(repeatable), "now": now})


async def test_numbers(conn: Connection, count: int) -> tuple[list[int], bytes]:
    """Numbers of participants that never will be, for the keys of test messages, and the workspace's signing key."""
    rows = await (await conn.execute(queries["test_numbers"], {"count": count})).fetchall()
    return [row["number"] for row in rows], rows[0]["signing_key"]
