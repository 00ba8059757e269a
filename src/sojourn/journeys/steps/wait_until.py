"""Wait until a moment: a date and time of the journey's wall clock (rule W10), or one that depends on the person (W12):
before, at or after one of their attributes, or within a window of their own time of day and weekdays.

Past when somebody arrives: they go on at once. What depends on a person is on the wall clock of their own zone, or of
the journey's if none is known, and is read anew whenever somebody looks, also when the person has changed.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any, Literal, LiteralString

from psycopg.sql import SQL, Composable
from pydantic import Field, model_validator

from sojourn.journeys.local_time import WEEK, LocalTime, TimeOfDay, Weekday
from sojourn.journeys.steps.base import CHANGED, BaseStep, Surroundings, Wait, check_chosen
from sojourn.kit.errors import Problem
from sojourn.kit.model import Document
from sojourn.kit.zones import instant_of
from sojourn.segments.model import Reference

if TYPE_CHECKING:
    from sojourn.journeys.steps.registry import Step


class Offset(Document):
    """How long before or after."""

    before: Wait | None = None
    after: Wait | None = None

    @model_validator(mode="after")
    def _is_one_of_both(self) -> "Offset":
        if (self.before is None) == (self.after is None):
            raise ValueError("an offset is either before or after, such as {before: 3 days}")
        return self


class Window(Document):
    """A part of the day, on some days of the week. One that does not end later than it begins ends on the next day."""

    weekdays: Annotated[list[Weekday], Field(min_length=1)] = Field(
        default=list(WEEK), description="The days on which it begins; every day if not said."
    )
    begin: TimeOfDay = Field(alias="from", description="Hours and minutes, such as 09:00.")
    end: TimeOfDay = Field(alias="to", description="Hours and minutes; this minute is not part of it any more.")


class WaitUntilStep(BaseStep):
    """Wait until a date and time, a date of the person, or their time of day."""

    kind: Literal["wait_until"]
    at: LocalTime | None = Field(
        None, description="Date and time on the journey's wall clock, such as 2026-12-05T09:00."
    )
    attribute: Reference | None = Field(
        None, description="Attribute of the person that holds a date, or a date and time."
    )
    offset: Offset | None = Field(None, description="With attribute: how long before or after it.")
    time: Window | None = Field(None, description="Part of the day and of the week on the person's wall clock.")

    outcome_query = """
      select due.participant, case when %(now)s >= %(at)s::timestamptz then 'done' end as outcome,
             %(at)s::timestamptz as wake_at, jsonb_build_object('until', %(at)s::timestamptz) as cause
      from due"""

    @classmethod
    def query(cls, settings: Mapping[str, Any]) -> tuple[Composable, Mapping[str, Any]]:
        form = "attribute" if "attribute" in settings else "window" if "weekdays" in settings else "at"
        texts = {"attribute": _UNTIL_ATTRIBUTE, "window": _UNTIL_WINDOW, "at": cls.outcome_query}
        return SQL(texts[form]).format(placed=SQL(_PLACED)), settings

    @model_validator(mode="after")
    def _waits_for_one_moment(self) -> "WaitUntilStep":
        if sum(moment is not None for moment in (self.at, self.attribute, self.time)) != 1:
            raise ValueError("a wait_until step has exactly one of `at`, `attribute` and `time`")
        if self.offset is not None and self.attribute is None:
            raise ValueError("`offset` goes with `attribute`")
        return self

    def limit(self) -> datetime | None:
        return self.at

    def check(self, around: Surroundings, before: Mapping[str, "Step"]) -> Iterator[Problem]:
        if self.at is not None and instant_of(self.at, around.zone) <= around.now:
            yield Problem(
                "wait_in_past",
                self.id,
                f"{self.at.isoformat(timespec='minutes')} ({around.zone}) has passed.",
                "Choose a later time.",
            )
        yield from check_chosen(self.id, attribute=self.attribute)
        if self.attribute and around.audience:
            yield from self._check_attribute(self.attribute, around)

    def _check_attribute(self, name: str, around: Surroundings) -> Iterator[Problem]:
        kind = around.attributes.get(name)
        if kind is None:
            known = ", ".join(sorted(name for name, kind in around.attributes.items() if kind in ("date", "datetime")))
            advice = f"There are: {known or 'none of type date or datetime'}."
            yield Problem("attribute_unknown", self.id, f"The audience has no attribute {name!r}.", advice)
        elif kind not in ("date", "datetime"):
            message = f"Wait until needs an attribute of type date or datetime; {name!r} is {kind}."
            yield Problem("attribute_of_wrong_type", self.id, message, "Choose another attribute.")

    def listens(self, around: Surroundings, before: Mapping[str, "Step"]) -> Sequence[str]:
        return [CHANGED] if self.at is None else ()

    def settings(
        self, around: Surroundings, numbers: Mapping[str, int], before: Mapping[str, "Step"]
    ) -> dict[str, Any]:
        if self.at is not None:
            return {"at": instant_of(self.at, around.zone).isoformat()}
        personal = {"zone": around.zone, "zone_attribute": around.zone_attribute}
        if self.attribute is not None:
            offset = self.offset or Offset(after="0 days")
            duration = offset.after or f"-{offset.before}"
            return {"attribute": self.attribute, "offset": duration, **personal}
        assert self.time is not None
        weekdays = [WEEK.index(day) + 1 for day in self.time.weekdays]
        return {"weekdays": weekdays, "opens": self.time.begin, "closes": self.time.end, **personal}


# The wall clock of each person: their own, as far as it is known here, or the journey's.
_PLACED: LiteralString = """
        select due.participant, p.attributes,
               case when own.zone <> '' and pg_input_is_valid('2000-01-01 00:00 ' || own.zone, 'timestamptz')
                    then own.zone else %(zone)s end as zone
        from due left join person p on p.shard = %(shard)s and p.id = due.person
        cross join lateral (select p.attributes ->> %(zone_attribute)s::text as zone) own"""

# A date is the beginning of that day. Whoever reads instants knows no year after 9999, so nobody is woken so late.
_UNTIL_ATTRIBUTE: LiteralString = """
      select placed.participant, case when (%(now)s < until.at) is not true then 'done' end as outcome,
             least(until.at, timestamptz '9000-01-01T00:00Z') as wake_at,
             case when until.at is null then jsonb_build_object('reason', 'attribute_missing')
                  else jsonb_build_object('until', until.at, 'value', found.value) end as cause
      from ({placed}) placed
      cross join lateral (select placed.attributes ->> %(attribute)s::text as value) found
      cross join lateral (
        select case when found.value ~ '^....-..-..$' and pg_input_is_valid(found.value, 'date')
                    then instant_of(found.value::date::timestamp, placed.zone)
                    when found.value ~ '^....-..-..T' and pg_input_is_valid(found.value, 'timestamptz')
                    then found.value::timestamptz end as at
      ) named
      cross join lateral (select instant_after(named.at, %(offset)s::interval, placed.zone) as at) until"""

# There are few zones, and many people in each.
_UNTIL_WINDOW: LiteralString = """
      with placed as materialized ({placed}),
      opening as materialized (
        select zone, window_opens(%(now)s, zone, %(weekdays)s::int[], %(opens)s::time, %(closes)s::time) as at
        from (select distinct zone from placed) zones
      )
      select placed.participant, case when %(now)s >= opening.at then 'done' end as outcome, opening.at as wake_at,
             jsonb_build_object('until', opening.at, 'zone', opening.zone) as cause
      from placed join opening using (zone)"""
