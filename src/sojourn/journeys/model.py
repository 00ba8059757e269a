"""The journey document: who starts, and the nested list of steps (rule W1). One document, the same in JSON and YAML."""

from typing import Annotated, Any, Literal

from pydantic import Discriminator, Field, Tag, field_validator

from sojourn.journeys.local_time import LocalTime
from sojourn.journeys.steps.registry import Step
from sojourn.kit.ids import slug
from sojourn.kit.model import Document


def _kind_of_start(at: Any) -> str:
    """One of the two, so that what is wrong is told once."""
    return "publication" if at == "publication" else "time"


StartTime = Annotated[
    Annotated[LocalTime, Tag("time")] | Annotated[Literal["publication"], Tag("publication")],
    Discriminator(_kind_of_start),
]


class Start(Document):
    """Who enters, and when."""

    segment: str = Field(min_length=1, description="Name of the entry segment.")
    frequency: Literal["once"] = Field("once", description="once: its members at the moment the journey starts (J1).")
    at: StartTime = Field(
        "publication", description="Date and time on the journey's wall clock, or as soon as published (J7)."
    )
    timezone: str | None = Field(None, description="IANA zone of the journey's wall clock; default the workspace's.")


class JourneyDocument(Document):
    journey: str = Field(min_length=1, max_length=200, description="Name of the journey.")
    start: Start
    steps: list[Step] = Field(default_factory=list)

    @field_validator("journey")
    @classmethod
    def _has_a_slug(cls, name: str) -> str:
        if not slug(name):
            raise ValueError("a journey's name needs at least one letter or digit")
        return name
