"""What a condition means, in plain Python: the oracle that the one evaluator, its SQL, is held against.

It reads the bare document, one person at a time, and shares nothing with sojourn.segments.
"""

import calendar
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from sojourn.kit.zones import instant_of

TIME_TESTS = ("on", "before", "after", "in_last", "in_next", "anniversary")


@dataclass(frozen=True)
class Happened:
    """An event; `content` is the name of what was delivered, for an interaction with it."""

    name: str
    at: datetime
    properties: Mapping[str, Any] = field(default_factory=dict)
    link: str | None = None
    content: str | None = None
    automated: bool = False


@dataclass(frozen=True)
class Person:
    """What is known of somebody; `segments` are those they are a member of now, by name."""

    attributes: Mapping[str, Any] = field(default_factory=dict)
    events: Sequence[Happened] = ()
    segments: Collection[str] = ()


@dataclass(frozen=True)
class Meaning:
    """The moment and the zone that conditions are read at."""

    now: datetime
    zone: str

    def holds(self, condition: Mapping[str, Any], person: Person) -> bool:
        match condition:
            case {"all": nodes}:
                return all(self.holds(node, person) for node in nodes)
            case {"any": nodes}:
                return any(self.holds(node, person) for node in nodes)
            case {"none": nodes}:
                return not any(self.holds(node, person) for node in nodes)
        return self.holds_alone(condition, person)

    def holds_alone(self, condition: Mapping[str, Any], person: Person) -> bool:
        """A condition that is no group."""
        match condition:
            case {"attribute": name}:
                return self.tested(condition, person.attributes.get(name))
            case {"did": name}:
                return self.did(condition, [event for event in person.events if event.name == name])
            case {"did_not": name}:
                return not self.did(condition, [event for event in person.events if event.name == name])
            case {"member_of": name}:
                return name in person.segments
            case {"not_member_of": name}:
                return name not in person.segments
        raise AssertionError(condition)

    def did(self, test: Mapping[str, Any], events: Sequence[Happened]) -> bool:
        found = sum(self.counts(test, event) for event in events)
        count = test.get("count", {"at_least": 1})
        least, most = count.get("at_least", 0), count.get("at_most", found)
        return found == count["exactly"] if "exactly" in count else least <= found <= most

    def counts(self, test: Mapping[str, Any], event: Happened) -> bool:
        return (
            not event.automated
            and ("within" not in test or self.moved(test["within"], -1) <= event.at <= self.now)
            and ("after" not in test or event.at > datetime.fromisoformat(test["after"]))
            and ("before" not in test or event.at < datetime.fromisoformat(test["before"]))
            and test.get("link") in (None, event.link)
            and test.get("content") in (None, event.content)
            and all(self.tested(one, event.properties.get(one["property"])) for one in test.get("where", []))
        )

    def tested(self, test: Mapping[str, Any], found: Any) -> bool:
        """Missing values make a test false, and its negation true (G1)."""
        match test["test"]:
            case "is_set":
                return found is not None
            case "is_not_set":
                return found is None
            case "is_not":
                return not (found is not None and self.passes("is", test["value"], found))
            case name:
                return found is not None and self.passes(name, test.get("value"), found)

    def passes(self, name: str, value: Any, found: Any) -> bool:
        if name == "is_one_of":
            return any(self.passes("is", one, found) for one in value)
        if name in TIME_TESTS or (name == "between" and isinstance(value[0], str)):
            return self.passes_in_time(name, value, found)
        if isinstance(value, str):
            text, part = (found if isinstance(found, str) else _as_json(found)).lower(), value.lower()
            return {
                "is": text == part,
                "contains": part in text,
                "starts_with": text.startswith(part),
                "ends_with": text.endswith(part),
            }[name]
        if isinstance(value, bool) or isinstance(found, bool) or not isinstance(found, int | float):
            return name == "is" and found is value
        return _in_order(name, Decimal(str(found)), value, lambda number: Decimal(str(number)))

    def passes_in_time(self, name: str, value: Any, found: Any) -> bool:
        instant, day = self.read(found) if isinstance(found, str) else (None, None)
        if day is None:
            return False
        if name == "anniversary":
            return _celebrated(day, self.local(self.moved(value or "0 days", 1)))
        if name in ("in_last", "in_next"):
            start, end = (self.moved(value, -1), self.now) if name == "in_last" else (self.now, self.moved(value, 1))
            if instant is not None:
                return start <= instant <= end
            return self.local(start) <= day <= self.local(end)
        if len(value if isinstance(value, str) else value[0]) == 10:
            return _in_order(name, day, value, date.fromisoformat)
        return instant is not None and _in_order(name, instant, value, datetime.fromisoformat)

    def read(self, found: str) -> tuple[datetime | None, date | None]:
        """As an instant, if it is one, and as a day."""
        try:
            if len(found) == 10:
                return None, date.fromisoformat(found)
            instant = datetime.fromisoformat(found)
            return instant, self.local(instant)
        except ValueError:
            return None, None

    def local(self, instant: datetime) -> date:
        return instant.astimezone(ZoneInfo(self.zone)).date()

    def moved(self, duration: str, direction: int) -> datetime:
        """Days and longer keep the wall clock, shorter is elapsed time (W11)."""
        amount, unit = duration.rstrip("s").split()
        number = int(amount) * direction
        if number == 0:
            return self.now
        if unit in ("second", "minute", "hour"):
            return self.now + timedelta(**{unit + "s": number})
        local = self.now.astimezone(ZoneInfo(self.zone)).replace(tzinfo=None)
        if unit == "month":
            years, month = divmod(local.year * 12 + local.month - 1 + number, 12)
            last = calendar.monthrange(years, month + 1)[1]
            return instant_of(local.replace(year=years, month=month + 1, day=min(local.day, last)), self.zone)
        return instant_of(local + timedelta(days=number * (7 if unit == "week" else 1)), self.zone).astimezone(UTC)


def _in_order(name: str, found: Any, value: Any, read: Any) -> bool:
    if name == "between":
        low, high = map(read, value)
        return bool(low <= found <= high)
    expected = read(value)
    return bool(
        {
            "is": found == expected,
            "on": found == expected,
            "at_least": found >= expected,
            "at_most": found <= expected,
            "more_than": found > expected,
            "after": found > expected,
            "less_than": found < expected,
            "before": found < expected,
        }[name]
    )


def _celebrated(born: date, day: date) -> bool:
    born_on_leap_day = (born.month, born.day) == (2, 29) and not calendar.isleap(day.year)
    return (day.month, day.day) == ((2, 28) if born_on_leap_day else (born.month, born.day))


def _as_json(found: Any) -> str:
    return {True: "true", False: "false"}[found] if isinstance(found, bool) else str(found)
