"""Segments live on in a rehearsal: people join and leave them by what they do, by what steps do, and as time passes."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from machine import T0, Machine, machine
from rehearsed import HOUR, drafted

from builders import journey, sends, sets, waits, waits_to_join
from sojourn.db.connect import Pool
from sojourn.events.model import DeliveryRef, Event
from sojourn.events.store import append
from sojourn.journeys.model import JourneyDocument
from sojourn.kit.ids import Ref
from sojourn.people.store import declare_attributes, identify
from sojourn.rehearsal.model import Delay, DrawnStarts, Engagement, Rates, Rehearsal
from sojourn.rehearsal.rehearse import rehearse
from sojourn.segments import store as segments
from sojourn.segments.model import CONDITION

DAILY: dict[str, Any] = {"frequency": "repeating", "repeat": {"unit": "day"}}
READING = Engagement(messages=Rates(opened=1, clicked=0, delay=Delay(median="1 minute", nine_of_ten="1 minute")))


async def prepared(house: Machine, **conditions: Any) -> None:
    """Twelve people; the birthday of two of them is today, that of two more tomorrow, and so on."""
    await house.prepare(people=12)
    async with house.transaction() as conn:
        await declare_attributes(conn, "contact", {"birthday": "date"})
        for number in range(12):
            day = (T0 + timedelta(days=number // 2)).date().replace(year=1990)
            await identify(conn, "contact", f"p{number}", {"birthday": day.isoformat()}, T0)
        for name, condition in conditions.items():
            await segments.create(conn, name, "contact", CONDITION.validate_python(condition), T0, live=True)
    await house.settle()


def entries(found: Rehearsal) -> dict[datetime, int]:
    return {row.hour: row.people for row in found.entered_by_hour}


CELEBRATING = {"attribute": "birthday", "test": "anniversary"}


async def test_J3_each_occurrence_admits_the_members_of_its_day(pool: Pool) -> None:
    async with machine(pool) as house:
        await prepared(house, celebrating=CELEBRATING)
        await drafted(pool, journey(sends(), segment="celebrating", **DAILY))
        found = await rehearse(pool, "launch", Engagement(at_most="4 days"), T0)
    assert entries(found) == {T0 + timedelta(days=day): 2 for day in range(5)}
    assert [(row.messages, row.people) for row in found.messages_per_person] == [(1, 10)]


async def test_J1_members_are_those_of_the_moment_when_it_starts(pool: Pool) -> None:
    async with machine(pool) as house:
        await prepared(house, soon={"attribute": "birthday", "test": "in_next", "value": "2 days"}, today=CELEBRATING)
        await drafted(pool, journey(sends(), segment="today", exclude=["soon"], at="2026-12-03T09:00"))
        found = await rehearse(pool, "launch", Engagement(), T0)
    assert entries(found) == {T0 + timedelta(days=2): 2}


async def test_J2_who_joins_by_time_enters_within_the_hour_for_a_month(pool: Pool) -> None:
    async with machine(pool) as house:
        await prepared(house, celebrating=CELEBRATING)
        await drafted(pool, journey(sends(), segment="celebrating", frequency="newly_added"))
        found = await rehearse(pool, "launch", Engagement(), T0)
    midnights = [datetime(2026, 12, day, tzinfo=UTC) for day in range(2, 7)]
    assert entries(found) == dict.fromkeys([T0, *midnights], 2)
    assert found.ended_at == datetime(2027, 1, 1, 9, tzinfo=UTC)


async def test_J2_who_joins_again_by_what_they_did_enters_when_they_did_it(pool: Pool) -> None:
    """The journey makes them leave its segment; opening its message, at a quarter past, makes them come back."""
    nameless = {"any": [{"attribute": "first_name", "test": "is_not", "value": "Countess"}, {"did": "email.opened"}]}
    async with machine(pool) as house:
        await prepared(house, nameless=nameless)
        await drafted(pool, journey(sends(), sets(), segment="nameless", frequency="newly_added", rejoin=True))
        found = await rehearse(pool, "launch", READING, T0)
    assert [(row.messages, row.people) for row in found.messages_per_person] == [(2, 12)]
    assert found.through_at == T0 + HOUR / 4


async def test_J2_who_joins_again_by_time_enters_within_the_hour(pool: Pool) -> None:
    quiet = {"did_not": "email.opened", "within": "6 hours"}
    start = {"segment": "quiet", "frequency": "newly_added", "rejoin": True, "end": "2026-12-01T18:00"}
    async with machine(pool) as house:
        await prepared(house, quiet=quiet)
        await drafted(pool, journey(sends(), **start))
        found = await rehearse(pool, "launch", READING, T0)
    assert entries(found) == {T0: 12, T0 + 7 * HOUR: 12}


async def test_J5_who_is_excluded_by_what_they_did_does_not_enter_again(pool: Pool) -> None:
    async with machine(pool) as house:
        await prepared(house, readers={"did": "email.opened"})
        await drafted(pool, journey(sends(), exclude=["readers"], **DAILY))
        found = await rehearse(pool, "launch", READING.model_copy(update={"at_most": "2 days"}), T0)
    assert entries(found) == {T0: 12}
    assert found.not_entered == {"excluded": 24}


async def test_G1_what_people_did_with_a_message_before_counts_by_its_content(pool: Pool) -> None:
    async with machine(pool) as house:
        await house.prepare(people=4)
        await house.launch(journey(sends(), name="Before"))
        (first, *_) = await house.rows(
            "select shard, participant, step, person from delivery order by shard, participant"
        )
        clicked = Event(
            id="c1",
            person=Ref(first["shard"], first["person"]),
            name="email.clicked",
            at=T0,
            delivery=DeliveryRef(Ref(first["shard"], first["participant"]), first["step"]),
            link="product",
        )
        async with house.transaction() as conn:
            await append(conn, [clicked], T0)
            condition = CONDITION.validate_python({"did": "email.clicked", "content": "launch-news"})
            await segments.create(conn, "interested", "contact", condition, T0, live=True)
        await house.settle()
        await drafted(pool, journey(sends(), segment="interested", **DAILY))
        found = await rehearse(pool, "launch", Engagement(at_most="2 days"), T0)
    assert entries(found) == {T0 + timedelta(days=day): 1 for day in range(3)}


async def test_J3_whom_a_step_makes_leave_the_segment_does_not_enter_again(pool: Pool) -> None:
    """Also those who become members meanwhile are copies, which the step may change."""
    unnamed = {"all": [{"attribute": "first_name", "test": "is_not_set"}, {"member_of": "celebrated"}]}
    celebrated = {"attribute": "birthday", "test": "in_last", "value": "480 months"}
    async with machine(pool) as house:
        await prepared(house, celebrated=celebrated, unnamed=unnamed)
        await drafted(pool, journey(sets(), segment="unnamed", **DAILY))
        found = await rehearse(pool, "launch", Engagement(at_most="3 days"), T0)
    assert entries(found) == {T0: 12}


@pytest.mark.parametrize(("within", "outcome"), [("7 hours", "yes"), ("5 hours", "no")])
async def test_W9_time_makes_people_members_of_what_is_waited_for(pool: Pool, within: str, outcome: str) -> None:
    """Everybody opens the message at a quarter past nine; six hours later they have not read anything lately."""
    quiet = {"did_not": "email.opened", "within": "6 hours"}
    async with machine(pool) as house:
        await prepared(house, quiet=quiet)
        waiting = waits_to_join(segment="quiet", within=within)
        await drafted(pool, journey(sends(), waits("a-while", "30 minutes"), waiting))
        found = await rehearse(pool, "launch", READING, T0)
    assert found.steps[-1].left == {outcome: 12}
    assert found.through_at is not None
    if outcome == "yes":
        assert found.through_at == T0 + 7 * HOUR


async def test_W15_time_makes_people_leave(pool: Pool) -> None:
    async with machine(pool) as house:
        await prepared(house, celebrating=CELEBRATING)
        exits = {"exits": [{"segment": "celebrating"}]}
        await drafted(pool, journey(waits("rest", "3 days"), watched=exits))
        found = await rehearse(pool, "launch", Engagement(), T0)
    assert found.not_entered == {"excluded": 2}
    assert (found.steps[-1].exited, found.steps[-1].left) == ({"exit_segment": 6}, {"done": 4})


async def test_J10_exclusion_goes_with_the_time_also_while_nobody_is_inside(pool: Pool) -> None:
    """All have their birthday on the second, and are through as soon as an event has started them."""
    start = {"trigger": "cart.left", "audience": "contact", "exclude": ["celebrating"]}
    document = JourneyDocument.model_validate({"journey": "Launch", "start": start, "steps": [sets()]})
    async with machine(pool) as house:
        await prepared(house, celebrating=CELEBRATING)
        async with house.transaction() as conn:
            for number in range(12):
                await identify(conn, "contact", f"p{number}", {"birthday": "1990-12-02"}, T0)
        await house.settle()
        await drafted(pool, document)
        found = await rehearse(pool, "launch", Engagement(starts=DrawnStarts(per_day=12, over="3 days")), T0)
    assert {hour.day for hour in entries(found)} == {1, 3, 4}
    assert found.entered + found.not_entered["excluded"] == 36
