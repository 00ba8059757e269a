"""The condition of a segment: a tree that is the same document in JSON and YAML (rules G1, G2).

A node is told by its key. `all`, `any` and `none` hold further nodes, to any depth; `attribute` tests what is known of
the person; `did` and `did_not` test their events; `member_of` and `not_member_of` ask about another segment. Values
stand here as they were written: read.py says what they mean, check.py whether they fit the audience, compile.py what
they are in SQL.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Literal, Protocol, TypeVar

from pydantic import (
    AfterValidator,
    AwareDatetime,
    Discriminator,
    Field,
    StrictBool,
    StrictInt,
    StringConstraints,
    Tag,
    TypeAdapter,
    model_validator,
)

from sojourn.kit.duration import Duration
from sojourn.kit.model import Document

State = Literal["Draft", "Live", "Stopped"]
SegmentName = Annotated[str, StringConstraints(max_length=100, pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]

TestName = Literal[
    "is", "is_not", "is_one_of", "contains", "starts_with", "ends_with",
    "at_least", "at_most", "more_than", "less_than", "between",
    "on", "before", "after", "in_last", "in_next", "anniversary",
    "is_set", "is_not_set",
]  # fmt: skip


def _storable(text: str) -> str:
    if "\0" in text or any("\ud800" <= character <= "\udfff" for character in text):
        raise ValueError("a text that PostgreSQL can keep has no zero byte and no half of a character")
    return text


Text = Annotated[str, StringConstraints(strip_whitespace=False, strict=True), AfterValidator(_storable)]
Word = Annotated[str, StringConstraints(min_length=1, max_length=200, strict=True), AfterValidator(_storable)]
Reference = Annotated[str, StringConstraints(max_length=200, strict=True), AfterValidator(_storable)]
"""The name of something else; empty in a draft while none is chosen."""

FiniteNumber = StrictInt | Annotated[float, Field(strict=True, allow_inf_nan=False)]
Scalar = Text | StrictBool | FiniteNumber


class Test(Document):
    """One test of one value, without saying where the value is found.

    Texts are compared without regard to case. `between`, `in_last` and `in_next` include both ends; `before` and
    `after` exclude what they name. Days are days of the workspace's zone; `anniversary` is the day and month of today,
    or of the day that comes after a duration.
    """

    test: TestName
    value: Scalar | list[Scalar] | None = Field(
        None,
        description="What to compare with: two values for between, a list for is_one_of, a duration such as '7 days' "
        "for in_last, in_next and anniversary, none for is_set and is_not_set.",
    )


class AttributeTest(Test):
    """A test of one attribute of the person. A missing value makes it false, and its negation true."""

    attribute: Word


class PropertyTest(Test):
    """A test of one property of an event."""

    property: Word


class Count(Document):
    """How many events there must be; none is a number too, so `at_most: 2` holds for who never did it."""

    exactly: Annotated[int, Field(strict=True, ge=0)] | None = None
    at_least: Annotated[int, Field(strict=True, ge=0)] | None = None
    at_most: Annotated[int, Field(strict=True, ge=0)] | None = None

    @model_validator(mode="after")
    def _makes_sense(self) -> "Count":
        bounds = [bound for bound in (self.at_least, self.at_most) if bound is not None]
        if (self.exactly is None) == (not bounds) or bounds != sorted(bounds):
            raise ValueError("count has exactly, or at_least, at_most or both in this order, such as {at_least: 2}")
        return self


class EventTest(Document):
    """A test of the events a person did; all that it says holds for one and the same event (G2).

    Interactions that machines caused never count. `within` reaches from that long ago until now, both ends included;
    `after` and `before` exclude the instant they name.
    """

    count: Count = Field(default=Count(at_least=1), description="How many such events; at least one if not said.")
    within: Duration | None = Field(None, description="Only events of the last so long.")
    after: AwareDatetime | None = Field(None, description="Only events later than this instant.")
    before: AwareDatetime | None = Field(None, description="Only events earlier than this instant.")
    where: list[PropertyTest] = Field(default_factory=list, description="Tests of the event's properties.")
    content: Word | None = Field(None, description="Only interactions with this content, by its name.")
    link: Word | None = Field(None, description="Only interactions with this link, by its id in the content.")


class Did(EventTest):
    """The person did such events."""

    did: Word


class DidNot(EventTest):
    """The exact opposite of `did`: false where that is true."""

    did_not: Word


class MemberOf(Document):
    """The person is a member of another segment, as the workers last found it; of a stopped one, as it was then."""

    member_of: Reference


class NotMemberOf(Document):
    """The exact opposite of `member_of`."""

    not_member_of: Reference


class AllOf(Document):
    """Every condition holds; of an empty list, everybody is a member."""

    all: "list[Condition]"


class AnyOf(Document):
    """At least one condition holds; of an empty list, nobody is a member."""

    any: "list[Condition]"


class NoneOf(Document):
    """No condition holds: the opposite of `any`."""

    none: "list[Condition]"


KEYS: Mapping[str, type[Document]] = {
    **{"all": AllOf, "any": AnyOf, "none": NoneOf},
    **{"attribute": AttributeTest, "did": Did, "did_not": DidNot},
    **{"member_of": MemberOf, "not_member_of": NotMemberOf},
}


def _kind(node: Any) -> str | None:
    """Which node this is, told by its one key; None when it has none of them, or more than one."""
    if not isinstance(node, dict):
        return type(node).__name__
    found = [kind.__name__ for key, kind in KEYS.items() if key in node]
    return found[0] if len(found) == 1 else None


Condition = Annotated[
    Annotated[AllOf, Tag("AllOf")]
    | Annotated[AnyOf, Tag("AnyOf")]
    | Annotated[NoneOf, Tag("NoneOf")]
    | Annotated[AttributeTest, Tag("AttributeTest")]
    | Annotated[Did, Tag("Did")]
    | Annotated[DidNot, Tag("DidNot")]
    | Annotated[MemberOf, Tag("MemberOf")]
    | Annotated[NotMemberOf, Tag("NotMemberOf")],
    Discriminator(
        _kind,
        custom_error_type="condition",
        custom_error_message=f"A condition has exactly one of the keys {', '.join(KEYS)}",
    ),
]

for group in (AllOf, AnyOf, NoneOf):
    group.model_rebuild()

CONDITION: TypeAdapter[Condition] = TypeAdapter(Condition)


@dataclass(frozen=True)
class Segment:
    """A saved question; its members are the answer while it is live, and as they were then once it is stopped."""

    id: int
    name: str
    audience: str
    condition: Condition
    created_at: datetime
    live_at: datetime | None
    stopped_at: datetime | None

    @property
    def state(self) -> State:
        """A segment is Draft, Live or Stopped (G4)."""
        if self.stopped_at is not None:
            return "Stopped"
        return "Draft" if self.live_at is None else "Live"

    @property
    def asks(self) -> Sequence[str]:
        """The names of the segments that its condition asks about."""
        return list(dict.fromkeys(name for name, _ in asked_about(self.condition)))


def children(node: Condition) -> Sequence[Condition]:
    """The conditions of a group; nothing below a test."""
    match node:
        case AllOf():
            return node.all
        case AnyOf():
            return node.any
        case NoneOf():
            return node.none
        case _:
            return ()


def asked_about(node: Condition, where: str = "") -> Iterator[tuple[str, str]]:
    """The segments that a condition asks about: each by its name, with its place in the document at `where`."""
    match node:
        case MemberOf(member_of=name) | NotMemberOf(not_member_of=name):
            (key,) = node.model_fields_set
            yield name, f"{where}/{key}"
        case _:
            for place, child in placed_children(node, where):
                yield from asked_about(child, place)


def looks_at(node: Condition) -> Iterator[tuple[Literal["attribute", "event"], str]]:
    """What a condition looks at: attributes of the person, and events, by their names."""
    match node:
        case AttributeTest(attribute=name):
            yield "attribute", name
        case Did(did=name) | DidNot(did_not=name):
            yield "event", name
    for child in children(node):
        yield from looks_at(child)


def placed_children(node: Condition, where: str) -> Iterator[tuple[str, Condition]]:
    """The same as `children`, each with its place (a JSON pointer) in the document that has the group at `where`."""
    for number, child in enumerate(children(node)):
        (key,) = node.model_fields_set
        yield f"{where}/{key}/{number}", child


class Asking(Protocol):
    """Something by its name, and the names of what it asks about."""

    @property
    def name(self) -> str: ...
    @property
    def asks(self) -> Sequence[str]: ...


AnyAsking = TypeVar("AnyAsking", bound=Asking)


def in_order(segments: Iterable[AnyAsking]) -> list[AnyAsking]:
    """Each after those of them that it asks about; otherwise as they were."""
    waiting: dict[str, list[AnyAsking]] = {}
    for segment in segments:
        waiting.setdefault(segment.name, []).append(segment)
    ordered: list[AnyAsking] = []

    def put(name: str) -> None:
        for segment in waiting.pop(name, ()):
            for asked in segment.asks:
                put(asked)
            ordered.append(segment)

    while waiting:
        put(next(iter(waiting)))
    return ordered
