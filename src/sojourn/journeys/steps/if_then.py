"""If/then (rules W3 - W8): branch off a message sent before, wait for an interaction with it, up to a time limit.

The limit counts from the moment that message was handed over (W4). Event time decides (W5): an interaction stamped at
or before the deadline wins in whatever order things arrive, so No waits a grace longer than an event's way in can take.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from pydantic import Field, model_validator

from sojourn.journeys.steps.base import BaseStep, StepId, Surroundings, Wait
from sojourn.journeys.steps.message import MessageStep
from sojourn.kit.errors import Problem

if TYPE_CHECKING:
    from sojourn.journeys.steps.registry import Step

GRACE = "5 seconds"

Interaction = Literal["delivered", "opened", "link_clicked", "bounced", "complained", "replied", "unsubscribed"]


class IfStep(BaseStep):
    """Branch on an interaction with an earlier message."""

    kind: Literal["if"]
    of: StepId = Field(description="The message to branch off.")
    event: Interaction = Field(description="The interaction to wait for.")
    link: str | None = Field(None, description="With link_clicked: the id of the link; without, any link.")
    within: Wait = Field(description="Time limit, from the moment the message was handed over.")
    yes: "list[Step]" = Field(default_factory=list)
    no: "list[Step]" = Field(default_factory=list)

    outcomes: ClassVar[tuple[str, ...]] = ("yes", "no")
    outcome_query = """
      select due.participant,
             case when (delivery.state in ('sent', 'unknown')) is not true then 'no'
                  when happened.id is not null then 'yes'
                  when %(now)s >= deadline.at + %(grace)s::interval then 'no' end as outcome,
             deadline.at + %(grace)s::interval as wake_at,
             case when (delivery.state in ('sent', 'unknown')) is not true then jsonb_build_object('reason', 'not_sent')
                  when happened.id is not null then jsonb_build_object('event', happened.id, 'at', happened.at)
                  else jsonb_build_object('reason', 'limit_passed', 'deadline', deadline.at) end as cause
      from due
      left join delivery on delivery.shard = %(shard)s and delivery.participant = due.participant
        and delivery.step = %(of)s
      cross join lateral (select instant_after(delivery.handed_at, %(within)s::interval, %(zone)s) as at) deadline
      left join lateral (
        select id, at from event
        where event.shard = %(shard)s and event.participant = due.participant and event.step = %(of)s
          and event.name = %(event)s and (%(link)s::text is null or event.link = %(link)s) and not event.automated
          and event.at <= deadline.at
        order by at, id limit 1
      ) happened on true"""

    @model_validator(mode="after")
    def _link_goes_with_clicks(self) -> "IfStep":
        if self.link is not None and self.event != "link_clicked":
            raise ValueError("a link can only be named with the event link_clicked")
        return self

    def branches(self) -> "Mapping[str, Sequence[Step]]":
        return {"yes": self.yes, "no": self.no}

    def check(self, around: Surroundings, before: Mapping[str, "Step"]) -> Iterator[Problem]:
        message = before.get(self.of)
        if not isinstance(message, MessageStep):
            yield Problem(
                "message_not_before",
                self.id,
                f"{self.of!r} is not a message that everybody who comes here was sent.",
                "Branch off an email or text message above this step.",
            )
            return
        if self.event not in INTERACTIONS[message.channel]:
            known = ", ".join(sorted(INTERACTIONS[message.channel]))
            yield Problem(
                "interaction_unknown",
                self.id,
                f"{self.event!r} does not happen to a message of the kind {message.channel}.",
                f"Wait for one of: {known}.",
            )
        facts = around.contents.get(message.content)
        if self.link is not None and facts is not None and facts.version and self.link not in facts.links:
            known = ", ".join(sorted(facts.links)) or "none"
            yield Problem(
                "link_missing",
                self.id,
                f"{message.content!r} has no link {self.link!r}.",
                f"Its links are: {known}.",
            )

    def settings(
        self, around: Surroundings, numbers: Mapping[str, int], before: Mapping[str, "Step"]
    ) -> dict[str, Any]:
        return {
            "of": numbers[self.of],
            "event": self.listens(around, before)[0],
            "link": self.link,
            "within": self.within,
            "grace": GRACE,
            "zone": around.zone,
        }

    def listens(self, around: Surroundings, before: Mapping[str, "Step"]) -> Sequence[str]:
        message = before[self.of]
        assert isinstance(message, MessageStep)
        return [f"{message.channel}.{self.event.removeprefix('link_')}"]


INTERACTIONS: Mapping[str, frozenset[str]] = {
    "email": frozenset({"delivered", "opened", "link_clicked", "bounced", "complained", "replied", "unsubscribed"}),
    "text": frozenset({"delivered", "replied", "unsubscribed"}),
}
