"""Waiting for a trigger or for membership: by the facts between arrival and deadline, to the microsecond (W9)."""

from datetime import datetime, timedelta

import pytest

from builders import a_contact, a_workspace, waits, waits_for, waits_to_join
from participation import T0, enter, enter_as, look
from sojourn.journeys import life
from sojourn.journeys.store import users_of_segment
from sojourn.people import store as people
from sojourn.segments import store as segments
from sojourn.segments.model import CONDITION

SECOND, HOUR, DAY = timedelta(seconds=1), timedelta(hours=1), timedelta(days=1)
TICK = timedelta(microseconds=1)
GRACE = 5 * SECOND
ARRIVAL, DEADLINE = T0 + HOUR, T0 + HOUR + 3 * DAY


async def arrived(conn, step):
    """Ada has come to the step an hour after she entered."""
    return await enter(conn, waits(), step | {"yes": [waits("after-yes")], "no": [waits("after-no")]})


async def pays(ada, at, received=None, amount=60, **what):
    await ada.does("cart.paid", at, received, delivery=None, properties={"amount": amount}, **what)


async def test_W9_yes_at_once_when_the_trigger_comes(conn):
    ada = await arrived(conn, waits_for())
    await ada.look(ARRIVAL)
    assert await ada.where() == "paid"
    await pays(ada, ARRIVAL + HOUR)
    visit = await ada.visit("paid")
    assert (visit["outcome"], visit["left_at"], await ada.where()) == ("yes", ARRIVAL + HOUR, "after-yes")
    assert datetime.fromisoformat(visit["cause"]["at"]) == ARRIVAL + HOUR
    assert set(visit["cause"]) == {"event", "at"}


@pytest.mark.parametrize(
    ("at", "where"),
    [
        (ARRIVAL - TICK, "paid"),
        (ARRIVAL, "after-yes"),
        (DEADLINE, "after-yes"),
        (DEADLINE + TICK, "paid"),
    ],
)
async def test_W9_what_happens_from_the_arrival_to_the_deadline_counts(conn, at, where):
    ada = await arrived(conn, waits_for())
    await ada.look(ARRIVAL)
    await pays(ada, at, max(at, ARRIVAL) + SECOND)
    assert await ada.where() == where


async def test_W9_W5_no_comes_after_the_grace_and_what_arrives_within_it_counts(conn):
    ada = await arrived(conn, waits_for())
    await ada.look(ARRIVAL)
    await ada.look(DEADLINE + GRACE - TICK)
    assert await ada.where() == "paid"
    await ada.look(DEADLINE + GRACE)
    visit = await ada.visit("paid")
    assert (visit["outcome"], visit["cause"]["reason"], await ada.where()) == ("no", "limit_passed", "after-no")
    assert datetime.fromisoformat(visit["cause"]["deadline"]) == DEADLINE
    await pays(ada, DEADLINE - HOUR, DEADLINE + GRACE)
    assert await ada.where() == "after-no"


async def test_W9_an_event_of_the_past_that_is_looked_at_late_still_counts(conn):
    ada = await arrived(conn, waits_for())
    await ada.look(ARRIVAL)
    await pays(ada, ARRIVAL + HOUR, DEADLINE + DAY)
    assert await ada.where() == "after-yes"


async def test_W9_G2_all_tests_hold_for_one_event(conn):
    tests = [
        {"property": "amount", "test": "at_least", "value": 50},
        {"property": "currency", "test": "is", "value": "EUR"},
    ]
    ada = await arrived(conn, waits_for(where=tests))
    await ada.look(ARRIVAL)
    for properties in ({"amount": 60, "currency": "USD"}, {"amount": 40, "currency": "EUR"}, {"currency": "EUR"}):
        await ada.does("cart.paid", ARRIVAL + HOUR, delivery=None, properties=properties)
        assert await ada.where() == "paid"
    await ada.does("cart.paid", ARRIVAL + 2 * HOUR, delivery=None, properties={"amount": 50, "currency": "eur"})
    assert datetime.fromisoformat((await ada.visit("paid"))["cause"]["at"]) == ARRIVAL + 2 * HOUR


async def test_W9_a_property_that_is_a_time_is_seen_from_when_the_event_happened(conn):
    ada = await arrived(conn, waits_for(where=[{"property": "ships_at", "test": "in_next", "value": "1 day"}]))
    await ada.look(ARRIVAL)
    ships = {"ships_at": (ARRIVAL + DAY).isoformat()}
    await ada.does("cart.paid", ARRIVAL, ARRIVAL + 2 * DAY, delivery=None, properties=ships)
    assert await ada.where() == "after-yes"


async def test_W9_another_event_of_this_person_or_this_event_of_another_does_not_count(conn):
    ada = await arrived(conn, waits_for(where=[]))
    await ada.look(ARRIVAL)
    await ada.does("cart.left", ARRIVAL + HOUR, delivery=None)
    assert await ada.where() == "paid"
    await pays(ada, ARRIVAL + HOUR, automated=True)
    assert await ada.where() == "paid"
    await pays(ada, ARRIVAL + HOUR, amount=1)
    assert await ada.where() == "after-yes"


async def test_W9_W11_the_limit_keeps_the_wall_clock_of_the_journey(conn):
    step = waits_for(within="4 months", yes=[], no=[waits("after-no")])
    ada = await enter(conn, step, zone="Europe/Paris")
    assert (await ada.visit("paid"))["due"] == datetime.fromisoformat("2027-04-01T10:00+02:00") + GRACE


async def test_W9_P5_the_limit_freezes_with_the_timers_of_a_paused_journey(conn):
    ada = await arrived(conn, waits_for())
    await ada.look(ARRIVAL)
    await life.pause(conn, "launch", "freeze", "ada", ARRIVAL + HOUR)
    await life.resume(conn, "launch", None, "ada", ARRIVAL + 2 * HOUR)
    await ada.look(DEADLINE + HOUR + GRACE - TICK)
    assert await ada.where() == "paid"
    await pays(ada, DEADLINE + HOUR, DEADLINE + HOUR + GRACE)
    assert await ada.where() == "after-yes"


# ---------------------------------------------------------------------------------------------------- membership


async def joined(conn, *, at_first):
    """Ada comes to a step that waits for her to be a VIP, which her first name decides."""
    await a_workspace(conn, T0)
    condition = CONDITION.validate_python({"attribute": "first_name", "test": "is", "value": "Ada"})
    await segments.create(conn, "vip", "contact", condition, T0, live=True)
    person = await a_contact(conn, "ada", T0, first_name="Ada" if at_first else "Ida")
    step = waits_to_join(yes=[waits("after-yes")], no=[waits("after-no")])
    return await enter_as(conn, person, waits(), step)


async def is_called(ada, first_name, at):
    await people.identify(ada.conn, "contact", "ada", {"first_name": first_name}, at)
    await look(ada.conn, ada.person.shard, at)


async def test_W9_who_is_a_member_on_arrival_goes_on_at_once(conn):
    ada = await joined(conn, at_first=True)
    await ada.look(ARRIVAL)
    visit = await ada.visit("joined")
    assert (visit["outcome"], visit["left_at"], await ada.where()) == ("yes", ARRIVAL, "after-yes")
    assert visit["cause"]["segment"] == "vip"
    assert datetime.fromisoformat(visit["cause"]["since"]) == T0


async def test_W9_who_becomes_a_member_goes_on(conn):
    ada = await joined(conn, at_first=False)
    await ada.look(ARRIVAL)
    assert await ada.where() == "joined"
    await is_called(ada, "Ada", ARRIVAL + HOUR)
    visit = await ada.visit("joined")
    assert (visit["outcome"], visit["left_at"]) == ("yes", ARRIVAL + HOUR)
    assert datetime.fromisoformat(visit["cause"]["since"]) == ARRIVAL + HOUR


async def test_W9_who_left_the_segment_before_the_arrival_waits_to_join_again(conn):
    ada = await joined(conn, at_first=True)
    await is_called(ada, "Ida", T0 + HOUR / 2)
    await ada.look(ARRIVAL)
    assert await ada.where() == "joined"


async def test_W9_who_joined_in_time_counts_although_they_left_before_anybody_looked(conn):
    ada = await joined(conn, at_first=False)
    await ada.look(ARRIVAL)
    await ada.conn.execute("update visit set due = %s where left_at is null", [DEADLINE + GRACE])
    await ada.conn.execute("delete from listener")
    await is_called(ada, "Ada", ARRIVAL + HOUR)
    await is_called(ada, "Ida", ARRIVAL + 2 * HOUR)
    await ada.look(DEADLINE + GRACE)
    assert await ada.where() == "after-yes"


@pytest.mark.parametrize(("at", "where"), [(DEADLINE, "after-yes"), (DEADLINE + TICK, "after-no")])
async def test_W9_joining_at_the_deadline_is_in_time_and_a_microsecond_later_is_not(conn, at, where):
    ada = await joined(conn, at_first=False)
    await ada.look(ARRIVAL)
    await is_called(ada, "Ada", at)
    await ada.look(DEADLINE + GRACE)
    assert await ada.where() == where


async def test_W9_the_step_listens_to_joining_by_the_segments_number(conn):
    await joined(conn, at_first=False)
    vip = await segments.segment(conn, "vip")
    rows = await (await conn.execute("select event from listener")).fetchall()
    assert rows == [{"event": f"segment.joined:{vip.id}"}]


async def test_W9_G4_a_segment_that_a_live_journey_waits_for_is_in_use(conn):
    await joined(conn, at_first=False)
    assert await users_of_segment(conn, "vip") == ["Launch"]
    assert await users_of_segment(conn, "everybody") == ["Launch"]
