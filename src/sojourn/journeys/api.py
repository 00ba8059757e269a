"""Routes of journeys: drafts, publishing, stopping, history."""

from datetime import datetime
from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Header, Query, Response
from pydantic import BaseModel, Field

from sojourn.access.caller import Caller
from sojourn.access.request import Now, Served, Transaction
from sojourn.journeys import life, publish, store
from sojourn.journeys.life import Rate
from sojourn.journeys.model import JourneyDocument
from sojourn.journeys.recurrence import Schedule
from sojourn.journeys.start import SegmentStart
from sojourn.kit.errors import Invalid
from sojourn.kit.model import Document
from sojourn.kit.zones import instant_of, known_zone

router = APIRouter(prefix="/journeys", tags=["journeys"])

LONGEST_REVISION = 9
SHOWN = 5
"""Occurrences that are listed of a start."""
IfMatch = Annotated[str | None, Header(description="The ETag of the draft that was read.")]


class Journey(BaseModel):
    id: str
    name: str
    version: int
    draft: int | None = Field(description="The version that is being edited.")
    state: str = Field(description="Draft, Live, Paused, Completing, Completed, Stopping or Stopped.")
    created_at: datetime
    published_at: datetime | None
    paused_at: datetime | None
    timers: store.Timers | None = Field(description="While it is paused: whether waits and limits run on.")
    completed_at: datetime | None
    stopped_at: datetime | None
    revision: int = Field(description="Counts the changes of a draft; send it as If-Match to overwrite no other's.")
    document: JourneyDocument


class Journeys(BaseModel):
    journeys: list[Journey]


class Occurrences(BaseModel):
    zone: str = Field(description="Of the wall clock that they are counted on.")
    occurrences: list[datetime]


class VersionSummary(BaseModel):
    version: int
    state: str
    published_at: datetime | None
    completed_at: datetime | None
    stopped_at: datetime | None


class Versions(BaseModel):
    versions: list[VersionSummary]


class Copy(Document):
    name: str = Field(min_length=1, max_length=200, description="Name of the new journey.")


class Pause(Document):
    timers: store.Timers = Field("run_on", description="Whether waits and limits run on meanwhile, or freeze.")


class Resumption(Document):
    rate: Rate | None = Field(None, description="How many of the messages that were held back go out in what time.")


class Change(BaseModel):
    version: int
    at: datetime
    who: str
    what: str


class History(BaseModel):
    changes: list[Change]


@router.get("")
async def list_journeys(conn: Transaction) -> Journeys:
    """All journeys, newest first, each with its newest published version, or else its draft."""
    return Journeys(journeys=[_journey(version) for version in await store.versions(conn)])


@router.post("", status_code=201)
async def create_journey(document: JourneyDocument, conn: Transaction, now: Now) -> Journey:
    """Makes a draft. Its id comes from its name."""
    return _journey(await store.newest(conn, await store.create(conn, document, now)))


@router.post("/occurrences")
async def list_occurrences(start: SegmentStart, conn: Transaction, now: Now) -> Occurrences:
    """When a repeating start would run next, before it is published (J3)."""
    zone = start.timezone or await store.workspace_zone(conn)
    if start.repeat is None or not known_zone(zone):
        raise Invalid("Only a repeating start in a known time zone has occurrences.")
    local = now.astimezone(ZoneInfo(zone)).replace(tzinfo=None) if start.at == "publication" else start.at
    end = instant_of(start.end, zone) if start.end else None
    schedule = Schedule(start=local, zone=zone, repeat=start.repeat, end=end)
    return Occurrences(zone=zone, occurrences=schedule.upcoming(now, SHOWN))


@router.get("/{journey}")
async def get_journey(
    journey: str,
    conn: Transaction,
    response: Response,
    version: Annotated[int | None, Query(description="Default: the newest published one, or else the draft.")] = None,
) -> Journey:
    """One journey with its document; its ETag is the revision."""
    found = await store.numbered(conn, journey, version) if version else await store.newest(conn, journey)
    return _tagged(found, response)


@router.put("/{journey}")
async def change_journey(
    journey: str, document: JourneyDocument, conn: Transaction, response: Response, if_match: IfMatch = None
) -> Journey:
    """Changes the draft; with If-Match only if nobody else has since. What was published cannot be modified (P3)."""
    await store.change(conn, journey, document, _revision(if_match))
    return _tagged(await store.draft_or_newest(conn, journey), response)


@router.delete("/{journey}", status_code=204)
async def delete_journey(journey: str, conn: Transaction, now: Now) -> None:
    """Deletes a journey that is not live."""
    await store.delete(conn, journey, now)


@router.post("/{journey}/publication", status_code=201)
async def publish_journey(
    journey: str, conn: Transaction, now: Now, caller: Caller, services: Served, if_match: IfMatch = None
) -> Journey:
    """Publishes the draft, or answers every problem at once and changes nothing; with If-Match only the draft that was
    looked at."""
    channels, revision = services.settings.channels, _revision(if_match)
    return _journey(await publish.publish(conn, journey, caller.name, now, channels, revision))


@router.get("/{journey}/versions")
async def list_versions(journey: str, conn: Transaction) -> Versions:
    """All versions of a journey, oldest first; each keeps its document, its numbers and its people (P4)."""
    numbers = await store.numbers(conn, (await store.newest(conn, journey)).journey)
    return Versions(versions=[_summary(await store.numbered(conn, journey, number)) for number in numbers])


@router.post("/{journey}/versions", status_code=201)
async def make_version(journey: str, conn: Transaction, now: Now, caller: Caller) -> Journey:
    """Makes a draft beside the live version; once it is published, newcomers get it (P4)."""
    return _journey(await life.new_version(conn, journey, caller.name, now))


@router.delete("/{journey}/versions/{version}", status_code=204)
async def delete_version(journey: str, version: int, conn: Transaction, now: Now, caller: Caller) -> None:
    """Gives up the draft beside a published version."""
    await life.delete_version(conn, journey, version, caller.name, now)


@router.post("/{journey}/copies", status_code=201)
async def copy_journey(journey: str, given: Copy, conn: Transaction, now: Now) -> Journey:
    """Makes a new draft with the same document under another name (P7)."""
    return _journey(await life.copy(conn, journey, given.name, now))


@router.post("/{journey}/pause", status_code=201)
async def pause_journey(journey: str, given: Pause, conn: Transaction, now: Now, caller: Caller) -> Journey:
    """Pauses: nobody enters, no message is handed over; waits and limits run on or freeze (P5)."""
    return _journey(await life.pause(conn, journey, given.timers, caller.name, now))


@router.post("/{journey}/resume", status_code=201)
async def resume_journey(journey: str, given: Resumption, conn: Transaction, now: Now, caller: Caller) -> Journey:
    """Goes on: runs that waited begin, messages that were held back go out, at a rate if one is given (P5)."""
    return _journey(await life.resume(conn, journey, given.rate, caller.name, now))


@router.post("/{journey}/stopping", status_code=202)
async def stop_journey(journey: str, conn: Transaction, now: Now, caller: Caller) -> Journey:
    """Stops for good: nobody enters, everybody inside ends, messages not yet handed over are cancelled (P6)."""
    return _journey(await publish.stop(conn, journey, caller.name, now))


@router.get("/{journey}/history")
async def journey_history(journey: str, conn: Transaction) -> History:
    """Who changed the journey's state, when (P1)."""
    version = await store.newest(conn, journey)
    return History(changes=[Change(**row) for row in await store.changes(conn, version.journey)])


def _revision(tag: str | None) -> int | None:
    """Of what the caller has read; None when anything may be overwritten."""
    if tag is None or tag == "*":
        return None
    if not (number := tag.removeprefix("W/").strip('"')).isdecimal() or len(number) > LONGEST_REVISION:
        raise Invalid(f"{tag!r} is no ETag of a journey: send the one that it was answered with.")
    return int(number)


def _tagged(version: store.Version, response: Response) -> Journey:
    response.headers["ETag"] = f'"{version.revision}"'
    return _journey(version)


def _journey(version: store.Version) -> Journey:
    same = (
        *("name", "draft", "state", "document", "revision", "created_at", "published_at"),
        *("paused_at", "timers", "completed_at", "stopped_at"),
    )
    return Journey(id=version.slug, version=version.number, **{name: getattr(version, name) for name in same})


def _summary(version: store.Version) -> VersionSummary:
    same = ("state", "published_at", "completed_at", "stopped_at")
    return VersionSummary(version=version.number, **{name: getattr(version, name) for name in same})
