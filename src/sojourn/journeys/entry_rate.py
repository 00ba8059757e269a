"""The entry rate of a journey: how many people are let in, and on which weekdays and hours (rule J9)."""

from datetime import datetime, timedelta
from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from sojourn.journeys.local_time import WEEK, TimeOfDay, Weekday
from sojourn.kit.model import Document

FOREVER = "9000-01-01T00:00:00+00:00"  # whoever reads instants knows no year after 9999
PATIENCE = timedelta(seconds=5)  # longer than a worker needs to get to somebody

_INTERVALS = {"minute": timedelta(minutes=1), "hour": timedelta(hours=1)}
_DAY = 24 * 60  # minutes


class EntryRate(Document):
    """So many people in each interval, evenly spread over it."""

    people: Annotated[int, Field(strict=True, ge=1, le=1_000_000)] = Field(description="At most so many.")
    per: Literal["minute", "hour", "day"] = Field(
        description="A day is as long as its hours: with `from` and `to` people are spread over the time between."
    )
    weekdays: Annotated[list[Weekday], Field(min_length=1)] = Field(
        default=list(WEEK), description="The days on which people enter; every day if not said."
    )
    begin: TimeOfDay | None = Field(None, alias="from", description="Hours and minutes on the journey's wall clock.")
    end: TimeOfDay | None = Field(
        None, alias="to", description="Hours and minutes; on the next day if not later than `from`."
    )

    @model_validator(mode="after")
    def _has_whole_hours(self) -> "EntryRate":
        if (self.begin is None) != (self.end is None):
            raise ValueError("`from` and `to` go together; without both, people enter at all hours")
        return self

    @property
    def window(self) -> dict[str, Any]:
        """When people enter, each day, as the database's functions take it; midnight twice is the whole day."""
        days = sorted({WEEK.index(day) + 1 for day in self.weekdays})
        return {"weekdays": days, "opens": self.begin or "00:00", "closes": self.end or "00:00"}

    def settings(self, end: datetime | None) -> dict[str, Any]:
        """What the step `start` lets people in by, until `end`."""
        return {
            "people": self.people,
            "per": None if self.per == "day" else f"1 {self.per}",
            **self.window,
            "until": FOREVER if end is None else end.isoformat(),
            "patience": f"{max(PATIENCE, self._spacing) / timedelta(seconds=1)} seconds",
        }

    @property
    def _spacing(self) -> timedelta:
        """Between two people, on a day on which the clocks do not change."""
        opens, closes = (_minutes(self.window[name]) for name in ("opens", "closes"))
        day = timedelta(minutes=(closes - opens) % _DAY or _DAY)
        return (day if self.per == "day" else _INTERVALS[self.per]) / self.people


def _minutes(time: str) -> int:
    return int(time[:2]) * 60 + int(time[3:])
