"""Branch (rule W13): ordered conditions of the segments' own language; the first that holds decides, else `other`.

They are asked of the person as they are on arrival, by the one evaluator of conditions (G7).
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any, Literal

from psycopg.sql import SQL, Composable, Composed
from pydantic import Field

from sojourn.journeys.steps.base import BaseStep, OutcomeName, Surroundings, check_outcomes
from sojourn.kit.errors import Problem
from sojourn.kit.model import Document
from sojourn.segments.check import check
from sojourn.segments.compile import Compiled, compiled
from sojourn.segments.model import CONDITION, Condition

if TYPE_CHECKING:
    from sojourn.journeys.steps.registry import Step


class Case(Document):
    """Where those go for whom the condition holds, and no earlier one does."""

    outcome: OutcomeName
    when: Condition = Field(description="A condition, as in segments.")
    then: "list[Step]" = Field(default_factory=list)


class BranchStep(BaseStep):
    """Branch on what is known of the person."""

    kind: Literal["branch"]
    cases: Annotated[list[Case], Field(min_length=1, description="Looked at in this order.")]
    other: "list[Step]" = Field(default_factory=list)

    outcomes = ("other",)
    # No condition is null, and none is asked after one that holds. Nothing is known of somebody who was deleted.
    outcome_query = """
      with asked as materialized (
        select due.participant, p.id is null as gone, case when p.id is not null then case {cases} end end as number
        from due left join person p on p.shard = %(shard)s and p.id = due.person
      )
      select participant, coalesce((%(outcomes)s::text[])[number], 'other') as outcome, null::timestamptz as wake_at,
             case when number is not null then jsonb_build_object('case', number)
                  else jsonb_build_object('reason', case when gone then 'person_deleted' else 'no_case_holds' end)
               end as cause
      from asked"""

    @classmethod
    def query(cls, settings: Mapping[str, Any]) -> tuple[Composable, Mapping[str, Any]]:
        asked = [_compiled(number, case["when"]) for number, case in enumerate(settings["cases"], start=1)]
        cases = [SQL("when {} then {}").format(case.expression, number) for number, case in enumerate(asked, start=1)]
        parameters: dict[str, Any] = {"outcomes": [case["outcome"] for case in settings["cases"]]}
        for case in asked:
            parameters |= case.parameters
        return SQL(cls.outcome_query).format(cases=Composed(cases).join("\n")), parameters

    def all_outcomes(self) -> Sequence[str]:
        return [*(case.outcome for case in self.cases), *self.outcomes]

    def branches(self) -> "Mapping[str, Sequence[Step]]":
        return {**{case.outcome: case.then for case in self.cases}, "other": self.other}

    def check(self, around: Surroundings, before: Mapping[str, "Step"]) -> Iterator[Problem]:
        yield from check_outcomes(self)
        for number, case in enumerate(self.cases if around.audience else ()):
            yield from check(case.when, around.attributes, f"{self.id}/cases/{number}/when")

    def settings(
        self, around: Surroundings, numbers: Mapping[str, int], before: Mapping[str, "Step"]
    ) -> dict[str, Any]:
        return {"cases": [{"outcome": case.outcome, "when": _frozen(case.when)} for case in self.cases]}


def _compiled(number: int, condition: Any) -> Compiled:
    return compiled(CONDITION.validate_python(condition), f"case{number}_")


def _frozen(condition: Condition) -> Any:
    return CONDITION.dump_python(condition, mode="json", exclude_unset=True, exclude_none=True)
