"""The way in of a version, frozen at publication: who enters, when, and until when somebody may (rules J1 - J8)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sojourn.journeys.recurrence import Schedule
from sojourn.journeys.start import Start
from sojourn.journeys.steps.base import Surroundings
from sojourn.kit.zones import instant_of


@dataclass(frozen=True)
class WayIn:
    """`settings` are those of the step `start`; segments are numbers; the first run may be missing when a repeating
    journey has no occurrence before its end."""

    segments: list[int]
    excluded: list[int]
    first_run: datetime | None
    entries_end: datetime | str | None
    settings: dict[str, Any]

    @classmethod
    def of(cls, start: Start, around: Surroundings) -> "WayIn":
        local = start.at
        if local == "publication":
            local = around.now.astimezone(ZoneInfo(around.zone)).replace(tzinfo=None)
        end = None if start.end is None else instant_of(start.end, around.zone)
        schedule = start.repeat and Schedule(start=local, zone=around.zone, repeat=start.repeat, end=end)
        first_run = (
            schedule.first()
            if schedule
            else around.now
            if start.at == "publication"
            else instant_of(local, around.zone)
        )
        return cls(
            segments=[around.segments[name].id for name in start.segments],
            excluded=[around.segments[name].id for name in start.exclude],
            first_run=first_run,
            entries_end=None if start.frequency == "once" or first_run is None else end or "infinity",
            settings={
                "frequency": start.frequency,
                "rejoin": start.rejoin,
                "inside": start.inside,
                "schedule": schedule.model_dump(mode="json") if schedule else None,
            },
        )
