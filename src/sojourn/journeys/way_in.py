"""The way in of a version, frozen at publication: who enters, when, and until when somebody may (rules J1 - J10)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sojourn.journeys.model import JourneyDocument
from sojourn.journeys.recurrence import Schedule
from sojourn.journeys.start import After, SegmentStart, TriggerStart
from sojourn.journeys.steps.base import START, Surroundings
from sojourn.kit.zones import instant_of


@dataclass(frozen=True)
class WayIn:
    """`settings` are those of the step `start`, which the engine admits by; segments are numbers.

    The first run is missing when a repeating journey has no occurrence before its end.
    """

    segments: list[int]
    excluded: list[int]
    first_run: datetime | None
    entries_end: datetime | str | None
    trigger: str | None
    settings: dict[str, Any]

    @classmethod
    def of(cls, document: JourneyDocument, around: Surroundings) -> "WayIn":
        """Members of exit segments are excluded (W15)."""
        start = document.start
        end = None if start.end is None else instant_of(start.end, around.zone)
        begins: datetime | None = around.now if start.at == "publication" else instant_of(start.at, around.zone)
        before = around.predecessor
        settings: dict[str, Any] = {"audience": None, "again_after": None, "zone": around.zone, "schedule": None}
        settings |= {"rate": start.rate and start.rate.settings(end)}
        settings |= {"hold_out": start.hold_out, "salt": salt(around)}
        settings |= {"predecessor": before and before.id, "new_from": before.entry if before else 0}
        if isinstance(start, TriggerStart):
            settings |= _by_trigger(start)
        else:
            schedule = _schedule(start, around, end)
            begins = _first(schedule, around) if schedule else begins
            settings |= _by_segment(start) | {"schedule": schedule and schedule.model_dump(mode="json")}
        return cls(
            segments=[around.segments[name].id for name in start.segments],
            excluded=[around.segments[name].id for name in [*start.exclude, *document.exit_segments]],
            first_run=begins and max(begins, around.now),
            entries_end=None if settings["frequency"] == "once" or begins is None else end or "infinity",
            trigger=settings.get("trigger"),
            settings=settings,
        )


def salt(around: Surroundings) -> str:
    """With it who is held out is a hash of the person, so that it is the same people in every run and version (J11)."""
    return f"{around.journey}/{START}"


def _first(schedule: Schedule, around: Surroundings) -> datetime | None:
    """A version that takes over begins with the next occurrence (P4)."""
    return schedule.next_after(around.now) if around.predecessor else schedule.first()


def _by_trigger(start: TriggerStart) -> dict[str, Any]:
    return {
        "frequency": "trigger",
        "trigger": start.trigger,
        "where": [test.model_dump(mode="json", exclude_unset=True) for test in start.where],
        "audience": start.audience,
        "once_each": start.reentry == "once",
        "skip_inside": False,
        "again_after": start.reentry.after if isinstance(start.reentry, After) else None,
    }


def _by_segment(start: SegmentStart) -> dict[str, Any]:
    return {
        "frequency": start.frequency,
        "once_each": start.frequency == "newly_added" and not start.rejoin,
        "skip_inside": start.rejoin or start.inside == "skip",
    }


def _schedule(start: SegmentStart, around: Surroundings, end: datetime | None) -> Schedule | None:
    if start.repeat is None:
        return None
    local = start.at
    if local == "publication":
        inherited = around.predecessor and around.predecessor.begins
        local = inherited or around.now.astimezone(ZoneInfo(around.zone)).replace(tzinfo=None)
    return Schedule(start=local, zone=around.zone, repeat=start.repeat, end=end)
