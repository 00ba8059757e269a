"""Who enters a journey and when, for one person (J1 - J11): a way to start is one function in STARTS.

Each yields when the person is considered, in order; since when a version has to be there to be the one (P4); and the
event that it is for. What stands between them and entering is `refusal`.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from fractions import Fraction

from compared import share_of
from exits import LOOKED, kept_out, passes
from happenings import Did
from life import NEVER, Document, Life, Way, month_later

Considered = tuple[datetime, datetime, Did | None]
TICK = timedelta(microseconds=1)
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def refusal(life: Life, document: Document, now: datetime, event: Did | None) -> str | None:
    """J11: the first reason not to enter."""
    return kept_apart(life, document, now, event) or been_before(life, document["start"], now, event)


def kept_apart(life: Life, document: Document, now: datetime, event: Did | None) -> str | None:
    """An event finds the person as they were known until then."""
    start = document["start"]
    if life.gone <= now:
        return "person_deleted"
    if life.is_member(kept_out(document), now if event is None else now - TICK):
        return "excluded"
    if "hold_out" in start and share_of(life, {"id": "start"}) * 100 < Fraction(str(start["hold_out"])):
        return "held_out"
    return None


def been_before(life: Life, start: Document, now: datetime, event: Did | None) -> str | None:
    reentry = start.get("reentry", "always")
    if start.get("rejoin") or start.get("inside") == "skip":
        if any(is_inside(life, way, now) for way in life.ways):
            return "still_inside"
    elif start.get("frequency") == "newly_added" or reentry == "once":
        if any(way.reason not in ("excluded", "held_out", "entry_closed") for way in life.ways):
            return "already_entered"
    elif event is not None and reentry != "always":
        refused = ("excluded", "held_out", "already_entered", "entry_closed")
        before = [way for way in life.ways if way.reason not in refused]
        if any(life.after(went_in(way, now), reentry["after"]) > event.at for way in before):
            return "already_entered"
    return None


def went_in(way: Way, now: datetime) -> datetime:
    """J9: when they were let in; whoever waits still may be at once."""
    waited = [visit.left or now for visit in way.visits if visit.step == "start"]
    return waited[0] if waited else way.entered


def is_inside(life: Life, way: Way, now: datetime) -> bool:
    """Whoever is about to go on just now still is."""
    return way.left is None or way.left > now or (way.left == now and not _had_left(life, way))


def _had_left(life: Life, way: Way) -> bool:
    """Before anybody entered at that moment: what a step did just then is seen in a look of its own, later."""
    cause = way.visits[-1].cause
    if way.reason == "exit_segment" and cause is not None:
        return life.was_in(cause, way.left or NEVER, 0)
    return way.reason in LOOKED and not any((one.id, one.at) == (cause, way.left) for one in life.raised)


def once(life: Life) -> Iterator[Considered]:
    """J1: the members at the moment of the start; late if nobody can enter just then."""
    now = life.open(life.begins)
    if life.is_member(life.start["segment"], life.begins) and now < life.forgotten:
        yield now, life.begins - TICK, None


def newly_added(life: Life) -> Iterator[Considered]:
    """J2, J6: the members at the start, and whoever joins one of the segments later, having been in none."""
    segments = life.start["segment"]
    considered = life.open(life.begins)
    if life.is_member(segments, considered):
        yield considered, life.begins - TICK, None
    joinings = life.joinings(segments)
    for now in sorted({life.open(look) for look, _ in life.looks if look > considered}):
        joined = any(considered < look <= now for look in joinings)
        if joined and life.is_member(segments, now) and now < life.ends:
            yield now, now, None
        considered = now


def repeating(life: Life) -> Iterator[Considered]:
    """J3, J4: the members of each occurrence; those that pass before a late one is run are one with it."""
    for occurrence, now in runs(life):
        if life.is_member(life.start["segment"], occurrence) and now < life.forgotten:
            yield now, occurrence - TICK, None


def runs(life: Life) -> Iterator[tuple[datetime, datetime]]:
    """Occurrences, and when each is run. A version that takes over begins with its next one (P4)."""
    last = life.begins - TICK
    for occurrence in occurrences(life):
        if occurrence >= life.ends:
            return
        if last < occurrence:
            last = life.open(occurrence)
            yield occurrence, last


def occurrences(life: Life) -> Iterator[datetime]:
    """J3: on the wall clock, from the start on, for ever."""
    told = life.start.get("at", "publication")  # kept where clocks are put forward, though the first run be later
    start = life.local(life.begins) if told == "publication" else datetime.fromisoformat(told)
    repeat = life.start["repeat"]
    every, day = repeat.get("every", 1), timedelta(days=1)
    monday = start - start.weekday() * day
    weekdays = [WEEKDAYS.index(name) for name in repeat.get("weekdays", ())] or [start.weekday()]
    for number in range(400):
        match repeat["unit"]:
            case "day":
                locals_ = [start + number * every * day]
            case "week":
                locals_ = [monday + (7 * number * every + weekday) * day for weekday in sorted(weekdays)]
            case _:
                locals_ = [month_later(start, number * every, repeat.get("day") or start.day)]
        yield from (max(life.instant_of(local), life.begins) for local in locals_ if local >= start)


def triggered(life: Life) -> Iterator[Considered]:
    """J10: each event of the name that passes the filter, as soon as it is known and the journey has begun."""
    known = [one for one in life.happened if one.name == life.start["trigger"] and one.at >= life.begins]
    counting = [(life.open(max(one.when, life.begins)), one) for one in known if not one.automated]
    for now, event in sorted(counting, key=lambda found: (found[0], found[1].at, found[1].id)):
        said = event if now <= life.forgotten else replace(event, properties={})  # which is erased then (A4)
        if max(now, event.at) < life.ends and passes(life.start, said):
            yield now, min(now, event.at), event


Start = Callable[[Life], Iterator[Considered]]
STARTS: dict[str, Start] = {
    "once": once,
    "newly_added": newly_added,
    "repeating": repeating,
    "trigger": triggered,
}


def kind_of(start: Document) -> str:
    return "trigger" if "trigger" in start else str(start.get("frequency", "once"))
