"""A/B tests (W13), in plain Python: who is tested, when a run's test begins and ends, and which version wins.

What one person does decides what another gets, so a world is lived several times: each time one more thing is known,
the earliest that was not known yet. Nothing before it can depend on it.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from fractions import Fraction

from life import NEVER, SHARD, Document, Life, Way

GRACE = timedelta(seconds=5)
Key = tuple[datetime, datetime | None, str]
"""The version and the occurrence, and the step."""
Moment = tuple[datetime, int]
"""Turns follow each other at one instant, when messages were handed over in it."""


@dataclass
class Tests:
    """`begun`: when the first one arrived. `won`: the winner, and why it is. `arrivals` of this time."""

    begun: dict[Key, Moment] = field(default_factory=dict)
    won: dict[Key, tuple[str, str]] = field(default_factory=dict)
    arrivals: dict[Key, list[tuple[Moment, Life, Document]]] = field(default_factory=dict)

    def learn(self, people: Iterable[Life]) -> bool:
        """What comes next of all that is not known; False when everything is."""
        news: list[tuple[Moment, Key]] = []
        for key, found in self.arrivals.items():
            if key not in self.begun:
                news.append((min(arrival for arrival, _, _ in found), key))
            elif key not in self.won:
                _, life, step = found[0]
                news.append((decided(self, life, step, key), key))
        now, key = min(news, default=((NEVER, 0), None))
        if key is None or now[0] >= NEVER:
            return False
        if key not in self.begun:
            self.begun[key] = now
        else:
            _, life, step = self.arrivals[key][0]
            self.won[key] = verdict(people, key, step, now[0], ending(self, life, step, key))
        self.arrivals = {}
        return True


def share_of(life: Life, step: Document) -> Fraction:
    """Where somebody falls between 0 and 1, always the same."""
    told = f"{SHARD}-{life.id}:{life.world.document['journey']}/{step['id']}"
    return Fraction(int(hashlib.sha256(told.encode()).hexdigest()[:15], 16) % 1_000_000, 1_000_000)


def ending(tests: Tests, life: Life, step: Document, key: Key) -> datetime:
    """So long after the first arrival, without the time for which timers were frozen; or a time on the clock."""
    if isinstance(step["end"], str):
        return life.instant_of(datetime.fromisoformat(step["end"]))
    since, _ = tests.begun[key]
    return life.unfrozen(since, life.after(since, step["end"]["after"]))


def decided(tests: Tests, life: Life, step: Document, key: Key) -> Moment:
    """Before anybody moves at that moment; a test that begins when it is over already, just after that."""
    since, turn = tests.begun[key]
    over = ending(tests, life, step, key) + GRACE
    found = (since, turn + 1) if over <= since else (life.moving(over), 0)
    return found if found[0] < life.stopped else (NEVER, 0)


def verdict(people: Iterable[Life], key: Key, step: Document, now: datetime, end: datetime) -> tuple[str, str]:
    """The higher rate wins; the default when they are equal, or nobody did it."""
    ways = [(life, way) for life in people for way in life.ways if (*way.run, step["id"]) == key]
    tally = _goals if "goal" in step["metric"] else _messages
    rates = {}
    did = 0
    for name in ("a", "b"):
        found = tally(ways, step, name, now, end)
        did += sum(found)
        rates[name] = Fraction(sum(found), len(found)) if found else Fraction(0)
    if did == 0:
        return step["default"], "too_few"
    if rates["a"] == rates["b"]:
        return step["default"], "equal_rates"
    return max(rates, key=lambda name: rates[name]), "higher_rate"


def _messages(ways: list[tuple[Life, Way]], step: Document, name: str, now: datetime, end: datetime) -> list[bool]:
    """Of each message of a version that was handed over: whether it was opened, or clicked, in time."""
    metric = step["metric"]
    of, event = metric["of"][name], f"email.{metric['event'].removeprefix('link_')}"
    return [
        any(
            one.name == event and not one.automated and one.at <= end and one.when <= now
            and metric.get("link") in (None, one.link)
            for one in life.interactions(of, way)
        )
        for life, way in ways
        if of in way.deliveries and (handed := way.deliveries[of].handed_at) is not None and handed < now
    ]  # fmt: skip


def _goals(ways: list[tuple[Life, Way]], step: Document, name: str, now: datetime, end: datetime) -> list[bool]:
    """Of each who entered a version: whether they did it from then on, and in time."""
    return [
        any(
            visit.entered <= one.at <= end and one.when <= now and not one.automated
            for one in life.everything(step["metric"]["goal"])
        )
        for life, way in ways
        for visit in way.visits
        if (visit.step, visit.result) == (step["id"], name) and visit.left is not None and visit.left < now
    ]
