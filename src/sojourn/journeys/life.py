"""The life of a journey beside publishing and stopping (rules P4, P5, P7): pausing, resuming, new versions, copies."""

from datetime import datetime, timedelta
from typing import Annotated, Literal

from pydantic import Field

from sojourn.db.connect import Connection
from sojourn.journeys import store
from sojourn.journeys.publish import refuse_unless_admitting
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


async def new_version(conn: Connection, known_as: str, who: str, now: datetime) -> Version:
    """A draft beside the live version, which goes on until the draft is published (P4).

    Raises Conflict when there is one already, or when the journey does not keep admitting people.
    """
    version = await store.newest(conn, known_as)
    await store.lock(conn, version.journey)
    version = await store.newest(conn, known_as)
    if version.published_at is not None:
        refuse_unless_admitting(version)
    if not await store.add_version(conn, version):
        raise Conflict(f"{version.name!r} has a draft already. Change that one.")
    draft = await store.draft_or_newest(conn, known_as)
    await store.record_change(conn, draft, who, f"draft of version {draft.number} made", now)
    return draft


async def delete_version(conn: Connection, known_as: str, number: int, who: str, now: datetime) -> None:
    """Gives up a draft beside a published version. Raises NotFound, or Conflict when it is anything else."""
    version = await store.numbered(conn, known_as, number)
    if not await store.delete_version(conn, version):
        raise Conflict(f"Version {number} of {version.name!r} is not a draft beside a published one.")
    await store.record_change(conn, version, who, f"draft of version {number} deleted", now)


async def copy(conn: Connection, known_as: str, name: str, now: datetime) -> Version:
    """A new draft with the same document under another name (P7). Raises Conflict when the name is taken."""
    version = await store.newest(conn, known_as)
    document = version.document.model_copy(update={"journey": name})
    return await store.newest(conn, await store.create(conn, document, now))
