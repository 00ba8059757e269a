"""The engine on real PostgreSQL and the interpreter agree, visit by visit, on whatever may happen to people.

SOJOURN_SIM_CASES worlds are played, in batches of BATCH that each have their own seed, counted from SOJOURN_SIM_SEED.
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
from happenings import World, program
from hypothesis import HealthCheck, Phase, Verbosity, given, seed, settings
from interpreter import Way, ways
from stage import Stage, a_stage, furnish
from worlds import worlds

from sojourn.db.connect import connect

CASES = int(os.environ.get("SOJOURN_SIM_CASES", "400"))
SEED = int(os.environ.get("SOJOURN_SIM_SEED", "1"))
BATCH = 50
REGRESSIONS = Path(__file__).parent / "regressions"
CALM = settings(
    max_examples=BATCH,
    deadline=None,
    database=None,
    phases=[Phase.generate, Phase.shrink],
    print_blob=False,
    verbosity=Verbosity.quiet,
    suppress_health_check=list(HealthCheck),
)


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


def told(lived: list[Way]) -> list[str]:
    """The ways of a person, a line for each thing, in the order of the journey."""
    lines = []
    for way in lived:
        lines.append(f"entered {way.entered}, left {way.left} {way.reason or ''}")
        lines += [f"{v.step} from {v.entered} to {v.left}: {v.result} {cause(v.result, v.cause)}" for v in way.visits]
        lines += [f"{step}: {delivery}" for step, delivery in sorted(way.deliveries.items())]
    return lines


def cause(result: str | None, cause: str | None) -> str:
    return cause or ""


def state_of(world: World) -> str:
    """At the end of time: everybody is through."""
    stopped = any(type(one).__name__ == "Stopped" for one in world.happenings)
    return "Stopped" if stopped else "Completed"


@pytest.fixture(scope="module")
def stage(module_database: str) -> Iterator[Sync]:
    async def opened(stack: AsyncExitStack) -> Stage:
        conn = await stack.enter_async_context(connect(module_database))
        async with conn.transaction():
            await furnish(conn)
        await conn.execute("set plan_cache_mode = force_generic_plan")
        await conn.execute("set jit = off")
        await conn.execute("set enable_seqscan = off")
        return a_stage(conn)

    stack = AsyncExitStack()
    with asyncio.Runner() as runner:
        yield Sync(runner, runner.run(opened(stack)))
        runner.run(stack.aclose())


@pytest.mark.parametrize("file", sorted(REGRESSIONS.glob("*.py")), ids=lambda file: file.stem)
def test_what_once_differed_agrees(stage: Sync, file: Path) -> None:
    stage.agrees(run_path(str(file))["WORLD"])


@pytest.mark.parametrize("batch", range(SEED, SEED + -(-CASES // BATCH)))
def test_the_engine_does_what_the_interpreter_says(stage: Sync, batch: int) -> None:
    differing: list[World] = []

    @seed(batch)
    @CALM
    @given(world=worlds())
    def agree(world: World) -> None:
        try:
            stage.agrees(world)
        except BaseException:
            differing.append(world)
            raise

    try:
        agree()
    except Exception as error:
        if not differing:
            raise
        text = program(differing[-1])
        file = REGRESSIONS / f"world_{hashlib.sha256(text.encode()).hexdigest()[:8]}.py"
        file.write_text(text, "utf-8")
        subprocess.run([sys.executable, "-m", "ruff", "format", "-q", str(file)], check=False)
        raise AssertionError(f"They differ; kept as {file}\n\n{text}") from error
