"""Routes of journeys: drafts, publishing, stopping, history."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from sojourn.access.caller import Caller
from sojourn.access.request import Now, Transaction
from sojourn.journeys import life, publish, store
from sojourn.journeys.life import Rate
from sojourn.journeys.model import JourneyDocument
from sojourn.kit.errors import Problem
from sojourn.kit.model import Document

router = APIRouter(prefix="/journeys", tags=["journeys"])


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
    document: JourneyDocument


class Journeys(BaseModel):
    journeys: list[Journey]


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


class FoundProblem(BaseModel):
    code: str
    where: str
    message: str
    advice: str


class Check(BaseModel):
    """What forbids publishing at this moment; empty when nothing does."""

    problems: list[FoundProblem]


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


@router.get("/{journey}")
async def get_journey(
    journey: str,
    conn: Transaction,
    version: Annotated[int | None, Query(description="Default: the newest published one, or else the draft.")] = None,
) -> Journey:
    """One journey with its document."""
    return _journey(await store.numbered(conn, journey, version) if version else await store.newest(conn, journey))


@router.put("/{journey}")
async def change_journey(journey: str, document: JourneyDocument, conn: Transaction) -> Journey:
    """Changes the draft. What was published cannot be modified (P3)."""
    await store.change(conn, journey, document)
    return _journey(await store.draft_or_newest(conn, journey))


@router.delete("/{journey}", status_code=204)
async def delete_journey(journey: str, conn: Transaction, now: Now) -> None:
    """Deletes a journey that is not live."""
    await store.delete(conn, journey, now)


@router.get("/{journey}/problems")
async def check_journey(journey: str, conn: Transaction, now: Now) -> Check:
    """Everything that forbids publishing, without publishing (P2)."""
    return Check(problems=[_problem(problem) for problem in await publish.problems(conn, journey, now)])


@router.post("/{journey}/publication", status_code=201)
async def publish_journey(journey: str, conn: Transaction, now: Now, caller: Caller) -> Journey:
    """Publishes the draft, or answers every problem at once and changes nothing."""
    return _journey(await publish.publish(conn, journey, caller.name, now))


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


def _journey(version: store.Version) -> Journey:
    same = (
        *("name", "draft", "state", "document", "created_at", "published_at"),
        *("paused_at", "timers", "completed_at", "stopped_at"),
    )
    return Journey(id=version.slug, version=version.number, **{name: getattr(version, name) for name in same})


def _summary(version: store.Version) -> VersionSummary:
    same = ("state", "published_at", "completed_at", "stopped_at")
    return VersionSummary(version=version.number, **{name: getattr(version, name) for name in same})


def _problem(problem: Problem) -> FoundProblem:
    return FoundProblem(**problem.as_json())
