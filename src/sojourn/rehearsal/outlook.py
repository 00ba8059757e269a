"""What publishing would meet at this moment (rule P2): all that forbids it, what may be a mistake, and the audience.

Warnings forbid nothing. Whom a message would not reach is what the gate itself says of everybody who would enter.
"""

from collections.abc import AsyncIterator, Iterator, Mapping
from datetime import datetime

from pydantic import BaseModel, Field

from sojourn.db.connect import Connection
from sojourn.delivery.store import Addressed, forecast
from sojourn.journeys import store as journeys
from sojourn.journeys.compile import all_steps, unreachable
from sojourn.journeys.model import JourneyDocument
from sojourn.journeys.publish import examine
from sojourn.journeys.start import SegmentStart
from sojourn.journeys.steps.base import START, Surroundings
from sojourn.journeys.steps.message import MessageStep
from sojourn.journeys.way_in import salt
from sojourn.kit.errors import Problem
from sojourn.kit.zones import instant_of
from sojourn.people.model import EVERY_CHANNEL, Channel
from sojourn.rehearsal import store


class FoundProblem(BaseModel):
    """A problem or a warning."""

    code: str
    where: str
    message: str
    advice: str


class Audience(BaseModel):
    """Who would enter if the journey began now."""

    size: int = Field(description="Members of the entry segments.")
    not_entering: dict[str, int] = Field(description="Of those: who would not enter, by reason.")
    blocked: dict[str, dict[str, int]] = Field(
        description="By message step: how many of the others it would not be sent to, by reason."
    )

    @property
    def entering(self) -> int:
        return self.size - sum(self.not_entering.values())


class Outlook(BaseModel):
    journey: str
    version: int
    problems: list[FoundProblem] = Field(description="What forbids publishing at this moment; empty when nothing does.")
    warnings: list[FoundProblem] = Field(description="What does not forbid it.")
    audience: Audience | None = Field(
        description="Null when an event starts the journey, and while members are not known."
    )


async def outlook(
    conn: Connection, known_as: str, now: datetime, channels: frozenset[Channel] = EVERY_CHANNEL
) -> Outlook:
    """Of the draft, or else of the newest version. Raises NotFound."""
    version = await journeys.draft_or_newest(conn, known_as)
    problems, around = await examine(conn, version, now, channels)
    warnings = [*_steps(version.document), *[warning async for warning in _limits(conn, version.document, around)]]
    entry, audience = _entry(version.document, around), None
    if entry and not await store.have_members(conn, [around.segments[name].id for name in entry]):
        message = "The members of a segment of its start are not counted yet."
        warnings.append(Problem("members_unknown", START, message, "Ask again in a moment, while a worker runs."))
    elif entry:
        audience = await _audience(conn, version.document, around)
        warnings += _people(version.document, audience)
    return Outlook(
        journey=version.name,
        version=version.number,
        problems=[FoundProblem(**problem.as_json()) for problem in problems],
        warnings=[FoundProblem(**warning.as_json()) for warning in warnings],
        audience=audience,
    )


# ---------------------------------------------------------------------------------------------------- the document


def _steps(document: JourneyDocument) -> Iterator[Problem]:
    for step in unreachable(document):
        advice = "Everybody leaves the journey before it, or goes another way: move it, or take it out."
        yield Problem("step_unreachable", step.id, "Nobody can come to this step.", advice)


async def _limits(conn: Connection, document: JourneyDocument, around: Surroundings) -> AsyncIterator[Problem]:
    """Even of those who enter first (J8)."""
    start, zone = document.start, around.zone
    if start.end is None:
        return
    begins = around.now if start.at == "publication" else max(around.now, instant_of(start.at, zone))
    end = instant_of(start.end, zone)
    for step in all_steps(document.steps):
        limit = step.limit()
        if limit is None:
            continue
        ends = (
            await store.instant_after(conn, begins, limit, zone) if isinstance(limit, str) else instant_of(limit, zone)
        )
        if ends > end:
            message = f"Even who enters first may be here after the journey's end, {start.end:%Y-%m-%d %H:%M} ({zone})."
            advice = (
                "People inside finish after the end. If they should not, end the step earlier, or the journey later."
            )
            yield Problem("limit_after_end", step.id, message, advice)


# ---------------------------------------------------------------------------------------------------- people


def _entry(document: JourneyDocument, around: Surroundings) -> list[str]:
    """The segments of the start, those that keep people out too; none if they are not all there, or an event starts."""
    named = [*document.start.segments, *document.start.exclude]
    return named if isinstance(document.start, SegmentStart) and set(named) <= around.segments.keys() else []


async def _audience(conn: Connection, document: JourneyDocument, around: Surroundings) -> Audience:
    addressed = {
        step.id: Addressed(step.channel, step.to, around.contents[step.content].purpose)
        for step in all_steps(document.steps)
        if isinstance(step, MessageStep) and step.content in around.contents and step.to in around.attributes
    }
    start = document.start
    segments, excluded = ([around.segments[name].id for name in names] for names in (start.segments, start.exclude))
    entry = {"segments": segments, "excluded": excluded, "hold_out": start.hold_out, "salt": salt(around)}
    found = await forecast(conn, entry, addressed.values())
    return Audience(
        size=found.entering + sum(found.not_entering.values()),
        not_entering=dict(found.not_entering),
        blocked={step: dict(found.blocked[message]) for step, message in addressed.items() if found.blocked[message]},
    )


def _people(document: JourneyDocument, audience: Audience) -> Iterator[Problem]:
    if not audience.size:
        yield Problem("segment_empty", START, "Nobody is a member of its segments now.", _advice_of_nobody(document))
    if kept_out := audience.not_entering.get("excluded"):
        message = f"{kept_out:,} of {audience.size:,} people would not enter: an exclusion segment keeps them out."
        yield Problem("people_excluded", START, message, "If they should enter, change `exclude` or that segment.")
    sends_to = {step.id: step.to for step in all_steps(document.steps) if isinstance(step, MessageStep)}
    for step, reasons in audience.blocked.items():
        yield from _unreached(step, sends_to[step], reasons, audience.entering)


def _advice_of_nobody(document: JourneyDocument) -> str:
    start = document.start
    once = isinstance(start, SegmentStart) and start.frequency == "once"
    return "Nobody would ever enter: look at the segment's condition." if once else "Whoever becomes one later enters."


def _unreached(step: str, to: str, reasons: Mapping[str, int], people: int) -> Iterator[Problem]:
    others = dict(reasons)
    if missing := others.pop("address_missing", 0):
        message = f"{missing:,} of {people:,} people have no {to!r} to send to."
        yield Problem("people_without_address", step, message, "They go on without this message.")
    if others:
        told = ", ".join(f"{reason} {n:,}" for reason, n in sorted(others.items()))
        message = f"{sum(others.values()):,} of {people:,} people may not be sent this: {told}."
        yield Problem("people_blocked", step, message, "They go on without this message; see delivery reasons.")
