"""Wait until a date and time (rule W10), in the journey's zone. Past when somebody arrives: they go on at once."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field

from sojourn.journeys.local_time import LocalTime
from sojourn.journeys.steps.base import BaseStep, Surroundings
from sojourn.kit.errors import Problem
from sojourn.kit.zones import instant_of

if TYPE_CHECKING:
    from sojourn.journeys.steps.registry import Step


class WaitUntilStep(BaseStep):
    """Wait until a date and time."""

    kind: Literal["wait_until"]
    at: LocalTime = Field(description="Date and time on the journey's wall clock, such as 2026-12-05T09:00.")

    outcome_query = """
      select due.participant, case when %(now)s >= %(at)s::timestamptz then 'done' end as outcome,
             %(at)s::timestamptz as wake_at, jsonb_build_object('until', %(at)s::timestamptz) as cause
      from due"""

    def check(self, around: Surroundings, before: Mapping[str, "Step"]) -> Iterator[Problem]:
        if instant_of(self.at, around.zone) <= around.now:
            yield Problem(
                "wait_in_past",
                self.id,
                f"{self.at.isoformat(timespec='minutes')} ({around.zone}) has passed.",
                "Choose a later time.",
            )

    def settings(
        self, around: Surroundings, numbers: Mapping[str, int], before: Mapping[str, "Step"]
    ) -> dict[str, Any]:
        return {"at": instant_of(self.at, around.zone).isoformat()}
