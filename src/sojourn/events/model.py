"""Events: immutable facts about people. Interactions are what somebody did with a message; others may be declared.

An interaction names the delivery it belongs to, so that a branch can ask for its own message and no other (rule W4).
A trigger is a declared event: journeys act only on those, because only of those it is known what they say (rule J10).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal, NamedTuple

from pydantic import Field

from sojourn.kit.errors import NotFound
from sojourn.kit.ids import Ref
from sojourn.kit.model import Document
from sojourn.people.model import AttributeType

EMAIL_INTERACTIONS = ("delivered", "opened", "clicked", "bounced", "complained", "replied", "unsubscribed")
TEXT_INTERACTIONS = ("delivered", "clicked", "bounced", "replied", "unsubscribed")
PUSH_INTERACTIONS = ("delivered", "opened")
INTERACTIONS = frozenset(
    [f"email.{name}" for name in EMAIL_INTERACTIONS]
    + [f"text.{name}" for name in TEXT_INTERACTIONS]
    + [f"push.{name}" for name in PUSH_INTERACTIONS]
)
"""Names of their own meaning: no other event may begin with `email.`, `text.` or `push.`."""

TriggerState = Literal["Draft", "Ready to use"]

LONGEST_NAME = 100  # characters
LONGEST_ID = 200
LARGEST_PROPERTIES = 16_384  # bytes of JSON
AHEAD = timedelta(minutes=5)
"""How far in the future an event may claim to have happened: clocks differ, but not by more."""

_NAME = re.compile(r"[a-z][a-z0-9_.]*")


class DeliveryRef(NamedTuple):
    """One delivery, by the visit that sent it. Written `shard-participant.step`, for example `37-812.5`."""

    participant: Ref
    step: int

    def __str__(self) -> str:
        return f"{self.participant}.{self.step}"

    @classmethod
    def parse(cls, text: str) -> "DeliveryRef":
        """Raises NotFound when the text is no reference, since nothing can be found under it."""
        match = re.fullmatch(r"(.+)\.([0-9]{1,9})", text)
        if match is None:
            raise NotFound("delivery", text)
        return cls(Ref.parse(match[1]), int(match[2]))


@dataclass(frozen=True)
class Event:
    """`at` is when it happened, which decides (W5); when it was received is recorded beside it.

    `delivery` and `link` belong to interactions. `automated` marks what a machine did, which moves nobody (T3).
    """

    id: str
    person: Ref
    name: str
    at: datetime
    properties: Mapping[str, Any] = field(default_factory=dict)
    delivery: DeliveryRef | None = None
    link: str | None = None
    automated: bool = False


class TriggerDeclaration(Document):
    """What a trigger declares beside its name."""

    audience: str = Field(description="Whom it happens to.")
    description: str = Field("", max_length=1000)
    attributes: dict[str, AttributeType] = Field(
        default_factory=dict, description="The type of each property that journeys and content may use, by its name."
    )


@dataclass(frozen=True)
class Trigger:
    """A declared custom event."""

    name: str
    declaration: TriggerDeclaration
    created_at: datetime
    ready_at: datetime | None = None
    ready_by: str | None = None

    @property
    def state(self) -> TriggerState:
        return "Draft" if self.ready_at is None else "Ready to use"


def is_event_name(name: str) -> bool:
    return len(name) <= LONGEST_NAME and _NAME.fullmatch(name) is not None


def is_reserved(name: str) -> bool:
    return name.startswith(("email.", "text.", "push."))
