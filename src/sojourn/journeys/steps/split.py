"""Split (rule W13): every person falls into one of several parts, by chance but for ever the same way.

Where they fall is a hash of the person and of the names of journey and step: so the same in every run, on another day,
and in a rehearsal, and in no relation to where they fall in another split.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import AfterValidator, Field

from sojourn.journeys.steps.base import BaseStep, OutcomeName, Surroundings, check_outcomes
from sojourn.kit.errors import Problem
from sojourn.kit.model import Document
from sojourn.segments.model import FiniteNumber

if TYPE_CHECKING:
    from sojourn.journeys.steps.registry import Step


def _tenths(percent: float) -> float:
    if abs(percent * 10 - round(percent * 10)) > 1e-6:
        raise ValueError("a percentage has one decimal at most")
    return percent


class Part(Document):
    """Where so many of a hundred go."""

    outcome: OutcomeName
    percent: Annotated[FiniteNumber, Field(ge=0, le=100), AfterValidator(_tenths)] = Field(
        description="How many of a hundred, with one decimal at most."
    )
    then: "list[Step]" = Field(default_factory=list)

    @property
    def per_mille(self) -> int:
        return round(self.percent * 10)


class SplitStep(BaseStep):
    """Split people by chance."""

    kind: Literal["split"]
    parts: Annotated[list[Part], Field(min_length=1, description="Their percentages make a hundred.")]

    outcomes = ()
    outcome_query = """
      select due.participant,
             (%(outcomes)s::text[])[width_bucket(share.of_one * 1000, %(bounds)s::numeric[])] as outcome,
             null::timestamptz as wake_at, jsonb_build_object('share', share.of_one) as cause
      from due
      cross join lateral (select share_of(%(shard)s || '-' || due.person || ':' || %(salt)s) as of_one) share"""

    def all_outcomes(self) -> Sequence[str]:
        return [part.outcome for part in self.parts]

    def possible_outcomes(self) -> Sequence[str]:
        return [part.outcome for part in self.parts if part.per_mille > 0]

    def branches(self) -> "Mapping[str, Sequence[Step]]":
        return {part.outcome: part.then for part in self.parts}

    def check(self, around: Surroundings, before: Mapping[str, "Step"]) -> Iterator[Problem]:
        yield from check_outcomes(self)
        if (total := sum(part.per_mille for part in self.parts)) != 1000:
            message = f"The percentages make {total / 10:g}."
            yield Problem("parts_not_whole", self.id, message, "Change them so that they make 100.")

    def settings(
        self, around: Surroundings, numbers: Mapping[str, int], before: Mapping[str, "Step"]
    ) -> dict[str, Any]:
        """`bounds`: where each part begins, of a thousand."""
        sizes = [part.per_mille for part in self.parts]
        return {
            "outcomes": list(self.all_outcomes()),
            "bounds": list(accumulate(sizes[:-1], initial=0)),
            "salt": f"{around.journey}/{self.id}",
        }
