"""Which people are behind a number (rule N3), and how they are written down."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any, Literal, get_args

from pydantic import BaseModel, Field, model_validator

from sojourn.db.connect import Row
from sojourn.kit.ids import Ref
from sojourn.people.render import csv_line

OfParticipations = Literal["here", "left", "exited", "reached"]
"""Without a step they are about the whole journey; all others are about the message of a step."""
OfMessages = Literal["queued", "sent", "delivered", "blocked", "failed", "unknown"]
OfInteractions = Literal["opened", "clicked", "bounced", "complained", "unsubscribed"]


class Number(BaseModel):
    """One number of a journey; without anything it is everybody who was considered."""

    step: str | None = None
    flow: OfParticipations | OfMessages | OfInteractions | None = Field(
        None,
        description="Who is `here`, has `left` for the next step, or `exited` the journey at the step; without a step, "
        "who is inside, came to the end, exited, or `reached` the goal; with the outcome held_out those who did so "
        "without having entered. All others are about the step's message.",
    )
    outcome: str | None = Field(None, description="By which outcome they left, or for which reason they exited.")
    reason: str | None = Field(None, description="Why the message was blocked, or failed.")
    link: str | None = Field(None, description="Which link was clicked.")
    automated: bool = Field(False, description="What machines did instead of what people did (T3).")
    tested: bool | None = Field(
        None, description="At an A/B test: `true` is who tried a version, `false` who got the winner afterwards (W13)."
    )

    @model_validator(mode="after")
    def _has_a_step(self) -> "Number":
        if self.step is None and not (self.flow is None or self.flow in get_args(OfParticipations)):
            raise ValueError(f"{self.flow} is about a message: name its step")
        return self


class Participant(BaseModel):
    id: str
    person: str
    audience: str | None
    key: str | None = Field(description="Null when they were deleted.")
    entered_at: datetime
    left_at: datetime | None
    exit_reason: str | None
    reached_at: datetime | None = Field(description="When they reached the goal of the journey.")
    at: str | None = Field(description="The step where they are.")
    came_at: datetime | None = Field(description="When they came to the step that was asked for; so are the others.")
    went_at: datetime | None
    outcome: str | None
    exited: str | None = Field(description="Why they exited the journey there.")
    message: str | None = Field(description="What became of the message.")
    reason: str | None = Field(description="Why it was blocked or failed.")
    address: str | None
    handed_at: datetime | None


def participant(row: Row) -> Participant:
    told = {**row, "id": str(Ref(row["shard"], row["id"])), "person": str(Ref(row["shard"], row["person"]))}
    return Participant(**told, at=row["at_step"])


def csv_lines(rows: Iterable[Row]) -> Iterator[str]:
    """One line of CSV for each."""
    for row in rows:
        yield csv_line(_cell(value) for value in dict(participant(row)).values())


CSV_HEAD = csv_line(Participant.model_fields)


def _cell(value: Any) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    return "" if value is None else str(value)
