"""The route of a virtual clock, for tests and rehearsals over HTTP; only `serve --clock virtual` has it."""

import asyncio
from datetime import datetime

from fastapi import APIRouter
from pydantic import AwareDatetime, BaseModel

from sojourn.access.request import Served
from sojourn.db.clock import VirtualTime, ask, virtual_time
from sojourn.db.connect import transaction
from sojourn.kit.errors import Unavailable

router = APIRouter(tags=["clock"])

LOOK_EVERY = 0.02  # seconds
PATIENCE = 600.0  # seconds of real time that one move may take


class VirtualClockTime(BaseModel):
    now: datetime


class ClockTarget(BaseModel):
    now: AwareDatetime


@router.get("/clock")
async def read_clock(services: Served) -> VirtualClockTime:
    """What the virtual clock shows."""
    async with transaction(services.pool) as conn:
        return VirtualClockTime(now=(await virtual_time(conn)).now)


@router.put("/clock")
async def move_clock(target: ClockTarget, services: Served) -> VirtualClockTime:
    """Moves time forward, from due to due, and answers when everything due by then is done. The present time may be
    asked for again: the answer comes when everything that was sent in meanwhile is done."""
    async with transaction(services.pool) as conn:
        await virtual_time(conn)
        asked = await ask(conn, target.now)
    try:
        async with asyncio.timeout(PATIENCE):
            shown = await _reached(services, asked)
    except TimeoutError as error:
        raise Unavailable(f"The worker did not reach {target.now.isoformat()} in {PATIENCE:.0f} seconds.") from error
    return VirtualClockTime(now=shown.now)


async def _reached(services: Served, asked: int) -> VirtualTime:
    while True:
        async with transaction(services.pool) as conn:
            shown = await virtual_time(conn)
        if shown.answered >= asked:
            return shown
        await asyncio.sleep(LOOK_EVERY)
