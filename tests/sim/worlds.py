"""Worlds in random mixtures: nested journeys, people who cannot all be reached, and what happens around every deadline.

Things happen a microsecond on either side of whatever the interpreter says will happen. It is asked while a world is
being made, so that clicks come just before their deadlines.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from entries import begins, ends, kind_of, occurrences, runs
from happenings import Changed, Consented, Did, Happening, Paused, Renewed, Resumed, Stopped, Suppressed, World
from interpreter import ways
from life import NEVER, Life, Visit, Way
from making import (
    DAY,
    HOUR,
    INTERACTIONS,
    LENGTHS,
    LINKS,
    MINUTE,
    SECOND,
    TICK,
    TRIGGERS,
    Making,
    Step,
    a_journey,
    a_making,
    another_version,
)  # fmt: skip
from stage import KEYS
from through import GRACE

SHIFTS = [timedelta(0)] * 5 + [TICK, -TICK] * 2 + [SECOND, -SECOND, GRACE, -HOUR, HOUR, -DAY]
DELAYS = [timedelta(0)] * 4 + [GRACE] * 3 + [TICK, 2 * SECOND, GRACE - TICK, GRACE + TICK, MINUTE, 3 * HOUR, 2 * DAY]
ANSWERS: list[tuple[str, ...]] = [
    ("later",), ("later",) * 3, ("later 600",), ("later 90000", "later"), ("later",) * 26, ("refused",),
    ("later", "refused"), ("doubtful",), ("later", "doubtful"),
]  # fmt: skip
SPANS = [TICK, GRACE, HOUR, 2 * DAY]
HOMES = ["north", "north", "south", "north south", "north staff", None]


def world(number: int) -> World:
    """The world of this number, always the same."""
    making = a_making(number)
    document = a_journey(making)
    made = World(document, making.begins, tuple(_people(making)), _answers(making), restrictive=making.chance(5))
    for _ in range(2):
        made = _with(made, _comings(making, made))
    made = _disturbed(making, made)
    for _ in range(2):  # the clicks of the first round lead to messages that the second can click in
        made = _with(made, _interactions(making, made))
    return made


# ---------------------------------------------------------------------------------------------------- people


def _people(making: Making) -> Iterator[Happening]:
    """Who is there before the journey is published, or comes around its start; and what their addresses said."""
    before = making.begins - HOUR
    said: list[Happening] = []
    for key in KEYS[: making.number(1, 12 if making.kind == "once" else 6)]:
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
        if (place := making.one([None, "north", "north", "south", "north south", "north staff"])) is not None:
            given["last_name"] = place
        if making.chance(2):
            given["birthday"] = _a_day(making)
        yield Changed(before, key, given)
    yield from said


def _a_day(making: Making) -> str:
    return (making.begins + timedelta(days=making.number(-1, 4))).date().isoformat()


def _answers(making: Making) -> Mapping[str, tuple[str, ...]]:
    return {f"{key}@x.example": making.one(ANSWERS) for key in KEYS[:4] if making.chance(3)}


# ---------------------------------------------------------------------------------------------------- happenings


def _with(world: World, more: Iterable[Happening]) -> World:
    """What is heard at one instant is heard in the order in which it was thought of.

    Who is a member is known from when a worker looks: that people change around a start at which nobody looks is
    another story.
    """
    world = replace(world, happenings=tuple(sorted([*world.happenings, *more], key=lambda one: one.when)))
    unseen = [span for span in world.away if any(span[0] <= start <= span[1] for start in _starts(world))]
    told = [
        one
        for one in world.happenings
        if not (isinstance(one, Changed) and any(since <= one.when <= until for since, until in unseen))
    ]
    return replace(world, happenings=tuple(told))


def _starts(world: World) -> list[datetime]:
    """The moments whose members enter."""
    life = Life(world, KEYS[0])
    match kind_of(life.start):
        case "once":
            return [begins(life)]
        case "repeating":
            return [occurrence for occurrence, _ in runs(life)]
    return []


def _visits(world: World) -> list[tuple[str, Visit]]:
    return [(key, visit) for key, found in ways(world).items() for way in found for visit in way.visits]


def _moments(world: World) -> list[datetime]:
    """Those at which something will happen by itself, as things stand."""
    found = {world.published_at} | {visit.left for _, visit in _visits(world) if visit.left not in (None, NEVER)}
    return sorted(one for one in found if one is not None)


def _comings(making: Making, world: World) -> list[Happening]:
    """What lets people enter later: they join a segment, leave it, join it again; or do what the journey waits for."""
    if making.kind == "once":
        return []
    found: list[Happening] = []
    lived = ways(world)
    for key in lived:
        life = Life(world, key)
        entered = [moment for way in lived[key] for moment in (way.entered, way.left) if moment not in (None, NEVER)]
        moments = [*entered, *(life.after(making.begins, making.one(LENGTHS)) for _ in range(3)), begins(life)]
        moments += [ends(life)] if making.chance(2) and ends(life) < NEVER else []
        moments += islice(occurrences(life), 4) if "repeat" in life.start else []
        reentry = life.start.get("reentry")
        if isinstance(reentry, dict):
            moments += [life.after(moment, reentry["after"]) for moment in entered] * 2
        for _ in range(making.number(0, 2)):
            if making.kind == "trigger":
                found += _trigger(making, key, making.one(moments), "cart.left")
            else:
                found.append(Changed(making.near(moments), key, {"last_name": making.one(HOMES)}))
    return found


def _trigger(making: Making, key: str, moment: datetime, name: str) -> Iterator[Did]:
    """An event, sometimes told twice, sometimes with another one just beside it."""
    happened = max(moment, making.begins - DAY) + making.one(SHIFTS)
    heard = max(happened, making.begins) + making.one(DELAYS)
    amount = {"amount": making.one([50, 50, 49, 100])} if making.chance(2) else {}
    id_ = f"e{next(making.numbers)}"
    yield Did(heard, key, name, happened, id_, automated=making.chance(6), properties=amount)
    if making.chance(6):
        yield Did(heard, key, name, happened + making.one(SHIFTS), id_)
    if making.chance(4):
        beside = happened + making.one([timedelta(0), TICK, -TICK, -SECOND])
        yield Did(heard, key, name, beside, f"e{next(making.numbers)}", properties={"amount": 50})


def _disturbed(making: Making, world: World) -> World:
    """Time passes without a worker; people change, leave and join, opt out and in; somebody pauses or stops it all."""
    moments = _moments(world)
    if making.chance(4):
        since = making.near(moments)
        until = making.one([since + length for length in SPANS] + moments)
        world = replace(world, away=((since, until),) if since < until else ())
    visits = [(key, visit) for key, visit in _visits(world) if visit.left not in (None, NEVER)]
    more = [_change(making, *making.one(visits)) for _ in range(making.number(0, 4) if visits else 0)]
    if making.chance(4):
        more.append(Changed(making.near(moments), KEYS[-1], {"first_name": "Ann", "email": "late@x.example"}))
    world = _with(world, more)
    world = _with(world, _pauses(making, world, moments)) if making.chance(4) else world
    if making.kind != "once" and making.chance(4):
        world = _renewed(making, world, making.near(moments))
    if making.chance(6):
        put_off = [one.entered for _, one in visits if one.result in ("sent", "failed") and one.entered < one.left]
        world = _stopped(world, making.near(put_off) + MINUTE if put_off else making.near(moments))
    return world


def _pauses(making: Making, world: World, moments: Sequence[datetime]) -> Iterator[Happening]:
    """One, or two, one after the other; people join and leave meanwhile, also around a start."""
    starts = _starts(world)[:4]
    paused = making.near([*moments, *starts])
    people = [one.person for one in world.happenings if isinstance(one, Changed)]
    for _ in range(making.number(1, 2)):
        resumed = max(paused, making.one([paused + length for length in SPANS] + [making.near(moments)]))
        yield Paused(paused, making.one(["run_on", "freeze", "freeze"]))
        yield Resumed(resumed)
        for _ in range(making.number(0, 2)):
            yield Changed(making.near([paused, resumed, *starts]), making.one(people), {"last_name": making.one(HOMES)})
        paused = max(resumed, making.near(moments))


def _renewed(making: Making, world: World, when: datetime) -> World:
    """A new version needs a journey that is live, and workers who see when it came."""
    life = Life(world, KEYS[0])
    held_up = [*world.away, *((since, until) for since, until, _ in life.pauses)]
    if when >= ends(life) or any(since <= when <= until for since, until in held_up):
        return world
    return _with(world, [Renewed(when, another_version(making, world.document, when))])


def _stopped(world: World, when: datetime) -> World:
    """For good: its life has no more changes."""
    before = [one for one in world.happenings if one.when < when or not isinstance(one, Paused | Resumed | Renewed)]
    return _with(replace(world, happenings=tuple(before)), [Stopped(when)])


def _change(making: Making, key: str, visit: Visit) -> Happening:
    """Around the moment at which somebody leaves a step: when a message goes out, or they come to the next."""
    when = making.near([visit.entered, visit.left])
    email, phone = f"{key}@x.example", f"+336{KEYS.index(key):08}"
    changes: list[Happening] = [
        Changed(when, key, {"first_name": "Bea"}),
        Changed(when, key, {"first_name": "Ann"}),
        Changed(when, key, {"email": None}),
        Changed(when, key, {"phone": None}),
        Changed(when, key, {"email": email, "phone": phone}),
        Changed(when, key, {"email": f"new-{key}@x.example"}),
        *[Changed(when, key, {"last_name": making.one(HOMES)})] * 2,
        Changed(when, key, {"birthday": _a_day(making)}),
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
    steps = _all_steps(world)
    found: list[Happening] = []
    for key, lived in ways(world).items():
        for number, way in enumerate(lived):
            aims = [_Aim(steps, visit, number) for visit in way.visits if _can_be_aimed_at(steps, way, visit)]
            for _ in range(making.number(0, 3 if making.kind == "once" else 2) if aims else 0):
                found += _interaction(making, key, making.one(aims))
    return [one for one in found if one.when > world.published_at]


def _can_be_aimed_at(steps: Mapping[str, Step], way: Way, visit: Visit) -> bool:
    if visit.left is None or visit.step == "start":
        return False
    if steps[visit.step]["kind"] in ("wait_for", "wait_until"):
        return any(name in steps[visit.step] for name in ("trigger", "segment", "attribute"))
    message = steps[visit.step].get("of", visit.step)
    return message in way.deliveries and way.deliveries[message].handed_at is not None


class _Aim:
    """Something to do: what a step waits for, around the time when it gives up; or anything, around the sending.

    `wanted` are names of events, each with its link.
    """

    def __init__(self, steps: Mapping[str, Step], visit: Visit, way: int) -> None:
        step = steps[visit.step]
        self.way, self.step = way, None
        self.attribute = "last_name" if "segment" in step else "birthday" if step["kind"] == "wait_until" else None
        if step["kind"] in ("wait_for", "wait_until"):
            self.wanted = [(step.get("trigger", TRIGGERS[0]), None)] * 3 + [(name, None) for name in TRIGGERS]
        else:
            self.step = step.get("of", visit.step)
            kind = steps[self.step]["kind"]
            events = [one for one in step.get("cases") or [step] if "event" in one]
            named = [(f"{kind}.{one['event'].removeprefix('link_')}", one.get("link")) for one in events]
            self.wanted = [*named * 6, *((f"{kind}.{name}", None) for name in INTERACTIONS[kind])]
        self.moments = [visit.entered, visit.left] + ([visit.limit] * 4 if visit.limit else [])


def _interaction(making: Making, key: str, aim: _Aim) -> Iterator[Happening]:
    if aim.attribute:
        value = making.one(HOMES) if aim.attribute == "last_name" else _a_day(making)
        yield Changed(making.near(aim.moments), key, {aim.attribute: value})
        return
    happened = making.one(aim.moments) + making.one(SHIFTS)
    name, link = making.one(aim.wanted)
    if name == "email.clicked" and (link is None or making.chance(3)):
        link = making.one(LINKS)
    heard = happened + making.one(DELAYS)
    properties = {} if aim.step else {"amount": making.one([50, 50, 49])}
    did = Did(heard, key, name, happened, f"e{next(making.numbers)}", aim.step, link, way=aim.way,
              automated=making.chance(3), properties=properties)  # fmt: skip
    yield did
    if making.chance(5):  # the same id once more: it is the same event, whatever else it says
        yield replace(did, when=heard + making.one([timedelta(0), GRACE]), automated=not did.automated)
    if making.chance(2):  # something else is done at nearly the same instant, and heard of together
        name, link = making.one(aim.wanted)
        happened += making.one([timedelta(0), TICK, -TICK])
        yield replace(did, name=name, link=link, at=happened, id=f"e{next(making.numbers)}", automated=False)


def _all_steps(world: World) -> Mapping[str, Step]:
    versions = [world.document, *(one.document for one in world.happenings if isinstance(one, Renewed))]
    return {name: step for document in versions for name, step in _by_name(document["steps"]).items()}


def _by_name(steps: Sequence[Step]) -> dict[str, Step]:
    """Every step, those in branches included."""
    found = {step["id"]: step for step in steps}
    for step in steps:
        inside = [one.get("then", []) for one in (*step.get("cases", ()), *step.get("parts", ()))]
        for branch in (*inside, *(step.get(outcome, []) for outcome in ("yes", "no", "other"))):
            found |= _by_name(branch)
    return found
