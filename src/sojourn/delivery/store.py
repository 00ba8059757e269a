"""What delivery says to PostgreSQL: the gate, the answers, and what was in doubt. One shard at a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

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


@dataclass(frozen=True)
class Settlement:
    """What became of a delivery: `state` sent, failed, unknown, or queued again until `retry_at`."""

    key: DeliveryKey
    state: str
    reason: str | None = None
    answer: str | None = None
    provider_id: str | None = None
    retry_at: datetime | None = None


async def waiting(conn: Connection, shards: Sequence[int], channels: Sequence[str]) -> dict[tuple[int, str], datetime]:
    """The earliest instant at which each shard and channel has something to hand over."""
    rows = await (
        await conn.execute(queries["waiting"], {"shards": list(shards), "channels": list(channels)})
    ).fetchall()
    return {(row["shard"], row["channel"]): row["due"] for row in rows if row["due"] is not None}


async def claim(conn: Connection, shard: int, channel: str, batch: int, now: datetime) -> tuple[list[Claimed], int]:
    """The gate for up to `batch` deliveries: those to hand over now, and how many were blocked or held back."""
    parameters = {"shard": shard, "channel": channel, "batch": batch, "now": now}
    rows = await (await conn.execute(queries["claim"], parameters)).fetchall()
    passed = [
        Claimed(
            key=DeliveryKey(shard, row["participant"], row["step"]),
            content=row["content"],
            attempts=row["attempts"],
            address=row["address"],
            attributes=row["attributes"],
            tracked=row["tracked"],
            person=row["person_key"],
        )
        for row in rows
        if row["reason"] is None
    ]
    return passed, len(rows) - len(passed)


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
