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

WORLDS = 800
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
    ("(one.at, place, one.id)", "(place, one.at, one.id)"),
    ("(one.at, place, one.id)", "(one.at, -place, one.id)"),
    ('case.get("link") in (None, one.link)', "True"),
    ('came.get(one.step, NEVER) < one.when', "True"),
    ("life.after(sent.handed_at,", "life.after(entered,"),
    ("    if sent.handed_at is None:", "    if sent.handed_at is step:"),
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

    @seed(1)
    @settings(max_examples=WORLDS, database=None, deadline=None, phases=[Phase.generate],
              suppress_health_check=list(HealthCheck))  # fmt: skip
    @given(world=worlds())
    def draw(world: World) -> None:
        found.append((world, repr(interpreter.ways(world))))

    draw()
    return found


@pytest.mark.parametrize(("old", "new"), CHANGES)
def test_a_broken_rule_is_seen_in_some_worlds(drawn: list[tuple[World, str]], old: str, new: str) -> None:
    broken = changed(old, new)
    assert any(_differs(broken, world, told) for world, told in drawn)


def _differs(broken: ModuleType, world: World, told: str) -> bool:
    try:
        return repr(broken.ways(world)) != told
    except (TypeError, AttributeError, KeyError):  # the broken rule led to something that cannot be
        return True


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
