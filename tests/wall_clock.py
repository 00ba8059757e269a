"""A zone's wall clock as a table of its changes, found by looking at it every few days: an oracle for calendars.

One sentence about it decides everything (Z2): a local time has come at the first instant at which the clock shows it or
later. Neither the database's functions nor `kit.zones` know such a table.
"""

from bisect import bisect_right
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from importlib.resources import files
from itertools import pairwise
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sojourn.kit import zones

FIRST, LAST = datetime(2011, 10, 1, tzinfo=UTC), datetime(2029, 6, 1, tzinfo=UTC)
TICK, MINUTE, DAYS = timedelta(microseconds=1), timedelta(minutes=1), timedelta(days=4)


class Change(NamedTuple):
    """`until` is what the clock would have shown at that instant, `since` what it shows."""

    at: datetime
    until: datetime
    since: datetime


class WallClock:
    """From each instant of `starts` on it is ahead of UTC by the offset beside it."""

    def __init__(self, zone: str) -> None:
        self._place = ZoneInfo(zone)
        self.starts, self.offsets = [FIRST], [self._looked(FIRST)]
        for before, after in pairwise(FIRST + n * DAYS for n in range((LAST - FIRST) // DAYS)):
            if self._looked(after) != self.offsets[-1]:
                self.starts.append(self._minute(before, after))
                self.offsets.append(self._looked(after))
        self._shown_by: list[datetime] = []  # up to which time, but not that one, it had shown all before each change
        for change in self.changes():
            self._shown_by.append(max([change.until, *self._shown_by[-1:]]))

    def _looked(self, instant: datetime) -> timedelta:
        offset = instant.astimezone(self._place).utcoffset()
        assert offset is not None
        return offset

    def _minute(self, before: datetime, after: datetime) -> datetime:
        while after - before > MINUTE:
            middle = before + (after - before) // 2 // MINUTE * MINUTE
            before, after = (middle, after) if self._looked(middle) == self.offsets[-1] else (before, middle)
        return after

    def changes(self) -> Iterator[Change]:
        for at, until, since in zip(self.starts[1:], self.offsets, self.offsets[1:], strict=False):
            yield Change(at, _local(at, until), _local(at, since))

    def shows(self, instant: datetime) -> datetime:
        return _local(instant, self.offsets[bisect_right(self.starts, instant) - 1])

    def has_shown(self, instant: datetime) -> datetime:
        """The latest time that it has shown so far: a clock that is put back shows earlier ones again."""
        place = bisect_right(self.starts, instant) - 1
        return max([self.shows(instant), *(time - TICK for time in self._shown_by[:place][-1:])])

    def comes(self, local: datetime) -> datetime:
        """When it shows this time, or a later one, for the first time."""
        place = bisect_right(self._shown_by, local)
        return max(self.starts[place], local.replace(tzinfo=UTC) - self.offsets[place])


def wall_clock(zone: str) -> WallClock:
    return _clocks()[zone]


@cache
def _clocks() -> dict[str, WallClock]:
    """Many names have the same data; each data is looked at once."""
    by_data: dict[bytes, WallClock] = {}
    found = {}
    for zone in sorted(zones.known_zones()):
        data = files("tzdata").joinpath("zoneinfo", *zone.split("/")).read_bytes()
        if data not in by_data:
            by_data[data] = WallClock(zone)
        found[zone] = by_data[data]
    return found


def _local(instant: datetime, offset: timedelta) -> datetime:
    return (instant + offset).replace(tzinfo=None)
