"""What the value of a test means: read once, the same way for checking it and for turning it into SQL.

The test and the form of its value say as what things are compared. A text such as 2026-12-24 is a day of the
workspace's wall clock for the tests of time, 2026-12-24T18:00:00Z an instant, and both are plain text for `is`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal

from pydantic import TypeAdapter, ValidationError

from sojourn.kit.duration import Duration
from sojourn.segments.model import Test

Kind = Literal["text", "number", "boolean", "day", "instant", "window", "nothing"]

LONGEST_WINDOW = {"second": 10**6, "minute": 10**6, "hour": 10**6, "day": 36_600, "week": 5_200, "month": 1_200}
_DURATION: TypeAdapter[str] = TypeAdapter(Duration)


@dataclass(frozen=True)
class Reading:
    """`value` is a str, Decimal, bool, date or datetime; a list of them for is_one_of and between; a duration for a
    window."""

    kind: Kind
    value: Any


def read(test: Test) -> Reading:
    """Raises ValueError, with what is expected instead, if the value is not one for this test."""
    return _READERS[test.test](test.value)


def read_window(text: str) -> str:
    """A duration that time can be moved by. Raises ValueError beyond a hundred years."""
    try:
        duration = _DURATION.validate_python(text, strict=True)
    except ValidationError as error:
        raise ValueError("a duration such as '7 days'") from error
    number, unit = duration.split()
    if int(number) > LONGEST_WINDOW[unit.removesuffix("s")]:
        raise ValueError("a duration of at most a hundred years")
    return duration


def _scalar(value: Any) -> Reading:
    if isinstance(value, bool):
        return Reading("boolean", value)
    if isinstance(value, str):
        return Reading("text", value)
    if isinstance(value, int | float):
        return Reading("number", Decimal(str(value)))
    raise ValueError("one text, number, or true or false")


def _number(value: Any) -> Reading:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError("a number")
    return _scalar(value)


def _piece(value: Any) -> Reading:
    if not isinstance(value, str) or not value:
        raise ValueError("a text of at least one character")
    return _scalar(value)


def _day(value: Any) -> Reading:
    try:
        return Reading("day", date.fromisoformat(value))
    except (TypeError, ValueError) as error:
        raise ValueError("a day such as '2026-12-24'") from error


def _moment(value: Any) -> Reading:
    try:
        if len(value) == 10:
            return _day(value)
        instant = datetime.fromisoformat(value)
        instant.astimezone()
    except (TypeError, ValueError, OverflowError):
        instant = None
    if instant is None or instant.tzinfo is None:
        raise ValueError("a day such as '2026-12-24', or an instant with its offset such as '2026-12-24T18:00:00Z'")
    return Reading("instant", instant)


def _one_of(value: Any) -> Reading:
    readings = _all(value, _scalar)
    if not readings or readings[0].kind == "boolean":
        raise ValueError("a list of texts or numbers")
    return Reading(readings[0].kind, [reading.value for reading in readings])


def _between(value: Any) -> Reading:
    expected = "a list of two numbers, two days or two instants, the lower one first"
    try:
        readings = _all(value, _moment if isinstance(value, list) and isinstance(value[0], str) else _number)
    except (IndexError, ValueError) as error:
        raise ValueError(expected) from error
    if len(readings) != 2 or readings[0].value > readings[1].value:
        raise ValueError(expected)
    return Reading(readings[0].kind, [reading.value for reading in readings])


def _all(value: Any, reader: Callable[[Any], Reading]) -> Sequence[Reading]:
    if not isinstance(value, list):
        raise ValueError("a list")
    readings = [reader(item) for item in value]
    if len({reading.kind for reading in readings}) > 1:
        raise ValueError("a list of one kind of values")
    return readings


def _window(value: Any) -> Reading:
    return Reading("window", read_window(value))


def _anniversary(value: Any) -> Reading:
    return _window("0 days" if value is None else value)


def _nothing(value: Any) -> Reading:
    if value is not None:
        raise ValueError("no value")
    return Reading("nothing", None)


_READERS: dict[str, Callable[[Any], Reading]] = {
    **dict.fromkeys(("is", "is_not"), _scalar),
    "is_one_of": _one_of,
    **dict.fromkeys(("contains", "starts_with", "ends_with"), _piece),
    **dict.fromkeys(("at_least", "at_most", "more_than", "less_than"), _number),
    "between": _between,
    "on": _day,
    **dict.fromkeys(("before", "after"), _moment),
    **dict.fromkeys(("in_last", "in_next"), _window),
    "anniversary": _anniversary,
    **dict.fromkeys(("is_set", "is_not_set"), _nothing),
}
