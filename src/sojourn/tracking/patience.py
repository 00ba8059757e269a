"""What to do while the database does not answer: not to wait for it, and to carry the time on without it (rule T1)."""

import asyncio
from collections.abc import Callable, Coroutine
from datetime import datetime, timedelta
from typing import Any, TypeVar

from psycopg import Error

from sojourn.kit.clock import Clock, stopwatch
from sojourn.kit.errors import Unavailable

PATIENCE = 3.0  # seconds that somebody who clicks waits for the database

T = TypeVar("T")


async def within(seconds: float, work: Coroutine[Any, Any, T]) -> T:
    """The result of `work`; TimeoutError if it takes longer. It is then cancelled, and nobody waits for its end: what
    hangs in the network does not even end when it is cancelled."""
    task = asyncio.create_task(work)
    task.add_done_callback(lambda ended: ended.cancelled() or ended.exception())
    try:
        done, _ = await asyncio.wait({task}, timeout=seconds)
    finally:
        task.cancel()
    if not done:
        raise TimeoutError(f"the database did not answer within {seconds} seconds")
    return task.result()


class SteadyClock:
    """A clock that goes on by a stopwatch when it cannot be asked, or `is_away` says that it is not worth asking."""

    def __init__(self, clock: Clock, is_away: Callable[[], bool]) -> None:
        self._clock, self._is_away = clock, is_away
        self._told: tuple[datetime, Callable[[], float]] | None = None

    async def now(self) -> datetime:
        """Raises Unavailable if it could never be asked."""
        if self._told is None or not self._is_away():
            try:
                told = await within(PATIENCE, self._clock.now())
            except (Error, TimeoutError) as error:
                if self._told is None:
                    raise Unavailable(f"Nobody knows what time it is: {error}") from error
            else:
                self._told = (told, stopwatch())
                return told
        moment, passed = self._told
        return moment + timedelta(seconds=passed())
