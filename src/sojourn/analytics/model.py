"""What the numbers are (rules N1, N2): per step who came, is here, went on, exited; per message what became of it."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from pydantic import BaseModel, Field


class Interaction(BaseModel):
    """`people` is unique per participant and delivery; `automated` are machines, in neither of the others (T3)."""

    people: int = 0
    total: int = 0
    automated: int = 0


class MessageNumbers(BaseModel):
    """`delivered` is what was sent and did not bounce, as far as a mail server tells."""

    queued: int = Field(description="Under way: neither sent nor blocked, failed or in doubt yet.")
    sent: int
    blocked: dict[str, int]
    failed: dict[str, int]
    unknown: int
    delivered: int
    opened: Interaction
    clicked: Interaction
    bounced: Interaction
    complained: Interaction
    unsubscribed: Interaction
    links: dict[str, Interaction]


class StepNumbers(BaseModel):
    """entered = here + left + exited, always (N1)."""

    step: str
    kind: str
    entered: int
    here: int
    left: dict[str, int] = Field(description="Went on, by outcome.")
    exited: dict[str, int] = Field(description="Exited the journey here, or did not enter it, by reason.")
    message: MessageNumbers | None


class Numbers(BaseModel):
    journey: str
    version: int
    state: str
    at: datetime
    steps: list[StepNumbers]


def step_numbers(
    step: Mapping[str, Any], flows: Iterable[Mapping[str, Any]], interactions: Iterable[Mapping[str, Any]]
) -> StepNumbers:
    """One step's numbers from its rows of the counter (flow, outcome, n) and of the events (name, link, ...)."""
    counted: dict[str, dict[str, int]] = {}
    for row in flows:
        counted.setdefault(row["flow"], {})[row["outcome"]] = row["n"]
    entered, left, exited = (counted.get(flow, {}) for flow in ("entered", "left", "exited"))
    here = sum(entered.values()) - sum(left.values()) - sum(exited.values())
    return StepNumbers(
        step=step["name"],
        kind=step["kind"],
        entered=sum(entered.values()),
        here=here,
        left=left,
        exited=exited,
        message=_message(step["kind"], here, counted, list(interactions))
        if step["kind"] in ("email", "text")
        else None,
    )


def _message(
    channel: str, here: int, counted: Mapping[str, dict[str, int]], interactions: list[Mapping[str, Any]]
) -> MessageNumbers:
    by_name = {row["name"]: _interaction(row) for row in interactions if row["of_link"] is None}
    named = {name: by_name.get(f"{channel}.{name}", Interaction()) for name in INTERACTIONS}
    sent = sum(counted.get("sent", {}).values())
    return MessageNumbers(
        queued=_queued(here, counted),
        sent=sent,
        blocked=counted.get("blocked", {}),
        failed=counted.get("failed", {}),
        unknown=sum(counted.get("unknown", {}).values()),
        delivered=max(0, sent - named["bounced"].people),
        links={row["of_link"]: _interaction(row) for row in interactions if row["of_link"] is not None},
        **named,
    )


def _queued(here: int, counted: Mapping[str, dict[str, int]]) -> int:
    """Of those who are here, some have their answer and go on in a moment; the messages of those who exited were
    cancelled with the same reason."""
    settled = sum(sum(counted.get(flow, {}).values()) for flow in ("sent", "blocked", "failed", "unknown"))
    exited = counted.get("exited", {})
    cancelled = sum(min(n, exited.get(reason, 0)) for reason, n in counted.get("blocked", {}).items())
    about_to_go_on = settled - cancelled - sum(counted.get("left", {}).values())
    return max(0, here - max(0, about_to_go_on))


INTERACTIONS = ("opened", "clicked", "bounced", "complained", "unsubscribed")


def _interaction(row: Mapping[str, Any]) -> Interaction:
    return Interaction(people=row["people"], total=row["total"], automated=row["automated"])
