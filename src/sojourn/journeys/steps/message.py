"""Send email, send text message, send push (rule W2): one delivery per visit; the participant stays until it is handed
over, blocked, or failed for good, and then goes on."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from pydantic import Field

from sojourn.journeys.steps.base import BaseStep, ContentFacts, Surroundings, check_chosen
from sojourn.kit.errors import Problem
from sojourn.people.model import ADDRESS_TYPE, Channel

if TYPE_CHECKING:
    from sojourn.journeys.steps.registry import Step


_MANY: Mapping[Channel, str] = {"email": "emails", "text": "text messages", "push": "push messages"}


class MessageStep(BaseStep):
    content: str = Field(description="Name of the content to send.")
    to: str = Field(description="Attribute that holds the address.")

    channel: ClassVar[Channel]
    outcomes: ClassVar[tuple[str, ...]] = ("sent", "blocked", "failed")
    effect = """
      opened as (
        insert into delivery (shard, participant, step, run, person, channel, content, state, not_before)
        select %(shard)s, participant, %(step)s, run, person, %(channel)s, %(content)s, 'queued', %(now)s from due
        on conflict do nothing
      ),"""
    outcome_query = """
      select due.participant,
             case delivery.state when 'sent' then 'sent' when 'unknown' then 'sent'
                                 when 'blocked' then 'blocked' when 'failed' then 'failed' end as outcome,
             'infinity'::timestamptz as wake_at,
             jsonb_strip_nulls(jsonb_build_object('delivery', delivery.state, 'reason', delivery.reason)) as cause
      from due left join delivery
        on delivery.shard = %(shard)s and delivery.participant = due.participant
          and delivery.step = (select %(step)s::int)"""

    def check(self, around: Surroundings, before: Mapping[str, "Step"]) -> Iterator[Problem]:
        yield from check_chosen(self.id, content=self.content, attribute_to_send_to=self.to)
        if self.channel not in around.channels:
            message = f"Nothing is configured that sends {_MANY[self.channel]}."
            advice = f"Give the server and its workers a SOJOURN_{self.channel.upper()} other than none."
            yield Problem("channel_not_configured", self.id, message, advice)
        facts = around.contents.get(self.content)
        if facts is None and self.content:
            yield Problem(
                "content_missing",
                self.id,
                f"There is no content {self.content!r}.",
                "Create it or choose another.",
            )
        elif facts is not None:
            yield from self._check_content(facts, around.audience)
            yield from self._check_trigger(facts, around)
        if not around.audience or not self.to:
            return  # without the segment it is not known which attributes there are
        kind = around.attributes.get(self.to)
        wanted = ADDRESS_TYPE[self.channel]
        if kind is None:
            message = f"The audience {around.audience} has no attribute {self.to!r} to send to."
            yield Problem("send_to_missing", self.id, message, self._choices(around))
        elif kind != wanted:
            yield Problem(
                "send_to_wrong_kind",
                self.id,
                f"Send to needs an attribute of type {wanted}; {self.to!r} is {kind}.",
                self._choices(around),
            )

    def settings(
        self, around: Surroundings, numbers: Mapping[str, int], before: Mapping[str, "Step"]
    ) -> dict[str, Any]:
        facts = around.contents[self.content]
        frozen = {"channel": self.channel, "content": facts.version, "to": self.to, "purpose": facts.purpose}
        return frozen | ({"trigger": around.trigger} if facts.asks and around.trigger else {})

    def _choices(self, around: Surroundings) -> str:
        wanted = ADDRESS_TYPE[self.channel]
        known = ", ".join(sorted(name for name, kind in around.attributes.items() if kind == wanted))
        return f"Choose one of: {known}." if known else f"Declare an attribute of type {wanted} first."

    def _check_trigger(self, facts: ContentFacts, around: Surroundings) -> Iterator[Problem]:
        """Also of a content that was made ready when its trigger declared more than it does now."""
        if facts.trigger is None:
            return
        if facts.trigger != around.trigger:
            message = f"{self.content!r} is for journeys that {facts.trigger!r} starts; this one is not."
            advice = f"Start the journey by {facts.trigger}, or choose content that names no trigger."
            yield Problem("content_other_trigger", self.id, message, advice)
        elif facts.trigger in around.triggers:
            declared = around.triggers[facts.trigger].attributes
            for name in sorted(name for name, spared in facts.asks.items() if not spared and name not in declared):
                message = f"{self.content!r} asks for trigger.{name}, which {facts.trigger!r} no longer declares."
                yield Problem("placeholder_unknown", self.id, message, "Declare it again, or change the content.")

    def _check_content(self, facts: ContentFacts, audience: str) -> Iterator[Problem]:
        if facts.kind != self.channel:
            yield Problem(
                "content_wrong_kind",
                self.id,
                f"{self.content!r} is content for {facts.kind}, not {self.channel}.",
                f"Choose content of the kind {self.channel}, or a step of the kind {facts.kind}.",
            )
        if audience and facts.audience != audience:
            yield Problem(
                "content_other_audience",
                self.id,
                f"{self.content!r} is personalised for the audience {facts.audience}, the segment's is {audience}.",
                f"Choose content for the audience {audience}.",
            )
        if facts.version is None:
            yield Problem(
                "content_not_ready",
                self.id,
                f"{self.content!r} is a Draft.",
                "Open it and mark it Ready to send.",
            )


class EmailStep(MessageStep):
    """Send an email."""

    kind: Literal["email"]
    channel = "email"


class TextStep(MessageStep):
    """Send a text message."""

    kind: Literal["text"]
    channel = "text"


class PushStep(MessageStep):
    """Send a push message."""

    kind: Literal["push"]
    channel = "push"
