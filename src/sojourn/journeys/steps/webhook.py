"""Call a webhook (rule W14): the author's own address is told about the participant, signed, until it has taken it.

A call is a delivery, like a message: it waits while the journey is paused, is tried again later (D4), and is one call
to the other side however often it is made, because the delivery's key stands in it (D3).
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field

from sojourn.content.body import check_body
from sojourn.events.check import check_properties
from sojourn.journeys.steps.base import BaseStep, Surroundings, check_chosen
from sojourn.kit.errors import Problem
from sojourn.people.model import AttributeType

if TYPE_CHECKING:
    from sojourn.journeys.steps.registry import Step

LONGEST_URL = 2000  # characters


def _callable(url: str) -> str:
    """An address that can be called, in the characters of RFC 3986; empty while a draft has none."""
    if not url:
        return url
    try:
        parts = urlsplit(url)
        whole = parts.scheme == "https" and bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        whole = False
    if not whole or not url.isascii() or not url.isprintable() or " " in url or len(url) > LONGEST_URL:
        raise ValueError("give an address that begins with https:// and a host, such as https://example.com/hook")
    if parts.username is not None or parts.password is not None or parts.fragment:
        raise ValueError("an address has no user, password or fragment here: calls are signed instead")
    return url


def _sayable(body: dict[str, Any]) -> dict[str, Any]:
    for problem in check_properties(body, ""):
        raise ValueError(f"{problem.message} {problem.advice}".removesuffix("."))
    return body


class WebhookStep(BaseStep):
    """Call a webhook."""

    kind: Literal["webhook"]
    url: Annotated[str, AfterValidator(_callable)] = Field(description="Address to call, https.")
    body: Annotated[dict[str, Any], AfterValidator(_sayable)] | None = Field(
        None, description="What is said, as JSON: its texts are Liquid. Without it, who came to which step."
    )
    method: Literal["POST"] = "POST"

    outcomes: ClassVar[tuple[str, ...]] = ("done", "failed")
    effect = """
      opened as (
        insert into delivery (shard, participant, step, run, person, channel, state, not_before)
        select %(shard)s, participant, %(step)s, run, person, 'webhook', 'queued', %(now)s from due
        on conflict do nothing
      ),"""
    outcome_query = """
      select due.participant,
             case when delivery.state in ('sent', 'unknown') then 'done'
                  when delivery.state in ('blocked', 'failed') then 'failed' end as outcome,
             'infinity'::timestamptz as wake_at,
             jsonb_strip_nulls(jsonb_build_object('delivery', delivery.state, 'reason', delivery.reason)) as cause
      from due left join delivery
        on delivery.shard = %(shard)s and delivery.participant = due.participant
          and delivery.step = (select %(step)s::int)"""

    def check(self, around: Surroundings, before: Mapping[str, "Step"]) -> Iterator[Problem]:
        yield from check_chosen(self.id, address=self.url)
        if self.body is None or not around.audience:
            return
        for problem in check_body(self.body, around.audience, around.attributes, self._declared(around)):
            advice = problem.advice or "Correct the Liquid of this text."
            yield replace(problem, where=self.id, message=f"In body{problem.where}: {problem.message}", advice=advice)

    def settings(
        self, around: Surroundings, numbers: Mapping[str, int], before: Mapping[str, "Step"]
    ) -> dict[str, Any]:
        said = {"journey": around.journey, "step": self.id, "audience": around.audience}
        frozen = {"channel": "webhook", "url": self.url, "body": self.body, "said": said}
        return frozen | ({"trigger": around.trigger} if self.body is not None and around.trigger else {})

    def _declared(self, around: Surroundings) -> Mapping[str, AttributeType]:
        """What may be asked of the event that starts the journey, if one does."""
        facts = around.triggers.get(around.trigger or "")
        return {} if facts is None else facts.attributes
