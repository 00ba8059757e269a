"""What a journey does to one person, in plain Python: the oracle that the engine is held against.

It reads the bare document and the happenings of a world, one person at a time and one visit after the other, and knows
no tables, turns or batches. It shares nothing with the engine, not even the arithmetic of calendars. `life` is what is
known of a person, `entries` when they enter, `through` what each kind of step does.
"""

from collections.abc import Sequence
from datetime import datetime

from entries import STARTS, kind_of, refusal
from happenings import Changed, World
from life import Document, Life, Visit, Way
from through import KINDS


class _Over(Exception):
    """The participation has ended."""


def ways(world: World) -> dict[str, list[Way]]:
    """The participations of everybody, by their key, in the order in which they began; also when they did not enter."""
    people = dict.fromkeys(one.person for one in world.happenings if isinstance(one, Changed))
    return {key: lived(Life(world, key)) for key in people}


def lived(life: Life) -> list[Way]:
    for now, since, event in STARTS[kind_of(life.start)](life):
        if now < life.ends:
            reason = refusal(life, now, event)
            life.way = Way(now, trigger=event)
            life.ways.append(life.way)
            if reason is None:
                live(life, version(life, since))
            else:
                life.way.left, life.way.reason = now, reason
                life.way.visits.append(Visit("start", now, now, reason))
    return life.ways


def version(life: Life, moment: datetime) -> Document:
    """P4: newcomers get the newest."""
    return next(document for since, document in reversed(life.versions) if since <= moment)


def live(life: Life, document: Document) -> None:
    way = life.way
    try:
        way.left = walk(life, document["steps"], way.entered)
    except _Over:
        way.left, way.reason = way.visits[-1].left, way.visits[-1].result


def walk(life: Life, steps: Sequence[Document], now: datetime) -> datetime:
    """W1: the branch of the outcome, then what stands after it. Returns when the last step was left."""
    for step in steps:
        visit = Visit(step["id"], now)
        life.way.visits.append(visit)
        outcome, now, visit.cause = KINDS[step["kind"]](life, step, now)
        if now >= life.ends:  # P6: wherever they are, and before anything else that happens then
            visit.left, visit.result, visit.cause = life.ends, life.end_reason, None
            raise _Over
        exits, _, reason = outcome.rpartition(":")
        visit.left, visit.result = now, reason
        if exits:
            raise _Over
        now = walk(life, branch(step, outcome), now)
    return now


def branch(step: Document, outcome: str) -> Sequence[Document]:
    """A list by the name of the outcome, or in the case or the part that has it."""
    named = [one for one in (*step.get("cases", ()), *step.get("parts", ())) if one["outcome"] == outcome]
    steps: Sequence[Document] = named[0].get("then", []) if named else step.get(outcome) or []
    return steps
