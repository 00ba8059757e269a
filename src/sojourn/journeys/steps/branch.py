"""Branch (rule W13): ordered conditions of the segments' own language; the first that holds decides, else `other`.

They are asked of the person as they are on arrival, by the one evaluator of conditions (G7). Where they ask about a
segment whose members are not known yet, people wait until they are. In a journey that an event starts, cases may also
test the properties of that event (J10).
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any, Literal, LiteralString

from psycopg.sql import SQL, Composable
from pydantic import Field, model_validator

from sojourn.journeys.steps.base import (
    BaseStep,
    OutcomeName,
    Surroundings,
    check_chosen,
    check_outcomes,
    check_segment,
)
from sojourn.kit.errors import Problem
from sojourn.kit.model import Document
from sojourn.segments.check import check, check_event
from sojourn.segments.compile import Compiled, compiled, compiled_event
from sojourn.segments.model import CONDITION, Condition, PropertyTest, asked_about

if TYPE_CHECKING:
    from sojourn.journeys.steps.registry import Step


class Case(Document):
    """Where those go for whom the condition holds, and no earlier one does."""

    outcome: OutcomeName
    when: Condition | None = Field(None, description="A condition, as in segments.")
    where: list[PropertyTest] = Field(
        default_factory=list, description="Tests of the properties of the event that started the participant."
    )
    then: "list[Step]" = Field(default_factory=list)

    @model_validator(mode="after")
    def _asks_something(self) -> "Case":
        if self.when is None and not self.where:
            raise ValueError("a case has a condition: when, where or both")
        return self


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
        from due left join person p on p.shard = %(shard)s and p.id = due.person {trigger}
      )
      select participant, case when {known} then coalesce((%(outcomes)s::text[])[number], 'other') end as outcome,
             case when not {known} then %(now)s::timestamptz + interval '1 second' end as wake_at,
             case when number is not null then jsonb_build_object('case', number)
                  else jsonb_build_object('reason', case when gone then 'person_deleted' else 'no_case_holds' end)
               end as cause
      from asked"""

    @classmethod
    def query(cls, settings: Mapping[str, Any]) -> tuple[Composable, Mapping[str, Any]]:
        parameters: dict[str, Any] = {"outcomes": [case["outcome"] for case in settings["cases"]]}
        cases: list[Composable] = []
        for number, case in enumerate(settings["cases"], start=1):
            asked = list(_compiled(case, f"case{number}_"))
            cases.append(SQL("when {} then {}").format(SQL(" and ").join(one.expression for one in asked), number))
            for one in asked:
                parameters |= one.parameters
        trigger = SQL(_TRIGGER if any(case["where"] for case in settings["cases"]) else "")
        if settings.get("segments"):
            parameters["segments"] = settings["segments"]
        known = SQL(_KNOWN if settings.get("segments") else "true")
        return SQL(cls.outcome_query).format(cases=SQL("\n").join(cases), trigger=trigger, known=known), parameters

    def all_outcomes(self) -> Sequence[str]:
        return [*(case.outcome for case in self.cases), *self.outcomes]

    def branches(self) -> "Mapping[str, Sequence[Step]]":
        return {**{case.outcome: case.then for case in self.cases}, "other": self.other}

    def segments(self) -> Sequence[str]:
        return [name for case in self.cases if case.when is not None for name, _ in asked_about(case.when)]

    def check(self, around: Surroundings, before: Mapping[str, "Step"]) -> Iterator[Problem]:
        yield from check_outcomes(self)
        for number, case in enumerate(self.cases):
            where = f"{self.id}/cases/{number}"
            if case.when is not None:
                yield from _check_condition(case.when, f"{where}/when", around)
            if case.where and around.trigger is None:
                advice = "Test the person with when, or start the journey by an event."
                yield Problem("no_trigger", f"{where}/where", "No event starts this journey.", advice)
            elif case.where and around.trigger is not None:
                facts = around.triggers.get(around.trigger)
                declared = None if facts is None else facts.attributes
                yield from check_event(around.trigger, case.where, where, "trigger", declared)

    def settings(
        self, around: Surroundings, numbers: Mapping[str, int], before: Mapping[str, "Step"]
    ) -> dict[str, Any]:
        asked: Any = {"cases": {"__all__": {"outcome", "when", "where"}}}
        document = self.model_dump(mode="json", include=asked, exclude_unset=True, exclude_none=True)
        cases = [{"when": None, "where": [], **case} for case in document["cases"]]
        return {"cases": cases, "segments": sorted(set(self.segments()))}


_KNOWN: LiteralString = """not exists (
               select from segment s where s.name = any(%(segments)s) and not exists (
                 select from segment_evaluation e where e.shard = %(shard)s and e.segment = s.id))"""

# By the id alone every month of events would be looked into.
_TRIGGER: LiteralString = """
        left join participant on participant.shard = %(shard)s and participant.id = due.participant
        left join event_id on event_id.shard = %(shard)s and event_id.id = participant.trigger
        left join event e on e.shard = %(shard)s and e.id = event_id.id and e.at = event_id.at"""


def _check_condition(condition: Condition, where: str, around: Surroundings) -> Iterator[Problem]:
    if around.audience:
        yield from check(condition, around.attributes, where)
    for name, place in asked_about(condition, where):
        yield from check_segment(name, place, around) if name else check_chosen(place, segment=name)


def _compiled(case: Mapping[str, Any], prefix: str) -> Iterator[Compiled]:
    """What has to hold, all of it."""
    if case["when"] is not None:
        yield compiled(CONDITION.validate_python(case["when"]), f"{prefix}when")
    if case["where"]:
        event = compiled_event([PropertyTest.model_validate(test) for test in case["where"]], f"{prefix}where")
        yield Compiled(SQL("e.id is not null and {}").format(event.expression), event.parameters)
