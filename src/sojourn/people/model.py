"""What people are kept as: an audience declares typed attributes, and which of them hold an address or a time zone.

A person's attributes are one flat JSON object, each value in the one form its type has (see `sojourn.people.parse`), so
that whoever compares two of them never has to ask how they were written.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, NamedTuple, get_args

AttributeType = Literal["text", "number", "boolean", "date", "datetime", "email", "phone", "zone"]
TYPES: tuple[AttributeType, ...] = get_args(AttributeType)
Value = str | int | float | bool

Channel = Literal["email", "text", "push"]
EVERY_CHANNEL: frozenset[Channel] = frozenset(get_args(Channel))
ADDRESS_TYPE: Mapping[Channel, AttributeType] = {"email": "email", "text": "phone", "push": "text"}
"""The attribute type that holds a channel's addresses."""

Purpose = Literal["commercial", "transactional", "tracking"]
ConsentState = Literal["opted_in", "opted_out"]

ROLES: Mapping[str, AttributeType] = {"email_attribute": "email", "phone_attribute": "phone", "zone_attribute": "zone"}
"""What an audience points at one of its attributes for, and the type that attribute must have."""

LONGEST_KEY = 255  # characters
LONGEST_NAME = 60

_NAME = re.compile(r"[a-z][a-z0-9_]*")


@dataclass(frozen=True)
class Audience:
    """A kind of record people are kept as (rule A1)."""

    name: str
    label: str
    attributes: Mapping[str, AttributeType]
    email_attribute: str | None = None
    phone_attribute: str | None = None
    zone_attribute: str | None = None


@dataclass
class Counts:
    """What rows of an import came to: `rows` is the sum of the others."""

    rows: int = 0
    accepted: int = 0  # made a new person
    updated: int = 0
    unchanged: int = 0
    rejected: int = 0


class Rejected(NamedTuple):
    """A row that was not accepted: its number in the file (the header is row 1), why, and its cells by column."""

    row: int
    reason: str
    content: list[tuple[str, str]]


def is_attribute_name(name: str) -> bool:
    return len(name) <= LONGEST_NAME and _NAME.fullmatch(name) is not None


def attribute_name(column: str) -> str:
    """What a column called `First name` fills: `first_name`. Not always a valid name; see is_attribute_name."""
    return re.sub(r"[^a-z0-9]+", "_", column.strip().lower()).strip("_")
