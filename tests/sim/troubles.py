"""What disturbs a world: time passes without a worker; people change, leave segments and join them, opt out and in, are
deleted; somebody pauses it all, publishes a new version, or stops it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from around import moments_of, never_opens, starts, visits_of, with_more
from doings import a_trigger
from happenings import Changed, Consented, Deleted, Did, Happening, Paused, Renewed, Resumed, Stopped, Suppressed, World
from life import NEVER, Life, Visit
from making import DAY, HOMES, HOUR, MINUTE, TICK, Making, a_day, another_version
from stage import KEYS
from through import GRACE

SPANS = [TICK, GRACE, HOUR, 2 * DAY]


def disturbed(making: Making, world: World) -> World:
    """Time passes without a worker; people change, leave and join, opt out and in; somebody pauses or stops it all."""
    moments = moments_of(world)
    if "rate" in world.document["start"] and (closed := Life(world, KEYS[0]).ends) < NEVER:
        moments += [closed] * 2
    if making.chance(4):
        since = making.near(moments)
        until = making.one([since + length for length in SPANS] + moments)
        world = replace(world, away=((since, until),) if since < until else ())
    visits = [(key, visit) for key, visit in visits_of(world) if visit.left not in (None, NEVER)]
    more = [_change(making, *making.one(visits)) for _ in range(making.number(0, 4) if visits else 0)]
    if making.chance(4):
        more.append(Changed(making.near(moments), KEYS[-1], {"first_name": "Ann", "email": "late@x.example"}))
    world = with_more(world, more)
    world = with_more(world, _pauses(making, world, moments)) if making.chance(4) else world
    if making.chance(4):
        world = with_more(world, _deleted(making, world, moments))
    if making.kind != "once" and making.chance(4):
        world = _renewed(making, world, making.near(moments))
    if making.chance(6):
        put_off = [one.entered for _, one in visits if one.result in ("sent", "failed") and one.entered < one.left]
        world = _stopped(world, making.near(put_off) + MINUTE if put_off else making.near(moments))
    return world


def _deleted(making: Making, world: World, moments: Sequence[datetime]) -> Iterator[Happening]:
    """Somebody is, often while nobody looks; and perhaps somebody else comes under the same key."""
    key = making.one([one.person for one in world.happenings if isinstance(one, Changed | Did)])
    unseen = [*world.away, *((since, until) for since, until, _ in Life(world, KEYS[0]).pauses if until < NEVER)]
    when = making.near([*moments, *[until - TICK for _, until in unseen] * len(moments)])
    ending = [one["trigger"] for one in world.document.get("exits", ()) if "trigger" in one]
    if ending and making.chance(2):
        yield Did(
            when - TICK, key, making.one(ending), when - TICK, f"e{next(making.numbers)}", properties={"amount": 50}
        )
    yield Deleted(when, key)
    if making.chance(2):
        again = max(when, making.near(moments))
        yield Changed(again, key, {"first_name": "Ann", "email": f"{key}@x.example", "last_name": making.one(HOMES)})


def _pauses(making: Making, world: World, moments: Sequence[datetime]) -> Iterator[Happening]:
    """One, or two, one after the other; people join and leave meanwhile, also around a start."""
    beginnings = starts(world)[:4]
    paused = making.near([*moments, *beginnings])
    people = [one.person for one in world.happenings if isinstance(one, Changed)]
    for _ in range(making.number(1, 2)):
        resumed = max(paused, making.one([paused + length for length in SPANS] + [making.near(moments)]))
        yield Paused(paused, making.one(["run_on", "freeze", "freeze"]))
        yield Resumed(resumed)
        for _ in range(making.number(0, 2)):
            when, key = making.near([paused, resumed, *beginnings]), making.one(people)
            yield Changed(when, key, {"last_name": making.one(HOMES)})
            if making.kind == "trigger":
                yield from a_trigger(making, key, when, "cart.left")
        paused = max(resumed, making.near(moments))


def _renewed(making: Making, world: World, when: datetime) -> World:
    """A new version needs a journey that is live, and workers who see when it came."""
    life = Life(world, KEYS[0])
    held_up = [*world.away, *((since, until) for since, until, _ in life.pauses)]
    if when >= life.ends or any(since <= when <= until for since, until in held_up):
        return world
    document = another_version(making, world.document, when)
    if never_opens(replace(world, document=document), when):
        return world
    return with_more(world, [Renewed(when, document)])


def _stopped(world: World, when: datetime) -> World:
    """For good: its life has no more changes."""
    before = [one for one in world.happenings if one.when < when or not isinstance(one, Paused | Resumed | Renewed)]
    return with_more(replace(world, happenings=tuple(before)), [Stopped(when)])


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
        Changed(when, key, {"birthday": a_day(making)}),
        *[Consented(when, "email", email, state) for state in ("opted_out", "opted_out", "opted_in")],
        Consented(when, "text", phone, "opted_out"),
        *[Suppressed(when, "email", email)] * 3,
    ]
    if visit.result == "sent" and making.chance(2):  # the last moment at which it can still be held back
        when = visit.entered
        changes = [Consented(when, "email", email, "opted_out"), Suppressed(when, "email", email)]
    chosen: Happening = making.one(changes)
    return chosen
