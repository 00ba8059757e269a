"""Which segments live on in a rehearsal: those that the journey asks about later, if their members can change by then.

Members change by deeds, which are what people do in the rehearsal and what steps set or raise, and by time alone. What
neither can change is not asked again, which saves most of the work.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import NamedTuple

from sojourn.events.model import INTERACTIONS
from sojourn.journeys.compile import all_steps
from sojourn.journeys.model import JourneyDocument
from sojourn.journeys.start import TriggerStart
from sojourn.journeys.steps.raise_trigger import RaiseStep
from sojourn.journeys.steps.set_attribute import SetStep
from sojourn.rehearsal.model import Engagement
from sojourn.segments.model import Segment, in_order, looks_at


class Alive(NamedTuple):
    """Segments by their names. `followed`: people are asked about when they did something; `hourly`: everybody as time
    passes; `at_runs`: everybody when a run begins. `people_join`: the entry segments, as time passes."""

    followed: Collection[str] = ()
    hourly: Collection[str] = ()
    at_runs: Collection[str] = ()
    people_join: bool = False

    @property
    def names(self) -> list[str]:
        return sorted({*self.followed, *self.hourly, *self.at_runs})


def alive(
    document: JourneyDocument, engagement: Engagement, segments: Iterable[Segment], moved_by_time: Collection[str]
) -> Alive:
    """Of all the segments that there are; `moved_by_time` are those whose condition looks at the present time."""
    start, deeds = document.start, _deeds(document, engagement)
    frequency = "trigger" if isinstance(start, TriggerStart) else start.frequency
    goes_on, once = frequency in ("trigger", "newly_added"), frequency == "once"
    way_in = [*start.segments, *start.exclude, *document.exit_segments]
    inside = [*document.exit_segments, *(name for step in all_steps(document.steps) for name in step.segments())]

    live = {segment.name: segment for segment in segments if segment.state == "Live"}
    by_deeds = _changed(live, lambda segment: not deeds.isdisjoint(looks_at(segment.condition)))
    by_time = _changed(live, lambda segment: segment.name in moved_by_time)
    at_any_time = _with_asked([*inside, *way_in] if goes_on else inside, live)
    at_runs = _with_asked([] if once and start.at == "publication" else way_in, live)
    return Alive(
        followed=at_any_time & by_deeds,
        hourly=at_any_time & by_time,
        at_runs=at_runs & (by_time if once else by_deeds | by_time),
        people_join=goes_on and not by_time.isdisjoint(start.segments),
    )


def _changed(live: Mapping[str, Segment], is_changed: Callable[[Segment], bool]) -> set[str]:
    """Those that are, and those that ask about them."""
    changed = set[str]()
    for segment in in_order(live.values()):
        if is_changed(segment) or not changed.isdisjoint(segment.asks):
            changed.add(segment.name)
    return changed


def _with_asked(names: Iterable[str], live: Mapping[str, Segment]) -> set[str]:
    """These and whatever they ask about."""
    found, ahead = set[str](), list(names)
    while ahead:
        name = ahead.pop()
        if name in live and name not in found:
            found.add(name)
            ahead += live[name].asks
    return found


def _deeds(document: JourneyDocument, engagement: Engagement) -> set[tuple[str, str]]:
    """What may happen in the rehearsal: events, and attributes that are set."""
    steps = list(all_steps(document.steps))
    events = {*INTERACTIONS, *engagement.triggers, *(step.trigger for step in steps if isinstance(step, RaiseStep))}
    if isinstance(document.start, TriggerStart):
        events.add(document.start.trigger)
    attributes = {step.attribute for step in steps if isinstance(step, SetStep)}
    return {*(("event", name) for name in events), *(("attribute", name) for name in attributes)}
