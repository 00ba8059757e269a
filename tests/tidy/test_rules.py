"""Every rule of starts, steps, time and life has a test that carries its name, so that readers find its proof."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
RULES = ROOT / "docs" / "reference" / "rules.md"
PROVED = "JWZP"


def rules() -> list[str]:
    return re.findall(r"^- \*\*([A-Z]\d+)\*\*", RULES.read_text("utf-8"), flags=re.MULTILINE)


def names_of_tests() -> list[set[str]]:
    """The parts of each test's name: `test_W7_W5_at_the_deadline` has the parts W7 and W5, and others."""
    texts = [file.read_text("utf-8") for file in (ROOT / "tests").rglob("test_*.py")]
    return [set(name.split("_")) for text in texts for name in re.findall(r"def (test_\w+)", text)]


def test_the_rules_are_numbered_without_a_gap() -> None:
    found = rules()
    sections = {rule[0] for rule in found}
    assert sections == set("AGCJWZPDTN")
    for section in sections:
        numbers = [int(rule[1:]) for rule in found if rule[0] == section]
        assert numbers == list(range(1, len(numbers) + 1)), section


def test_every_rule_of_starts_steps_time_and_life_has_a_test_of_its_name() -> None:
    tested = set().union(*names_of_tests())
    missing = [rule for rule in rules() if rule[0] in PROVED and rule not in tested]
    assert not missing, f"no test is named after {missing}: write it, and call it test_{(missing or ['W1'])[0]}_..."


def test_no_test_is_named_after_a_rule_that_is_not_there() -> None:
    named = {part for parts in names_of_tests() for part in parts if re.fullmatch(r"[A-Z]\d+", part)}
    known = {*rules(), "T0"}
    assert named - known == set(), "docs/reference/rules.md does not have it"
