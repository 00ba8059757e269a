"""Waiting until a date of the person, or until their time of day, on their own wall clock (W12)."""

from datetime import UTC, datetime, timedelta

import pytest

from builders import a_contact, a_workspace, waits, waits_until_attribute, waits_until_window
from participation import T0, enter_as, look
from sojourn.journeys.steps.wait_until import WaitUntilStep
from sojourn.people import store as people

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
TICK = timedelta(microseconds=1)
ZONED = {"birthday": "date", "renewal_at": "datetime", "home_zone": "zone"}


async def comes(conn, step, zone="Europe/Paris", **attributes):
    """Ada comes at T0 (ten o'clock on a Tuesday in Paris) to a step of a journey in this zone."""
    await a_workspace(conn, T0)
    await people.declare_attributes(conn, "contact", ZONED)
    await people.change_audience(conn, "contact", {"zone_attribute": "home_zone"})
    person = await a_contact(conn, "ada", T0, **attributes)
    return await enter_as(conn, person, step, waits("after"), zone=zone)


async def changes(ada, at, **attributes):
    await people.identify(ada.conn, "contact", "ada", attributes, at)
    await look(ada.conn, ada.person.shard, at)


async def waits_exactly_until(ada, step, until):
    """Not a microsecond less."""
    until = datetime.fromisoformat(until)
    assert (await ada.visit(step))["due"] == until
    await ada.look(until - TICK)
    assert await ada.where() == step
    await ada.look(until)
    visit = await ada.visit(step)
    assert (visit["outcome"], visit["left_at"], await ada.where()) == ("done", until, "after")
    assert datetime.fromisoformat(visit["cause"]["until"]) == until


# ---------------------------------------------------------------------------------------------------- attributes


@pytest.mark.parametrize(
    ("attributes", "offset", "until"),
    [
        ({"birthday": "2026-12-24"}, {}, "2026-12-24T00:00+01:00"),
        ({"birthday": "2026-12-24", "home_zone": "America/New_York"}, {}, "2026-12-24T00:00-05:00"),
        ({"birthday": "2026-12-24"}, {"offset": {"before": "3 days"}}, "2026-12-21T00:00+01:00"),
        ({"birthday": "2026-12-24"}, {"offset": {"before": "90 minutes"}}, "2026-12-23T22:30+01:00"),
        ({"birthday": "2026-12-24"}, {"offset": {"after": "1 month"}}, "2027-01-24T00:00+01:00"),
        ({"birthday": "2027-03-31"}, {"offset": {"before": "1 month"}}, "2027-02-28T00:00+01:00"),
        # the day of summer time has 23 hours: days keep the wall clock, hours are elapsed
        ({"birthday": "2027-03-29"}, {"offset": {"before": "1 day"}}, "2027-03-28T00:00+01:00"),
        ({"birthday": "2027-03-29"}, {"offset": {"before": "24 hours"}}, "2027-03-27T23:00+01:00"),
        # midnight that never was, in Cairo: the first instant of that day
        ({"birthday": "2027-04-30", "home_zone": "Africa/Cairo"}, {}, "2027-04-30T01:00+03:00"),
        ({"renewal_at": "2026-12-24T18:30:00Z"}, {"attribute": "renewal_at"}, "2026-12-24T18:30Z"),
        (
            {"renewal_at": "2026-12-24T18:30:00Z", "home_zone": "Asia/Tokyo"},
            {"attribute": "renewal_at", "offset": {"after": "1 week"}},
            "2026-12-31T18:30Z",
        ),
    ],
)
async def test_W12_Z2_until_a_date_of_the_person(conn, attributes, offset, until):
    ada = await comes(conn, waits_until_attribute(**offset), **attributes)
    await waits_exactly_until(ada, "birthday", until)


async def test_W12_without_the_attribute_they_go_on_at_once(conn):
    ada = await comes(conn, waits_until_attribute())
    visit = await ada.visit("birthday")
    assert (visit["outcome"], visit["left_at"], visit["cause"]) == ("done", T0, {"reason": "attribute_missing"})


async def test_W12_a_date_that_has_passed_holds_up_nobody(conn):
    ada = await comes(conn, waits_until_attribute(), birthday="1990-12-24")
    visit = await ada.visit("birthday")
    assert (visit["outcome"], visit["left_at"]) == ("done", T0)
    assert visit["cause"]["value"] == "1990-12-24"


@pytest.mark.parametrize("birthday", ["9999-12-31", "0001-01-01"])
async def test_W12_a_date_at_the_end_of_the_calendar_breaks_nothing(conn, birthday):
    step = waits_until_attribute(offset={"after" if birthday > "2" else "before": "1200 months"})
    ada = await comes(conn, step, birthday=birthday)
    assert await ada.where() == ("birthday" if birthday > "2" else "after")
    assert (await ada.visit("birthday"))["due"].year in (2026, 9000)


async def test_W12_a_date_that_changes_moves_the_wait(conn):
    ada = await comes(conn, waits_until_attribute(), birthday="2026-12-24")
    await changes(ada, T0 + HOUR, birthday="2026-12-31")
    assert (await ada.visit("birthday"))["due"] == datetime(2026, 12, 30, 23, tzinfo=UTC)
    await changes(ada, T0 + 2 * HOUR, birthday="2026-12-10")
    await changes(ada, T0 + 3 * HOUR, home_zone="Asia/Tokyo")
    await waits_exactly_until(ada, "birthday", "2026-12-10T00:00+09:00")


async def test_W12_a_date_that_is_taken_away_lets_them_go(conn):
    ada = await comes(conn, waits_until_attribute(), birthday="2026-12-24")
    await changes(ada, T0 + HOUR, birthday=None)
    assert (await ada.visit("birthday"))["cause"] == {"reason": "attribute_missing"}


# ---------------------------------------------------------------------------------------------------- time of day


@pytest.mark.parametrize(
    ("window", "zone", "until"),
    [
        ({}, "Asia/Tokyo", "2026-12-02T09:00+09:00"),  # it is six in the evening there
        ({}, "America/New_York", "2026-12-01T09:00-05:00"),  # it is four in the morning
        ({"from": "10:30"}, None, "2026-12-01T10:30+01:00"),
        ({"weekdays": ["mon", "fri"]}, None, "2026-12-04T09:00+01:00"),
        ({"from": "22:00", "to": "06:00"}, None, "2026-12-01T22:00+01:00"),
        ({"from": "22:00", "to": "10:00", "weekdays": ["mon"]}, None, "2026-12-07T22:00+01:00"),
    ],
)
async def test_W12_until_the_window_opens_on_the_persons_own_clock(conn, window, zone, until):
    ada = await comes(conn, waits_until_window(**window), home_zone=zone)
    await waits_exactly_until(ada, "office", until)


@pytest.mark.parametrize(
    ("window", "zone"),
    [
        ({}, None),
        ({"from": "10:00"}, None),
        ({"weekdays": ["tue"]}, None),
        ({"from": "18:00", "to": "02:00"}, "Asia/Tokyo"),
        ({"from": "22:00", "to": "10:01", "weekdays": ["mon"]}, None),
    ],
)
async def test_W12_inside_the_window_they_go_on_at_once(conn, window, zone):
    ada = await comes(conn, waits_until_window(**window), home_zone=zone)
    visit = await ada.visit("office")
    assert (visit["outcome"], visit["left_at"]) == ("done", T0)
    assert visit["cause"]["zone"] == (zone or "Europe/Paris")


async def test_W12_who_could_not_go_on_while_it_was_open_waits_for_the_next_one(conn):
    ada = await comes(conn, waits_until_window(), home_zone="America/New_York")
    await ada.look(datetime.fromisoformat("2026-12-01T20:00-05:00"))
    assert await ada.where() == "office"
    await waits_exactly_until(ada, "office", "2026-12-02T09:00-05:00")


async def test_W12_who_moves_to_another_zone_has_its_clock(conn):
    ada = await comes(conn, waits_until_window(), home_zone="America/New_York")
    await changes(ada, T0 + HOUR, home_zone="Europe/Berlin")
    assert ((await ada.visit("office"))["left_at"], await ada.where()) == (T0 + HOUR, "after")


@pytest.mark.parametrize("zone", ["", "Mars/Base", "Europe/Paris x"])
async def test_W12_a_zone_that_the_database_does_not_know_is_none(conn, zone):
    ada = await comes(conn, waits_until_attribute(), birthday="2026-12-24")
    await conn.execute("update person set attributes = attributes || jsonb_build_object('home_zone', %s::text)", [zone])
    await changes(ada, T0 + HOUR, first_name="Ada")
    await waits_exactly_until(ada, "birthday", "2026-12-24T00:00+01:00")


async def test_W12_without_a_zone_attribute_the_clock_is_the_journeys(conn):
    await a_workspace(conn, T0)
    await people.declare_attributes(conn, "contact", ZONED)
    person = await a_contact(conn, "ada", T0, home_zone="Asia/Tokyo", birthday="2026-12-24")
    ada = await enter_as(conn, person, waits_until_attribute(), waits("after"), zone="Europe/Paris")
    await waits_exactly_until(ada, "birthday", "2026-12-24T00:00+01:00")


def test_W12_the_forms_are_told_apart_by_their_settings():
    texts = {
        WaitUntilStep.query(settings)[0].as_string()
        for settings in ({"at": "2026-12-01T09:00Z"}, {"attribute": "birthday"}, {"weekdays": [1]})
    }
    assert len(texts) == 3
