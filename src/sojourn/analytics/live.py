"""Live numbers (rule N1): a part of a journey is looked at every other second while somebody watches it, once for all
who do. What did not change is not sent again, and messages without new events are not counted again.

A stream ends when its caller is logged out or the database is away, and when the server stops: whoever still wants to
know asks again.
"""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime
from typing import Literal
from weakref import WeakValueDictionary

from fastapi.sse import ServerSentEvent
from psycopg import OperationalError
from pydantic import BaseModel

from sojourn.access.caller import Who
from sojourn.access.request import Services
from sojourn.access.store import is_valid
from sojourn.analytics import store
from sojourn.analytics.model import Interactions, Numbers
from sojourn.db.connect import database_time, transaction
from sojourn.kit.clock import stopwatch
from sojourn.kit.errors import SojournError

EVERY = 2.0
"""Seconds between two looks. With the time that a look takes, numbers are younger than five seconds."""

Asked = tuple[str, int | Literal["all"] | None, int | None]
"""Journey, version and run."""


class Unchanged(BaseModel):
    """The numbers that were told last still held at this moment."""

    at: datetime


class Watched:
    """A part of a journey that somebody watches."""

    def __init__(self, services: Services, asked: Asked) -> None:
        self._services = services
        self._asked = asked
        self._known = Interactions()
        self._looking = asyncio.Lock()
        self._age = stopwatch()
        self._numbers: Numbers | None = None

    async def numbers(self) -> Numbers:
        """As they are, or were less than a look ago. Raises NotFound when the journey is deleted."""
        async with self._looking:
            if self._numbers is None or self._age() >= EVERY:
                now = await self._services.clock.now()
                async with transaction(self._services.pool) as conn:
                    part = await store.part_of(conn, *self._asked)
                    self._numbers = await store.numbers_of(conn, part, now, self._known)
                self._age = stopwatch()
            return self._numbers


class Watching:
    """Everything that is watched in this server."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._watched: WeakValueDictionary[Asked, Watched] = WeakValueDictionary()

    async def events(self, asked: Asked, who: Who, stopping: asyncio.Event) -> AsyncIterator[ServerSentEvent]:
        """`numbers` at first and whenever they are others, `unchanged` at every look between."""
        watched = self._watched.setdefault(asked, Watched(self._services, asked))
        told: Numbers | None = None
        while not stopping.is_set():
            try:
                if not await self._may_watch(who):
                    return
                numbers = await watched.numbers()
            except (SojournError, OperationalError):
                return
            if told is not None and numbers.model_copy(update={"at": told.at}) == told:
                yield ServerSentEvent(event="unchanged", data=Unchanged(at=numbers.at))
            else:
                yield ServerSentEvent(event="numbers", data=numbers)
            told = numbers
            await _within(EVERY, stopping)

    async def _may_watch(self, who: Who) -> bool:
        async with transaction(self._services.pool) as conn:
            return await is_valid(conn, who, await database_time(conn))


async def _within(seconds: float, happened: asyncio.Event) -> None:
    """Waits for it, but not longer."""
    try:
        await asyncio.wait_for(happened.wait(), seconds)
    except TimeoutError:
        return
