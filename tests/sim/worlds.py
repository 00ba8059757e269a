"""Worlds in random mixtures: nested journeys, people who cannot all be reached, and what happens around every deadline.

Instants come from small pools: the nights in which clocks change, and a microsecond on either side of whatever the
interpreter says will happen. It is asked while a world is being made, so that clicks come just before their deadlines.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

from happenings import Changed, Consented, Did, Happening, Stopped, Suppressed, World, at
from hypothesis import strategies as st
from interpreter import CHANNELS, GRACE, NEVER, Visit, Way, ways
from stage import KEYS

Draw = st.DrawFn
Step = dict[str, Any]

SECOND, MINUTE, HOUR, DAY = (timedelta(**{unit: 1}) for unit in ("seconds", "minutes", "hours", "days"))
TICK = timedelta(microseconds=1)

NIGHTS = [  # the zone, when the story begins, and wall-clock times worth waiting for
    ("UTC", "2026-12-01T09:00Z", ["2026-12-01T09:30", "2026-12-02T09:00", "2026-12-31T23:59:59.999999"]),
    ("Europe/Paris", "2027-03-27T16:30Z", ["2027-03-28T02:30", "2027-03-28T03:00", "2027-03-28T02:00"]),
    ("Europe/Paris", "2027-10-30T16:30Z", ["2027-10-31T02:30", "2027-10-31T03:00", "2027-10-31T01:59:59"]),
    ("America/New_York", "2027-03-13T20:00Z", ["2027-03-14T02:30", "2027-03-14T03:00", "2027-03-15T02:30"]),
    ("America/New_York", "2027-11-07T05:30Z", ["2027-11-07T01:30", "2027-11-07T01:59", "2027-11-08T01:30"]),
    ("Australia/Lord_Howe", "2027-04-03T02:00Z", ["2027-04-04T01:45", "2027-04-04T02:00", "2027-04-05T01:45"]),
    ("Australia/Lord_Howe", "2027-10-02T03:00Z", ["2027-10-03T02:15", "2027-10-03T02:30", "2027-10-03T02:00"]),
    ("Europe/Paris", "2028-01-31T08:00Z", ["2028-02-29T00:00", "2028-02-29T09:00", "2028-03-01T00:00"]),
]
LENGTHS = ["30 seconds", "1 minute", "90 minutes", "1 hour", "24 hours", "1 day", "2 days", "1 week", "1 month"]
LENGTHS += ["1 month", "0 days"]
SHIFTS = [timedelta(0)] * 5 + [TICK, -TICK] * 2 + [SECOND, -SECOND, GRACE, -HOUR, HOUR, -DAY]
DELAYS = [timedelta(0)] * 4 + [GRACE] * 3 + [TICK, 2 * SECOND, GRACE - TICK, GRACE + TICK, MINUTE, 3 * HOUR, 2 * DAY]
AROUND = [timedelta(0)] * 4 + [TICK, -TICK, MINUTE, HOUR, -HOUR]
ANSWERS: list[tuple[str, ...]] = [
    ("later",), ("later",) * 3, ("later 600",), ("later 90000", "later"), ("later",) * 26, ("refused",),
    ("later", "refused"), ("doubtful",), ("later", "doubtful"),
]  # fmt: skip
INTERACTIONS = {
    "email": ["clicked", "clicked", "clicked", "opened", "delivered", "bounced", "replied"],
    "text": ["replied", "replied", "delivered", "unsubscribed"],
}
EVERYWHERE = ["email"] * 6 + ["text", "wait", "wait_for", "set"] * 2 + ["wait_until", "branch", "split", "goal"]
LINKS = ["product", "product", "about"]
TRIGGERS = ["cart.left", "order.placed"]
CONDITIONS = [
    {"attribute": "first_name", "test": "is", "value": "Ann"},
    {"attribute": "email", "test": "is_set"},
    {"none": [{"attribute": "phone", "test": "is_set"}]},
]


@dataclass
class Making:
    """A world while it is made."""

    draw: Draw
    zone: str
    begins: datetime
    clocks: Sequence[str]
    numbers: Iterator[int] = field(default_factory=count)

    def one(self, pool: Sequence[Any]) -> Any:
        return self.draw(st.sampled_from(pool))

    def chance(self, of: int) -> bool:
        """Once in so many times; the simplest world has none of it."""
        return bool(self.draw(st.integers(0, of - 1)) == of - 1)


@st.composite
def worlds(draw: Draw) -> World:
    making = Making(draw, *_night(draw))
    document = _journey(making)
    world = World(document, making.begins, tuple(_people(making)), _answers(making), restrictive=making.chance(5))
    world = _disturbed(making, world)
    for _ in range(2):  # the clicks of the first round lead to messages that the second can click in
        world = _with(world, _interactions(making, world))
    return world


def _night(draw: Draw) -> tuple[str, datetime, list[str]]:
    zone, begins, clocks = draw(st.sampled_from(NIGHTS))
    return zone, at(begins), clocks


# ---------------------------------------------------------------------------------------------------- journeys


def _journey(making: Making) -> Mapping[str, Any]:
    start = {"segment": making.one(["everybody"] * 5 + ["anns", "anns", "others"]), "timezone": making.zone}
    if making.chance(3):
        start["at"] = making.one(_clock_times(making))
    return {"journey": "Launch", "start": start, "steps": _steps(making, 1, {})}


def _clock_times(making: Making) -> list[str]:
    """Wall-clock times that are not past: those of the night, and soon."""
    soon = (making.begins + timedelta(minutes=10)).astimezone(ZoneInfo(making.zone)).replace(tzinfo=None)
    return [*(one for one in making.clocks if datetime.fromisoformat(one) > soon + HOUR), soon.isoformat()]


def _steps(making: Making, depth: int, before: Mapping[str, str]) -> list[Step]:
    """`before`: the messages that everybody who comes here was sent, and the kind of each."""
    steps: list[Step] = []
    sent = dict(before)
    for _ in range(making.draw(st.integers(1, 4 if depth == 1 else 2))):
        kinds = EVERYWHERE + ["exit"] * (depth > 1)
        kind = making.one(kinds + ["if", "if_cases"] * 5 * bool(sent and depth <= 3))
        steps.append(MAKERS[kind](making, f"s{next(making.numbers)}", depth, sent))
        if kind in CHANNELS:
            sent[steps[-1]["id"]] = kind
    return steps


def _email(making: Making, name: str, depth: int, sent: Mapping[str, str]) -> Step:
    content = making.one(["launch-news", "launch-news", "receipt"])
    return {"id": name, "kind": "email", "content": content, "to": "email"}


def _text(making: Making, name: str, depth: int, sent: Mapping[str, str]) -> Step:
    return {"id": name, "kind": "text", "content": "launch-text", "to": "phone"}


def _if(making: Making, name: str, depth: int, sent: Mapping[str, str]) -> Step:
    of = making.one(list(sent))
    event = making.one([f"link_{one}" if one == "clicked" else one for one in INTERACTIONS[sent[of]]])
    step = {"id": name, "kind": "if", "of": of, "event": event, "within": making.one(LENGTHS)}
    if event == "link_clicked" and sent[of] == "email" and making.chance(2):
        step["link"] = "product"
    return step | {"yes": _inner(making, depth, sent), "no": _inner(making, depth, sent)}


def _wait(making: Making, name: str, depth: int, sent: Mapping[str, str]) -> Step:
    return {"id": name, "kind": "wait", "for": making.one(LENGTHS)}


def _wait_until(making: Making, name: str, depth: int, sent: Mapping[str, str]) -> Step:
    return {"id": name, "kind": "wait_until", "at": making.one(_clock_times(making))}


def _if_cases(making: Making, name: str, depth: int, sent: Mapping[str, str]) -> Step:
    """Several interactions, which may be the same one twice."""
    of = making.one(list(sent))
    cases = [
        {"outcome": outcome, "event": "link_clicked" if event == "clicked" else event}
        | ({"link": making.one(LINKS)} if event == "clicked" and making.chance(2) else {})
        for outcome in ("first", "second", "third")[: making.draw(st.integers(1, 3))]
        for event in [making.one(INTERACTIONS[sent[of]])]
    ]
    step = {"id": name, "kind": "if", "of": of, "within": making.one(LENGTHS), "cases": cases}
    if making.chance(2):
        cases[-1]["then"] = _inner(making, depth, sent)
    if making.chance(2):
        step["no"] = _inner(making, depth, sent)
    return step


def _wait_for(making: Making, name: str, depth: int, sent: Mapping[str, str]) -> Step:
    trigger, within = making.one(TRIGGERS), making.one(LENGTHS)
    return {"id": name, "kind": "wait_for", "trigger": trigger, "within": within, "yes": _inner(making, depth, sent)}


def _branch(making: Making, name: str, depth: int, sent: Mapping[str, str]) -> Step:
    cases = [
        {"outcome": outcome, "when": making.one(CONDITIONS), "then": _inner(making, depth, sent)}
        for outcome in ("first", "second")
    ]
    return {"id": name, "kind": "branch", "cases": cases, "other": _inner(making, depth, sent)}


def _split(making: Making, name: str, depth: int, sent: Mapping[str, str]) -> Step:
    parts = [
        {"outcome": "left", "percent": 100, "then": _inner(making, depth, sent)},
        {"outcome": "right", "percent": 0},
    ]
    return {"id": name, "kind": "split", "parts": parts[:: making.one([1, -1])]}


def _set(making: Making, name: str, depth: int, sent: Mapping[str, str]) -> Step:
    attribute, value = making.one(
        [("first_name", "Ann"), ("first_name", "Cid"), ("email", "set@x.example"), ("email", None)]
    )
    return {"id": name, "kind": "set", "attribute": attribute, "value": value}


def _goal(making: Making, name: str, depth: int, sent: Mapping[str, str]) -> Step:
    return {"id": name, "kind": "goal", "name": "purchased"}


def _exit(making: Making, name: str, depth: int, sent: Mapping[str, str]) -> Step:
    return {"id": name, "kind": "exit"}


def _inner(making: Making, depth: int, sent: Mapping[str, str]) -> list[Step]:
    return _steps(making, depth + 1, sent) if depth < 3 and making.chance(2) else []


MAKERS = {
    "email": _email, "text": _text, "if": _if, "wait": _wait, "wait_until": _wait_until, "if_cases": _if_cases,
    "wait_for": _wait_for, "branch": _branch, "split": _split, "set": _set, "goal": _goal, "exit": _exit,
}  # fmt: skip
"""How a step of each kind is drawn."""

# ---------------------------------------------------------------------------------------------------- people


def _people(making: Making) -> Iterator[Happening]:
    """Who is there before the journey is published, or comes around its start; and what their addresses said."""
    before = making.begins - HOUR
    said: list[Happening] = []
    for key in KEYS[: making.draw(st.integers(1, 12))]:
        email, phone = f"{key}@x.example", f"+336{KEYS.index(key):08}"
        given: dict[str, Any] = {"email": email, "phone": phone, "first_name": making.one(["Ann"] * 3 + ["Bea"])}
        match making.one(["well"] * 6 + ["no email", "no phone", "out", "out of texts", "suppressed", "in", "shared"]):
            case "no email":
                del given["email"]
            case "no phone":
                del given["phone"]
            case "shared":
                given["email"] = f"{KEYS[0]}@x.example"
            case "out":
                said.append(Consented(before, "email", email, "opted_out"))
            case "out of texts":
                said.append(Consented(before, "text", phone, "opted_out"))
            case "in":
                said.append(Consented(before, "email", email, "opted_in"))
            case "suppressed":
                said.append(Suppressed(before, "email", email))
        yield Changed(before, key, given)
    yield from said


def _answers(making: Making) -> Mapping[str, tuple[str, ...]]:
    return {f"{key}@x.example": making.one(ANSWERS) for key in KEYS[:4] if making.chance(3)}


# ---------------------------------------------------------------------------------------------------- happenings


def _with(world: World, more: Sequence[Happening]) -> World:
    """What is heard at one instant is heard in the order in which it was thought of."""
    return replace(world, happenings=tuple(sorted([*world.happenings, *more], key=lambda one: one.when)))


def _visits(world: World) -> list[tuple[str, Visit]]:
    return [(key, visit) for key, found in ways(world).items() for way in found for visit in way.visits]


def _moments(world: World) -> list[datetime]:
    """Those at which something will happen by itself, as things stand."""
    found = {world.published_at} | {visit.left for _, visit in _visits(world) if visit.left not in (None, NEVER)}
    return sorted(one for one in found if one is not None)


def _near(making: Making, moments: Sequence[datetime]) -> datetime:
    near: datetime = max(making.one(moments) + making.one(AROUND), making.begins + TICK)
    return near


def _disturbed(making: Making, world: World) -> World:
    """Time passes without a worker; people change, leave and join, opt out and in; somebody stops it all."""
    moments = _moments(world)
    if making.chance(4):
        since = _near(making, moments)
        until = making.one([since + length for length in (TICK, GRACE, HOUR, 2 * DAY)] + moments)
        away = ((since, until),)
        world = replace(world, away=away if since < until and not _start_is_within(world, away) else ())
    visits = [(key, visit) for key, visit in _visits(world) if visit.left not in (None, NEVER)]
    more = [_change(making, *making.one(visits)) for _ in range(making.draw(st.integers(0, 4)) if visits else 0)]
    if making.chance(6):
        put_off = [one.entered for _, one in visits if one.result in ("sent", "failed") and one.entered < one.left]
        more.append(Stopped(_near(making, put_off) + MINUTE if put_off else _near(making, moments)))
    if making.chance(4):
        more.append(Changed(_near(making, moments), KEYS[-1], {"first_name": "Ann", "email": "late@x.example"}))
    return _with(world, more)


def _start_is_within(world: World, away: Sequence[tuple[datetime, datetime]]) -> bool:
    """Who is a member is known from when a worker looks: a start while nobody looks is another story."""
    begun = [way.entered for found in ways(world).values() for way in found]
    return any(since <= moment <= until for since, until in away for moment in (*begun, world.published_at))


def _change(making: Making, key: str, visit: Visit) -> Happening:
    """Around the moment at which somebody leaves a step: when a message goes out, or they come to the next."""
    when = _near(making, [visit.entered, visit.left])
    email, phone = f"{key}@x.example", f"+336{KEYS.index(key):08}"
    changes: list[Happening] = [
        Changed(when, key, {"first_name": "Bea"}),
        Changed(when, key, {"first_name": "Ann"}),
        Changed(when, key, {"email": None}),
        Changed(when, key, {"phone": None}),
        Changed(when, key, {"email": email, "phone": phone}),
        Changed(when, key, {"email": f"new-{key}@x.example"}),
        *[Consented(when, "email", email, state) for state in ("opted_out", "opted_out", "opted_in")],
        Consented(when, "text", phone, "opted_out"),
        *[Suppressed(when, "email", email)] * 3,
    ]
    if visit.result == "sent" and making.chance(2):  # the last moment at which it can still be held back
        when = visit.entered
        changes = [Consented(when, "email", email, "opted_out"), Suppressed(when, "email", email)]
    chosen: Happening = making.one(changes)
    return chosen


def _interactions(making: Making, world: World) -> list[Happening]:
    """What people do with their messages, mostly what the journey waits for, at the last moment."""
    steps = _by_name(world.document["steps"])
    found: list[Happening] = []
    for key, lived in ways(world).items():
        for way in lived:
            aims = [_Aim(steps, visit) for visit in way.visits if _can_be_aimed_at(steps, way, visit)]
            for _ in range(making.draw(st.integers(0, 3)) if aims else 0):
                found += _interaction(making, key, making.one(aims))
    return [one for one in found if one.when > world.published_at]


def _can_be_aimed_at(steps: Mapping[str, Step], way: Way, visit: Visit) -> bool:
    if steps[visit.step]["kind"] == "wait_for":
        return visit.left is not None
    message = steps[visit.step].get("of", visit.step)
    return visit.left is not None and message in way.deliveries and way.deliveries[message].handed_at is not None


class _Aim:
    """Something to do: what a step waits for, around the time when it gives up; or anything, around the sending.

    `wanted` are names of events, each with its link.
    """

    def __init__(self, steps: Mapping[str, Step], visit: Visit) -> None:
        step = steps[visit.step]
        if step["kind"] == "wait_for":
            self.step, self.wanted = None, [(step["trigger"], None)] * 3 + [(name, None) for name in TRIGGERS]
        else:
            self.step = step.get("of", visit.step)
            kind = steps[self.step]["kind"]
            events = [one for one in step.get("cases") or [step] if "event" in one]
            named = [(f"{kind}.{one['event'].removeprefix('link_')}", one.get("link")) for one in events]
            self.wanted = [*named * 6, *((f"{kind}.{name}", None) for name in INTERACTIONS[kind])]
        self.moments = [visit.entered, visit.left] + ([visit.limit] * 4 if visit.limit else [])


def _interaction(making: Making, key: str, aim: _Aim) -> Iterator[Did]:
    happened = making.one(aim.moments) + making.one(SHIFTS)
    name, link = making.one(aim.wanted)
    if name == "email.clicked" and (link is None or making.chance(3)):
        link = making.one(LINKS)
    heard = happened + making.one(DELAYS)
    did = Did(heard, key, name, happened, f"e{next(making.numbers)}", aim.step, link, automated=making.chance(3))
    yield did
    if making.chance(5):  # the same id once more: it is the same event, whatever else it says
        yield replace(did, when=heard + making.one([timedelta(0), GRACE]), automated=not did.automated)
    if making.chance(2):  # something else is done at nearly the same instant, and heard of together
        name, link = making.one(aim.wanted)
        happened += making.one([timedelta(0), TICK, -TICK])
        yield replace(did, name=name, link=link, at=happened, id=f"e{next(making.numbers)}", automated=False)


def _by_name(steps: Sequence[Step]) -> dict[str, Step]:
    """Every step, those in branches included."""
    found = {step["id"]: step for step in steps}
    for step in steps:
        inside = [one.get("then", []) for one in (*step.get("cases", ()), *step.get("parts", ()))]
        for branch in (*inside, *(step.get(outcome, []) for outcome in ("yes", "no", "other"))):
            found |= _by_name(branch)
    return found
