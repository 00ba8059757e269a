"""What a journey does to one person, in plain Python: the oracle that the engine is held against.

It reads the bare document and the happenings of a world, one person at a time and one visit after the other, and knows
no tables, turns or batches. It shares nothing with the engine, not even the arithmetic of calendars. `life` is what is
known of a person, `entries` when they enter, `through` what each kind of step does, `exits` what ends it all.
"""

from collections.abc import Sequence
from datetime import datetime

from entries import STARTS, kind_of, refusal
from exits import leaving, reached
from happenings import Changed, World
from life import NEVER, Document, Life, Visit, Way, lives
from through import KINDS


class _Over(Exception):
    """The participation has ended."""


def ways(world: World) -> dict[str, list[Way]]:
    """The participations of everybody, by their key, in the order in which they began; also when they did not enter."""
    people = dict.fromkeys(one.person for one in world.happenings if isinstance(one, Changed))
    everybody = {key: [Life(world, key, number) for number in range(len(lives(world, key)))] for key in people}
    return {key: [way for life in found for way in lived(life)] for key, found in everybody.items()}


def lived(life: Life) -> list[Way]:
    for now, since, event in STARTS[kind_of(life.start)](life):
        if now < life.stopped:
            document = version(life, since)
            reason = refusal(life, document, now, event)
            life.way = Way(now, trigger=event, number=len(life.ways), document=document)
            life.ways.append(life.way)
            if reason is None:
                life.way.let_in = life.way.began
                live(life)
            else:
                life.way.left, life.way.reason = now, reason
                life.way.visits.append(Visit("start", now, now, reason))
    for way in life.ways:
        way.reached = reached(life, way)
        if life.forgotten < NEVER:
            forget(way)
    return life.ways


def version(life: Life, moment: datetime) -> Document:
    """P4: newcomers get the newest."""
    return next(document for since, document in reversed(life.versions) if since <= moment)


def live(life: Life) -> None:
    way = life.way
    try:
        way.left = walk(life, way.document["steps"], way.entered)
    except _Over:
        way.left, way.reason = way.visits[-1].left, way.visits[-1].result


def walk(life: Life, steps: Sequence[Document], now: datetime) -> datetime:
    """W1: the branch of the outcome, then what stands after it. Returns when the last step was left."""
    for step in steps:
        visit = Visit(step["id"], now)
        life.way.visits.append(visit)
        if leaving(life).at <= now:
            leave(life, visit)
        outcome, now, visit.cause = KINDS[step["kind"]](life, step, now)
        if leaving(life).at <= now:
            leave(life, visit)
        exits, _, reason = outcome.rpartition(":")
        visit.left, visit.result = now, reason
        if exits:
            raise _Over
        now = walk(life, branch(step, outcome), now)
    return now


def leave(life: Life, visit: Visit) -> None:
    """W15, P6, A4: wherever they are, and before anything else that happens then."""
    visit.left, visit.result, visit.cause = leaving(life)
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
