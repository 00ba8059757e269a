"""Routes of journeys: drafts, publishing, stopping, history."""

from datetime import datetime

from fastapi import APIRouter
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
    state: str = Field(description="Draft, Live, Paused, Stopping, Stopped or Completed.")
    created_at: datetime
    published_at: datetime | None
    paused_at: datetime | None
    timers: store.Timers | None = Field(description="While it is paused: whether waits and limits run on.")
    completed_at: datetime | None
    stopped_at: datetime | None
    document: JourneyDocument


class Journeys(BaseModel):
    journeys: list[Journey]


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
    """All journeys, newest first, each with its newest version."""
    return Journeys(journeys=[_journey(version) for version in await store.versions(conn)])


@router.post("", status_code=201)
async def create_journey(document: JourneyDocument, conn: Transaction, now: Now) -> Journey:
    """Makes a draft. Its id comes from its name."""
    return _journey(await store.newest(conn, await store.create(conn, document, now)))


@router.get("/{journey}")
async def get_journey(journey: str, conn: Transaction) -> Journey:
    """One journey with its document."""
    return _journey(await store.newest(conn, journey))


@router.put("/{journey}")
async def change_journey(journey: str, document: JourneyDocument, conn: Transaction) -> Journey:
    """Changes a draft. What was published cannot be modified (P3)."""
    await store.change(conn, journey, document)
    return _journey(await store.newest(conn, journey))


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
        *("name", "state", "document", "created_at", "published_at"),
        *("paused_at", "timers", "completed_at", "stopped_at"),
    )
    return Journey(id=version.slug, version=version.number, **{name: getattr(version, name) for name in same})


def _problem(problem: Problem) -> FoundProblem:
    return FoundProblem(**problem.as_json())
