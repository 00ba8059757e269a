"""What one journey does to people is what another may start from, and every number adds up on the way."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from machine import T0, Machine, machine

from builders import branches, journey, raises, sets, splits, waits
from sojourn.db.connect import Pool
from sojourn.segments import store as segments
from sojourn.segments.model import CONDITION

HOUR = timedelta(hours=1)


@pytest.fixture
async def house(pool: Pool) -> AsyncIterator[Machine]:
    async with machine(pool) as made:
        yield made


async def test_W13_W14_forks_and_deeds_add_up(house: Machine) -> None:
    await house.prepare(people=40)
    few = {"outcome": "few", "percent": 30, "then": [sets(value="Few"), raises()]}
    nudged = {"outcome": "nudged", "when": {"did": "cart.nudged"}, "then": [{"id": "out", "kind": "exit"}]}
    await house.launch(
        journey(
            waits(),
            {"id": "parts", "kind": "split", "parts": [few, {"outcome": "many", "percent": 70}]},
            branches("kinds", nudged),
            {"id": "stayed", "kind": "goal", "name": "stayed"},
        )
    )
    await house.move_to(T0 + HOUR)
    numbers = await house.numbers()
    few_of_them = numbers["parts"].left["few"]
    assert 0 < few_of_them < 40
    assert numbers["out"].exited == {"exit_step": few_of_them}
    assert numbers["stayed"].left == {"reached": 40 - few_of_them}
    (named,) = await house.rows("select count(*) as n from person where attributes ->> 'first_name' = 'Few'")
    (raised,) = await house.rows("select count(*) as n from event where name = 'cart.nudged'")
    assert (named["n"], raised["n"]) == (few_of_them, few_of_them)
    assert (await house.state(), await house.faults()) == ("Completed", [])


async def test_W13_a_second_journey_of_the_same_name_and_steps_splits_alike(house: Machine) -> None:
    await house.prepare(people=40)
    await house.launch(journey(splits(few=50, many=50)))
    first = [await house.way(f"p{number}") for number in range(40)]
    async with house.transaction() as conn:
        await conn.execute("update journey set deleted_at = %s", [T0])
    await house.launch(journey(splits(few=50, many=50)))
    both = [await house.way(f"p{number}") for number in range(40)]
    assert both == [way * 2 for way in first]
    assert {outcome for way in first for _, outcome in way} == {"few", "many"}


async def test_W14_what_is_set_or_raised_makes_members_at_once(house: Machine) -> None:
    await house.prepare(people=2)
    both = {"all": [{"attribute": "first_name", "test": "is", "value": "Countess"}, {"did": "cart.nudged"}]}
    async with house.transaction() as conn:
        await segments.create(conn, "nudged", "contact", CONDITION.validate_python(both), T0, live=True)
    await house.launch(journey(sets(), raises(), waits()))
    members = await house.rows("select since, until from segment_member m join segment s on s.id = m.segment "
                               "where s.name = 'nudged'")  # fmt: skip
    assert members == [{"since": T0, "until": None}] * 2
