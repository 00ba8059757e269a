"""What a journey would meet and do if it were published now: its problems and warnings, and its rehearsals."""

from typing import Annotated

from fastapi import APIRouter, Query

from sojourn.access.request import Now, Served, Transaction
from sojourn.rehearsal.model import Engagement, Rehearsal
from sojourn.rehearsal.outlook import Outlook, outlook
from sojourn.rehearsal.rehearse import rehearse

router = APIRouter(prefix="/journeys", tags=["journeys"])


@router.get("/{journey}/problems")
async def check_journey(journey: str, conn: Transaction, now: Now, services: Served) -> Outlook:
    """Everything that forbids publishing, warnings that do not, and the audience, without publishing (P2)."""
    return await outlook(conn, journey, now, services.settings.channels)


@router.post("/{journey}/rehearsals")
async def rehearse_journey(
    journey: str,
    services: Served,
    now: Now,
    engagement: Engagement | None = None,
    version: Annotated[int | None, Query(description="Default: the draft, or else the newest published one.")] = None,
) -> Rehearsal:
    """Runs the draft for its whole audience on a virtual clock; sends nothing and leaves nothing behind."""
    return await rehearse(services.pool, journey, engagement or Engagement(), now, number=version)
