"""The journey document: who starts, and the nested list of steps (rule W1). One document, the same in JSON and YAML."""

from pydantic import Field, field_validator

from sojourn.journeys.start import Start
from sojourn.journeys.steps.registry import Step
from sojourn.kit.ids import slug
from sojourn.kit.model import Document


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
