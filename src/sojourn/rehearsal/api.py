"""The route of rehearsals: what a journey would do to everybody."""

from fastapi import APIRouter

from sojourn.access.request import Now, Served
from sojourn.rehearsal.model import Engagement, Rehearsal
from sojourn.rehearsal.rehearse import rehearse

router = APIRouter(prefix="/journeys", tags=["journeys"])


@router.post("/{journey}/rehearsals")
async def rehearse_journey(journey: str, services: Served, now: Now, engagement: Engagement | None = None) -> Rehearsal:
    """Runs the newest version for its whole audience on a virtual clock; sends nothing and leaves nothing behind."""
    return await rehearse(services.pool, journey, engagement or Engagement(), now)
