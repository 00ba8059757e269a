"""The mutants fit the program as it is, and some of them are run; `make mutants` runs all."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from mutants import ALL
from sojourn.journeys.steps.registry import MOVING

# One of a step, one of who enters, one of the gate.
SOME = (
    "if: what happens at the deadline is late",
    "admit: lets in whom a segment excludes",
    "gate: lets through who opted out",
)


@pytest.mark.parametrize("mutant", ALL, ids=lambda mutant: mutant.name)
def test_a_mutant_changes_one_place(mutant) -> None:
    assert mutant.text.count(mutant.old) == 1, (
        f"tests/mutants/of_*.py: {mutant.place} does not say this once any more, write it as it is now: {mutant.old!r}"
    )
    assert mutant.new != mutant.old


def test_every_step_kind_and_enough_of_the_rest_has_mutants() -> None:
    modules = {mutant.place.partition(":")[0] for mutant in ALL}
    assert {kind.__module__.removeprefix("sojourn.") for kind in MOVING.values()} - modules == set()
    assert {"engine.store", "delivery.store"} <= modules
    assert len({mutant.name for mutant in ALL}) == len(ALL) >= 30


def test_some_mutants_are_found(server: str) -> None:
    command = [sys.executable, "-m", "mutants.run", *SOME]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])}
    ran = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert ran.stdout.splitlines()[-1:] == [f"{len(SOME)} of {len(SOME)} mutants were found."], ran.stdout + ran.stderr
