"""People who are held out, to compare them with those who enter (J11), with a whole worker and real channels."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
from machine import T0, Machine, machine
from pydantic import ValidationError

from builders import journey, sends, waits
from participation import people_behind
from sojourn.analytics import store as analytics
from sojourn.analytics.model import GoalNumbers, Reached
from sojourn.app import show
from sojourn.db.connect import Pool
from sojourn.events.model import Event
from sojourn.events.store import append
from sojourn.journeys import life
from sojourn.journeys import publish as publishing
from sojourn.journeys import store as journeys
from sojourn.journeys.model import JourneyDocument
from sojourn.rehearsal.model import Engagement
from sojourn.rehearsal.outlook import outlook
from sojourn.rehearsal.rehearse import rehearse

PEOPLE = [f"p{number}" for number in range(40)]
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
GOAL = {"goal": {"name": "purchased", "trigger": "order.placed", "within": "2 days"}}


@pytest.fixture
async def house(pool: Pool) -> AsyncIterator[Machine]:
    async with machine(pool) as made:
        await made.prepare(people=len(PEOPLE))
        yield made


def compared(**start: Any) -> JourneyDocument:
    return journey(sends(), waits("rest", "1 day"), watched=GOAL, hold_out=30, **start)


async def held_out(house: Machine) -> set[str]:
    """Everybody who ever was."""
    return {key for key in PEOPLE if ("start", "held_out") in await house.way(key)}


async def order(house: Machine, *keys: str) -> None:
    people = [await house.person(key) for key in keys]
    async with house.transaction() as conn:
        events = [Event(f"{who}-{house.clock.at}", who, "order.placed", house.clock.at) for who in people]
        await append(conn, events, house.clock.at)
    await house.settle()


async def test_J11_W14_the_goal_is_counted_for_who_enters_and_for_who_is_held_out(house: Machine) -> None:
    version = await house.launch(compared())
    out = await held_out(house)
    assert 0 < len(out) < len(PEOPLE)
    await house.move_to(T0 + HOUR)
    entered = [key for key in PEOPLE if key not in out]
    first, *others = sorted(out)
    await order(house, first, *entered[:2])
    await order(house, first)
    await house.move_to(T0 + 2 * DAY + HOUR)
    await order(house, *others, *entered)
    async with house.transaction() as conn:
        goal = (await analytics.numbers(conn, version, T0)).goal
        behind = await people_behind(conn, version, flow="reached", outcome="held_out")
        assert len(await people_behind(conn, version, flow="reached")) == 2
    assert goal == GoalNumbers(name="purchased", reached=2, of=len(entered), held_out=Reached(reached=1, of=len(out)))
    assert [row["key"] for row in behind] == [first]
    assert f"; by 1 of the {len(out)} who were held out" in show._goal(goal)
    assert len(await house.rows("select from delivery")) == len(entered)
    assert (await house.numbers())["start"].exited == {"held_out": len(out)}
    assert (await house.state(), await house.faults()) == ("Completed", [])


async def test_J11_P2_a_rehearsal_and_the_counts_before_publishing_foretell_how_many(house: Machine) -> None:
    async with house.transaction() as conn:
        await journeys.create(conn, compared(), T0)
        audience = (await outlook(conn, "launch", T0)).audience
    found = await rehearse(house.pool, "launch", Engagement(), T0)
    async with house.transaction() as conn:
        await publishing.publish(conn, "launch", "ada", T0)
    await house.settle()
    number = len(await held_out(house))
    assert audience is not None
    assert (audience.size, audience.not_entering) == (len(PEOPLE), {"held_out": number})
    assert found.not_entered == {"held_out": number}
    assert found.goal is not None
    assert found.goal.held_out == Reached(reached=0, of=number)


async def test_J11_J3_P4_it_is_the_same_people_in_every_run_and_version(house: Machine) -> None:
    await house.launch(compared(frequency="repeating", repeat={"unit": "day"}))
    out = await held_out(house)
    await house.move_to(T0 + DAY)
    assert await held_out(house) == out
    async with house.transaction() as conn:
        await life.new_version(conn, "launch", "ada", house.clock.at)
        await publishing.publish(conn, "launch", "ada", house.clock.at)
    await house.move_to(T0 + 3 * DAY)
    assert await held_out(house) == out
    assert {len(await house.way(key)) for key in out} == {4}


async def test_J11_J10_who_was_held_out_by_a_version_may_enter_the_next(house: Machine) -> None:
    start = {"trigger": "cart.left", "audience": "contact", "reentry": "once"}
    await house.launch(journey(waits(), watched={"start": {**start, "hold_out": 99}}))
    people = [await house.person(key) for key in PEOPLE]
    for hour in (0, 1):
        house.clock.at = T0 + hour * HOUR
        async with house.transaction() as conn:
            await append(conn, [Event(f"{hour}-{who}", who, "cart.left", house.clock.at) for who in people], T0)
        await house.settle()
        if hour == 0:
            assert len(await held_out(house)) > len(PEOPLE) / 2
            async with house.transaction() as conn:
                await life.new_version(conn, "launch", "ada", house.clock.at)
                await journeys.change(conn, "launch", journey(waits(), watched={"start": start}))
                await publishing.publish(conn, "launch", "ada", house.clock.at)
    assert len(await house.rows("select distinct person from participant where exit_reason is null")) == len(PEOPLE)
    assert await house.faults() == []


@pytest.mark.parametrize("hold_out", [0, 100, -1, "ten"])
def test_J11_somebody_is_held_out_and_somebody_enters(hold_out: Any) -> None:
    with pytest.raises(ValidationError):
        journey(waits(), hold_out=hold_out)
