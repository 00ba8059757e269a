"""The route of sample data: something to look at and to play with, in one click."""

from datetime import timedelta

from fastapi import APIRouter
from pydantic import BaseModel, Field

from sojourn.access.caller import Caller
from sojourn.access.request import Now, Served
from sojourn.app import sample
from sojourn.db.connect import transaction

router = APIRouter(tags=["workspace"])

LAUNCH_IN = timedelta(days=14)


class SampleData(BaseModel):
    journey: str = Field(description="The id of its journey, a draft at first.")


@router.post("/sample-data", status_code=201)
async def add_sample_data(services: Served, now: Now, caller: Caller) -> SampleData:
    """Brings in a thousand made-up customers, a segment, an email, a text message and the draft of a journey.

    A second time it brings back what was deleted, and changes nothing else.
    """
    async with transaction(services.pool) as conn:
        there = await sample.has_journey(conn)
    if not there:
        await sample.bring_in(services.pool, services.clock, caller.name)
        launch = (now + LAUNCH_IN).replace(hour=9, minute=0, second=0, microsecond=0, tzinfo=None)
        async with transaction(services.pool) as conn:
            await sample.apply_documents(conn, caller.name, now, launch=launch, day="1 day")
    return SampleData(journey=sample.JOURNEY)
