"""The life of a journey beside publishing and stopping (rule P5): pausing and resuming."""

from datetime import datetime, timedelta
from typing import Annotated, Literal

from pydantic import Field

from sojourn.db.connect import Connection
from sojourn.journeys import store
from sojourn.journeys.store import Timers, Version
from sojourn.kit.errors import Conflict
from sojourn.kit.model import Document

_INTERVALS = {"minute": timedelta(minutes=1), "hour": timedelta(hours=1)}


class Rate(Document):
    """So many people in each interval, evenly spread."""

    people: Annotated[int, Field(strict=True, ge=1, le=1_000_000)]
    per: Literal["minute", "hour"]

    @property
    def spacing(self) -> timedelta:
        return _INTERVALS[self.per] / self.people


async def pause(conn: Connection, known_as: str, timers: Timers, who: str, now: datetime) -> Version:
    """From here on nobody enters and nothing is handed over; waits and limits run on, or freeze (P5).

    Raises Conflict when the journey is not live, or is paused.
    """
    version = await store.newest(conn, known_as)
    if version.state == "Paused":
        raise Conflict(f"{version.name!r} is paused already. Resume it first.")
    if not await store.pause(conn, version.journey, timers, now):
        raise Conflict(f"{version.name!r} is not live, but {version.state}; there is nothing to pause.")
    said = "timers freeze" if timers == "freeze" else "timers run on"
    await store.record_change(conn, version, who, f"paused: {said}", now)
    return await store.newest(conn, known_as)


async def resume(conn: Connection, known_as: str, rate: Rate | None, who: str, now: datetime) -> Version:
    """Runs that wait begin, and messages that were held back are handed over: at once, or at this rate (P5).

    Raises Conflict when the journey is not paused.
    """
    version = await store.newest(conn, known_as)
    if not await store.resume(conn, version.journey, rate.spacing if rate else timedelta(0), now):
        raise Conflict(f"{version.name!r} is not paused, but {version.state}; there is nothing to resume.")
    said = f": {rate.people} people per {rate.per}" if rate else ""
    await store.record_change(conn, version, who, f"resumed{said}", now)
    return await store.newest(conn, known_as)
