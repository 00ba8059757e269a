"""A/B test (rule W13): some of those who come try one of two versions, the rest waits and gets the one that won.

Who is tested, and with which version, is chance that is for ever the same, as in a split. A run's test begins with its
first arrival. At its end, and a grace longer than an event's way in can take, the winner is decided once for all shards
(sojourn.engine.ab_tests); until then everybody who is not tested stays here.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Discriminator, Field, Tag, model_validator

from sojourn.journeys.local_time import LocalTime
from sojourn.journeys.steps.base import BaseStep, StepReference, Surroundings, Wait, check_chosen
from sojourn.journeys.steps.if_then import GRACE, check_interaction
from sojourn.journeys.steps.message import MessageStep
from sojourn.kit.errors import Problem
from sojourn.kit.model import Document
from sojourn.kit.zones import instant_of
from sojourn.segments.check import check_event
from sojourn.segments.model import FiniteNumber, Reference

if TYPE_CHECKING:
    from sojourn.journeys.steps.registry import Step

VersionName = Literal["a", "b"]


class Messages(Document):
    """The message of each version that is compared."""

    a: StepReference
    b: StepReference


class Metric(Document):
    """What makes a version the better one: more people for each message sent, or for each who entered it."""

    event: Literal["opened", "link_clicked"] | None = Field(None, description="An interaction with a message.")
    of: Messages | None = Field(None, description="With event: the message of each version.")
    link: str | None = Field(None, description="With link_clicked: the id of the link; without, any link.")
    goal: Reference | None = Field(None, description="Name of an event of the people, instead of an interaction.")

    @model_validator(mode="after")
    def _counts_one_thing(self) -> "Metric":
        if (self.event is None) == (self.goal is None):
            raise ValueError("a metric has either `event` or `goal`")
        if (self.event is None) != (self.of is None):
            raise ValueError("`event` goes with `of`, the message of each version")
        if self.link is not None and self.event != "link_clicked":
            raise ValueError("a link can only be named with the event link_clicked")
        return self


class AfterFirst(Document):
    after: Wait = Field(description="So long after the first arrival of the run.")


def _kind_of_end(end: Any) -> str:
    """One of the two, so that what is wrong is told once."""
    return "after" if isinstance(end, dict | AfterFirst) else "time"


End = Annotated[Annotated[LocalTime, Tag("time")] | Annotated[AfterFirst, Tag("after")], Discriminator(_kind_of_end)]


class AbTestStep(BaseStep):
    """Try two versions on some, and give the rest the better one."""

    kind: Literal["ab_test"]
    share: FiniteNumber = Field(description="How many of a hundred are tested, half of them with each version.")
    a: "list[Step]" = Field(default_factory=list)
    b: "list[Step]" = Field(default_factory=list)
    metric: Metric
    end: End = Field(description="Date and time on the journey's wall clock, or so long after the first arrival.")
    default: VersionName = Field(description="The version that wins when neither does better.")

    outcomes = ("a", "b")
    # The first arrival of a run begins its test. Other shards may try at the same time: the order avoids a circle.
    effect = """
      arrived as materialized (
        select run, since,
               coalesce(%(ends_at)s::timestamptz, instant_after(since, %(after)s::interval, %(zone)s)) as ends_at
        from (select run, case when %(ends_at)s::timestamptz is null then min(entered_at) end as since
              from due group by run) first
      ),
      begun as (
        insert into ab_test (run, step, since, ends_at)
        select run, %(step)s, since, ends_at from arrived
        where not exists (select from ab_test t where t.run = arrived.run and t.step = %(step)s)
        order by run
        on conflict do nothing
      ),"""
    outcome_query = """
      select due.participant,
             case when test.winner is not null then test.winner
                  when %(now)s < ending.at and fall.share * 200 < %(share)s::numeric then 'a'
                  when %(now)s < ending.at and fall.share * 100 < %(share)s::numeric then 'b' end as outcome,
             case when %(now)s < ending.at + %(grace)s::interval then ending.at + %(grace)s::interval
                  else %(now)s + interval '1 second' end as wake_at,
             case when test.winner is null then jsonb_build_object('share', fall.share)
                  else jsonb_build_object('winner', test.winner, 'reason', test.cause -> 'reason',
                                          'rates', test.cause -> 'rates') end as cause
      from due
      join arrived on arrived.run = due.run
      left join ab_test test on test.run = due.run and test.step = %(step)s
      cross join lateral after_pauses(%(step)s, coalesce(test.since, arrived.since),
                                      coalesce(test.ends_at, arrived.ends_at)) ending
      cross join lateral (select share_of(%(shard)s || '-' || due.person || ':' || %(salt)s) as share) fall"""

    def branches(self) -> "Mapping[str, Sequence[Step]]":
        return {"a": self.a, "b": self.b}

    def limit(self) -> str | datetime:
        return self.end.after if isinstance(self.end, AfterFirst) else self.end

    def check(self, around: Surroundings, before: Mapping[str, "Step"]) -> Iterator[Problem]:
        if not 0 < self.share <= 100:
            message = f"{self.share:g} of a hundred cannot be tested."
            yield Problem("share_out_of_range", self.id, message, "Choose more than 0, and 100 at most.")
        if not isinstance(self.end, AfterFirst) and instant_of(self.end, around.zone) <= around.now:
            message = f"{self.end.isoformat(timespec='minutes')} ({around.zone}) has passed."
            yield Problem("test_end_in_past", self.id, message, "Choose a later end.")
        yield from check_chosen(self.id, event=self.metric.goal)
        if self.metric.goal:
            yield from check_event(self.metric.goal, [], f"{self.id}/metric", "goal")
        elif self.metric.of is not None:
            yield from self._check_messages(around)

    def settings(
        self, around: Surroundings, numbers: Mapping[str, int], before: Mapping[str, "Step"]
    ) -> dict[str, Any]:
        """`messages` and what follows are what the winner is decided by."""
        return {
            "share": self.share,
            "salt": f"{around.journey}/{self.id}",
            "after": self.end.after if isinstance(self.end, AfterFirst) else None,
            "ends_at": None if isinstance(self.end, AfterFirst) else instant_of(self.end, around.zone).isoformat(),
            "zone": around.zone,
            "grace": GRACE,
            "messages": {name: self._counted(message, numbers) for name, message in self._messages().items()},
            "link": self.metric.link,
            "goal": self.metric.goal,
            "default": self.default,
        }

    def _check_messages(self, around: Surroundings) -> Iterator[Problem]:
        found = self._messages()
        for name, named in self._named().items():
            if not named:
                yield from check_chosen(self.id, **{f"message_of_version_{name}": named})
            elif name not in found:
                message = f"{named!r} is not a message of version {name}."
                yield Problem("message_not_in_version", self.id, message, "Name a message step inside that version.")
            elif self.metric.event is not None:
                yield from check_interaction(self.id, self.metric.event, self.metric.link, found[name], around)

    def _named(self) -> Mapping[VersionName, str]:
        of = self.metric.of
        return {} if of is None else {"a": of.a, "b": of.b}

    def _messages(self) -> Mapping[VersionName, MessageStep]:
        """The message that is compared of each version, if there is such a one."""
        inside = {name: {step.id: step for step in _all_inside(self.branches()[name])} for name in self._named()}
        found = {name: inside[name].get(named) for name, named in self._named().items()}
        return {name: step for name, step in found.items() if isinstance(step, MessageStep)}

    def _counted(self, message: MessageStep, numbers: Mapping[str, int]) -> dict[str, Any]:
        assert self.metric.event is not None
        event = f"{message.channel}.{self.metric.event.removeprefix('link_')}"
        return {"of": numbers[message.id], "event": event}


def _all_inside(steps: "Sequence[Step]") -> "Iterator[Step]":
    for step in steps:
        yield step
        for branch in step.branches().values():
            yield from _all_inside(branch)
