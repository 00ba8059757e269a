"""A journey that an event starts is rehearsed with the starts that its author assumes: drawn by the seed, or again
those of the last while (J10)."""

from datetime import timedelta
from typing import Any

import pytest
from machine import T0, Machine, machine
from pydantic import ValidationError

from builders import a_contact, branches, journey, sends, sets, waits
from sojourn.db.connect import Pool, transaction
from sojourn.events.model import Event
from sojourn.events.store import append
from sojourn.journeys import store as journeys
from sojourn.journeys.model import JourneyDocument
from sojourn.kit.errors import Invalid
from sojourn.people.store import identify
from sojourn.rehearsal.model import DrawnStarts, Engagement, Rates, Rehearsal, RepeatedStarts
from sojourn.rehearsal.rehearse import rehearse

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
TEN_A_DAY = Engagement(starts=DrawnStarts(per_day=10, over="5 days", properties={"amount": 60}))
LARGE = {"outcome": "large", "where": [{"property": "amount", "test": "at_least", "value": 50}]}


def started_by_a_cart(*steps: dict[str, Any], **start: Any) -> JourneyDocument:
    given = {"trigger": "cart.left", "audience": "contact"} | start
    return JourneyDocument.model_validate({"journey": "Launch", "start": given, "steps": list(steps)})


async def drafted(pool: Pool, document: JourneyDocument) -> None:
    async with transaction(pool) as conn:
        await journeys.create(conn, document, T0)


def by_day(found: Rehearsal) -> list[int]:
    days = [(row.hour - T0) // DAY for row in found.entered_by_hour]
    return [
        sum(row.people for row, its in zip(found.entered_by_hour, days, strict=True) if its == day) for day in range(5)
    ]


async def test_J10_so_many_start_each_day_drawn_by_the_seed_as_often_as_each_other(pool: Pool) -> None:
    document = started_by_a_cart(branches("kinds", LARGE), sends(), waits("rest", "3 days"))
    async with machine(pool) as house:
        await house.prepare(people=30)
        await drafted(pool, document)
        found, again = [await rehearse(pool, "launch", TEN_A_DAY, T0) for _ in range(2)]
        other = await rehearse(pool, "launch", TEN_A_DAY.model_copy(update={"seed": 2}), T0)
        async with house.transaction() as conn:
            assert (await journeys.newest(conn, "launch")).state == "Draft"
    assert found == again
    assert found.entered == other.entered == 50
    assert found.busiest != other.busiest
    assert all(abs(number - 10) <= 1 for number in by_day(found))  # who comes last in a day may count in the next
    assert {row.messages: row.people for row in found.messages_per_person} == {1: 10, 2: 20}
    assert {step.step: step.left for step in found.steps}["kinds"] == {"large": 50}
    assert found.through_at is not None
    assert found.inside == 0


async def test_J10_somebody_who_starts_again_is_asked_anew_what_they_do(pool: Pool) -> None:
    async with machine(pool) as house:
        await house.prepare(people=30)
        await drafted(pool, started_by_a_cart(sends(), waits("rest", "1 day")))
        engagement = Engagement(messages=Rates(opened=0.5), starts=DrawnStarts(per_day=60, over="1 day"))
        found = await rehearse(pool, "launch", engagement, T0)
    message = found.steps[1].message
    assert message is not None
    assert (found.entered, message.opened.total) == (60, message.opened.people)
    assert message.opened.people % 2 == 1  # somebody opened one of their two


async def test_J10_what_happened_lately_happens_again(pool: Pool) -> None:
    """To the same people, as long after each other; who may enter once is not let in a second time."""
    happened = {"p0": [2 * HOUR, DAY], "p1": [2 * DAY], "p2": [4 * DAY]}
    async with machine(pool) as house:
        await house.prepare(people=5)
        await happen(house, happened)
        await drafted(pool, started_by_a_cart(sets(), waits("rest", "1 hour"), reentry="once", exclude=[]))
        found = await rehearse(pool, "launch", Engagement(starts=RepeatedStarts(last="3 days")), T0)
        longer = await rehearse(pool, "launch", Engagement(starts=RepeatedStarts(last="5 days")), T0)
    assert (found.entered, found.not_entered) == (2, {"already_entered": 1})
    assert {row.hour: row.people for row in found.entered_by_hour} == {T0 + DAY: 1, T0 + 2 * DAY: 1}
    assert (longer.entered, longer.inside) == (3, 0)


async def happen(house: Machine, ago: dict[str, list[timedelta]]) -> None:
    people = {key: await house.person(key) for key in ago}
    told = [(key, T0 - one) for key, times in ago.items() for one in times]
    async with house.transaction() as conn:
        await append(conn, [Event(f"{key} {at}", people[key], "cart.left", at) for key, at in told], T0)
    await house.settle()


async def test_J10_only_the_audience_is_drawn_and_exclusions_hold(pool: Pool) -> None:
    async with machine(pool) as house:
        await house.prepare(people=4)
        async with house.transaction() as conn:
            await a_contact(conn, "lead", T0)
            await identify(conn, "lead", "somebody else", {}, T0)
        await house.settle()
        await drafted(pool, started_by_a_cart(sends(), exclude=["everybody"]))
        found = await rehearse(pool, "launch", Engagement(starts=DrawnStarts(per_day=5, over="1 day")), T0)
    assert (found.entered, found.not_entered) == (0, {"excluded": 5})


async def test_J10_how_many_start_has_to_be_said_and_only_where_an_event_starts_people(pool: Pool) -> None:
    async with machine(pool) as house:
        await house.prepare()
        await drafted(pool, started_by_a_cart(waits()))
        async with house.transaction() as conn:
            await journeys.create(conn, journey(waits(), name="Members"), T0)
        for name, engagement, code in (
            ("launch", Engagement(), "audience_unknown"),
            ("members", TEN_A_DAY, "starts_known"),
        ):
            with pytest.raises(Invalid) as refused:
                await rehearse(pool, name, engagement, T0)
            assert [problem.code for problem in refused.value.problems] == [code]


def test_J10_there_is_an_end_to_how_many_are_assumed() -> None:
    with pytest.raises(ValidationError, match="3,000,000 starts"):
        DrawnStarts(per_day=100_000, over="1 month")
    assert Engagement.model_validate({"starts": {"last": "7 days"}}).starts == RepeatedStarts(last="7 days")
    assert Engagement.model_validate({"starts": {"per_day": 3}}).starts == DrawnStarts(per_day=3)
