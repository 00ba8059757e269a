"""What a rehearsal assumes about people, and what it finds out.

Engagement is chance that is for ever the same: whether and when somebody opens, clicks or raises a trigger is a hash of
the seed, the person, the step and the link. So a rehearsal can be repeated, and two drafts be compared.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any, NamedTuple

from pydantic import AfterValidator, BaseModel, Discriminator, Field, Tag, model_validator

from sojourn.analytics.model import GoalNumbers, StepNumbers, goal_numbers, step_numbers
from sojourn.events.model import INTERACTIONS
from sojourn.journeys.steps.base import StepId, Wait
from sojourn.journeys.watch import Goal
from sojourn.kit.ids import Ref
from sojourn.kit.model import Document

Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]

_NINE_OF_TEN = 1.2815515655446004  # standard deviations from the median, on a normal distribution


MOST_STARTS = 1_000_000

_SECONDS = {"second": 1, "minute": 60, "hour": 3600, "day": 86_400, "week": 604_800, "month": 2_592_000}
_NAMES = ("delivered", "opened", "bounced", "complained", "replied", "unsubscribed")


def seconds(duration: str) -> int:
    """A duration as elapsed time; a month is taken for 30 days."""
    number, unit = duration.split()
    return int(number) * _SECONDS[unit.removesuffix("s")]


class Behaviour(NamedTuple):
    """What a share of people does, so long after something happened to them."""

    event: str
    share: float
    delay: "Delay"
    link: str | None = None


def _some_time(duration: str) -> str:
    if seconds(duration) == 0:
        raise ValueError("give more than nothing")
    return duration


Span = Annotated[Wait, AfterValidator(_some_time)]


class Delay(Document):
    """How long people take: half of them up to `median`, nine of ten up to `nine_of_ten` (log-normal)."""

    median: Span = "2 hours"
    nine_of_ten: Span = "1 day"

    @model_validator(mode="after")
    def _in_order(self) -> "Delay":
        if seconds(self.nine_of_ten) < seconds(self.median):
            raise ValueError("nine of ten take at least as long as half of them")
        return self

    @property
    def spread(self) -> float:
        return math.log(seconds(self.nine_of_ten) / seconds(self.median)) / _NINE_OF_TEN


class Rates(Document):
    """What people do with a message: the share, from 0 to 1, of those whom it was sent to."""

    delivered: Share = Field(1, description="Counts where a step waits for it.")
    opened: Share = 0.35
    clicked: Share = Field(0.05, description="Shared out evenly among the links that `links` does not name.")
    links: dict[str, Share] = Field(default_factory=dict, description="By the id of the link.")
    bounced: Share = 0
    complained: Share = 0
    replied: Share = 0
    unsubscribed: Share = 0
    delay: Delay = Field(default_factory=Delay, description="From handing over, for each of these on its own.")


class TriggerRate(Document):
    """How many raise a trigger, and how long after they entered the journey."""

    share: Share
    delay: Delay = Field(default_factory=Delay)
    properties: dict[str, Any] = Field(default_factory=dict)


class DrawnStarts(Document):
    """So many starts a day, evenly spread, by people who are drawn from the audience."""

    per_day: Annotated[int, Field(strict=True, ge=1, le=MOST_STARTS)]
    over: Span = "7 days"
    properties: dict[str, Any] = Field(default_factory=dict, description="What the events say.")

    @property
    def number(self) -> int:
        return math.ceil(self.per_day * seconds(self.over) / seconds("1 day"))

    @model_validator(mode="after")
    def _not_too_many(self) -> "DrawnStarts":
        if self.number > MOST_STARTS:
            raise ValueError(f"these are {self.number:,} starts; a rehearsal takes up to {MOST_STARTS:,}")
        return self


class RepeatedStarts(Document):
    """The events of the last while happen again, to the same people, as long after each other."""

    last: Span


def _way_of_starting(given: Any) -> str:
    named = given if isinstance(given, dict) else vars(given) if isinstance(given, Document) else {}
    return RepeatedStarts.__name__ if "last" in named else DrawnStarts.__name__


Starts = Annotated[
    Annotated[DrawnStarts, Tag("DrawnStarts")] | Annotated[RepeatedStarts, Tag("RepeatedStarts")],
    Discriminator(_way_of_starting),
]
"""Of a journey that an event starts: to whom it happens, and when."""


class Engagement(Document):
    """What a rehearsal assumes. All of it may be left out."""

    seed: Annotated[int, Field(strict=True, ge=0, lt=2**31)] = 1
    every: Span = Field("15 minutes", description="People act on whole steps of the clock of this length.")
    at_most: Span | None = Field(
        None, description="How long to rehearse; default until all are through, or a month if people keep entering."
    )
    messages: Rates = Field(default_factory=Rates, description="Of every message.")
    steps: dict[StepId, Rates] = Field(default_factory=dict, description="Of some, by their step, instead.")
    triggers: dict[str, TriggerRate] = Field(default_factory=dict, description="By the trigger's name.")
    starts: Starts | None = Field(None, description="Of a journey that an event starts, which cannot do without.")

    def of_message(self, step: str, channel: str, links: Iterable[str], listened: frozenset[str]) -> list[Behaviour]:
        """What may happen to the message of a step."""
        rates = self.steps.get(step, self.messages)
        others = sorted(set(links) - rates.links.keys())
        clicks = {link: rates.links.get(link, rates.clicked / max(len(others), 1)) for link in sorted(links)}
        named = [(name, None, getattr(rates, name)) for name in _NAMES] + [("clicked", *one) for one in clicks.items()]
        return [
            Behaviour(event, share, rates.delay, link)
            for name, link, share in named
            if (event := f"{channel}.{name}") in INTERACTIONS and (name != "delivered" or event in listened)
        ]


class HourOfEntries(BaseModel):
    """People who entered in the hour that begins here."""

    hour: datetime
    people: int


class HourOfMessages(BaseModel):
    """Messages handed over in the hour that begins here."""

    hour: datetime
    channel: str
    messages: int


class PeopleByMessages(BaseModel):
    """So many people got so many messages."""

    messages: int
    people: int


class BusyPerson(BaseModel):
    person: str = Field(description="Reference of the person.")
    key: str | None
    messages: int


class Rehearsal(BaseModel):
    """What would happen to everybody if the journey were published now."""

    journey: str
    version: int
    engagement: Engagement
    drafts: list[str] = Field(description="Contents that were rehearsed although they are not Ready to send.")
    started_at: datetime
    ended_at: datetime = Field(description="The instant that the rehearsal came to.")
    through_at: datetime | None = Field(description="When the last person left; null while somebody is inside.")
    entered: int
    inside: int = Field(description="Still inside at the end, also those who wait for their slot.")
    not_entered: dict[str, int] = Field(description="Who was considered and did not enter, by reason.")
    not_sent: dict[str, int] = Field(description="Messages that were blocked, by reason.")
    steps: list[StepNumbers]
    goal: GoalNumbers | None = Field(None, description="Of a journey that has one.")
    entered_by_hour: list[HourOfEntries]
    messages_by_hour: list[HourOfMessages]
    messages_per_person: list[PeopleByMessages] = Field(description="Of everybody who entered.")
    busiest: list[BusyPerson] = Field(description="Those who got most messages, at most ten.")


class Findings(NamedTuple):
    """What one part of the shards found, as rows."""

    ended_at: datetime
    steps: Sequence[Mapping[str, Any]]
    flows: Sequence[Mapping[str, Any]]
    interactions: Sequence[Mapping[str, Any]]
    people: Mapping[str, Any]
    entries: Sequence[Mapping[str, Any]]
    hours: Sequence[Mapping[str, Any]]
    per_person: Sequence[Mapping[str, Any]]
    busiest: Sequence[Mapping[str, Any]]


def summed(parts: Sequence[Findings], aim: Goal | None = None, **known: Any) -> Rehearsal:
    """The whole from its parts; `aim` is the journey's goal, `known` the fields of Rehearsal that were known before."""
    flows = _add([row for part in parts for row in part.flows], ("step", "flow", "outcome"), ("n",))
    done = _add(
        [row for part in parts for row in part.interactions],
        ("step", "name", "of_link"),
        ("people", "total", "automated"),
    )
    steps = [step_numbers(step, _of(flows, step), _of(done, step)) for step in parts[0].steps]
    entries = _add([row for part in parts for row in part.entries], ("hour",), ("people",))
    hours = _add([row for part in parts for row in part.hours], ("hour", "channel"), ("messages",))
    per_person = _add([row for part in parts for row in part.per_person], ("messages",), ("people",))
    busiest = [row for part in parts for row in part.busiest]
    busiest.sort(key=lambda row: (-row["messages"], row["shard"], row["person"]))
    inside = sum(part.people["inside"] for part in parts)
    left = [part.people["left_at"] for part in parts if part.people["left_at"] is not None]
    not_sent: Counter[str] = Counter()
    for step in steps:
        not_sent.update(step.message.blocked if step.message else {})
    return Rehearsal(
        ended_at=max(part.ended_at for part in parts),
        through_at=None if inside else max(left, default=None),
        entered=sum(part.people["entered"] for part in parts),
        inside=inside,
        not_entered=steps[0].exited,
        not_sent=dict(not_sent.most_common()),
        steps=steps,
        goal=goal_numbers(aim, _of(flows, parts[0].steps[0])),
        entered_by_hour=[HourOfEntries(**row) for row in entries],
        messages_by_hour=[HourOfMessages(**row) for row in hours],
        messages_per_person=[PeopleByMessages(**row) for row in per_person],
        busiest=[_busy(row) for row in busiest[:10]],
        **known,
    )


def _busy(row: Mapping[str, Any]) -> BusyPerson:
    return BusyPerson(person=str(Ref(row["shard"], row["person"])), key=row["key"], messages=row["messages"])


def _add(rows: Iterable[Mapping[str, Any]], key: tuple[str, ...], numbers: tuple[str, ...]) -> list[dict[str, Any]]:
    """Rows of one key become one, in the order of the key."""
    found: defaultdict[tuple[Any, ...], Counter[str]] = defaultdict(Counter)
    for row in rows:
        found[tuple(row[name] for name in key)].update({name: row[name] for name in numbers})
    ordered = sorted(found, key=lambda values: [(value is not None, value) for value in values])
    return [dict(zip(key, values, strict=True)) | {name: found[values][name] for name in numbers} for values in ordered]


def _of(rows: Iterable[Mapping[str, Any]], step: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [row for row in rows if row["step"] == step["id"]]
