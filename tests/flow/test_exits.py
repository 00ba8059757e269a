"""Exits and the goal of a journey (W14, W15) with a whole worker, real channels, and in a rehearsal before."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from machine import T0, Machine, machine

from builders import a_contact, journey, raises, sends, sets, texts, waits
from sojourn.analytics import store as analytics
from sojourn.analytics.model import GoalNumbers
from sojourn.app import show
from sojourn.db.connect import Pool
from sojourn.events.model import Event
from sojourn.events.store import append
from sojourn.journeys import store as journeys
from sojourn.rehearsal.model import Delay, Engagement, TriggerRate
from sojourn.rehearsal.rehearse import rehearse
from sojourn.segments import store as segments
from sojourn.segments.model import CONDITION

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
WATCHED = {
    "exits": [{"trigger": "cart.left"}, {"segment": "customers"}],
    "goal": {"name": "purchased", "trigger": "order.placed", "within": "2 days", "exit": True},
}
STEPS = (sends(), waits("rest", "1 day"), texts(), waits("last", "3 days"))


@pytest.fixture
async def house(pool: Pool) -> AsyncIterator[Machine]:
    async with machine(pool) as made:
        await made.prepare(people=20)
        async with made.transaction() as conn:
            condition = CONDITION.validate_python({"attribute": "first_name", "test": "is", "value": "Ada"})
            await segments.create(conn, "customers", "contact", condition, T0, live=True)
        await made.settle()
        yield made


async def do(house: Machine, name: str, *keys: str) -> None:
    people = [await house.person(key) for key in keys]
    async with house.transaction() as conn:
        now = house.clock.at
        await append(conn, [Event(f"{name}-{who}-{now}", who, name, now) for who in people], now)
    await house.settle()


async def test_W14_W15_some_leave_some_reach_the_goal_and_everything_adds_up(house: Machine) -> None:
    version = await house.launch(journey(*STEPS, watched=WATCHED))
    await house.move_to(T0 + HOUR)
    await do(house, "cart.left", "p0", "p1")
    await do(house, "order.placed", "p1", "p2", "p3")
    async with house.transaction() as conn:
        await a_contact(conn, "p4", house.clock.at, first_name="Ada")
    await house.settle()
    await house.move_to(T0 + 2 * DAY + HOUR)
    await do(house, "order.placed", "p5")
    await house.move_to(T0 + 5 * DAY)
    numbers = await house.numbers()
    assert numbers["rest"].exited == {"exit_event": 2, "goal_reached": 2, "exit_segment": 1}
    assert (numbers["launched"].entered, numbers["last"].left, numbers["last"].exited) == (15, {"done": 15}, {})
    async with house.transaction() as conn:
        found = await analytics.numbers(conn, version, T0)
    assert found.goal == GoalNumbers(name="purchased", reached=3, of=20)
    assert (await house.state(), await house.faults()) == ("Completed", [])


RAISED = (raises("tell", "cart.left"), sends(), waits("after", "1 day"))
NAMED = (sets("name", "first_name", "Ada"), sends(), waits("after", "1 day"))


@pytest.mark.parametrize(("steps", "reason"), [(RAISED, "exit_event"), (NAMED, "exit_segment")])
async def test_W14_W15_what_a_step_does_to_people_ends_it_before_they_go_on(
    house: Machine, steps: tuple[dict, ...], reason: str
) -> None:
    await house.launch(journey(*steps, watched=WATCHED))
    await house.settle()
    assert (await house.numbers())["announce"].exited == {reason: 20}
    assert (await house.rows("select from delivery where state = 'sent'"), await house.faults()) == ([], [])


@pytest.mark.parametrize(("steps", "reason"), [(RAISED, "exit_event"), (NAMED, "exit_segment")])
async def test_W14_W15_also_in_a_rehearsal(house: Machine, steps: tuple[dict, ...], reason: str) -> None:
    async with house.transaction() as conn:
        await journeys.create(conn, journey(*steps, watched=WATCHED), T0)
    found = await rehearse(house.pool, "launch", Engagement(), T0)
    assert {step.step: step.exited for step in found.steps if step.exited} == {"announce": {reason: 20}}
    assert found.messages_by_hour == []


async def test_W14_W15_a_rehearsal_foretells_who_leaves_and_who_reaches_the_goal(house: Machine) -> None:
    async with house.transaction() as conn:
        await a_contact(conn, "p0", T0, first_name="Ada")
        await journeys.create(conn, journey(*STEPS, watched=WATCHED), T0)
    await house.settle()
    quick = Delay(median="1 minute", nine_of_ten="1 minute")
    assumed = Engagement(triggers={"order.placed": TriggerRate(share=0.5, delay=quick)})
    found = await rehearse(house.pool, "launch", assumed, T0)
    steps = {step.step: step for step in found.steps}
    assert found.goal is not None
    assert (found.not_entered, found.goal.of) == ({"excluded": 1}, 19)
    assert 0 < found.goal.reached < 19
    assert steps["rest"].exited == {"goal_reached": found.goal.reached}
    assert steps["launched"].entered == 19 - found.goal.reached
    assert show._goal(found.goal).startswith(f"Goal purchased: reached by {found.goal.reached} of the 19 who entered")
