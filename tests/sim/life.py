"""What is known of one person in a world, and when somebody looks: the ground on which the interpreter stands.

`awake`, `open` and `moving` say when something that is due at an instant is really done: later, while no worker is at
work or the journey is paused.
"""

import calendar
from bisect import insort
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property, lru_cache
from itertools import zip_longest
from typing import Any
from zoneinfo import ZoneInfo

from happenings import Changed, Consented, Deleted, Did, Paused, Renewed, Resumed, Stopped, Suppressed, World

from segment_meaning import Meaning, Person

SHARD, FIRST_ID = 7, 1000
"""Everybody lives in one shard, and has a number from this one on."""
NEVER = datetime.max.replace(tzinfo=UTC)
SEGMENTS: Mapping[str, Mapping[str, Any]] = {
    "everybody": {"all": []},
    "anns": {"attribute": "first_name", "test": "is", "value": "Ann"},
    "others": {"attribute": "first_name", "test": "is_not", "value": "Ann"},
    "north": {"attribute": "last_name", "test": "contains", "value": "north"},
    "south": {"attribute": "last_name", "test": "contains", "value": "south"},
    "staff": {"attribute": "last_name", "test": "contains", "value": "staff"},
}
Document = Mapping[str, Any]


@dataclass
class Visit:
    """`result` is the outcome, or the reason of an exit. `cause` is the event that decided, or a reason. `limit`: until
    when something is waited for."""

    step: str
    entered: datetime
    left: datetime | None = None
    result: str | None = None
    cause: str | None = None
    limit: datetime | None = None


@dataclass
class Delivery:
    """`address`: where it was sent, or refused for good."""

    state: str
    reason: str | None = None
    handed_at: datetime | None = None
    attempts: int = 0
    address: str | None = None
    made: datetime = field(default=NEVER, repr=False)


@dataclass
class Way:
    """One participation, their `number`th, in a `run`, or one time when somebody did not enter (`reason`).

    `trigger`: the event that began it. `let_in`: when they began to take part. `reached`: when what reached the goal
    happened. `document`: the version.
    """

    entered: datetime
    left: datetime | None = None
    reason: str | None = None
    visits: list[Visit] = field(default_factory=list)
    deliveries: dict[str, Delivery] = field(default_factory=dict)
    trigger: Did | None = None
    reached: datetime | None = None
    number: int = field(default=0, repr=False)
    run: tuple[datetime, datetime | None] = field(default=(NEVER, None), repr=False)
    let_in: datetime | None = field(default=None, repr=False)
    document: Document = field(default_factory=dict, repr=False)

    @property
    def began(self) -> datetime:
        """Whom an event starts has entered when that happened."""
        return self.entered if self.trigger is None else self.trigger.at

    @property
    def inside(self) -> datetime:
        """Since when they are, having waited for it or not."""
        waited = [visit.left for visit in self.visits if visit.step == "start"]
        return waited[0] or NEVER if waited else self.entered

    def end_at_start(self, now: datetime, reason: str | None, cause: str | None = None) -> None:
        """They are let in, or leave without it."""
        self.visits[0].left, self.visits[0].result, self.visits[0].cause = now, reason or "entered", cause
        if reason is not None:
            self.left, self.reason = now, reason


class Life:
    """One person in a world: `number` counts those who had the key, and `earlier` are the others up to then.

    `way`: the participation that is being lived; `deeds` and `raised`: what steps did to the person; `looks`: when a
    worker looked at them, and after how many deeds of that moment; `tests`: what is known of A/B tests; `gone` and
    `forgotten`: when they were deleted, and when that is seen.
    """

    way: Way

    def __init__(
        self, world: World, person: str, number: int = 0, tests: Any = None, earlier: "Sequence[Life]" = ()
    ) -> None:
        self.world, self.person, self.tests, self.earlier = world, person, tests, earlier
        self.start = world.document["start"]
        self.zone = self.start.get("timezone") or "UTC"
        self.stopped = self.awake(next((one.when for one in world.happenings if isinstance(one, Stopped)), NEVER))
        self.changes, self.gone, self.followed = lives(world, person)[number]
        self.forgotten = self.awake(self.gone)
        self.did = [one for one in world.happenings if isinstance(one, Did) and one.person == person]
        self.deeds: list[Changed] = []
        self.raised: list[Did] = []
        self.ways: list[Way] = []
        self.pauses = list(_pauses(world))
        self.versions = [(datetime.min.replace(tzinfo=UTC), world.document)]
        self.versions += [(one.when, one.document) for one in world.happenings if isinstance(one, Renewed)]
        looked = {self.awake(one.when) for one in self.changes} | {self.forgotten} - {NEVER}
        self.looks = sorted((look, 0) for look in looked)

    # ------------------------------------------------------------------------------------------------ when

    @cached_property
    def begins(self) -> datetime:
        told = self.start.get("at", "publication")
        return self.world.published_at if told == "publication" else self.instant_of(datetime.fromisoformat(told))

    @cached_property
    def ends(self) -> datetime:
        """J8."""
        return self.instant_of(datetime.fromisoformat(self.start["end"])) if "end" in self.start else NEVER

    def awake(self, instant: datetime) -> datetime:
        """When a worker looks at what is due at this instant."""
        return next((until for since, until in self.world.away if since <= instant < until), instant)

    def open(self, instant: datetime) -> datetime:
        """When somebody can enter, or a message be handed over (P5)."""
        return self._later(instant, lambda timers: True)

    def moving(self, instant: datetime) -> datetime:
        """When somebody can go on who is to at this instant: not while timers are frozen (P5)."""
        return self._later(instant, lambda timers: timers == "freeze")

    def _later(self, instant: datetime, holds_up: Callable[[str], bool]) -> datetime:
        while True:
            looked = self.awake(instant)
            ends = [until for since, until, timers in self.pauses if holds_up(timers) and since <= looked < until]
            if not ends:
                return looked
            instant = ends[0]

    def unfrozen(self, since: datetime, deadline: datetime) -> datetime:
        """P5: each pause that froze timers before the deadline puts it off by as much of it as came after `since`."""
        for paused, until, timers in self.pauses:
            if timers == "freeze" and since < until and paused < deadline:
                deadline += until - max(paused, since)
        return deadline

    def since(self, document: Document) -> datetime:
        """Of a version: when it was published."""
        return next(since for since, one in self.versions if one is document)

    # ------------------------------------------------------------------------------------------------ the person

    @property
    def known_since(self) -> datetime:
        return self.changes[0].when

    @cached_property
    def id(self) -> int:
        """A number for each time that something is told of somebody: at once, in the order of keys, of whoever is there
        before the story begins. People keep their first."""
        told = [one for one in self.world.happenings if isinstance(one, Changed)]
        told.sort(key=lambda one: (one.when, one.person if one.when < self.world.published_at else ""))
        return FIRST_ID + next(number for number, one in enumerate(told) if one is self.changes[0])

    def change(self, now: datetime, attributes: Mapping[str, Any]) -> None:
        """A step does it."""
        self.deeds.append(Changed(now, self.person, attributes))
        insort(self.looks, (now, len(self.deeds)))

    def attributes(self, instant: datetime, deeds: int | None = None) -> Mapping[str, Any] | None:
        """As they are then, after so many deeds if that is said; None before there is such a person, and after."""
        if not any(change.when <= instant for change in self.changes) or self.gone <= instant:
            return None
        done = [one for n, one in enumerate(self.deeds) if deeds is None or n < deeds or one.when < instant]
        told = sorted([*self.changes, *done], key=lambda change: change.when)
        heard = [change.attributes for change in told if change.when <= instant]
        found = {name: value for attributes in heard for name, value in attributes.items()}
        return {name: value for name, value in found.items() if value is not None}

    def is_member(self, segments: str | Sequence[str], instant: datetime) -> bool:
        """Of one of them, as it was found when a worker last looked at the person."""
        looked = max((look for look in self.looks if look[0] <= instant), default=None)
        return looked is not None and self.was_in(segments, *looked)

    def was_in(self, segments: str | Sequence[str], look: datetime, deeds: int) -> bool:
        if (attributes := self.attributes(look, deeds)) is None:
            return False
        named = [segments] if isinstance(segments, str) else segments
        return any(Meaning(look, "UTC").holds(SEGMENTS[name], Person(attributes)) for name in named)

    def joinings(self, segments: str | Sequence[str]) -> list[datetime]:
        """The looks in which they were found to be in one of the segments after they had been in none."""
        found = [self.was_in(segments, *look) for look in self.looks]
        before = [False, *found[:-1]]
        return [
            look for (look, _), is_in, was_in in zip(self.looks, found, before, strict=True) if is_in and not was_in
        ]

    def consent(self, channel: str, address: str, instant: datetime) -> str | None:
        said = [c for c in self.world.happenings if isinstance(c, Consented) and c.when <= instant]
        states = [one.state for one in said if (one.channel, one.address) == (channel, address)]
        return states[-1] if states else None

    def is_suppressed(self, channel: str, address: str, instant: datetime) -> bool:
        said = [s for s in self.world.happenings if isinstance(s, Suppressed) and s.when <= instant]
        states = [not one.lifted for one in said if (one.channel, one.address) == (channel, address)]
        return bool(states) and states[-1]

    def answer(self, address: str, attempt: int) -> str:
        answers = self.world.answers.get(address, ())
        return answers[attempt - 1] if attempt <= len(answers) else "accepted"

    @property
    def happened(self) -> list[Did]:
        """What they did without a message, and what steps raised."""
        return [*self._told, *self.raised]

    @cached_property
    def _told(self) -> list[Did]:
        """Each id once (T6), whoever had the key. Nobody can name a person who is not there."""
        return self._first_of_each_id((one for one in self.did if not one.step), Life._is_there)

    def interactions(self, step: str, way: Way) -> list[Did]:
        """With a message of this participation."""
        return [one for one in self._with_messages() if (one.step, one.way) == (step, way.number)]

    def everything(self, name: str) -> list[Did]:
        """What they did of this name, with messages too, also when they were deleted meanwhile."""
        return [one for one in (*self.happened, *self._with_messages()) if one.name == name]

    def _with_messages(self) -> list[Did]:
        return self._first_of_each_id((one for one in self.did if one.step), Life._has)

    def _first_of_each_id(self, told: Iterable[Did], is_heard: "Callable[[Life, Did], bool]") -> list[Did]:
        """Those of this life, unless one of the same id was heard before, be it in an earlier one."""
        first: dict[str, tuple[Life, Did]] = {}
        for one in told:
            for life in (*self.earlier, self):
                if is_heard(life, one):
                    first.setdefault(one.id, (life, one))
        return [one for life, one in first.values() if life is self]

    def _is_there(self, one: Did) -> bool:
        return self.known_since <= one.when < self.gone

    def _has(self, one: Did) -> bool:
        """Nobody can name a message that does not exist yet."""
        made = self.ways[one.way].deliveries.get(one.step or "") if one.way < len(self.ways) else None
        return made is not None and made.made < one.when < self.followed

    # ------------------------------------------------------------------------------------------------ calendars

    def instant_of(self, local: datetime) -> datetime:
        return instant_of(local, ZoneInfo(self.zone))

    def local(self, instant: datetime) -> datetime:
        return instant.astimezone(ZoneInfo(self.zone)).replace(tzinfo=None)

    def after(self, start: datetime, duration: str) -> datetime:
        """W11: up to hours time elapses; from days on the wall clock is kept. A minus leads back."""
        text, unit = duration.split()
        number, unit = int(text), unit.removesuffix("s")
        if unit in ("second", "minute", "hour") or number == 0:
            return start + timedelta(**{f"{unit}s": number})
        local = self.local(start)
        if unit != "month":
            return self.instant_of(local + timedelta(**{f"{unit}s": number}))
        return self.instant_of(month_later(local, number, local.day))


@lru_cache(maxsize=10_000)
def instant_of(local: datetime, place: ZoneInfo) -> datetime:
    """Z2: a local time that does not exist is the first that does; one that exists twice is the first."""
    first = local.replace(tzinfo=place, fold=0).astimezone(UTC)
    if first.astimezone(place).replace(tzinfo=None) == local:
        return first
    second = local.replace(tzinfo=place, fold=1).astimezone(UTC)
    before, minute = min(first, second), timedelta(minutes=1)
    return next(  # clocks are changed on a full minute
        instant
        for n in range(24 * 60)
        if (instant := before.replace(second=0, microsecond=0) + n * minute).astimezone(place).utcoffset()
        != before.astimezone(place).utcoffset()
    )


def month_later(local: datetime, months: int, day: int) -> datetime:
    """The day of another month, or its last one."""
    year, month = divmod(local.year * 12 + local.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return local.replace(year=year, month=month + 1, day=min(day, last))


def lives(world: World, person: str) -> list[tuple[list[Changed], datetime, datetime]]:
    """Whoever had the key, one after the other: what they were told to be, when they were deleted, and when the next
    one came."""
    found: list[list[Changed]] = [[]]
    gone = []
    for one in world.happenings:
        if isinstance(one, Changed) and one.person == person:
            found[-1].append(one)
        elif isinstance(one, Deleted) and one.person == person and found[-1]:
            gone.append(one.when)
            found.append([])
    came = [changes[0].when for changes in found[1:] if changes]
    return [given for given in zip_longest(found, gone, came, fillvalue=NEVER) if given[0]]


def _pauses(world: World) -> Iterator[tuple[datetime, datetime, str]]:
    """From when to when, and what becomes of timers."""
    told = [one for one in world.happenings if isinstance(one, Paused | Resumed | Stopped)]
    for one, following in zip_longest(told, told[1:]):
        if isinstance(one, Paused):
            yield one.when, following.when if following else NEVER, one.timers
