"""The worlds are worth playing: whatever could be wrong about the rules is seen in some of them.

Each change breaks one rule in the text of the interpreter; among the first thousands of worlds, and mostly the first
hundred, there must be one in which somebody's way is then another. A new kind of step brings its own changes along.
"""

import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import interpreter
import pytest
from happenings import World
from worlds import world

MOST = 4000
PARTS = ("life", "compared", "exits", "entries", "through", "line", "interpreter")
CHANGES = [
    ("one.at <= deadline and not", "one.at < deadline and not"),
    ("deadline and not one.automated", "deadline"),
    ("and entered <= one.at and", "and entered < one.at and"),
    ("entered <= look <= deadline", "entered <= look < deadline"),
    ("[entered] if life.is_member(segment, entered) else life.joinings(segment)", "life.joinings(segment)"),
    ("GRACE = timedelta(seconds=5)", "GRACE = timedelta(seconds=4.999999)"),
    ("GRACE = timedelta(seconds=5)", "GRACE = timedelta(seconds=5.000001)"),
    ("    if no < known:", "    if no <= known:"),
    ("first.setdefault(one.id, (life, one))", "first[one.id] = (life, one)"),
    ("event = min((one.at, place, one.id)", "event = min((one.id, place, one.id)"),
    ("event = min((one.at, place, one.id)", "event = min((place, place, one.id)"),
    ('case.get("link") in (None, one.link)', "True"),
    ("made.made < one.when < self.followed", "one.when < self.followed"),
    ("(one.step, one.way) == (step, way.number)", "one.step == step"),
    ('life.after(sent.handed_at, step["within"])', 'life.after(entered, step["within"])'),
    ('"no", entered, "not_sent"', '"no", life.awake(entered + GRACE), "not_sent"'),
    ("if leaving(life, life.way).at <= now:", "if leaving(life, life.way).at < now:"),
    ("        if now < life.stopped:", "        if True:"),
    ("while now < leaving(life, life.way).at:", "while True:"),
    ("change.when <= instant]", "change.when < instant]"),
    ("isinstance(c, Consented) and c.when <= instant", "isinstance(c, Consented) and c.when < instant"),
    ("isinstance(s, Suppressed) and s.when <= instant", "isinstance(s, Suppressed) and s.when < instant"),
    ("fold=0", "fold=1"),
    ('if unit in ("second", "minute", "hour") or number == 0:', 'if unit != "month":'),
    ("day=min(day, last)", "day=min(day, 28)"),
    ('if CONTENTS[step["content"]] == "transactional":', 'if CONTENTS[step["content"]] == "none":'),
    ('if consent == "opted_out":', 'if consent == "out":'),
    ("life.world.restrictive and consent is None", "False"),
    ("delivery.attempts == 26", "delivery.attempts == 25"),
    ("2 ** min(delivery.attempts - 1, 10)", "delivery.attempts"),
    ("life.open(now + max(wait,", "life.open(now + min(wait,"),
    ("since <= instant < until", "since < instant < until"),
    ("life.raised.append", "list().append"),
    ("passed(life, step, now)", "pass"),
    ("insort(self.looks, (now, len(self.deeds)))", "pass"),
    ("n < deeds or one.when < instant", "one.when < instant"),
    ('if told == "publication" else', 'if told != "never" else'),
    # who enters
    ('        return "excluded"\n', "        pass\n"),
    ("or (way.left == now and not _had_left(life, way))", ""),
    ('        return "held_out"\n', "        pass\n"),
    ('any(way.reason not in ("excluded", "held_out", "entry_closed") for way', "any(True for way"),
    ('("excluded", "held_out", "already_entered", "entry_closed")', '("excluded", "held_out", "entry_closed")'),
    ('way.began if reason == "held_out" else None', "None"),
    ('reentry["after"]) > event.at', 'reentry["after"]) >= event.at'),
    ('reentry["after"]) > event.at', 'reentry["after"]) > now'),
    ("if is_in and not was_in", "if is_in"),
    ("considered < look <= now", "considered < look"),
    ("if joined and life.is_member(segments, now)", "if joined"),
    ("if joined and", "if"),
    ("and now < life.ends:", "and now <= life.ends:"),
    ("if max(now, event.at) < life.ends and", "if now < life.ends and"),
    ("if max(now, event.at) < life.ends and", "if event.at < life.ends and"),
    ("now if event is None else now - TICK", "now"),
    ("if occurrence >= life.ends", "if occurrence > life.ends"),
    ("if last < occurrence:", "if True:"),
    ('life.is_member(life.start["segment"], occurrence)', 'life.is_member(life.start["segment"], now)'),
    ("if local >= start", "if local > start"),
    ("7 * number * every", "7 * number"),
    ("number * every * day", "number * day"),
    ('repeat.get("day") or start.day', "start.day"),
    ("one.at >= life.begins", "one.when >= life.begins"),
    ("one.at >= life.begins", "one.at > life.begins"),
    ("for one in known if not one.automated]", "for one in known]"),
    (" and passes(life.start, said):", ":"),
    ("life.way.trigger is not None and passes(case, life.way.trigger)", "True"),
    ("if since <= moment)", "if since < moment)"),
    ("occurrence - TICK, None", "occurrence, None"),
    ("min(now, event.at), event\n", "now, event\n"),
    # pauses
    ("self._later(instant, lambda timers: True)", "self.awake(instant)"),
    ('self._later(instant, lambda timers: timers == "freeze")', "self.awake(instant)"),
    ("since <= looked < until", "since < looked < until"),
    ('timers == "freeze" and since < until', "since < until"),
    ("life.unfrozen(entered, life.after(entered, step[\"for\"]))", "life.after(entered, step[\"for\"])"),
    # who is deleted
    ("if life.gone <= now:", "if False:"),
    ("and now < life.forgotten", ""),
    ("if now <= life.forgotten else replace(event", "if True else replace(event"),
    ('Leaving(life.forgotten, "person_deleted"), ', ""),
    ("or self.gone <= instant", ""),
    ("<= one.when < self.gone", "<= one.when"),
    ("self.awake(self.gone)", "self.gone"),
    ("    visit.cause = None", "    pass"),
    ("    delivery.address = None\n", "    pass\n"),
    # exits and goals
    ("if one.at < life.stopped]", "]"),
    ("if look >= way.entered", "if look > way.entered"),
    ("()), *ending]\n", "())]\n"),
    ("and not _had_left(life, way)", ""),
    ("since <= one.at <= until", "since < one.at <= until"),
    ("since <= one.at <= until", "since <= one.at < until"),
    ("since <= one.at <= until", "since <= one.at"),
    ("one.at >= way.let_in]", "one.at > way.let_in]"),
        ("min(known)[1]", "max(known)[1]"),
    ("return min(known)\n", "return max(known)\n"),
    ("min([*exits, *ends]", "min([*ends, *exits]"),
    ("min([*exits, *ends]", "min([*reversed(exits), *ends]"),
    ("one.id != own and not one.automated", "not one.automated"),
    ("one.id != own and not one.automated", "one.id != own"),
    ("passes(asked, one)", "True"),
    ("life.awake(max(one.when, inside))", "life.awake(one.when)"),
    ("way.let_in if reason == \"goal_reached\" else way.began", "way.began"),
    ("and at <= until]:", "]:"),
    ("and at <= until]:", "and at < until]:"),
    ('[left] if way.reason == "exit_segment" else []', "[]"),
    ("AFTERWARDS = timedelta(days=3)", "AFTERWARDS = timedelta(days=3, microseconds=1)"),
    # who waits for a slot
    ('return "excluded" if one', 'return "excluded" if False and one'),
    ("one.due + patience >= now and", "one.due + patience > now and"),
    (" and opens(one.life, rate, now) == now", ""),
    ("one.due > one.way.entered and ", ""),
    ("max(PATIENCE, LENGTHS", "min(PATIENCE, LENGTHS"),
    ("max(self.free or now, now)", "now"),
    ("self.free = min(self.free, closed)", "pass"),
    ("timedelta(microseconds=-(-(whole", "timedelta(microseconds=((whole"),
    ("event.at if event else now, number)", "now, number)"),
    ("key=lambda life: life.id", "key=lambda life: life.person"),
    ("visit.left or now for visit", "way.entered for visit"),
    ("        line.leave(now)\n        for", "        for"),
    # A/B tests
    ("one.at <= end and one.when <= now", "one.at < end and one.when <= now"),
    ("one.at <= end and one.when <= now", "one.when <= now"),
    ("and one.when <= now", ""),
    ("one.name == event and not one.automated", "one.name == event"),
    ("visit.entered <= one.at <= end", "one.at <= end"),
    ("visit.entered <= one.at <= end", "visit.entered < one.at <= end"),
    ("if did == 0:", "if False:"),
    ('if rates["a"] == rates["b"]:', "if False:"),
    ("return max(rates", "return min(rates"),
    ("(since, turn + 1) if over <= since else", ""),
    ("life.moving(over)", "over"),
    ("and entered < end and", "and entered <= end and"),
    ("and entered < end and", "and"),
    ("return life.unfrozen(since, ", "return max(since, "),
    ("share * 2 <", "share * 3 <"),
    ("entered + timedelta(seconds=1)", "entered"),
    ("if (entered, turn) >= when:", "if (entered, turn) > when:"),
    # dates and windows
    ('"before" else duration', '"after" else duration'),
    ("looks = [until, *(change.when for change in life.changes)]", "looks = [until]"),
]  # fmt: skip


def broken(old: str, new: str) -> ModuleType:
    """The interpreter with one rule broken, wherever it stands."""
    texts = {name: Path(interpreter.__file__).with_name(f"{name}.py").read_text("utf-8") for name in PARTS}
    assert any(old in text for text in texts.values()), old
    whole = {name: sys.modules[name] for name in PARTS}
    try:
        for name, text in texts.items():
            module = sys.modules[name] = ModuleType(name)  # its dataclasses look themselves up by the module's name
            exec(compile(text.replace(old, new), name, "exec"), module.__dict__)
        return sys.modules["interpreter"]
    finally:
        sys.modules.update(whole)


class Drawn:
    """Worlds, each with what happens in it; no more of them are drawn than somebody asks for."""

    def __init__(self) -> None:
        self._found: list[tuple[World, str]] = []

    def __iter__(self) -> Iterator[tuple[World, str]]:
        for number in range(MOST):
            if number == len(self._found):
                one = world(number + 1)
                self._found.append((one, repr(interpreter.ways(one))))
            yield self._found[number]


@pytest.fixture(scope="module")
def drawn() -> Drawn:
    return Drawn()


@pytest.mark.parametrize(("old", "new"), CHANGES)
def test_a_broken_rule_is_seen_in_some_worlds(drawn: Drawn, old: str, new: str) -> None:
    ways = broken(old, new).ways
    assert any(repr(ways(world)) != told for world, told in drawn)


def test_every_outcome_occurs(drawn: Drawn) -> None:
    results = ["sent", "blocked", "failed", "yes", "no", "first", "second", "other", "exit_step", "journey_stopped"]
    results += ["person_deleted", "exit_event", "exit_segment", "goal_reached"]
    for result in [*results, "excluded", "held_out", "already_entered", "still_inside", "entry_closed"]:
        assert any(f"result='{result}'" in told for _, told in drawn), result
