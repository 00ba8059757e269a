"""What a journey does to one person, in plain Python: the oracle that the engine is held against.

It reads the bare document and the happenings of a world, one person at a time and one visit after the other, and knows
no tables, turns or batches. A kind of step is one function in KINDS: from the visit's beginning to its outcome and its
end. A way to start is one function in STARTS. It shares nothing with the engine, not even the arithmetic of calendars.
"""

import calendar
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from happenings import Changed, Consented, Did, Stopped, Suppressed, World

from segment_meaning import Meaning

GRACE = timedelta(seconds=5)
NEVER = datetime.max.replace(tzinfo=UTC)

Step = Mapping[str, Any]
CONTENTS = {"launch-news": "commercial", "launch-text": "commercial", "receipt": "transactional"}
SEGMENTS: Mapping[str, Mapping[str, Any]] = {
    "everybody": {"all": []},
    "anns": {"attribute": "first_name", "test": "is", "value": "Ann"},
    "others": {"attribute": "first_name", "test": "is_not", "value": "Ann"},
}
CHANNELS = {"email": "email", "text": "text"}
"""The kinds of step that send, and through what."""


@dataclass
class Visit:
    """`result` is the outcome, or the reason of an exit; None with `left` while the participant is here. `cause` is the
    event that decided, or a reason. `limit`: until when something is waited for."""

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


@dataclass
class Way:
    """One participation."""

    entered: datetime
    left: datetime | None = None
    reason: str | None = None
    visits: list[Visit] = field(default_factory=list)
    deliveries: dict[str, Delivery] = field(default_factory=dict)


class _Over(Exception):
    """The participation has ended."""


def ways(world: World) -> dict[str, list[Way]]:
    """The participations of everybody, by their key, in the order in which they began."""
    people = dict.fromkeys(one.person for one in world.happenings if isinstance(one, Changed))
    return {key: [Life(world, key).live(entered) for entered in _starts(Life(world, key))] for key in people}


def _starts(life: "Life") -> Iterator[datetime]:
    return STARTS[life.world.document["start"].get("frequency", "once")](life)


class Life:
    """One person in a world, and one participation of theirs."""

    def __init__(self, world: World, person: str) -> None:
        self.world, self.person = world, person
        self.zone = world.document["start"].get("timezone") or "UTC"
        self.ends = self.awake(min((one.when for one in world.happenings if isinstance(one, Stopped)), default=NEVER))
        self.end_reason = "journey_stopped"
        heard = [one.when for one in world.happenings if isinstance(one, Changed) and one.person == person]
        self.known_since = min(heard)
        self.deeds: list[Changed] = []  # what steps did to them

    def live(self, entered: datetime) -> Way:
        self.way = Way(entered)
        try:
            self.way.left = self.walk(self.world.document["steps"], entered)
        except _Over:
            self.way.left, self.way.reason = self.way.visits[-1].left, self.way.visits[-1].result
        return self.way

    def walk(self, steps: Sequence[Step], now: datetime) -> datetime:
        """W1: the branch of the outcome, then what stands after it. Returns when the last step was left."""
        for step in steps:
            visit = Visit(step["id"], now)
            self.way.visits.append(visit)
            outcome, now, visit.cause = KINDS[step["kind"]](self, step, now)
            if now >= self.ends:  # P6: wherever they are, and before anything else that happens then
                visit.left, visit.result, visit.cause = self.ends, self.end_reason, None
                raise _Over
            exits, _, reason = outcome.rpartition(":")
            visit.left, visit.result = now, reason
            if exits:
                raise _Over
            now = self.walk(_branch(step, outcome), now)
        return now

    # ------------------------------------------------------------------------------------------------ the world

    def awake(self, instant: datetime) -> datetime:
        """When a worker looks at what is due at this instant."""
        return next((until for since, until in self.world.away if since <= instant < until), instant)

    def attributes(self, instant: datetime) -> Mapping[str, Any] | None:
        """As they are then; None before there is such a person."""
        changes = [c for c in self.world.happenings if isinstance(c, Changed) and c.person == self.person]
        if not any(change.when <= instant for change in changes):
            return None
        told = sorted([*changes, *self.deeds], key=lambda change: change.when)
        heard = [change.attributes for change in told if change.when <= instant]
        found = {name: value for attributes in heard for name, value in attributes.items()}
        return {name: value for name, value in found.items() if value is not None}

    def is_member(self, segment: str, instant: datetime) -> bool:
        attributes = self.attributes(instant)
        return attributes is not None and Meaning(instant, "UTC").holds(SEGMENTS[segment], attributes, [])

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

    def events(self) -> list[Did]:
        """What they did, each id once (T6). Nobody can name a person, or a message, that does not exist yet."""
        came: dict[str | None, datetime] = {visit.step: visit.entered for visit in self.way.visits}
        came[None] = self.known_since - timedelta(microseconds=1)
        first: dict[str, Did] = {}
        for one in self.world.happenings:
            if isinstance(one, Did) and one.person == self.person and came.get(one.step, NEVER) < one.when:
                first.setdefault(one.id, one)
        return list(first.values())

    # ------------------------------------------------------------------------------------------------ calendars

    def instant_of(self, local: datetime) -> datetime:
        """Z2: a local time that does not exist is the first that does; one that exists twice is the first."""
        place = ZoneInfo(self.zone)
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

    def after(self, start: datetime, duration: str) -> datetime:
        """W11: up to hours time elapses; from days on the wall clock is kept."""
        text, unit = duration.split()
        number, unit = int(text), unit.removesuffix("s")
        if unit in ("second", "minute", "hour") or number == 0:
            return start + timedelta(**{f"{unit}s": number})
        local = start.astimezone(ZoneInfo(self.zone)).replace(tzinfo=None)
        if unit != "month":
            return self.instant_of(local + timedelta(**{f"{unit}s": number}))
        year, month = divmod(local.year * 12 + local.month - 1 + number, 12)
        last = calendar.monthrange(year, month + 1)[1]
        return self.instant_of(local.replace(year=year, month=month + 1, day=min(local.day, last)))


def _branch(step: Step, outcome: str) -> Sequence[Step]:
    """A list by the name of the outcome, or in the case or the part that has it."""
    named = [one for one in (*step.get("cases", ()), *step.get("parts", ())) if one["outcome"] == outcome]
    branch: Sequence[Step] = named[0].get("then", []) if named else step.get(outcome) or []
    return branch


# ---------------------------------------------------------------------------------------------------- starts


def once(life: Life) -> Iterator[datetime]:
    """J1: the members at the moment of the start; late if no worker looks just then."""
    start = life.world.document["start"]
    told = start.get("at", "publication")
    at = life.world.published_at if told == "publication" else life.instant_of(datetime.fromisoformat(told))
    if life.awake(at) < life.ends and life.is_member(start["segment"], at):
        yield life.awake(at)


Start = Callable[[Life], Iterator[datetime]]
STARTS: dict[str, Start] = {"once": once}

# ---------------------------------------------------------------------------------------------------- steps

Decision = tuple[str, datetime, str | None]


def message(life: Life, step: Step, entered: datetime) -> Decision:
    """W2, D1, D4: through the gate and handed over, again later as long as it is put off."""
    delivery = life.way.deliveries[step["id"]] = Delivery("queued")
    now = entered
    while now < life.ends:
        if (reason := _refusal(life, step, now)) is not None:
            delivery.state, delivery.reason, delivery.address = "blocked", reason, None
            return "blocked", now, reason
        delivery.attempts += 1
        address = str((life.attributes(now) or {})[step["to"]])
        delivery.address = address
        said, _, asked = life.answer(address, delivery.attempts).partition(" ")
        if said in ("accepted", "doubtful"):
            delivery.state, delivery.handed_at = ("sent" if said == "accepted" else "unknown"), now
            delivery.reason = None if said == "accepted" else "answer_lost"
            return "sent", now, delivery.reason
        if said == "refused" or delivery.attempts == 26:
            delivery.state, delivery.reason = "failed", "refused" if said == "refused" else "gave_up"
            return "failed", now, delivery.reason
        wait = min(timedelta(hours=4), timedelta(minutes=2 ** min(delivery.attempts - 1, 10)))
        now = life.awake(now + max(wait, min(timedelta(days=1), timedelta(seconds=float(asked or 0)))))
    delivery.state, delivery.reason, delivery.address = "blocked", life.end_reason, None
    return "blocked", NEVER, life.end_reason


def _refusal(life: Life, step: Step, now: datetime) -> str | None:
    """D1: the first check that fails."""
    channel = CHANNELS[step["kind"]]
    attributes = life.attributes(now)
    if attributes is None:
        return "person_deleted"
    if (address := attributes.get(step["to"])) is None:
        return "address_missing"
    if life.is_suppressed(channel, address, now):
        return "suppressed"
    if CONTENTS[step["content"]] == "transactional":
        return None
    consent = life.consent(channel, address, now)
    if consent == "opted_out":
        return "opted_out"
    return "consent_not_given" if life.world.restrictive and consent is None else None


def if_then(life: Life, step: Step, entered: datetime) -> Decision:
    """W3 - W5, W8: what happened up to the deadline decides as soon as it is known; No when nothing can come."""
    sent = life.way.deliveries[step["of"]]
    if sent.handed_at is None:
        return "no", entered, "not_sent"
    deadline = life.way.visits[-1].limit = life.after(sent.handed_at, step["within"])
    cases = step.get("cases") or [{**step, "outcome": "yes"}]
    counting = [
        (one, place)
        for place, case in enumerate(cases)
        for one in life.events()
        if one.step == step["of"]
        and one.name.endswith(f".{case['event'].removeprefix('link_')}")
        and case.get("link") in (None, one.link)
        if not one.automated and one.at <= deadline
    ]
    no = life.awake(max(entered, deadline + GRACE))
    known = min((life.awake(max(entered, one.when)) for one, _ in counting), default=NEVER)
    if no < known:
        return "no", no, "limit_passed"
    heard = [(one.at, place, one.id) for one, place in counting if one.when <= known]
    _, place, event = min(heard)  # W7: the earliest, and of those at one instant the first in order
    return cases[place]["outcome"], known, event


def wait_for(life: Life, step: Step, entered: datetime) -> Decision:
    """W9: an event of a name, from arriving here up to the limit."""
    deadline = life.way.visits[-1].limit = life.after(entered, step["within"])
    counting = [
        one
        for one in life.events()
        if one.step is None and one.name == step["trigger"] and entered <= one.at <= deadline and not one.automated
    ]
    no = life.awake(max(entered, deadline + GRACE))
    known = min((life.awake(max(entered, one.when)) for one in counting), default=NEVER)
    if no < known:
        return "no", no, "limit_passed"
    return "yes", known, min((one.at, one.id) for one in counting if one.when <= known)[1]


def branch(life: Life, step: Step, entered: datetime) -> Decision:
    """W13: as they are on arrival; the first case that holds."""
    for case in step["cases"]:
        if Meaning(entered, "UTC").holds(case["when"], life.attributes(entered) or {}, []):
            return case["outcome"], entered, None
    return "other", entered, "no_case_holds"


def split(life: Life, step: Step, entered: datetime) -> Decision:
    """W13: which part is chance and tested elsewhere; worlds have parts of everybody or nobody."""
    return next(part["outcome"] for part in step["parts"] if part["percent"] == 100), entered, None


def set_attribute(life: Life, step: Step, entered: datetime) -> Decision:
    """W14: from now on, for every step after it."""
    life.deeds.append(Changed(entered, life.person, {step["attribute"]: step["value"]}))
    return "done", entered, None


def goal(life: Life, step: Step, entered: datetime) -> Decision:
    """W14."""
    return "reached", entered, None


def leave(life: Life, step: Step, entered: datetime) -> Decision:
    """W14."""
    return "exit:exit_step", entered, None


def wait(life: Life, step: Step, entered: datetime) -> Decision:
    """W11."""
    return "done", life.awake(max(entered, life.after(entered, step["for"]))), None


def wait_until(life: Life, step: Step, entered: datetime) -> Decision:
    """W10."""
    return "done", life.awake(max(entered, life.instant_of(datetime.fromisoformat(step["at"])))), None


Kind = Callable[[Life, Step, datetime], Decision]
KINDS: dict[str, Kind] = {
    "email": message,
    "text": message,
    "if": if_then,
    "wait": wait,
    "wait_until": wait_until,
    "wait_for": wait_for,
    "branch": branch,
    "split": split,
    "set": set_attribute,
    "goal": goal,
    "exit": leave,
}
