"""Goal (rule W14): counts those who come here, and lets them go on."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field

from sojourn.journeys.steps.base import BaseStep, Surroundings
from sojourn.segments.model import Word

if TYPE_CHECKING:
    from sojourn.journeys.steps.registry import Step


class GoalStep(BaseStep):
    """Reach a goal."""

    kind: Literal["goal"]
    name: Word = Field(description="What was reached, such as purchased.")

    outcomes = ("reached",)
    outcome_query = """
      select participant, 'reached' as outcome, null::timestamptz as wake_at,
             jsonb_build_object('goal', %(name)s::text) as cause
      from due"""

    def settings(
        self, around: Surroundings, numbers: Mapping[str, int], before: Mapping[str, "Step"]
    ) -> dict[str, Any]:
        return {"name": self.name}
