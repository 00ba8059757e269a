"""Wait a set time (rule W11): minutes and hours are elapsed time, days and longer keep the journey's wall clock."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field

from sojourn.journeys.steps.base import BaseStep, Surroundings, Wait

if TYPE_CHECKING:
    from sojourn.journeys.steps.registry import Step


class WaitStep(BaseStep):
    """Wait a set time."""

    kind: Literal["wait"]
    duration: Wait = Field(alias="for", description="How long, from arriving here.")

    outcome_query = """
      select due.participant, case when %(now)s >= until.at then 'done' end as outcome, until.at as wake_at,
             jsonb_build_object('until', until.at) as cause
      from due
      cross join lateral (select instant_after(due.entered_at, %(duration)s::interval, %(zone)s) as at) unpaused
      cross join lateral after_pauses(%(step)s, due.entered_at, unpaused.at) until"""

    def limit(self) -> str:
        return self.duration

    def settings(
        self, around: Surroundings, numbers: Mapping[str, int], before: Mapping[str, "Step"]
    ) -> dict[str, Any]:
        return {"duration": self.duration, "zone": around.zone}
