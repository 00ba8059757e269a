"""What people do with their messages and besides, mostly what the journey waits for, at the last moment."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from exits import AFTERWARDS
from happenings import Changed, Did, Happening, Renewed, World
from interpreter import ways
from life import NEVER, Life, Visit, Way
from making import (
    DAY,
    DELAYS,
    HOMES,
    INTERACTIONS,
    LINKS,
    SECOND,
    SHIFTS,
    TICK,
    TRIGGERS,
    Making,
    Step,
    a_day,
)  # fmt: skip
from through import GRACE


def a_trigger(making: Making, key: str, moment: datetime, name: str) -> Iterator[Did]:
    """An event, sometimes told twice, sometimes with another one just beside it."""
    happened = max(moment, making.begins - DAY) + making.one(SHIFTS)
    heard = max(max(happened, making.begins) + making.one([*DELAYS, -SECOND]), making.begins)  # clocks differ
    amount = {"amount": making.one([50, 50, 49, 100])} if making.chance(2) else {}
    id_ = f"e{next(making.numbers)}"
    yield Did(heard, key, name, happened, id_, automated=making.chance(6), properties=amount)
    if making.chance(6):
        yield Did(heard, key, name, happened + making.one(SHIFTS), id_)
    if making.chance(4):
        beside = happened + making.one([timedelta(0), TICK, -TICK, SECOND, -SECOND])
        yield Did(heard, key, name, beside, f"e{next(making.numbers)}", properties={"amount": 50})


def interactions(making: Making, world: World) -> list[Happening]:
    steps = _all_steps(world)
    found: list[Happening] = []
    for key, lived in ways(world).items():
        life = Life(world, key)
        for way in lived[-4:]:
            aims = [_at_step(steps, way, visit) for visit in way.visits if _can_be_aimed_at(steps, way, visit)]
            aims += [*_at_exits(life, way, steps)] * 2
            aims += [aim for aim in aims if aim.compares] * 3
            for _ in range(making.number(0, 3 if making.kind == "once" else 2) if aims else 0):
                found += _interaction(making, key, making.one(aims))
    return [one for one in found if one.when > world.published_at]


def _can_be_aimed_at(steps: Mapping[str, Step], way: Way, visit: Visit) -> bool:
    if visit.left is None or visit.step == "start":
        return False
    if steps[visit.step]["kind"] == "ab_test":
        return visit.result in ("a", "b")
    if steps[visit.step]["kind"] in ("wait_for", "wait_until"):
        return any(name in steps[visit.step] for name in ("trigger", "segment", "attribute"))
    message = steps[visit.step].get("of", visit.step)
    return message in way.deliveries and way.deliveries[message].handed_at is not None


@dataclass
class _Aim:
    """Something to do: what a step waits for, around the time when it gives up; or anything, around the sending.

    `wanted` are names of events, each with its link; of the message of a step, if there is one.
    """

    way: int
    moments: list[datetime]
    wanted: list[tuple[str, str | None]] = field(default_factory=list)
    step: str | None = None
    attribute: str | None = None
    compares: bool = False


def _at_step(steps: Mapping[str, Step], way: Way, visit: Visit) -> _Aim:
    step = steps[visit.step]
    aim = _Aim(way.number, [visit.entered, visit.left] + ([visit.limit] * 4 if visit.limit else []))
    if step["kind"] == "ab_test":
        metric = step["metric"]
        aim.step = metric["of"][visit.result] if "of" in metric else None
        event = metric.get("goal") or f"email.{metric['event'].removeprefix('link_')}"
        aim.wanted, aim.compares = [(event, metric.get("link"))], True
        return aim
    aim.attribute = "last_name" if "segment" in step else "birthday" if step["kind"] == "wait_until" else None
    if step["kind"] in ("wait_for", "wait_until"):
        aim.wanted = [(step.get("trigger", TRIGGERS[0]), None)] * 3 + [(name, None) for name in TRIGGERS]
    else:
        aim.step = step.get("of", visit.step)
        kind = steps[aim.step]["kind"]
        events = [one for one in step.get("cases") or [step] if "event" in one]
        named = [(f"{kind}.{one['event'].removeprefix('link_')}", one.get("link")) for one in events]
        aim.wanted = [*named * 6, *((f"{kind}.{name}", None) for name in INTERACTIONS[kind])]
    return aim


def _at_exits(life: Life, way: Way, steps: Mapping[str, Step]) -> Iterator[_Aim]:
    """What ends the participation or reaches its goal, at any moment of it, and when the goal is over."""
    goal = way.document.get("goal")
    left = way.left if way.left is not None and way.left < NEVER else way.entered
    moments = [way.entered, left, *(visit.entered for visit in way.visits)]
    messages = [step for step in way.deliveries if steps[step]["kind"] == "email"]
    for one in [*way.document.get("exits", ()), *([goal] if goal else [])]:
        limit = life.after(way.began, one["within"]) if "within" in one else left + AFTERWARDS
        aim = _Aim(way.number, moments + [limit] * len(moments) if one is goal else moments)
        if "segment" in one:
            aim.attribute = "last_name"
        elif one["trigger"] in TRIGGERS:
            aim.wanted = [(one["trigger"], None)]
        elif messages:
            aim.wanted, aim.step = [(one["trigger"], None)], messages[0]
        else:
            continue
        yield aim


def _interaction(making: Making, key: str, aim: _Aim) -> Iterator[Happening]:
    if aim.attribute:
        value = making.one(HOMES) if aim.attribute == "last_name" else a_day(making)
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
        for branch in (*inside, *(step.get(outcome, []) for outcome in ("yes", "no", "other", "a", "b"))):
            found |= _by_name(branch)
    return found
