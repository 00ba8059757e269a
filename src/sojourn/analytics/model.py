"""What the numbers are (rules N1, N2): per step who came, is here, went on, exited; per message what became of it."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import reduce
from typing import Any, Literal, get_args

from pydantic import BaseModel, Field, computed_field

from sojourn.delivery.model import Kind
from sojourn.journeys.watch import Goal


class Interaction(BaseModel):
    """`people` is unique per participant and delivery; `automated` are machines, in neither of the others (T3)."""

    people: int
    total: int
    automated: int


class Rates(BaseModel):
    """From 0 to 1; null where there is nothing to divide by. People are counted once (N2)."""

    delivery: float | None = Field(description="delivered / sent")
    open: float | None = Field(description="opened / delivered; a mail program may open on its own, or never tell")
    click: float | None = Field(description="clicked / delivered")
    click_to_open: float | None = Field(description="clicked / opened")
    bounce: float | None = Field(description="bounced / sent")
    complaint: float | None = Field(description="complained / delivered")
    unsubscribe: float | None = Field(description="unsubscribed / delivered")
    links: dict[str, float | None] = Field(description="clicked that link / delivered")


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

    @computed_field  # type: ignore[prop-decorator]
    @property
    def rates(self) -> Rates:
        return Rates(
            delivery=rate(self.delivered, self.sent),
            open=rate(self.opened.people, self.delivered),
            click=rate(self.clicked.people, self.delivered),
            click_to_open=rate(self.clicked.people, self.opened.people),
            bounce=rate(self.bounced.people, self.sent),
            complaint=rate(self.complained.people, self.delivered),
            unsubscribe=rate(self.unsubscribed.people, self.delivered),
            links={link: rate(clicked.people, self.delivered) for link, clicked in self.links.items()},
        )


class StepNumbers(BaseModel):
    """entered = here + left + exited, always (N1)."""

    step: str
    kind: str
    entered: int
    here: int
    left: dict[str, int] = Field(description="Went on, by outcome.")
    exited: dict[str, int] = Field(description="Exited the journey here, or did not enter it, by reason.")
    message: MessageNumbers | None


class Reached(BaseModel):
    """How many of some people have reached the goal (W14)."""

    reached: int
    of: int

    @computed_field  # type: ignore[prop-decorator]
    @property
    def rate(self) -> float:
        """From 0 to 1."""
        return rate(self.reached, self.of) or 0.0


class GoalNumbers(Reached):
    """Of those who entered."""

    name: str
    held_out: Reached | None = Field(
        None, description="Of those who were held out, to compare with; null if nobody was."
    )


class Numbers(BaseModel):
    journey: str
    version: int | Literal["all"]
    run: int | None = Field(None, description="The only run that is counted; null when it is all of them.")
    state: str
    at: datetime = Field(description="The numbers are of this moment.")
    steps: list[StepNumbers]
    goal: GoalNumbers | None = Field(None, description="Of a journey that has one.")


def rate(some: int, of: int) -> float | None:
    """From 0 to 1, to the millionth; None where there is nothing to divide by."""
    return round(some / of, 6) if of else None


@dataclass
class Interactions:
    """What was counted of the messages of `steps`, by shard: how many events it had then, and the rows."""

    steps: list[int] = field(default_factory=list)
    marks: dict[int, int] = field(default_factory=dict)
    rows: dict[int, list[dict[str, Any]]] = field(default_factory=dict)


def summed(rows: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Rows of all shards, added up by step, name and link."""
    sums: dict[tuple[Any, ...], Counter[str]] = {}
    for row in rows:
        sums.setdefault((row["step"], row["name"], row["of_link"]), Counter()).update(
            {name: row[name] for name in ("people", "total", "automated")}
        )
    named = ("step", "name", "of_link")
    return [{**dict(zip(named, key, strict=True)), **counts} for key, counts in sums.items()]


def together(versions: Sequence[Numbers]) -> Numbers:
    """The numbers of several versions of a journey, newest first, by the names of their steps (P4).

    A step that the newest one does not have any more stands at the end. The goal is that of the newest one, with those
    of the same name.
    """
    steps: dict[str, list[StepNumbers]] = {}
    for version in versions:
        for step in version.steps:
            steps.setdefault(step.step, []).append(step)
    newest = versions[0]
    summed = [reduce(_sum, found[1:], found[0]) for found in steps.values()]
    goals = [one.goal for one in versions if one.goal and newest.goal and one.goal.name == newest.goal.name]
    return Numbers(
        **{**dict(newest), "version": "all", "steps": summed, "goal": reduce(_sum, goals) if goals else None}
    )


def _sum(one: Any, other: Any) -> Any:
    """Numbers are added, whatever they are told by; words are those of the first."""
    match one, other:
        case (None, _) | (_, None):
            return one if other is None else other
        case int(), int():
            return one + other
        case dict(), dict():
            return {key: _sum(one.get(key), other.get(key)) for key in {**one, **other}}
        case BaseModel(), BaseModel():
            return type(one)(
                **{name: _sum(getattr(one, name), getattr(other, name)) for name in type(one).model_fields}
            )
    return one


def goal_numbers(goal: Goal | None, flows: Iterable[Mapping[str, Any]]) -> GoalNumbers | None:
    """From the rows of the counter of the step `start`."""
    if goal is None:
        return None
    counted = {(row["flow"], row["outcome"]): row["n"] for row in flows}
    entered, held_out = counted.get(("left", "entered"), 0), counted.get(("exited", "held_out"), 0)
    compared = Reached(reached=counted.get(("reached", "held_out"), 0), of=held_out) if held_out else None
    return GoalNumbers(name=goal.name, reached=counted.get(("reached", ""), 0), of=entered, held_out=compared)


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
        message=_message(step["kind"], here, counted, list(interactions)) if step["kind"] in get_args(Kind) else None,
    )


def _message(
    channel: str, here: int, counted: Mapping[str, dict[str, int]], interactions: list[Mapping[str, Any]]
) -> MessageNumbers:
    by_name = {row["name"]: _interaction(row) for row in interactions if row["of_link"] is None}
    named = {
        name: by_name.get(f"{channel}.{name}", Interaction(people=0, total=0, automated=0)) for name in INTERACTIONS
    }
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
    """Of those who are here, some have their answer and go on in a moment. The messages of those who exited have theirs
    too: they were cancelled, or were out already."""
    settled, gone = (
        sum(sum(counted.get(flow, {}).values()) for flow in flows)
        for flows in (("sent", "blocked", "failed", "unknown"), ("left", "exited"))
    )
    return max(0, here - max(0, settled - gone))


INTERACTIONS = ("opened", "clicked", "bounced", "complained", "unsubscribed")


def _interaction(row: Mapping[str, Any]) -> Interaction:
    return Interaction(people=row["people"], total=row["total"], automated=row["automated"])
