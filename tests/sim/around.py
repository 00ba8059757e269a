"""What stands in a world while it is made, as the interpreter tells it: when people start and go on by themselves."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from entries import kind_of, runs
from happenings import Changed, Happening, World
from interpreter import ways
from life import NEVER, Life, Visit
from line import opens
from stage import KEYS


def with_more(world: World, more: Iterable[Happening]) -> World:
    """What is heard at one instant is heard in the order in which it was thought of.

    Who is a member is known from when a worker looks: that people change around a start at which nobody looks is
    another story.
    """
    world = replace(world, happenings=tuple(sorted([*world.happenings, *more], key=lambda one: one.when)))
    unseen = [span for span in world.away if any(span[0] <= start <= span[1] for start in starts(world))]
    told = [
        one
        for one in world.happenings
        if not (isinstance(one, Changed) and any(since <= one.when <= until for since, until in unseen))
    ]
    return replace(world, happenings=tuple(told))


def starts(world: World) -> list[datetime]:
    """The moments whose members enter."""
    life = Life(world, KEYS[0])
    match kind_of(life.start):
        case "once":
            return [life.begins]
        case "repeating":
            return [occurrence for occurrence, _ in runs(life)]
    return []


def never_opens(world: World, now: datetime) -> bool:
    """Such an entry rate cannot be published from now on."""
    life = Life(world, KEYS[0])
    rate = life.start.get("rate")
    return rate is not None and opens(life, rate, max(now, life.begins)) >= life.ends


def visits_of(world: World) -> list[tuple[str, Visit]]:
    return [(key, visit) for key, found in ways(world).items() for way in found for visit in way.visits]


def moments_of(world: World) -> list[datetime]:
    """Those at which something will happen by itself, as things stand."""
    found = {world.published_at} | {visit.left for _, visit in visits_of(world) if visit.left not in (None, NEVER)}
    return sorted(one for one in found if one is not None)
