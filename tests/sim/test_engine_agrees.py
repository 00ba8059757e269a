"""The engine on real PostgreSQL and the interpreter agree, visit by visit, on whatever may happen to people.

SOJOURN_SIM_CASES worlds are played, from the number SOJOURN_SIM_SEED on. A number is always the same world, so that
ranges of them can be played by several processes, and on several machines:

    SOJOURN_SIM_SEED=100001 SOJOURN_SIM_CASES=50000 .venv/bin/python -m pytest -n 2 tests/sim/test_engine_agrees.py

A world on which they differ is made small, written to `regressions` and replayed first from then on.
"""

import asyncio
import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import AsyncExitStack
from pathlib import Path
from runpy import run_path

import pytest
from entries import kind_of
from happenings import Stopped, World, program
from interpreter import ways
from life import Way
from smaller import smallest
from stage import Stage, a_stage, alone, furnish
from worlds import world

from sojourn.kit.errors import Conflict, Invalid

CASES = int(os.environ.get("SOJOURN_SIM_CASES", "1500"))
SEED = int(os.environ.get("SOJOURN_SIM_SEED", "1"))
BATCH = 100
REGRESSIONS = Path(__file__).parent / "regressions"


class Sync:
    """A stage that stands still between two worlds, for callers that do not await."""

    def __init__(self, runner: asyncio.Runner, stage: Stage) -> None:
        self._runner, self._stage = runner, stage

    def agrees(self, world: World) -> None:
        played = self._runner.run(self._stage.play(world))
        expected = ways(world)
        for key in expected:
            assert told(played.ways.get(key, [])) == told(expected[key]), key
        assert played.ways.keys() == expected.keys()
        assert (played.state, played.faults) == (state_of(world), [])

    def tidy(self) -> None:
        self._runner.run(self._stage.tidy())

    def differs(self, world: World) -> bool:
        """Worlds that cannot be, made small, are none in which they differ."""
        try:
            self.agrees(world)
        except AssertionError:
            return True
        except (Conflict, Invalid, KeyError, StopIteration):
            return False
        return False


def told(lived: list[Way]) -> list[str]:
    """The ways of a person, a line for each thing, in the order of the journey."""
    lines = []
    for way in lived:
        lines.append(f"entered {way.entered}, left {way.left} {way.reason or ''}, reached {way.reached}")
        lines += [f"{v.step} from {v.entered} to {v.left}: {v.result} {v.cause or ''}" for v in way.visits]
        lines += [f"{step}: {delivery}" for step, delivery in sorted(way.deliveries.items())]
    return lines


def state_of(world: World) -> str:
    """At the end of time: everybody is through."""
    start = world.document["start"]
    if any(isinstance(one, Stopped) for one in world.happenings):
        return "Stopped"
    return "Live" if kind_of(start) in ("newly_added", "trigger") and "end" not in start else "Completed"


@pytest.fixture(scope="module")
def stage(module_database: str) -> Iterator[Sync]:
    async def opened(stack: AsyncExitStack) -> Stage:
        conn = await stack.enter_async_context(alone(module_database))
        async with conn.transaction():
            await furnish(conn)
        return a_stage(conn)

    stack = AsyncExitStack()
    with asyncio.Runner() as runner:
        yield Sync(runner, runner.run(opened(stack)))
        runner.run(stack.aclose())


@pytest.mark.parametrize("file", sorted(REGRESSIONS.glob("*.py")), ids=lambda file: file.stem)
def test_what_once_differed_agrees(stage: Sync, file: Path) -> None:
    stage.agrees(run_path(str(file))["WORLD"])


@pytest.mark.parametrize("first", range(SEED, SEED + CASES, BATCH))
def test_the_engine_does_what_the_interpreter_says(stage: Sync, first: int) -> None:
    stage.tidy()
    for number in range(first, min(first + BATCH, SEED + CASES)):
        try:
            stage.agrees(world(number))
        except Exception as error:
            raise AssertionError(f"They differ in world {number}. {kept(stage, world(number))}") from error


def kept(stage: Sync, wrong: World) -> str:
    """Made small and written down."""
    text = program(smallest(wrong, stage.differs))
    file = REGRESSIONS / f"world_{hashlib.sha256(text.encode()).hexdigest()[:8]}.py"
    file.write_text(text, "utf-8")
    subprocess.run([sys.executable, "-m", "ruff", "format", "-q", str(file)], check=False)
    return f"It is kept, made small, as {file}:\n\n{text}"
