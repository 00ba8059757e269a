"""What publishing validates (rule P2): every problem at once, each with a code, the step and what to do."""

from collections.abc import Iterator
from datetime import datetime

from sojourn.journeys.compile import all_steps, plan
from sojourn.journeys.model import JourneyDocument
from sojourn.journeys.start import TriggerStart
from sojourn.journeys.steps.base import START, Surroundings, check_chosen, check_segment, check_trigger
from sojourn.journeys.watch import check_watched
from sojourn.kit.errors import Problem
from sojourn.kit.zones import instant_of, known_zone


def check(document: JourneyDocument, around: Surroundings) -> list[Problem]:
    """Empty when the journey may be published. `around.zone` is the journey's zone if it is known."""
    problems = [*_check_segments(document, around), *_check_times(document, around), *_check_ids(document)]
    problems += _check_succession(document, around)
    problems += check_watched(document.exits, document.goal, document.start.segments, around)
    if not document.steps:
        problems.append(Problem("no_steps", START, "The journey has no steps.", "Add at least one."))
    for planned in plan(document):
        problems += planned.step.check(around, planned.before)
    return problems


def _check_segments(document: JourneyDocument, around: Surroundings) -> Iterator[Problem]:
    if isinstance(document.start, TriggerStart):
        yield from check_chosen(START, trigger=document.start.trigger, audience=document.start.audience)
        if document.start.trigger:
            yield from check_trigger(document.start.trigger, document.start.where, START, around)
        if not around.attributes and document.start.audience:
            message = f"There is no audience {document.start.audience!r}."
            yield Problem("audience_missing", START, message, "Choose another, or declare its attributes first.")
    for name in [*document.start.segments, *document.start.exclude]:
        if not name:
            yield from check_chosen(START, segment=name)
            continue
        yield from check_segment(name, START, around)


def _check_times(document: JourneyDocument, around: Surroundings) -> Iterator[Problem]:
    start, zone = document.start, around.zone
    if start.timezone is not None and not known_zone(start.timezone):
        yield Problem(
            "unknown_zone", START, f"There is no time zone {start.timezone!r}.", "Use one such as Europe/Paris."
        )
    begins = around.now if start.at == "publication" else instant_of(start.at, zone)
    if begins < around.now and around.predecessor is None:
        yield _passed("start_in_past", start.at, zone, "Choose a later time, or start at publication.")
    if start.end is not None:
        ends = instant_of(start.end, zone)
        if ends <= around.now:
            yield _passed("end_in_past", start.end, zone, "Choose a later end, or none.")
        elif ends <= begins:
            yield Problem("end_before_start", START, "The end is not after the start.", "Choose a later end, or none.")
        elif start.rate is not None and (around.entry_opens is None or around.entry_opens >= ends):
            message = "Nobody could enter: the hours of the entry rate do not come before the end."
            yield Problem("entry_never_open", START, message, "Choose other weekdays or hours, or a later end.")


def _check_succession(document: JourneyDocument, around: Surroundings) -> Iterator[Problem]:
    before, start = around.predecessor, document.start
    frequency = "trigger" if isinstance(start, TriggerStart) else start.frequency
    if before is not None and before.frequency != frequency:
        message = f"Version {before.number} starts people by {before.frequency}, this one by {frequency}."
        yield Problem("frequency_changed", START, message, "Keep it, or copy the journey under another name.")


def _passed(code: str, at: datetime | str, zone: str, advice: str) -> Problem:
    shown = at if isinstance(at, str) else at.isoformat(timespec="minutes")
    return Problem(code, START, f"{shown} ({zone}) has passed.", advice)


def _check_ids(document: JourneyDocument) -> Iterator[Problem]:
    seen = {START}
    for step in all_steps(document.steps):
        if step.id in seen:
            other = "the way in" if step.id == START else "another step"
            yield Problem("step_id_taken", step.id, f"{step.id!r} is the id of {other} already.", "Choose another id.")
        seen.add(step.id)
