"""What happened to a journey when: counts by the minute, hour or day, for the charts."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, Literal

from pydantic import BaseModel, Field

Bucket = Literal["minute", "hour", "day"]

SPANS: Mapping[Bucket, timedelta] = {
    "minute": timedelta(hours=6),
    "hour": timedelta(days=14),
    "day": timedelta(days=1000),
}
"""How far back from the latest it goes."""


class Moment(BaseModel):
    """Everything is counted as often as it happened: who clicks twice has clicked twice."""

    at: datetime = Field(description="When the minute, hour or day begins.")
    entered: int
    left: int = Field(description="Left the journey, at its end or before.")
    sent: int
    opened: int
    clicked: int
    automated: int = Field(description="Clicks by machines, which are not among the others (T3).")
    bounced: int
    complained: int
    unsubscribed: int


class OverTime(BaseModel):
    by: Bucket
    zone: str = Field(description="Of the wall clock that hours and days are counted on.")
    at: datetime
    moments: list[Moment] = Field(description="Oldest first; those in which nothing happened are left out.")


def moments(rows: Iterable[Mapping[str, Any]]) -> list[Moment]:
    """From rows of (at, what, n)."""
    found: dict[datetime, dict[str, int]] = {}
    for row in rows:
        if row["what"] in Moment.model_fields:
            found.setdefault(row["at"], {})[row["what"]] = row["n"]
    nothing = dict.fromkeys(Moment.model_fields, 0)
    return [Moment(**{**nothing, **counts, "at": at}) for at, counts in found.items()]
