"""What every route is given: one transaction, the time, and who calls. Routes parse, call and answer; this is the edge.

`app.http` puts one `Services` into the application's state; the dependencies here read it from there.
"""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import Depends, Request

from sojourn.db.connect import Connection, Pool, database_time, transaction
from sojourn.kit.clock import Clock
from sojourn.kit.settings import Settings


@dataclass(frozen=True)
class Services:
    """What the server was started with."""

    pool: Pool
    clock: Clock
    settings: Settings


async def services_of(request: Request) -> Services:
    services: Services = request.app.state.services
    return services


def over_https(request: Request, services: Services) -> bool:
    """Whether the browser speaks https, to us or to the proxy before us."""
    return request.scope["scheme"] == "https" or (services.settings.public_url or "").startswith("https://")


Served = Annotated[Services, Depends(services_of)]


async def _stopping(request: Request) -> asyncio.Event:
    stopping: asyncio.Event = request.app.state.stopping
    return stopping


# Set when the server is about to stop: an answer that goes on for ever ends then.
Stopping = Annotated[asyncio.Event, Depends(_stopping)]


async def _transaction_of(services: Served) -> AsyncIterator[Connection]:
    async with transaction(services.pool) as conn:
        yield conn


async def _now(services: Served) -> datetime:
    return await services.clock.now()


# scope="function": the commit comes before the answer, so that what was answered is durable.
Transaction = Annotated[Connection, Depends(_transaction_of, scope="function")]
Now = Annotated[datetime, Depends(_now)]


async def _real_time(conn: Transaction) -> datetime:
    return await database_time(conn)


# For logins and keys, which end in real time whatever a rehearsal's clock says.
RealTime = Annotated[datetime, Depends(_real_time)]
