"""Times on a wall clock, as people write them in a journey: `2026-12-01T09:00`, without zone or offset."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import BeforeValidator, PlainSerializer


def _read(value: Any) -> Any:
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError as error:
            raise ValueError(f"{value!r} is not a time such as 2026-12-01T09:00") from error
    if isinstance(value, datetime) and value.tzinfo is not None:
        raise ValueError("a time here has no zone or offset: it is on the wall clock of the journey's `timezone`")
    return value


def _write(value: datetime) -> str:
    return value.isoformat(timespec="auto" if value.second or value.microsecond else "minutes")


LocalTime = Annotated[datetime, BeforeValidator(_read), PlainSerializer(_write, when_used="json")]
