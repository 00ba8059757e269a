"""Goal (rule W14): counts those who come here, and lets them go on."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field

from sojourn.journeys.steps.base import BaseStep, Surroundings, check_chosen
from sojourn.kit.errors import Problem
from sojourn.segments.model import Reference

if TYPE_CHECKING:
    from sojourn.journeys.steps.registry import Step


class GoalStep(BaseStep):
    """Reach a goal."""

    kind: Literal["goal"]
    name: Reference = Field(description="What was reached, such as purchased.")

    outcomes = ("reached",)
    outcome_query = """
      select participant, 'reached' as outcome, null::timestamptz as wake_at,
             jsonb_build_object('goal', %(name)s::text) as cause
      from due"""

    def check(self, around: Surroundings, before: Mapping[str, "Step"]) -> Iterator[Problem]:
        yield from check_chosen(self.id, name=self.name)

    def settings(
        self, around: Surroundings, numbers: Mapping[str, int], before: Mapping[str, "Step"]
    ) -> dict[str, Any]:
        return {"name": self.name}
