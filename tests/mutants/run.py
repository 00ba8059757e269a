"""`make mutants`: plants each mutant and runs the tests that have to notice it; tells which survive.

Each mutant is a process of its own, two at a time, forked where everything is imported, all on one PostgreSQL. A mutant
that the database does not even understand is no mutant, and is told as a fault. `python -m mutants.run WORD...` takes
only those with such a word in their names.
"""

import multiprocessing
import os
import re
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from multiprocessing.connection import wait
from multiprocessing.context import ForkProcess
from pathlib import Path

import pytest

import participation  # noqa: F401 - and all that it imports: once, before the forks
from conftest import FAST, MUTANT, RUN
from mutants import ALL
from mutants.mutant import Mutant
from sojourn.db.embedded import join_or_own

ROOT = Path(__file__).parents[2]
AT_ONCE = 2
PATIENCE = 600  # seconds without any coming to an end
MEANINGLESS = re.compile(r"psycopg\.errors\.(SyntaxError|Undefined\w+|Ambiguous\w+|GroupingError|DatatypeMismatch)")


def verdicts(mutants: Iterable[Mutant], folder: Path) -> Iterator[tuple[Mutant, str]]:
    """Of each, in the order in which they come to an end: `found by TEST`, `SURVIVED`, or what is wrong with it."""
    context = multiprocessing.get_context("fork")  # from the one thread that there is, or a child may find a lock held
    left, out = iter(mutants), dict[int, tuple[Mutant, ForkProcess, Path]]()
    while True:
        for mutant in islice(left, AT_ONCE - len(out)):
            told = folder / f"{ALL.index(mutant)}.txt"
            child = context.Process(target=_tests, args=[mutant, told])
            child.start()
            out[child.sentinel] = mutant, child, told
        if not out:
            return
        for sentinel in wait(list(out), PATIENCE) or list(out):
            assert isinstance(sentinel, int)
            mutant, child, told = out.pop(sentinel)
            yield mutant, _verdict(child, told)


def _verdict(child: ForkProcess, told: Path) -> str:
    child.join(10)  # one that has closed everything is not gone at once
    if child.is_alive():
        child.kill()
        return "BROKEN: its tests came to no end"
    if child.exitcode == 0:
        return "SURVIVED"
    said = told.read_text("utf-8")
    failed = re.search(r"^(?:FAILED|ERROR) \S+?::(\S+)", said, flags=re.MULTILINE)
    if child.exitcode != 1 or failed is None:
        return f"BROKEN ({child.exitcode}): {said[-500:]}"
    if meaningless := MEANINGLESS.search(said):
        return f"BROKEN: {meaningless[0]}"
    return f"found by {failed[1]}"


def _tests(mutant: Mutant, told: Path) -> None:
    os.environ[MUTANT] = mutant.name
    with told.open("wb") as file:
        os.dup2(file.fileno(), 1)
        os.dup2(file.fileno(), 2)
        paths = [str(ROOT / path) for path in mutant.tests.split()]
        code = int(pytest.main(["-x", "-q", "--tb=short", "-p", "no:cacheprovider", f"--rootdir={ROOT}", *paths]))
        sys.stdout.flush()
        os._exit(code)  # nothing of the parent's is ended here


def run(mutants: Sequence[Mutant], folder: Path) -> int:
    """Tells of each, and how many were not found."""
    os.environ[RUN] = str(folder)
    bad = 0
    with join_or_own(folder, FAST):
        for mutant, said in verdicts(mutants, folder):
            bad += not said.startswith("found")
            print(f"{mutant.name}: {said}", flush=True)
    print(f"{len(mutants) - bad} of {len(mutants)} mutants were found.")
    return bad


def main(words: Sequence[str]) -> int:
    chosen = [one for one in ALL if not words or any(word in one.name for word in words)]
    if RUN in os.environ:
        return run(chosen, Path(os.environ[RUN]))
    with tempfile.TemporaryDirectory(prefix="sojourn_test_") as folder:
        Path(folder).chmod(0o755)
        return run(chosen, Path(folder))


if __name__ == "__main__":
    sys.exit(min(1, main(sys.argv[1:])))
