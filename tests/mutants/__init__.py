"""Mutants: the SQL made wrong in many ways, each of which the tests have to notice. `make mutants` runs them all."""

from mutants.of_engine import MUTANTS as OF_ENGINE
from mutants.of_steps import MUTANTS as OF_STEPS

ALL = [*OF_STEPS, *OF_ENGINE]


def plant(name: str) -> None:
    """Raises ValueError when there is no such mutant, or it does not fit any more."""
    (mutant,) = [mutant for mutant in ALL if mutant.name == name]
    mutant.plant()
