"""Durations as people write them: `1 day`, `90 minutes`, `2 weeks`. Days and longer keep the wall clock (rule W11)."""

import re
from typing import Annotated

from pydantic import AfterValidator

UNITS = ("second", "minute", "hour", "day", "week", "month")
_DURATION = re.compile(r"(\d{1,6}) (second|minute|hour|day|week|month)s?")


def _checked(text: str) -> str:
    match = _DURATION.fullmatch(text.strip())
    if match is None:
        raise ValueError(f"{text!r} is not a duration: write a number and one of {', '.join(UNITS)}s, such as '1 day'")
    number, unit = int(match[1]), match[2]
    return f"{number} {unit}" + ("" if number == 1 else "s")


Duration = Annotated[str, AfterValidator(_checked)]
"""A duration in its one spelling, which PostgreSQL reads as an interval with months, days and time kept apart."""
