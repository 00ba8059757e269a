"""Times on a wall clock, as people write them in a journey: `2026-12-01T09:00`, without zone or offset; weekdays."""

from datetime import datetime
from typing import Annotated, Any, Literal, get_args

from pydantic import BeforeValidator, PlainSerializer, StringConstraints


def _read(value: Any) -> datetime:
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError as error:
            raise ValueError(f"{value!r} is not a time such as 2026-12-01T09:00") from error
    if not isinstance(value, datetime):
        raise ValueError("a time is written like 2026-12-01T09:00")
    if value.tzinfo is not None:
        raise ValueError("a time here has no zone or offset: it is on the wall clock of the journey's `timezone`")
    if not _FIRST <= value.year <= _LAST:
        raise ValueError(f"a time is between the years {_FIRST} and {_LAST}")
    return value


def _write(value: datetime) -> str:
    return value.isoformat(timespec="auto" if value.second or value.microsecond else "minutes")


_FIRST, _LAST = 1900, 9000  # so that it is an instant in every zone, for Python and for PostgreSQL
LocalTime = Annotated[datetime, BeforeValidator(_read), PlainSerializer(_write, when_used="json")]

TimeOfDay = Annotated[str, StringConstraints(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]
"""Hours and minutes on a wall clock: `09:00`."""

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
WEEK: tuple[Weekday, ...] = get_args(Weekday)
