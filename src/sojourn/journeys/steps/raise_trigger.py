"""Raise a trigger (rule W14): an event of the person, which may start other journeys and counts in segments."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any, Literal

from psycopg.sql import SQL, Composable
from psycopg.types.json import Jsonb
from pydantic import AfterValidator, Field

from sojourn.events.check import check_properties, typed
from sojourn.events.model import LONGEST_NAME, is_event_name, is_reserved
from sojourn.journeys.steps.base import BaseStep, Surroundings, TriggerFacts, check_chosen, check_declared
from sojourn.kit.errors import Problem
from sojourn.segments.model import Reference

if TYPE_CHECKING:
    from sojourn.journeys.steps.registry import Step


def _storable(properties: dict[str, Any]) -> dict[str, Any]:
    for problem in check_properties(properties, ""):
        raise ValueError(f"{problem.message} {problem.advice}".removesuffix("."))
    return properties


class RaiseStep(BaseStep):
    """Raise a trigger."""

    kind: Literal["raise"]
    trigger: Reference = Field(description="Name of the event, such as cart.nudged.")
    properties: Annotated[dict[str, Any], AfterValidator(_storable)] = Field(
        default_factory=dict, description="What the event says besides."
    )

    touches_people = True
    # Its id says what it is, so that it is written once; ids come before touches and both in order, as in appending.
    # `is true` keeps PostgreSQL from joining them: it looks each id up in a hash, however many there are.
    effect = """
      raising as materialized (
        select due.person, 'raised:' || due.participant || ':' || %(step)s::int as id
        from due join person p on p.shard = %(shard)s and p.id = due.person
      ),
      first as (
        insert into event_id (shard, id, at) select %(shard)s, id, %(now)s from raising order by id
        on conflict (shard, id) do nothing
        returning id
      ),
      raised as (select person, id from raising where (id in (select id from first)) is true),
      written as (
        insert into event (shard, id, person, name, at, received_at, properties)
        select %(shard)s, id, person, %(trigger)s, %(now)s, %(now)s, %(properties)s from raised
      ),
      marked as (
        insert into touched (shard, person, event)
        select distinct %(shard)s::smallint, person, %(trigger)s from raised order by person
        on conflict (shard, person, event) do update set event = excluded.event where false
      ),"""
    outcome_query = """
      select due.participant, 'done' as outcome, null::timestamptz as wake_at,
             case when p.id is null then jsonb_build_object('reason', 'person_deleted')
                  else jsonb_build_object('event', 'raised:' || due.participant || ':' || %(step)s::int, 'at', %(now)s)
               end as cause
      from due left join person p on p.shard = %(shard)s and p.id = due.person"""

    @classmethod
    def query(cls, settings: Mapping[str, Any]) -> tuple[Composable, Mapping[str, Any]]:
        return SQL(cls.outcome_query), {**settings, "properties": Jsonb(settings["properties"])}

    def triggers(self) -> Sequence[str]:
        return [self.trigger]

    def check(self, around: Surroundings, before: Mapping[str, "Step"]) -> Iterator[Problem]:
        if not self.trigger:
            yield from check_chosen(self.id, trigger=self.trigger)
        elif not is_event_name(self.trigger):
            advice = f"Use small letters, digits, _ and ., beginning with a letter; at most {LONGEST_NAME} characters."
            yield Problem("name_invalid", self.id, f"{self.trigger!r} cannot name an event.", advice)
        elif is_reserved(self.trigger):
            message = f"{self.trigger!r}: names that begin with email., text. and push. are kept for interactions."
            yield Problem("name_reserved", self.id, message, "Use another name.")
        else:
            yield from check_declared(self.trigger, f"{self.id}/trigger", around)
            if self.trigger in around.triggers:
                yield from self._check_properties(around.triggers[self.trigger])

    def _check_properties(self, trigger: TriggerFacts) -> Iterator[Problem]:
        """Nobody but the author of this step says them, so those that are not declared are a slip."""
        known = ", ".join(sorted(trigger.attributes)) or "none"
        for name in self.properties.keys() - trigger.attributes.keys():
            message = f"The trigger {self.trigger!r} has no attribute {name!r}."
            advice = f"Declare it first; there are: {known}."
            yield Problem("attribute_unknown", f"{self.id}/properties/{name}", message, advice)
        yield from typed(self.properties, trigger.attributes, self.id)[1]

    def settings(
        self, around: Surroundings, numbers: Mapping[str, int], before: Mapping[str, "Step"]
    ) -> dict[str, Any]:
        properties, _ = typed(self.properties, around.triggers[self.trigger].attributes, self.id)
        return {"trigger": self.trigger, "properties": properties}
