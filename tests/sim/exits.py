"""What ends a participation wherever somebody is (W15, P6, A4), and what reaches the goal (W14), for one person.

It is asked of what is known when a worker looks. At one look the goal comes first, then exits in the order in which
they stand; then who was deleted leaves, and last whom a stop ends.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from happenings import Did
from life import NEVER, Document, Life, Way

from segment_meaning import Meaning

AFTERWARDS = timedelta(days=3)


class Leaving(NamedTuple):
    """When, why, and what decided it."""

    at: datetime
    reason: str
    cause: str | None = None


LOOKED = ("exit_event", "exit_segment", "goal_reached", "person_deleted")
"""Whoever leaves for these has left before anybody enters at the same moment."""


def leaving(life: Life, way: Way) -> Leaving:
    """As far as it is known by the step at which they are now: clicks in later messages are still to come."""
    exits = [one for one in _exits(life, way) if one.at < life.stopped]
    ends = [Leaving(life.forgotten, "person_deleted"), Leaving(life.stopped, "journey_stopped")]
    return min([*exits, *ends], key=lambda one: one.at)


def _exits(life: Life, way: Way) -> Iterator[Leaving]:
    goal = way.document.get("goal", {})
    if goal.get("exit"):
        yield _event(life, way, goal, "goal_reached")
    for one in way.document.get("exits", ()):
        if "segment" in one:
            looks = [look for look in life.joinings(one["segment"]) if look >= way.entered]
            yield Leaving(min(looks, default=NEVER), "exit_segment", one["segment"])
        else:
            yield _event(life, way, one, "exit_event")


def _event(life: Life, way: Way, asked: Document, reason: str) -> Leaving:
    """The look at which such an event is known; of several that are known by then the earliest decides."""
    since = way.let_in if reason == "goal_reached" else way.began
    until = life.after(since, asked["within"]) if since is not None and "within" in asked else NEVER
    found = [] if since is None else [one for one in counting(life, way, asked) if since <= one.at <= until]
    inside = way.inside if reason == "goal_reached" else way.entered
    look = min((_looked(life, one, inside) for one in found), default=NEVER)
    known = [(one.at, one.id) for one in found if _looked(life, one, inside) <= look]
    return Leaving(look, reason, min(known)[1] if known else None)


def reached(life: Life, way: Way) -> datetime | None:
    """W14: the earliest event that counts among those that are known at the first look at which one is. What a step
    raises is seen in a look of its own."""
    goal = way.document.get("goal")
    if goal is None or way.let_in is None:
        return None
    found = [one for one in counting(life, way, goal) if one.at >= way.let_in]
    looked = [((_looked(life, one, way.inside), one in life.raised), one.at) for one in found]
    for look in sorted({look for look, _ in looked}):
        until = _goal_ends(life, way, goal, look[0])
        if known := [at for seen, at in looked if seen <= look and at <= until]:
            return min(known)
    return None


def _goal_ends(life: Life, way: Way, goal: Document, look: datetime) -> datetime:
    """Until so long after entering, or three days after leaving, as that is known at a look."""
    left = way.left if way.left is not None and way.left < look else NEVER
    ends = [left] if way.reason == "exit_segment" else []
    if "within" in goal:
        assert way.let_in is not None
        return min([life.after(way.let_in, goal["within"]), *ends])
    return min([left if left == NEVER else left + AFTERWARDS, *ends])


def counting(life: Life, way: Way, asked: Document) -> list[Did]:
    """All such events but the one that began it."""
    own = way.trigger and way.trigger.id
    return [
        one for one in life.everything(asked["trigger"]) if one.id != own and not one.automated and passes(asked, one)
    ]


def _looked(life: Life, one: Did, inside: datetime) -> datetime:
    """When the event is known and the person is inside."""
    return life.awake(max(one.when, inside))


def kept_out(document: Document) -> Sequence[str]:
    """Members of the segments that end the journey would leave at once (W15)."""
    ending = [one["segment"] for one in document.get("exits", ()) if "segment" in one]
    return [*document["start"].get("exclude", ()), *ending]


def passes(asking: Document, event: Did) -> bool:
    """Whether the properties of an event pass all tests of a `where`."""
    meaning = Meaning(event.at, "UTC")
    return all(meaning.tested(test, event.properties.get(test["property"])) for test in asking.get("where", ()))
