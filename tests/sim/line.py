"""Who waits at the start for a slot, and who gets which (J9): one line for the whole journey, in plain Python.

Whoever has come to it asks for the next free slot, is let in when it has come, and asks again when it was missed.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from exits import kept_out, leaving
from life import NEVER, Document, Life, Visit, Way
from through import openings

PATIENCE = timedelta(seconds=5)
LENGTHS = {"minute": timedelta(minutes=1), "hour": timedelta(hours=1)}
AN_ORDINARY_DAY = datetime(2026, 12, 1, 12, tzinfo=UTC)
"""Clocks do not change."""
Place = tuple[datetime, int, datetime, int]
"""When somebody came; with the how manyth event of theirs just then for the same version; when that happened; the how
manyth person."""


@dataclass
class Waiting:
    """One who waits, since just now or for a slot."""

    life: Life
    way: Way
    place: Place
    due: datetime

    @property
    def now(self) -> datetime:
        """When they can be let in."""
        return self.life.open(self.due)


@dataclass
class Line:
    """`free`: from when on the next slot is."""

    waiting: list[Waiting] = field(default_factory=list)
    free: datetime | None = None

    def come(self, life: Life, way: Way, place: Place) -> None:
        way.visits.append(Visit("start", way.entered))
        self.waiting.append(Waiting(life, way, place, way.entered))

    def leave(self, now: datetime) -> None:
        """Those whose participation has ended meanwhile (W15, A4, P6)."""
        for one in list(self.waiting):
            if (end := leaving(one.life, one.way)).at <= now:
                self.waiting.remove(one)
                one.way.end_at_start(*end)

    def let_in(self, now: datetime) -> list[Waiting]:
        """Whose slot has come; the others who came, or whose slot was missed, get theirs, in the order of the line."""
        entered = []
        asking = [one for one in self.waiting if one.now <= now]
        for one in sorted(asking, key=lambda one: (one.life.since(one.way.document), one.due, one.place)):
            if (reason := _refusal(one, now)) is not None:
                slot = None
            elif _is_on_time(one, now):
                slot = one.due
            elif (slot := self._ask(one, now)) is None:
                reason = "entry_closed"
            if slot is None or slot <= now:
                self.waiting.remove(one)
                entered += [one] if slot else []
                one.way.end_at_start(now, reason)
            else:
                one.due = slot
        return entered

    def _ask(self, one: Waiting, now: datetime) -> datetime | None:
        rate = one.way.document["start"]["rate"]
        slot = opens(one.life, rate, max(self.free or now, now))
        if slot >= one.life.ends:
            return None
        opened, closed = _window(one.life, rate, slot)
        self.free = slot + spacing(rate, closed - opened)
        if rate["per"] == "day":  # the next hours have as many of their own
            self.free = min(self.free, closed)
        return slot


def _refusal(one: Waiting, now: datetime) -> str | None:
    """J5, J8: who may not be let in any more."""
    if now >= one.life.ends:
        return "entry_closed"
    return "excluded" if one.life.is_member(kept_out(one.way.document), now) else None


def _is_on_time(one: Waiting, now: datetime) -> bool:
    """Late by less than the time between two slots, or a few seconds; and nobody enters outside the hours."""
    rate = one.way.document["start"]["rate"]
    opened, closed = _window(one.life, rate, AN_ORDINARY_DAY)
    patience = max(PATIENCE, LENGTHS.get(rate["per"], closed - opened) / rate["people"])
    return one.due > one.way.entered and one.due + patience >= now and opens(one.life, rate, now) == now


def spacing(rate: Document, length: timedelta) -> timedelta:
    """Between two slots, in hours of this length; rounded up, so that there is never one too many."""
    whole = LENGTHS.get(rate["per"], length)
    return timedelta(microseconds=-(-(whole // timedelta(microseconds=1)) // rate["people"]))


def opens(life: Life, rate: Document, now: datetime) -> datetime:
    """From when on somebody can be let in."""
    return max(now, _window(life, rate, now)[0]) if now < NEVER else now


def _window(life: Life, rate: Document, now: datetime) -> tuple[datetime, datetime]:
    """The hours of the rate that it is in, or the next ones."""
    window = {"from": "00:00", "to": "00:00", **rate}
    return next((opened, closed) for opened, closed in openings(life, window, now) if opened < closed > now)
