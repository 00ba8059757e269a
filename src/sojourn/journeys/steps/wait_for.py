"""Wait for a trigger with a filter, or for becoming a member of a segment, up to a limit (rule W9).

The limit counts from the arrival here. Event time decides as for interactions (W5): what happened between the arrival
and the deadline, both included, leads to yes in whatever order things arrive. Whoever is a member of the segment on
arrival need not become one.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Literal, LiteralString

from psycopg.sql import SQL, Composable
from pydantic import Field, model_validator

from sojourn.journeys.steps.base import BaseStep, Surroundings, Wait, check_chosen, check_segment, check_trigger
from sojourn.journeys.steps.if_then import GRACE
from sojourn.kit.errors import Problem
from sojourn.segments.compile import compiled_event
from sojourn.segments.model import PropertyTest, Reference

if TYPE_CHECKING:
    from sojourn.journeys.steps.registry import Step


class WaitForStep(BaseStep):
    """Wait for a trigger, or for becoming a member of a segment."""

    kind: Literal["wait_for"]
    trigger: Reference | None = Field(None, description="Name of the event to wait for.")
    where: list[PropertyTest] = Field(default_factory=list, description="Tests of the event's properties, all of them.")
    segment: Reference | None = Field(None, description="Name of the segment to become a member of.")
    within: Wait = Field(description="Time limit, from arriving here.")
    yes: "list[Step]" = Field(default_factory=list)
    no: "list[Step]" = Field(default_factory=list)

    outcomes: ClassVar[tuple[str, ...]] = ("yes", "no")
    outcome_query = """
      select due.participant,
             case when found.cause is not null then 'yes'
                  when %(now)s >= deadline.at + %(grace)s::interval then 'no' end as outcome,
             deadline.at + %(grace)s::interval as wake_at,
             coalesce(found.cause, jsonb_build_object('reason', 'limit_passed', 'deadline', deadline.at)) as cause
      from due
      cross join lateral (select instant_after(due.entered_at, %(within)s::interval, %(zone)s) as at) unpaused
      cross join lateral after_pauses(%(step)s, due.entered_at, unpaused.at) deadline
      left join lateral ({found}) found on true"""

    @classmethod
    def query(cls, settings: Mapping[str, Any]) -> tuple[Composable, Mapping[str, Any]]:
        if settings["trigger"] is None:
            return SQL(cls.outcome_query).format(found=SQL(_JOINED)), settings
        tests = compiled_event([PropertyTest.model_validate(test) for test in settings["where"]], "where_")
        found = SQL(_HAPPENED).format(tests=tests.expression)
        return SQL(cls.outcome_query).format(found=found), {**settings, **tests.parameters}

    @model_validator(mode="after")
    def _waits_for_one_thing(self) -> "WaitForStep":
        if (self.trigger is None) == (self.segment is None):
            raise ValueError("a wait_for step has either `trigger` or `segment`")
        if self.where and self.trigger is None:
            raise ValueError("`where` goes with `trigger`")
        return self

    def branches(self) -> "Mapping[str, Sequence[Step]]":
        return {"yes": self.yes, "no": self.no}

    def segments(self) -> Sequence[str]:
        return [self.segment] if self.segment else ()

    def limit(self) -> str:
        return self.within

    def triggers(self) -> Sequence[str]:
        return [self.trigger] if self.trigger else ()

    def check(self, around: Surroundings, before: Mapping[str, "Step"]) -> Iterator[Problem]:
        yield from check_chosen(self.id, trigger=self.trigger, segment=self.segment)
        if self.trigger:
            yield from check_trigger(self.trigger, self.where, self.id, around)
        elif self.segment:
            yield from check_segment(self.segment, self.id, around)

    def settings(
        self, around: Surroundings, numbers: Mapping[str, int], before: Mapping[str, "Step"]
    ) -> dict[str, Any]:
        return {
            "trigger": self.trigger,
            "where": [test.model_dump(mode="json", exclude_unset=True) for test in self.where],
            "segment": None if self.segment is None else around.segments[self.segment].id,
            "name": self.segment,
            "within": self.within,
            "grace": GRACE,
            "zone": around.zone,
        }

    def listens(self, around: Surroundings, before: Mapping[str, "Step"]) -> Sequence[str]:
        if self.segment is not None:
            return [f"segment.joined:{around.segments[self.segment].id}"]
        return self.triggers()


_HAPPENED: LiteralString = """
        select jsonb_build_object('event', e.id, 'at', e.at) as cause from event e
        where e.shard = %(shard)s and e.person = due.person and e.name = %(trigger)s
          and e.at between due.entered_at and deadline.at and not e.automated
          and {tests}
        order by e.at, e.id limit 1"""

_JOINED: LiteralString = """
        select jsonb_build_object('segment', %(name)s::text, 'since', m.since) as cause from segment_member m
        where m.shard = %(shard)s and m.segment = %(segment)s and m.person = due.person and m.since <= deadline.at
          and (m.since >= due.entered_at or m.until is null or m.until > due.entered_at)
        order by m.since limit 1"""
