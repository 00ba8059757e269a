"""Wall clocks and instants (rule Z2), for the few instants that are computed once, at publishing.

The database's `instant_of` says the same for the many that are computed per person; a test holds them together.
"""

from datetime import UTC, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo, available_timezones, reset_tzpath

reset_tzpath(to=[])  # the pinned zone data, the same on every machine, and not what the system happens to have

# Not usable by name: PostgreSQL reads the first four as abbreviations, without the summer time that these zones have;
# the others stand for "as this machine is set" and "not set".
_UNUSABLE = {"CET", "EET", "MET", "WET", "localtime", "Factory"}


@cache
def known_zones() -> frozenset[str]:
    """The IANA names that mean the same to Python and to PostgreSQL."""
    return frozenset(available_timezones() - _UNUSABLE)


def known_zone(name: str) -> bool:
    return name in known_zones()


def instant_of(local: datetime, zone: str) -> datetime:
    """The first instant (UTC) at which the zone's wall clock shows `local` (naive) or later.

    A local time that does not exist moves forward to the first that does; one that exists twice is the first.
    """
    place = ZoneInfo(zone)
    low, high = sorted(local.replace(tzinfo=place, fold=fold).astimezone(UTC) for fold in (0, 1))

    def shown(instant: datetime) -> datetime:
        return instant.astimezone(place).replace(tzinfo=None)

    for instant in (low, high):
        if shown(instant) == local:
            return instant
    while high - low > timedelta(microseconds=1):  # inside a gap: halve down to the change
        middle = low + (high - low) / 2
        low, high = (low, middle) if shown(middle) >= local else (middle, high)
    return high
