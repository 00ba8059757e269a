"""Who enters a journey, and when (rules J1 - J10): the first part of its document."""

from typing import Annotated, Any, Literal

from pydantic import Discriminator, Field, Tag, model_validator

from sojourn.journeys.entry_rate import EntryRate
from sojourn.journeys.local_time import LocalTime, Weekday
from sojourn.journeys.steps.base import Wait
from sojourn.kit.model import Document
from sojourn.segments.model import FiniteNumber, PropertyTest, Reference

SegmentName = Annotated[str, Field(min_length=1)]


def _kind_of_start(at: Any) -> str:
    """One of the two, so that what is wrong is told once."""
    return "publication" if at == "publication" else "time"


StartTime = Annotated[
    Annotated[LocalTime, Tag("time")] | Annotated[Literal["publication"], Tag("publication")],
    Discriminator(_kind_of_start),
]


class Repeat(Document):
    """When a repeating journey starts again, counted from its start, on the journey's wall clock."""

    every: Annotated[int, Field(strict=True, ge=1, le=1000)] = 1
    unit: Literal["day", "week", "month"]
    weekdays: list[Weekday] = Field(default_factory=list, description="With unit week; default the start's weekday.")
    day: Annotated[int, Field(strict=True, ge=1, le=31)] | None = Field(
        None, description="With unit month; default the start's day. The last day where the month lacks it."
    )

    @model_validator(mode="after")
    def _fits_the_unit(self) -> "Repeat":
        if self.weekdays and self.unit != "week":
            raise ValueError("weekdays go with unit week")
        if self.day is not None and self.unit != "month":
            raise ValueError("day goes with unit month")
        return self


class _Start(Document):
    at: StartTime = Field(
        "publication", description="Date and time on the journey's wall clock, or as soon as published (J7)."
    )
    end: LocalTime | None = Field(None, description="Nobody enters from then on; people inside finish (J8).")
    timezone: str | None = Field(None, description="IANA zone of the journey's wall clock; default the workspace's.")
    rate: EntryRate | None = Field(None, description="How fast people enter; all at once if not said (J9).")
    exclude: list[SegmentName] = Field(default_factory=list, description="Whoever is a member of these does not enter.")
    hold_out: Annotated[FiniteNumber, Field(gt=0, lt=100)] | None = Field(
        None, description="How many of a hundred do not enter, to be compared with those who do: always the same ones."
    )


class SegmentStart(_Start):
    """Members of segments enter."""

    segment: Reference | Annotated[list[SegmentName], Field(min_length=1)] = Field(
        description="Name of the entry segment, or several; a member of several enters once (J6)."
    )
    frequency: Literal["once", "newly_added", "repeating"] = Field(
        "once",
        description="once: the members at the start (J1). newly_added: those, and whoever joins later (J2). "
        "repeating: all members at each occurrence (J3).",
    )
    rejoin: bool = Field(False, description="With newly_added: who leaves and joins again enters again (J2).")
    repeat: Repeat | None = Field(None, description="With repeating: when.")
    inside: Literal["enter", "skip"] = Field("enter", description="With repeating: who is still inside enters, or not.")

    @property
    def segments(self) -> list[str]:
        return [self.segment] if isinstance(self.segment, str) else list(dict.fromkeys(self.segment))

    @model_validator(mode="after")
    def _fits_the_frequency(self) -> "SegmentStart":
        if (self.frequency == "repeating") != (self.repeat is not None):
            raise ValueError("frequency repeating needs `repeat`, and the others have none")
        if self.rejoin and self.frequency != "newly_added":
            raise ValueError("`rejoin` goes with frequency newly_added")
        if self.inside == "skip" and self.frequency != "repeating":
            raise ValueError("`inside: skip` goes with frequency repeating")
        return self


class After(Document):
    after: Wait = Field(description="So long after they entered last.")


class TriggerStart(_Start):
    """An event starts the person it happened to, at once (J10)."""

    trigger: Reference = Field(description="Name of the event.")
    where: list[PropertyTest] = Field(default_factory=list, description="Tests of its properties, all of them.")
    audience: Reference = Field(description="Whose events: the audience of the journey.")
    reentry: Literal["always", "once"] | After = Field(
        "always", description="Whether a person enters with each such event, once, or again only after a while."
    )

    @property
    def segments(self) -> list[str]:
        return []


def _way(start: Any) -> str:
    """Named by the class, since the name of a field would seem to be a place in the document."""
    named = start if isinstance(start, dict) else vars(start) if isinstance(start, Document) else {}
    return TriggerStart.__name__ if "trigger" in named else SegmentStart.__name__


Start = Annotated[
    Annotated[SegmentStart, Tag("SegmentStart")] | Annotated[TriggerStart, Tag("TriggerStart")], Discriminator(_way)
]
