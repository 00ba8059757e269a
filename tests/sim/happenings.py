"""A world: a journey, people, and what happens to them when. Plain facts, the same for the engine and the interpreter.

`when` is always the instant at which Sojourn hears of something; what else an instant means is said beside it.
A world can be written as a short Python program that builds it again.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import datetime
from typing import Any, get_args

at = datetime.fromisoformat


@dataclass(frozen=True)
class Changed:
    """Attributes of a person are set, or taken away (None). Whoever was not there before is there from then on."""

    when: datetime
    person: str
    attributes: Mapping[str, Any]


@dataclass(frozen=True)
class Deleted:
    """For good (A4): whoever is there under the same key afterwards is somebody else."""

    when: datetime
    person: str


@dataclass(frozen=True)
class Did:
    """An interaction with the message of `step`, or without one any other event. `at`: when it happened. `way`: in
    which participation of theirs, the first is 0."""

    when: datetime
    person: str
    name: str
    at: datetime
    id: str
    step: str | None = None
    link: str | None = None
    automated: bool = False
    properties: Mapping[str, Any] = field(default_factory=dict)
    way: int = 0


@dataclass(frozen=True)
class Consented:
    when: datetime
    channel: str
    address: str
    state: str


@dataclass(frozen=True)
class Suppressed:
    """The address is suppressed, or (`lifted`) not any more."""

    when: datetime
    channel: str
    address: str
    lifted: bool = False


@dataclass(frozen=True)
class Stopped:
    when: datetime


@dataclass(frozen=True)
class Paused:
    """`timers` run_on or freeze (P5)."""

    when: datetime
    timers: str


@dataclass(frozen=True)
class Resumed:
    when: datetime


@dataclass(frozen=True)
class Renewed:
    """A new version is published beside (P4)."""

    when: datetime
    document: Mapping[str, Any]


Happening = Changed | Deleted | Did | Consented | Suppressed | Stopped | Paused | Resumed | Renewed


@dataclass(frozen=True)
class World:
    """`happenings` in the order in which they are heard of; those before `published_at` are how things were then.

    `answers`: what the other side says to the first, second ... attempt at a message to an address: `accepted` (also
    when nothing is said), `refused`, `doubtful`, `later`, or `later 600` (seconds that it asks for).
    `away`: from when to when no worker is at work. `restrictive`: nobody is written to who did not ask for it.
    """

    document: Mapping[str, Any]
    published_at: datetime
    happenings: tuple[Happening, ...]
    answers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    away: tuple[tuple[datetime, datetime], ...] = ()
    restrictive: bool = False


def program(world: World) -> str:
    """A module that builds the world again: kept in `regressions`, it is replayed by every run."""
    names = ", ".join(sorted(kind.__name__ for kind in get_args(Happening)))
    return (
        '"""A world in which the engine and the interpreter differed."""\n\n'
        f"from happenings import {names}, World, at  # noqa: F401\n\n"
        f"WORLD = {written(world)}\n"
    )


def written(value: Any) -> str:
    """As a Python expression, without what is the default anyway."""
    if isinstance(value, datetime):
        return f'at("{value.isoformat()}")'
    if is_dataclass(value):
        given = [(one, getattr(value, one.name)) for one in fields(value)]
        told = [f"{one.name}={written(found)}" for one, found in given if found or one.name in ("attributes",)]
        return f"{type(value).__name__}({', '.join(told)})"
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key!r}: {written(found)}" for key, found in value.items()) + "}"
    if isinstance(value, tuple):
        return "(" + "".join(f"{written(one)}, " for one in value) + ")"
    if isinstance(value, list):
        return "[" + ", ".join(written(one) for one in value) + "]"
    return repr(value)
