"""Routes of what can be read about running journeys: their numbers as they move and over time, the people behind them,
one person's way."""

from collections.abc import AsyncIterable, AsyncIterator
from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import StreamingResponse
from fastapi.sse import EventSourceResponse, ServerSentEvent
from pydantic import BaseModel, Field

from sojourn.access.caller import Caller
from sojourn.access.request import Now, Served, Stopping, Transaction
from sojourn.analytics import store
from sojourn.analytics.ab_tests import AbTests, ab_tests
from sojourn.analytics.behind import CSV_HEAD, Number, Participant, csv_lines, participant
from sojourn.analytics.export import KnownVisit, Membership, PersonExport, export
from sojourn.analytics.live import Asked, Watching
from sojourn.analytics.model import Numbers
from sojourn.analytics.over_time import Bucket, OverTime, moments
from sojourn.analytics.store import Part
from sojourn.db.connect import Pool, Row, transaction
from sojourn.delivery.model import DeliveryKey
from sojourn.journeys.store import newest, workspace_zone
from sojourn.kit.ids import Ref

router = APIRouter(tags=["analytics"])

FIRST = Ref(-1, 0)
PAGE = 2000
"""Rows that an export reads at a time."""
OF = "Number of the version, or `all` of them together; default the newest published one, or else the draft."
RUN = "Number of a run of that version; default all of them."

Version = Annotated[int | Literal["all"] | None, Query(description=OF)]
Run = Annotated[int | None, Query(description=RUN)]


class JourneySummary(BaseModel):
    """A journey in three numbers, over all its versions."""

    journey: str
    entered: int
    inside: int
    sent: int


class Overview(BaseModel):
    journeys: list[JourneySummary] = Field(description="Those that anybody came to.")


class RunSummary(BaseModel):
    """One admission of an audience into a version; a repeating journey has one per occurrence."""

    version: int
    run: int
    starts_at: datetime


class Runs(BaseModel):
    runs: list[RunSummary]


class Participants(BaseModel):
    participants: list[Participant]
    next: str | None = Field(description="Give it as `after` to get the next page; null on the last one.")


class Behind(Number):
    """The people behind a number, a page at a time."""

    version: int | Literal["all"] | None = Field(None, description=OF)
    run: int | None = Field(None, description=RUN)
    after: str | None = None
    limit: int = Field(100, ge=1, le=1000)


class Exported(Number):
    """All people behind a number."""

    version: int | Literal["all"] | None = Field(None, description=OF)
    run: int | None = Field(None, description=RUN)


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
    journey: str, conn: Transaction, now: Now, version: Version = None, run: Run = None
) -> Numbers:
    """The numbers of every step of one version, or of all together, or of one run (N1, N2, P4), as of this moment."""
    return await store.numbers_of(conn, await store.part_of(conn, journey, version, run), now)


async def _asked(journey: str, services: Served, version: Version = None, run: Run = None) -> Asked:
    """Refused before the stream begins, since a stream can only end."""
    async with transaction(services.pool) as conn:
        await store.part_of(conn, journey, version, run)
    return journey, version, run


@router.get("/journeys/{journey}/numbers/stream", response_class=EventSourceResponse)
async def watch_numbers(
    asked: Annotated[Asked, Depends(_asked)], request: Request, who: Caller, stopping: Stopping
) -> AsyncIterable[ServerSentEvent]:
    """The same numbers as they move, as server-sent events: `numbers` at first and whenever they are others; at every
    look between, one in two seconds, `unchanged` with the time. Ends when the caller is logged out."""
    watching: Watching = request.app.state.watching
    async for event in watching.events(asked, who, stopping):
        yield event


@router.get("/journeys/{journey}/numbers/over-time")
async def journey_over_time(
    journey: str,
    conn: Transaction,
    now: Now,
    version: Version = None,
    run: Run = None,
    by: Annotated[Bucket, Query(description="Minutes go back six hours from the latest, hours two weeks.")] = "hour",
) -> OverTime:
    """What happened when, on the wall clock of the journey."""
    part = await store.part_of(conn, journey, version, run)
    zone = part.versions[0].document.start.timezone or await workspace_zone(conn)
    return OverTime(by=by, zone=zone, at=now, moments=moments(await store.over_time(conn, part, by, zone)))


@router.get("/journeys/{journey}/ab-tests/{step}")
async def journey_ab_tests(
    journey: str, step: str, conn: Transaction, now: Now, version: Version = None, run: Run = None
) -> AbTests:
    """How the A/B tests of a step stand, by run (W13): how many tried each version and did what is compared, which one
    won, and why. Until a test is decided it is the tally so far."""
    return await ab_tests(conn, await store.part_of(conn, journey, version, run), step, now)


@router.get("/journeys/{journey}/runs")
async def journey_runs(journey: str, conn: Transaction, version: Version = "all") -> Runs:
    """The runs of a journey, by version and number."""
    part = await store.part_of(conn, journey, version)
    return Runs(runs=[RunSummary(**{**row, "run": row["number"]}) for row in part.runs])


@router.get("/journeys/{journey}/participants")
async def journey_participants(journey: str, conn: Transaction, of: Annotated[Behind, Query()]) -> Participants:
    """The people behind a number (N3), a page at a time."""
    part = await store.part_of(conn, journey, of.version, of.run)
    start = Ref.parse(of.after) if of.after else FIRST
    rows = await store.participants(conn, part, of, start, of.limit)
    last = str(Ref(rows[-1]["shard"], rows[-1]["id"])) if len(rows) == of.limit else None
    return Participants(participants=[participant(row) for row in rows], next=last)


@router.get("/journeys/{journey}/participants.csv", response_class=StreamingResponse)
async def export_participants(
    journey: str, conn: Transaction, services: Served, of: Annotated[Exported, Query()]
) -> StreamingResponse:
    """All the people behind a number as CSV (N3), however many."""
    part = await store.part_of(conn, journey, of.version, of.run)
    if of.step is not None:
        await store.steps_named(conn, part, of.step)  # what is refused is refused before the first line
    headers = {"Content-Disposition": f'attachment; filename="{part.versions[0].slug}-people.csv"'}
    return StreamingResponse(_exported(services.pool, part, of), media_type="text/csv", headers=headers)


async def _exported(pool: Pool, part: Part, of: Number) -> AsyncIterator[str]:
    """Page by page, each in a transaction of its own, so that a slow reader holds nothing."""
    yield CSV_HEAD
    after = FIRST
    while True:
        async with transaction(pool) as conn:
            rows = await store.participants(conn, part, of, after, PAGE)
        yield "".join(csv_lines(rows))
        if len(rows) < PAGE:
            return
        after = Ref(rows[-1]["shard"], rows[-1]["id"])


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
