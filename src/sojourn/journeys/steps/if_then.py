"""If/then (rules W3 - W8): branch off a message sent before, wait for an interaction with it, up to a time limit.

It asks about one interaction, with the outcomes yes and no, or about several (W7), each with an outcome of its own: the
earliest wins, and of those at one instant the one that is named first.

The limit counts from the moment that message was handed over (W4). Event time decides (W5): an interaction stamped at
or before the deadline wins in whatever order things arrive, so No waits a grace longer than an event's way in can take.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from pydantic import Field, model_validator

from sojourn.journeys.steps.base import (
    BaseStep,
    OutcomeName,
    StepReference,
    Surroundings,
    Wait,
    check_chosen,
    check_outcomes,
)
from sojourn.journeys.steps.message import MessageStep
from sojourn.kit.errors import Problem
from sojourn.kit.model import Document

if TYPE_CHECKING:
    from sojourn.journeys.steps.registry import Step

GRACE = "5 seconds"

Interaction = Literal["delivered", "opened", "link_clicked", "bounced", "complained", "replied", "unsubscribed"]


def _check_link(link: str | None, event: Interaction | None) -> None:
    if link is not None and event != "link_clicked":
        raise ValueError("a link can only be named with the event link_clicked")


class Awaited(Document):
    """One interaction of several, and where those go who did it first."""

    outcome: OutcomeName
    event: Interaction = Field(description="The interaction to wait for.")
    link: str | None = Field(None, description="With link_clicked: the id of the link; without, any link.")
    then: "list[Step]" = Field(default_factory=list)

    @model_validator(mode="after")
    def _link_goes_with_clicks(self) -> "Awaited":
        _check_link(self.link, self.event)
        return self


class IfStep(BaseStep):
    """Branch on interactions with an earlier message: one with `event` and `yes`, or several with `cases`."""

    kind: Literal["if"]
    of: StepReference = Field(description="The message to branch off.")
    event: Interaction | None = Field(None, description="The interaction to wait for, if it is one.")
    link: str | None = Field(None, description="With link_clicked: the id of the link; without, any link.")
    within: Wait = Field(description="Time limit, from the moment the message was handed over.")
    yes: "list[Step]" = Field(default_factory=list)
    cases: list[Awaited] = Field(default_factory=list, description="The interactions to wait for, if they are several.")
    no: "list[Step]" = Field(default_factory=list)

    outcomes: ClassVar[tuple[str, ...]] = ("yes", "no")
    outcome_query = """
      select due.participant,
             case when (delivery.state in ('sent', 'unknown')) is not true then 'no'
                  when happened.id is not null then happened.outcome
                  when %(now)s >= deadline.at + %(grace)s::interval then 'no' end as outcome,
             deadline.at + %(grace)s::interval as wake_at,
             case when (delivery.state in ('sent', 'unknown')) is not true then jsonb_build_object('reason', 'not_sent')
                  when happened.id is not null then jsonb_build_object('event', happened.id, 'at', happened.at)
                  else jsonb_build_object('reason', 'limit_passed', 'deadline', deadline.at) end as cause
      from due
      left join delivery on delivery.shard = %(shard)s and delivery.participant = due.participant
        and delivery.step = (select %(of)s::int)
      cross join lateral (select instant_after(delivery.handed_at, %(within)s::interval, %(zone)s) as at) unpaused
      cross join lateral after_pauses(%(step)s, delivery.handed_at, unpaused.at) deadline
      left join lateral (
        select event.id, event.at, awaited.outcome
        from unnest(%(outcomes)s::text[], %(events)s::text[], %(links)s::text[]) with ordinality
          as awaited (outcome, event, link, place)
        join event on event.shard = %(shard)s and event.participant = due.participant and event.step = %(of)s
          and event.name = awaited.event and (awaited.link is null or event.link = awaited.link) and not event.automated
          and event.at <= deadline.at
        order by event.at, awaited.place, event.id limit 1
      ) happened on true"""

    @model_validator(mode="after")
    def _asks_about_one_or_several(self) -> "IfStep":
        if (self.event is None) == (not self.cases):
            raise ValueError("an if step has either `event` (with `yes`) or `cases`, at least one")
        if self.cases and (self.link is not None or self.yes):
            raise ValueError("with `cases`, `link` and `then` stand in each case")
        _check_link(self.link, self.event)
        return self

    @property
    def awaited(self) -> Sequence[Awaited]:
        """What the step asks about, in either form."""
        if self.event is None:
            return self.cases
        return [Awaited.model_construct(outcome="yes", event=self.event, link=self.link, then=self.yes)]

    def all_outcomes(self) -> Sequence[str]:
        return [*(awaited.outcome for awaited in self.awaited), "no"]

    def branches(self) -> "Mapping[str, Sequence[Step]]":
        return {**{awaited.outcome: awaited.then for awaited in self.awaited}, "no": self.no}

    def limit(self) -> str:
        return self.within

    def check(self, around: Surroundings, before: Mapping[str, "Step"]) -> Iterator[Problem]:
        yield from check_outcomes(self)
        if not self.of:
            yield from check_chosen(self.id, message=self.of)
            return
        message = before.get(self.of)
        if not isinstance(message, MessageStep):
            yield Problem(
                "message_not_before",
                self.id,
                f"{self.of!r} is not a message that everybody who comes here was sent.",
                "Branch off an email, text or push message above this step.",
            )
            return
        for awaited in self.awaited:
            yield from check_interaction(self.id, awaited.event, awaited.link, message, around)

    def settings(
        self, around: Surroundings, numbers: Mapping[str, int], before: Mapping[str, "Step"]
    ) -> dict[str, Any]:
        return {
            "of": numbers[self.of],
            "outcomes": [awaited.outcome for awaited in self.awaited],
            "events": self._events(before),
            "links": [awaited.link for awaited in self.awaited],
            "within": self.within,
            "grace": GRACE,
            "zone": around.zone,
        }

    def listens(self, around: Surroundings, before: Mapping[str, "Step"]) -> Sequence[str]:
        return sorted(set(self._events(before)))

    def _events(self, before: Mapping[str, "Step"]) -> list[str]:
        """The name that each interaction has as an event."""
        message = before[self.of]
        assert isinstance(message, MessageStep)
        return [f"{message.channel}.{awaited.event.removeprefix('link_')}" for awaited in self.awaited]


def check_interaction(
    where: str, event: Interaction, link: str | None, message: MessageStep, around: Surroundings
) -> Iterator[Problem]:
    """Whether this can be done with that message."""
    if event not in INTERACTIONS[message.channel]:
        known = ", ".join(sorted(INTERACTIONS[message.channel]))
        yield Problem(
            "interaction_unknown",
            where,
            f"{event!r} does not happen to a message of the kind {message.channel}.",
            f"Wait for one of: {known}.",
        )
    facts = around.contents.get(message.content)
    if link is not None and facts is not None and facts.version and link not in facts.links:
        known = ", ".join(sorted(facts.links)) or "none"
        yield Problem("link_missing", where, f"{message.content!r} has no link {link!r}.", f"Its links are: {known}.")


INTERACTIONS: Mapping[str, frozenset[str]] = {
    "email": frozenset({"delivered", "opened", "link_clicked", "bounced", "complained", "replied", "unsubscribed"}),
    "text": frozenset({"delivered", "replied", "unsubscribed"}),
    "push": frozenset({"delivered", "opened"}),
}
