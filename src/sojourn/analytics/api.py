"""Routes of what can be read about running journeys: their numbers, the people behind them, one person's way."""

from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from sojourn.access.request import Now, Transaction
from sojourn.analytics import store
from sojourn.analytics.export import KnownVisit, Membership, PersonExport, export
from sojourn.analytics.model import Numbers
from sojourn.db.connect import Connection, Row
from sojourn.delivery.model import DeliveryKey
from sojourn.journeys.store import Version, newest, numbered
from sojourn.kit.ids import Ref

router = APIRouter(tags=["analytics"])

FIRST = Ref(-1, 0)
OF = "Number of the version; default the newest published one, or else the draft."


class JourneySummary(BaseModel):
    """A journey in three numbers, over all its versions."""

    journey: str
    entered: int
    inside: int
    sent: int


class Overview(BaseModel):
    journeys: list[JourneySummary] = Field(description="Those that anybody came to.")


class Participant(BaseModel):
    id: str
    person: str
    audience: str | None
    key: str | None
    entered_at: datetime
    left_at: datetime | None
    exit_reason: str | None
    reached_at: datetime | None = Field(description="When they reached the goal of the journey.")
    at: str | None = Field(description="The step where they are.")


class Participants(BaseModel):
    participants: list[Participant]
    next: str | None = Field(description="Give it as `after` to get the next page; null on the last one.")


class Behind(BaseModel):
    """Which people: those of a version, who came to a step, whom it let go in some way."""

    version: int | None = Field(None, description=OF)
    step: str | None = None
    outcome: str | None = Field(
        None, description="An outcome, an exit reason, or `here`; without a step also `reached`, for the goal."
    )
    after: str | None = None
    limit: int = Field(100, ge=1, le=1000)


class Visit(KnownVisit):
    """One stay at a step, and what decided it (N4)."""

    journey: str
    name: str
    version: int
    run: int
    participant: str
    delivery: str | None = Field(description="The key of the delivery, at a step that sends.")
    delivery_state: str | None
    reason: str | None = Field(description="Why the message was blocked or failed.")
    answer: str | None = Field(description="What the mail server or provider said last.")
    address: str | None
    handed_at: datetime | None


class TimelineEvent(BaseModel):
    id: str
    name: str
    at: datetime
    journey: str | None
    step: str | None
    link: str | None
    automated: bool
    properties: dict[str, Any]


class Timeline(BaseModel):
    visits: list[Visit]
    events: list[TimelineEvent]


@router.get("/overview")
async def read_overview(conn: Transaction) -> Overview:
    """Every journey in three numbers, for the list of journeys."""
    return Overview(journeys=[JourneySummary(**row) for row in await store.overview(conn)])


@router.get("/journeys/{journey}/numbers")
async def journey_numbers(
    journey: str,
    conn: Transaction,
    now: Now,
    version: Annotated[int | Literal["all"] | None, Query(description=OF)] = None,
) -> Numbers:
    """The numbers of every step of one version, or of all together (N1, N2, P4), as of this moment."""
    if version == "all":
        return await store.numbers_together(conn, journey, now)
    return await store.numbers(conn, await _version(conn, journey, version), now)


@router.get("/journeys/{journey}/participants")
async def journey_participants(journey: str, conn: Transaction, of: Annotated[Behind, Query()]) -> Participants:
    """The people behind a number (N3), a page at a time."""
    version = await _version(conn, journey, of.version)
    start = Ref.parse(of.after) if of.after else FIRST
    rows = await store.participants(conn, version, of.step, of.outcome, start, of.limit)
    return Participants(
        participants=[_participant(row) for row in rows],
        next=str(Ref(rows[-1]["shard"], rows[-1]["id"])) if len(rows) == of.limit else None,
    )


class Explanation(BaseModel):
    sentences: list[str]


@router.get("/journeys/{journey}/people/{person}/explanation")
async def explain_person(journey: str, person: str, conn: Transaction) -> Explanation:
    """Why this person did, or didn't, get what the journey sends: what decided each step, in words."""
    return Explanation(sentences=await store.why(conn, await newest(conn, journey), Ref.parse(person)))


@router.get("/people/{person}/timeline")
async def person_timeline(
    person: str, conn: Transaction, limit: Annotated[int, Query(ge=1, le=10_000)] = 1000
) -> Timeline:
    """One person's way: each visit with what decided it, and the newest events."""
    ref = Ref.parse(person)
    visits, events = await store.timeline(conn, ref, limit)
    return Timeline(visits=[_visit(ref, row) for row in visits], events=[_event(row) for row in events])


@router.get("/people/{person}/memberships")
async def person_memberships(person: str, conn: Transaction) -> list[Membership]:
    """The segments that one person is a member of, or was, and from when to when; the oldest first."""
    return [Membership(**row) for row in await store.memberships(conn, Ref.parse(person))]


@router.get("/people/{person}/export")
async def export_person(person: str, conn: Transaction) -> PersonExport:
    """Everything that is known about one person (A4)."""
    return await export(conn, Ref.parse(person))


async def _version(conn: Connection, journey: str, number: int | None) -> Version:
    return await newest(conn, journey) if number is None else await numbered(conn, journey, number)


def _participant(row: Row) -> Participant:
    return Participant(
        id=str(Ref(row["shard"], row["id"])),
        person=str(Ref(row["shard"], row["person"])),
        at=row["at_step"],
        **{name: row[name] for name in ("audience", "key", "entered_at", "left_at", "exit_reason", "reached_at")},
    )


def _visit(person: Ref, row: Row) -> Visit:
    same = ("version", "run", "step", "kind", "entered_at", "left_at", "outcome", "exit_reason", "cause")
    sent = row["delivery"] is not None
    return Visit(
        journey=row["slug"],
        name=row["journey"],
        participant=str(Ref(person.shard, row["participant"])),
        delivery=str(DeliveryKey(person.shard, row["participant"], row["step_number"])) if sent else None,
        delivery_state=row["delivery"],
        **{name: row[name] for name in (*same, "reason", "answer", "address", "handed_at")},
    )


def _event(row: Row) -> TimelineEvent:
    return TimelineEvent(
        journey=row["slug"],
        **{name: row[name] for name in ("id", "name", "at", "step", "link", "automated", "properties")},
    )
