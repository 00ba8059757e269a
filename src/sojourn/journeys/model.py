"""The journey document: who starts, the nested list of steps (rule W1), and what it watches for meanwhile (W14, W15).
One document, the same in JSON and YAML."""

from pydantic import Field, field_validator

from sojourn.journeys.start import Start
from sojourn.journeys.steps.registry import Step
from sojourn.journeys.watch import Exit, Goal
from sojourn.kit.ids import slug
from sojourn.kit.model import Document


class JourneyDocument(Document):
    journey: str = Field(min_length=1, max_length=200, description="Name of the journey.")
    start: Start
    steps: list[Step] = Field(default_factory=list)
    exits: list[Exit] = Field(default_factory=list, description="What makes participants leave, wherever they are.")
    goal: Goal | None = None

    @property
    def exit_segments(self) -> list[str]:
        return [one.segment for one in self.exits if one.segment]

    @property
    def watched_triggers(self) -> list[str]:
        named = [self.goal and self.goal.trigger, *(one.trigger for one in self.exits)]
        return [trigger for trigger in named if trigger]

    @field_validator("journey")
    @classmethod
    def _has_a_slug(cls, name: str) -> str:
        if not slug(name):
            raise ValueError("a journey's name needs at least one letter or digit")
        return name
