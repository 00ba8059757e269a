"""The only reader of time (rule Z1); everything else is told what time it is.

The database's clock is the one that counts (Z3): this machine's monotonic clock carries it forward between two looks,
so that several workers agree to within the time of one look, whatever their own wall clocks say.
"""

import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Protocol

LOOK_EVERY = 30.0  # seconds between two looks at the database's clock


class Clock(Protocol):
    async def now(self) -> datetime:
        """The instant, in UTC, that everything decided by the caller is decided at."""
        ...


class DatabaseClock:
    """Real time, as the database tells it."""

    def __init__(self, ask: Callable[[], Awaitable[datetime]]) -> None:
        self._ask = ask
        self._looked: tuple[float, datetime] | None = None

    async def now(self) -> datetime:
        moment = time.monotonic()
        if self._looked is None or moment - self._looked[0] > LOOK_EVERY:
            self._looked = (time.monotonic(), await self._ask())
        looked_at, told = self._looked
        return told + timedelta(seconds=time.monotonic() - looked_at)


class VirtualClock:
    """A clock that stands still until somebody moves it; it is kept in the database, and read there each time."""

    def __init__(self, ask: Callable[[], Awaitable[datetime]]) -> None:
        self._ask = ask

    async def now(self) -> datetime:
        return await self._ask()


def machine_time() -> datetime:
    """This machine's own wall clock: for log lines and for the first second of a database, never for a decision."""
    return datetime.now(UTC)


def stopwatch() -> Callable[[], float]:
    """Seconds since this call, for progress displays."""
    started = time.monotonic()
    return lambda: time.monotonic() - started
