"""What the public routes of tracking are given; the server's life begins and ends it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request

from sojourn.access.request import Services
from sojourn.db.connect import transaction
from sojourn.tracking import store
from sojourn.tracking.jobs import Recorder
from sojourn.tracking.links import Links
from sojourn.tracking.patience import SteadyClock
from sojourn.tracking.targets import Targets


@dataclass(frozen=True)
class Tracking:
    """`clock` tells when something was seen, even while the database is away."""

    links: Links
    targets: Targets
    recorder: Recorder
    clock: SteadyClock


@asynccontextmanager
async def open_tracking(services: Services) -> AsyncIterator[Tracking]:
    """To be put into `app.state.tracking` for as long as the server answers."""
    async with transaction(services.pool) as conn:
        links = Links(await store.signing_key(conn), services.settings.public_url or "")
    targets = Targets(services.pool)
    await targets.prepare()
    recorder = Recorder(services.pool, services.clock, services.settings.data / "spool")
    clock = SteadyClock(services.clock, lambda: recorder.database_is_away)
    await clock.now()
    recorder.start()
    try:
        yield Tracking(links, targets, recorder, clock)
    finally:
        await recorder.stop()


async def _tracking_of(request: Request) -> Tracking:
    tracking: Tracking = request.app.state.tracking
    return tracking


Tracked = Annotated[Tracking, Depends(_tracking_of)]
