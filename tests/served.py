"""The real application on a real socket: uvicorn on loopback in the test's event loop, on the test's own database."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

import httpx2
from fastapi import APIRouter

from sojourn.access import store as access
from sojourn.access.request import Services
from sojourn.app.http import create_app
from sojourn.app.serving import serve_http
from sojourn.db.connect import Pool, database_time, transaction
from sojourn.kit.settings import Settings


class SetClock:
    """A clock that shows what the test sets."""

    def __init__(self) -> None:
        self.at = datetime(2026, 12, 1, 9, tzinfo=UTC)

    async def now(self) -> datetime:
        return self.at


@dataclass(frozen=True)
class Api:
    """`client` calls with a key, `stranger` with nothing; both know the address of the server."""

    url: str
    client: httpx2.AsyncClient
    stranger: httpx2.AsyncClient
    services: Services
    clock: SetClock

    @property
    def pool(self) -> Pool:
        return self.services.pool


@asynccontextmanager
async def served(pool: Pool, settings: Settings, extra: Sequence[APIRouter] = ()) -> AsyncIterator[Api]:
    clock = SetClock()
    services = Services(pool=pool, clock=clock, settings=settings)
    async with transaction(pool) as conn:
        key = await access.create_key(conn, "tests", await database_time(conn))
    async with (
        serve_http(create_app(services, extra=extra), "127.0.0.1", 0) as url,
        httpx2.AsyncClient(base_url=url, headers={"Authorization": f"Bearer {key}"}) as client,
        httpx2.AsyncClient(base_url=url) as stranger,
    ):
        yield Api(url, client, stranger, services, clock)
