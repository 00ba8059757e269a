"""When a repeating journey runs (rule J3): calendar arithmetic on the wall clock of its zone, then instants (Z2)."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import islice
from typing import Any, Literal
from zoneinfo import ZoneInfo

from dateutil.rrule import DAILY, MO, MONTHLY, WEEKLY, rrule
from pydantic import AwareDatetime

from sojourn.journeys.local_time import WEEK
from sojourn.journeys.start import Repeat
from sojourn.kit.model import Document
from sojourn.kit.zones import instant_of

_DAY = timedelta(days=1)


class Schedule(Document):
    """The occurrences of a published version: from a local start, in a zone, before an end."""

    start: datetime
    zone: str
    repeat: Repeat
    end: AwareDatetime | None = None

    def first(self) -> datetime | None:
        """The first occurrence at or after the start; None if that is not before the end."""
        return self.next_after(instant_of(self.start, self.zone) - timedelta(microseconds=1))

    def next_after(self, after: datetime) -> datetime | None:
        """The first occurrence later than this instant, or None when no more are to come."""
        rule = _rule(self.start, self.repeat)
        fraction = timedelta(microseconds=self.start.microsecond)  # a rule knows whole seconds; publication does not
        # a wall clock may go back by an hour or a day: begin well before, and let the instants decide
        shown = after.astimezone(ZoneInfo(self.zone)).replace(tzinfo=None)
        local = max(self.start - _DAY, shown - 2 * _DAY)
        while (found := rule.after(local)) is not None:
            instant = instant_of(found + fraction, self.zone)
            if instant > after:
                return instant if self.end is None or instant < self.end else None
            local = found
        return None

    def upcoming(self, now: datetime, count: int) -> list[datetime]:
        """The next so many occurrences, from this instant on; fewer if the end comes before."""
        return list(islice(self._from(now), count))

    def _from(self, now: datetime) -> Iterator[datetime]:
        following = self.next_after(max(now, instant_of(self.start, self.zone)) - timedelta(microseconds=1))
        while following is not None:
            yield following
            following = self.next_after(following)

    def occurrences(self, after: datetime, until: datetime) -> list[datetime]:
        """All occurrences in (after, until]."""
        found: list[datetime] = []
        following = self.next_after(after)
        while following is not None and following <= until:
            found.append(following)
            following = self.next_after(following)
        return found


def _rule(start: datetime, repeat: Repeat) -> rrule:
    frequencies: dict[str, Literal[1, 2, 3]] = {"month": MONTHLY, "week": WEEKLY, "day": DAILY}
    given: dict[str, Any] = {"dtstart": start.replace(microsecond=0), "interval": repeat.every, "wkst": MO}
    if repeat.unit == "week":
        given["byweekday"] = [WEEK.index(day) for day in repeat.weekdays] or [start.weekday()]
    if repeat.unit == "month":
        # the last of the days up to the wanted one that the month has: no drift after a short month
        day = repeat.day or start.day
        given |= {"bymonthday": range(min(28, day), day + 1), "bysetpos": -1}
    return rrule(frequencies[repeat.unit], **given)
