"""Set an attribute of the person (rule W14), or remove it. Segments follow, as after every change of a person."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Literal

from psycopg.sql import SQL, Composable
from psycopg.types.json import Jsonb
from pydantic import Field

from sojourn.journeys.steps.base import BaseStep, Surroundings, check_chosen
from sojourn.kit.errors import Problem
from sojourn.people.parse import from_json
from sojourn.segments.model import Reference, Scalar

if TYPE_CHECKING:
    from sojourn.journeys.steps.registry import Step


class SetStep(BaseStep):
    """Set an attribute."""

    kind: Literal["set"]
    attribute: Reference = Field(description="Attribute of the audience.")
    value: Scalar | None = Field(description="Its new value, of its type; null or an empty text removes it.")

    changes_people = touches_people = True
    # People are locked in the order of an import, and marked afterwards: the two never wait for each other in a circle.
    effect = """
      locked as materialized (
        select id from person where shard = %(shard)s and id in (select person from due) order by audience, key
        for no key update
      ),
      changed as (
        update person p
        set attributes = (p.attributes - %(attribute)s::text) || %(given)s, changed_at = %(now)s
        from locked
        where p.shard = %(shard)s and p.id = locked.id
          and p.attributes is distinct from (p.attributes - %(attribute)s::text) || %(given)s
        returning p.id
      ),
      marked as (
        insert into touched (shard, person, event)
        select %(shard)s, id, '' from changed order by id
        on conflict (shard, person, event) do update set event = excluded.event where false
      ),"""
    outcome_query = """
      select due.participant, 'done' as outcome, null::timestamptz as wake_at,
             case when p.id is null then jsonb_build_object('reason', 'person_deleted')
                  else jsonb_build_object('attribute', %(attribute)s::text, 'value', %(given)s -> %(attribute)s)
               end as cause
      from due left join person p on p.shard = %(shard)s and p.id = due.person"""

    @classmethod
    def query(cls, settings: Mapping[str, Any]) -> tuple[Composable, Mapping[str, Any]]:
        return SQL(cls.outcome_query), {**settings, "given": Jsonb(settings["given"])}

    def check(self, around: Surroundings, before: Mapping[str, "Step"]) -> Iterator[Problem]:
        yield from check_chosen(self.id, attribute=self.attribute)
        if not around.audience or not self.attribute:
            return  # the segment is missing: which attributes there are is not known
        kind = around.attributes.get(self.attribute)
        if kind is None:
            known = ", ".join(sorted(around.attributes)) or "none"
            message = f"The audience {around.audience} has no attribute {self.attribute!r}."
            yield Problem("attribute_unknown", self.id, message, f"Declare it first; there are: {known}.")
            return
        try:
            from_json(kind, self.value)
        except ValueError as error:
            advice = f"Give a value of type {kind}, or null to remove it."
            yield Problem("value_not_understood", self.id, str(error), advice)

    def settings(
        self, around: Surroundings, numbers: Mapping[str, int], before: Mapping[str, "Step"]
    ) -> dict[str, Any]:
        value = from_json(around.attributes[self.attribute], self.value)
        return {"attribute": self.attribute, "given": {} if value is None else {self.attribute: value}}
