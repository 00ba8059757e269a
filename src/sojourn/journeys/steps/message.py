"""Send email, send text message, send push (rule W2): one delivery per visit; the participant stays until it is handed
over, blocked, or failed for good, and then goes on."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from pydantic import Field

from sojourn.journeys.steps.base import BaseStep, ContentFacts, Surroundings
from sojourn.kit.errors import Problem
from sojourn.people.model import ADDRESS_TYPE, Channel

if TYPE_CHECKING:
    from sojourn.journeys.steps.registry import Step


class MessageStep(BaseStep):
    content: str = Field(min_length=1, description="Name of the content to send.")
    to: str = Field(min_length=1, description="Attribute that holds the address.")

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
        on delivery.shard = %(shard)s and delivery.participant = due.participant and delivery.step = %(step)s"""

    def check(self, around: Surroundings, before: Mapping[str, "Step"]) -> Iterator[Problem]:
        facts = around.contents.get(self.content)
        if facts is None:
            yield Problem(
                "content_missing",
                self.id,
                f"There is no content {self.content!r}.",
                "Create it or choose another.",
            )
        else:
            yield from self._check_content(facts, around.audience)
        if not around.audience:
            return  # the segment is missing: which attributes there are is not known
        kind = around.attributes.get(self.to)
        wanted = ADDRESS_TYPE[self.channel]
        if kind is None:
            yield Problem("send_to_missing", self.id, f"The audience has no attribute {self.to!r} to send to.")
        elif kind != wanted:
            yield Problem(
                "send_to_wrong_kind",
                self.id,
                f"Send to needs an attribute of kind {wanted}; {self.to!r} is {kind}.",
            )

    def settings(
        self, around: Surroundings, numbers: Mapping[str, int], before: Mapping[str, "Step"]
    ) -> dict[str, Any]:
        facts = around.contents[self.content]
        return {"channel": self.channel, "content": facts.version, "to": self.to, "purpose": facts.purpose}

    def _check_content(self, facts: ContentFacts, audience: str) -> Iterator[Problem]:
        if facts.kind != self.channel:
            yield Problem(
                "content_wrong_kind",
                self.id,
                f"{self.content!r} is content for {facts.kind}, not {self.channel}.",
            )
        if audience and facts.audience != audience:
            yield Problem(
                "content_other_audience",
                self.id,
                f"{self.content!r} is personalised for the audience {facts.audience}, the segment's is {audience}.",
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
