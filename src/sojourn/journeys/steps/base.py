"""What every step kind offers: fields, checks, and an outcome query.

The outcome query is the kind's one sentence to the engine. It reads `due` (participant, person, run, entered_at,
due_at: the visits that are due at this step in this shard) and says for each participant either an `outcome`, with the
`cause` that decided, or null and the instant `wake_at` when to look again. An outcome `exit:reason` ends the
participation there, with that reason. It may use %(shard)s, %(step)s, %(now)s and the step's own frozen settings as
parameters; where it joins by a step, it asks for `(select %(step)s::int)`, so that it stays linear at one to which
nobody had come before (docs/decisions/0005). Looking twice must not matter: it decides from facts alone.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, LiteralString

from psycopg.sql import SQL, Composable
from pydantic import AfterValidator, Field

from sojourn.events.model import is_event_name, is_reserved
from sojourn.kit.duration import Duration
from sojourn.kit.errors import Problem
from sojourn.kit.model import Document
from sojourn.people.model import EVERY_CHANNEL, AttributeType, Channel
from sojourn.segments.check import check_event
from sojourn.segments.model import PropertyTest
from sojourn.segments.read import read_window

if TYPE_CHECKING:
    from sojourn.journeys.steps.registry import Step

StepId = Annotated[
    str, Field(pattern=r"^[a-z][a-z0-9_-]{0,63}$", description="Name of the step, unique in the journey.")
]


def _short_enough(duration: str) -> str:
    try:
        return read_window(duration)
    except ValueError as error:
        raise ValueError(f"nobody waits for {duration}: give {error}") from error


StepReference = Annotated[str, Field(pattern=r"^([a-z][a-z0-9_-]{0,63})?$")]
"""The id of another step; empty in a draft while none is chosen."""

OutcomeName = Annotated[
    str, Field(pattern=r"^[a-z][a-z0-9_-]{0,63}$", description="Name of the outcome, unique in the step.")
]

Wait = Annotated[Duration, AfterValidator(_short_enough)]
"""A duration whose end is an instant that PostgreSQL and Python can both tell."""

START = "start"  # the way in, a step of its own in the numbers
CHANGED = ""  # what the people's folder calls a change of a person, beside the names of events


@dataclass(frozen=True)
class ContentFacts:
    """What a check has to know of a content: `version` is the one that is Ready to send, None while it is a draft. It
    may name a `trigger`; the properties that it `asks` of the event that started the reader have a default, or not."""

    kind: str
    audience: str
    version: int | None = None
    purpose: str = "commercial"
    links: Mapping[str, str] = field(default_factory=dict)
    trigger: str | None = None
    asks: Mapping[str, bool] = field(default_factory=dict)


@dataclass(frozen=True)
class SegmentFacts:
    id: int
    audience: str
    live: bool


@dataclass(frozen=True)
class TriggerFacts:
    """What a check has to know of a declared event."""

    audience: str
    attributes: Mapping[str, AttributeType] = field(default_factory=dict)
    ready: bool = True


@dataclass(frozen=True)
class Predecessor:
    """The version that a draft takes over from. `begins` is the local time from which its occurrences are counted,
    `entry` the newest joining of any segment so far."""

    id: int
    number: int
    frequency: str
    begins: datetime | None
    entry: int


@dataclass(frozen=True)
class Surroundings:
    """Everything outside the document that publishing depends on, read once before the checks."""

    now: datetime
    zone: str
    journey: str = ""
    trigger: str | None = None
    audience: str = ""
    attributes: Mapping[str, AttributeType] = field(default_factory=dict)
    zone_attribute: str | None = None  # holds the time zone of a person, if any does
    contents: Mapping[str, ContentFacts] = field(default_factory=dict)
    segments: Mapping[str, SegmentFacts] = field(default_factory=dict)
    triggers: Mapping[str, TriggerFacts] = field(default_factory=dict)
    predecessor: Predecessor | None = None
    entry_opens: datetime | None = None  # when somebody is let in first, with an entry rate
    channels: frozenset[Channel] = EVERY_CHANNEL  # those that have a provider


class BaseStep(Document):
    id: StepId
    kind: str
    outcomes: ClassVar[tuple[str, ...]] = ("done",)
    """Those that every step of the kind has; `all_outcomes` are those of one step."""
    outcome_query: ClassVar[LiteralString]
    effect: ClassVar[LiteralString] = ""
    """A data-modifying CTE over `due` that belongs to arriving here, such as opening deliveries."""
    changes_people: ClassVar[bool] = False
    """Whether the effect writes table person: a rehearsal lets it write a copy."""
    touches_people: ClassVar[bool] = False
    """Whether the effect touches people (`events.touched`): they are looked at before they go on."""

    @classmethod
    def query(cls, settings: Mapping[str, Any]) -> tuple[Composable, Mapping[str, Any]]:
        """The outcome query and its parameters; some kinds print it from their settings."""
        return SQL(cls.outcome_query), settings

    def all_outcomes(self) -> Sequence[str]:
        """Every outcome that leads on from this step; some kinds let the document name more."""
        return self.outcomes

    def possible_outcomes(self) -> Sequence[str]:
        """Those that somebody can have."""
        return self.all_outcomes()

    def limit(self) -> str | datetime | None:
        """What ends the stay here at the latest: a duration, or a date and time of the journey's wall clock."""
        return None

    def branches(self) -> Mapping[str, "Sequence[Step]"]:
        """The nested steps by outcome; outcomes without any go on to what stands after this step."""
        return {}

    def segments(self) -> Sequence[str]:
        """Names of the segments that this step asks about."""
        return ()

    def triggers(self) -> Sequence[str]:
        """Names of the events that this step waits for or raises."""
        return ()

    def check(self, around: Surroundings, before: Mapping[str, "Step"]) -> Iterator[Problem]:
        """Problems that forbid publishing. `before`: the steps that every participant who comes here has passed."""
        yield from ()

    def settings(
        self, around: Surroundings, numbers: Mapping[str, int], before: Mapping[str, "Step"]
    ) -> dict[str, Any]:
        """What the outcome query needs, frozen with the version; `numbers` are the database's ids of the steps."""
        return {}

    def listens(self, around: Surroundings, before: Mapping[str, "Step"]) -> Sequence[str]:
        """Names of events that may decide a visit here at once; joining a segment is the event `segment.joined:ID`,
        a change of the person is CHANGED."""
        return ()


def check_chosen(where: str, **named: str | None) -> Iterator[Problem]:
    """What a draft may leave empty, and a published version may not."""
    for what, name in named.items():
        if name == "":
            yield Problem("not_chosen", where, f"No {what.replace('_', ' ')} is chosen yet.", "Choose one.")


def check_outcomes(step: BaseStep) -> Iterator[Problem]:
    """Of kinds whose document names the outcomes: each leads one way."""
    names = step.all_outcomes()
    for name in dict.fromkeys(name for name in names if names.count(name) > 1):
        yield Problem("outcome_taken", step.id, f"{name!r} is more than one outcome.", "Give each its own name.")


def check_trigger(
    name: str, tests: Sequence[PropertyTest], where: str, around: Surroundings, key: str = "trigger"
) -> Iterator[Problem]:
    """Whether a journey may act on events of this name, and test them like this (P2): it is an interaction, or a
    declared trigger of the journey's audience that is Ready to use. `where` has the name as `key`, and the tests."""
    facts = around.triggers.get(name)
    yield from check_event(name, tests, where, key, None if facts is None else facts.attributes)
    if is_event_name(name) and not is_reserved(name):
        yield from check_declared(name, f"{where}/{key}", around)


def check_declared(name: str, where: str, around: Surroundings) -> Iterator[Problem]:
    """The same without tests, for a name that events other than interactions can have."""
    facts = around.triggers.get(name)
    if facts is None:
        yield Problem("trigger_missing", where, f"There is no trigger {name!r}.", "Declare it, or choose another.")
        return
    if not facts.ready:
        advice = "Open it and make it Ready to use."
        yield Problem("trigger_not_ready", where, f"The trigger {name!r} is a Draft.", advice)
    if around.audience and facts.audience != around.audience:
        message = f"{name!r} happens to people of the audience {facts.audience}, the journey is for {around.audience}."
        yield Problem("trigger_other_audience", where, message, "Choose a trigger of the journey's audience.")


def check_segment(name: str, where: str, around: Surroundings) -> Iterator[Problem]:
    """Whether a journey may rely on the members of this segment (P2)."""
    facts = around.segments.get(name)
    if facts is None:
        yield Problem("segment_missing", where, f"There is no segment {name!r}.", "Create it or choose another.")
        return
    if not facts.live:
        yield Problem("segment_not_live", where, f"The segment {name!r} is not live.", "Make it live first.")
    if around.audience and facts.audience != around.audience:
        message = f"{name!r} is a segment of the audience {facts.audience}, the journey's is {around.audience}."
        yield Problem("segment_other_audience", where, message, "Choose a segment of the journey's audience.")
