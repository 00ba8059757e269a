"""What publishing validates (rule P2): every problem at once, each with a code, the step and what to do."""

from collections.abc import Iterator
from dataclasses import dataclass

from sojourn.journeys.compile import all_steps, plan
from sojourn.journeys.model import JourneyDocument
from sojourn.journeys.steps.base import START, Surroundings
from sojourn.kit.errors import Problem
from sojourn.kit.zones import instant_of, known_zone


@dataclass(frozen=True)
class SegmentFacts:
    audience: str
    live: bool


def check(document: JourneyDocument, around: Surroundings, segment: SegmentFacts | None) -> list[Problem]:
    """Empty when the journey may be published. `around.zone` is the journey's zone if it is known."""
    problems = [*_check_start(document, around, segment), *_check_ids(document)]
    if not document.steps:
        problems.append(Problem("no_steps", START, "The journey has no steps.", "Add at least one."))
    for planned in plan(document):
        problems += planned.step.check(around, planned.before)
    return problems


def _check_start(document: JourneyDocument, around: Surroundings, segment: SegmentFacts | None) -> Iterator[Problem]:
    start = document.start
    if segment is None:
        yield Problem(
            "segment_missing",
            START,
            f"There is no segment {start.segment!r}.",
            "Create it or choose another.",
        )
    elif not segment.live:
        yield Problem("segment_not_live", START, f"The segment {start.segment!r} is not live.", "Make it live first.")
    if start.timezone is not None and not known_zone(start.timezone):
        yield Problem(
            "unknown_zone",
            START,
            f"There is no time zone {start.timezone!r}.",
            "Use one such as Europe/Paris.",
        )
    if start.at != "publication" and instant_of(start.at, around.zone) < around.now:
        yield Problem(
            "start_in_past",
            START,
            f"{start.at.isoformat(timespec='minutes')} ({around.zone}) has passed.",
            "Choose a later time, or start at publication.",
        )


def _check_ids(document: JourneyDocument) -> Iterator[Problem]:
    seen = {START}
    for step in all_steps(document.steps):
        if step.id in seen:
            other = "the way in" if step.id == START else "another step"
            yield Problem("step_id_taken", step.id, f"{step.id!r} is the id of {other} already.", "Choose another id.")
        seen.add(step.id)
