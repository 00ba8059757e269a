"""The worlds are worth playing: whatever could be wrong about the rules is seen in some of them.

Each change breaks one rule in the text of the interpreter; among a few hundred worlds there must be one in which
somebody's way is then another. A new kind of step brings its own changes along.
"""

from pathlib import Path
from types import ModuleType

import interpreter
import pytest
from happenings import World
from hypothesis import HealthCheck, Phase, given, seed, settings
from worlds import worlds

BATCHES, BATCH = 16, 50
CHANGES = [
    ("one.at <= deadline\n    ]\n    no =", "one.at < deadline\n    ]\n    no ="),
    ("entered <= one.at <= deadline", "entered <= one.at < deadline"),
    ("entered <= one.at <= deadline", "entered < one.at <= deadline"),
    ("GRACE = timedelta(seconds=5)", "GRACE = timedelta(seconds=4.999999)"),
    ("GRACE = timedelta(seconds=5)", "GRACE = timedelta(seconds=5.000001)"),
    ("    if no < known:", "    if no <= known:"),
    ("if not one.automated and", "if"),
    ("and not one.automated\n", "\n"),
    ("first.setdefault(one.id, one)", "first[one.id] = one"),
    ("event = min(heard)", "event = min(heard, key=lambda one: one[1])"),
    ("event = min(heard)", "event = min(heard, key=lambda one: (one[0], -one[1]))"),
    ('case.get("link") in (None, one.link)', "True"),
    ('came.get(one.step, NEVER) < one.when', "True"),
    ("life.after(sent.handed_at,", "life.after(entered,"),
    ('"no", entered, "not_sent"', '"no", life.awake(entered + GRACE), "not_sent"'),
    ("if now >= self.ends:", "if now > self.ends:"),
    ("life.awake(at) < life.ends and", ""),
    ("while now < life.ends:", "while True:"),
    ("change.when <= instant]", "change.when < instant]"),
    ("isinstance(c, Consented) and c.when <= instant", "isinstance(c, Consented) and c.when < instant"),
    ("isinstance(s, Suppressed) and s.when <= instant", "isinstance(s, Suppressed) and s.when < instant"),
    ("fold=0", "fold=1"),
    ('if unit in ("second", "minute", "hour") or number == 0:', 'if unit != "month":'),
    ("day=min(local.day, last)", "day=min(local.day, 28)"),
    ('if CONTENTS[step["content"]] == "transactional":', 'if CONTENTS[step["content"]] == "none":'),
    ('if consent == "opted_out":', 'if consent == "out":'),
    ("life.world.restrictive and consent is None", "False"),
    ("delivery.attempts == 26", "delivery.attempts == 25"),
    ("2 ** min(delivery.attempts - 1, 10)", "delivery.attempts"),
    ("life.awake(now + max(wait,", "life.awake(now + min(wait,"),
    ("since <= instant < until", "since < instant < until"),
    ("life.deeds.append", "list().append"),
    ('if told == "publication" else', 'if told != "never" else'),
]  # fmt: skip


def changed(old: str, new: str) -> ModuleType:
    """The interpreter with one rule broken."""
    text = Path(interpreter.__file__).read_text("utf-8")
    assert old in text, old
    module = ModuleType("broken")
    # its dataclasses look themselves up by the module's name
    module.__dict__["__name__"] = "interpreter"
    exec(compile(text.replace(old, new), "broken", "exec"), module.__dict__)
    return module


@pytest.fixture(scope="module")
def drawn() -> list[tuple[World, str]]:
    """Worlds, each with what happens in it."""
    found: list[tuple[World, str]] = []

    @settings(max_examples=BATCH, database=None, deadline=None, phases=[Phase.generate],
              suppress_health_check=list(HealthCheck))  # fmt: skip
    @given(world=worlds())
    def draw(world: World) -> None:
        found.append((world, repr(interpreter.ways(world))))

    for number in range(1, BATCHES + 1):
        seed(number)(draw)()
    return found


@pytest.mark.parametrize(("old", "new"), CHANGES)
def test_a_broken_rule_is_seen_in_some_worlds(drawn: list[tuple[World, str]], old: str, new: str) -> None:
    broken = changed(old, new)
    assert any(repr(broken.ways(world)) != told for world, told in drawn)


def test_every_outcome_occurs(drawn: list[tuple[World, str]]) -> None:
    for result in (
        "sent",
        "blocked",
        "failed",
        "yes",
        "no",
        "first",
        "second",
        "other",
        "exit_step",
        "journey_stopped",
    ):
        assert any(f"result='{result}'" in told for _, told in drawn), result
