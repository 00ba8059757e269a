"""What a journey does to people, in plain Python: the oracle that the engine is held against.

It reads the bare document and the happenings of a world, one participation after the other and one visit after the
other, and knows no tables, turns or batches. It shares nothing with the engine, not even the arithmetic of calendars.
`life` is what is known of a person, `entries` when they enter, `line` how they wait for it, `through` what each kind of
step does, `exits` what ends it all.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from compared import Tests
from entries import STARTS, kind_of, refusal
from exits import leaving, reached
from happenings import Changed, Did, World
from life import NEVER, Document, Life, Visit, Way, lives
from line import Line, Place
from through import KINDS, passed


class Considered(NamedTuple):
    """Somebody who may enter: when, by the version of when, and by which event."""

    now: datetime
    since: datetime
    event: Did | None
    life: Life
    place: Place


class _Over(Exception):
    """The participation has ended."""


def ways(world: World) -> dict[str, list[Way]]:
    """The participations of everybody, by their key, in the order in which they began; also when they did not enter."""
    people = dict.fromkeys(one.person for one in world.happenings if isinstance(one, Changed))
    numbered = [(key, number) for key in people for number in range(len(lives(world, key)))]
    tests, known = Tests(), False
    while not known:
        everybody: list[Life] = []
        for key, number in numbered:
            earlier = [life for life in everybody if life.person == key]
            everybody.append(Life(world, key, number, tests, earlier))
        lived(everybody)
        known = not tests.learn(everybody)
    return {key: [way for life in everybody if life.person == key for way in over(life)] for key in people}


def lived(people: Sequence[Life]) -> None:
    """At each moment whoever is considered enters or stands in line; then those go in whose slot has come."""
    coming = sorted(considered(people), key=lambda one: one.now)
    line = Line()
    while coming or line.waiting:
        now = min([one.now for one in (*coming[:1], *line.waiting)])
        line.leave(now)
        if now >= NEVER:
            return
        here = [one for one in coming if one.now == now]
        del coming[: len(here)]
        for one in here:
            consider(one, line)
        line.leave(now)
        for waiting in line.let_in(now):
            waiting.way.let_in = now
            live(waiting.life, waiting.way, now)


def considered(people: Sequence[Life]) -> Iterator[Considered]:
    """Everybody who may enter, with their place in the line."""
    for number, life in enumerate(sorted(people, key=lambda life: life.id)):
        times: Counter[tuple[datetime, datetime]] = Counter()
        for now, since, event in STARTS[kind_of(life.start)](life):
            if now < life.stopped:
                here = now, life.since(version(life, since))
                times[here] += 1
                yield Considered(now, since, event, life, (now, times[here], event.at if event else now, number))


def consider(one: Considered, line: Line) -> None:
    life, document = one.life, version(one.life, one.since)
    reason = refusal(life, document, one.now, one.event)
    way = Way(one.now, trigger=one.event, number=len(life.ways), document=document)
    way.run = life.since(document), one.since if "repeat" in document["start"] else None
    life.ways.append(way)
    if reason is not None:
        way.visits.append(Visit("start", one.now))
        way.end_at_start(one.now, reason)
        way.let_in = way.began if reason == "held_out" else None  # the goal is counted for them too
    elif "rate" in document["start"]:
        line.come(life, way, one.place)
    else:
        way.let_in = way.began
        live(life, way, one.now)


def over(life: Life) -> list[Way]:
    for way in life.ways:
        way.reached = reached(life, way)
        if life.forgotten < NEVER:
            forget(way)
    return life.ways


def version(life: Life, moment: datetime) -> Document:
    """P4: newcomers get the newest."""
    return next(document for since, document in reversed(life.versions) if since <= moment)


def live(life: Life, way: Way, now: datetime) -> None:
    life.way = way
    try:
        way.left = walk(life, way.document["steps"], now)
    except _Over:
        way.left, way.reason = way.visits[-1].left, way.visits[-1].result


def walk(life: Life, steps: Sequence[Document], now: datetime) -> datetime:
    """W1: the branch of the outcome, then what stands after it. Returns when the last step was left."""
    for step in steps:
        visit = Visit(step["id"], now)
        life.way.visits.append(visit)
        if leaving(life, life.way).at <= now:
            leave(life, visit)
        outcome, now, visit.cause = KINDS[step["kind"]](life, step, now)
        if leaving(life, life.way).at <= now:
            leave(life, visit)
        exits, _, reason = outcome.rpartition(":")
        visit.left, visit.result = now, reason
        if exits:
            raise _Over
        passed(life, step, now)
        now = walk(life, branch(step, outcome), now)
    return now


def leave(life: Life, visit: Visit) -> None:
    """W15, P6, A4: wherever they are, and before anything else that happens then."""
    visit.left, visit.result, visit.cause = leaving(life, life.way)
    raise _Over


def forget(way: Way) -> None:
    """A4: what is kept of them tells how many, not who."""
    for visit in way.visits:
        visit.cause = None
    for delivery in way.deliveries.values():
        delivery.address = None


def branch(step: Document, outcome: str) -> Sequence[Document]:
    """A list by the name of the outcome, or in the case or the part that has it."""
    named = [one for one in (*step.get("cases", ()), *step.get("parts", ())) if one["outcome"] == outcome]
    steps: Sequence[Document] = named[0].get("then", []) if named else step.get(outcome) or []
    return steps
