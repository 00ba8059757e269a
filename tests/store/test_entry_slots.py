"""Slots of an entry rate (J9), by the database's function: never too many, evenly spaced, only inside windows, also in
nights in which the clocks change."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, time, timedelta
from itertools import pairwise

import psycopg
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from test_functions import EXAMPLES, UTC, moments, shown
from test_window_opens import TIMES, WEEKDAYS, inside

from sojourn.db.connect import OPTIONS

TICK = timedelta(microseconds=1)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
FOREVER = datetime(9000, 1, 1, tzinfo=UTC)
ALWAYS = (list(range(1, 8)), time(0), time(0))
OFFICE = (list(range(1, 6)), time(9), time(18))
WINDOWS = st.tuples(WEEKDAYS, TIMES, TIMES)
Window = tuple[list[int], time, time]


@pytest.fixture(scope="module")
def asked(shared_database: str) -> Iterator[psycopg.Connection]:
    with psycopg.connect(shared_database, options=OPTIONS, autocommit=True) as conn:
        yield conn


def slots(
    asked: psycopg.Connection,
    start: datetime,
    wanted: int,
    people: int,
    per: timedelta | None,
    *,
    window: Window = ALWAYS,
    zone: str = "UTC",
    until: datetime = FOREVER,
) -> list[tuple[datetime, datetime]]:
    """(slot, from when on the next one is free)."""
    query = "select * from entry_slots(%s, %s, %s::bigint, %s::int, %s::interval, %s, %s::int[], %s::time, %s::time)"
    return [(at, free) for at, free in asked.execute(query, [start, until, wanted, people, per, zone, *window])]


def most_within(found: list[datetime], length: timedelta) -> int:
    return max(sum(at <= other < at + length for other in found) for at in found)


@EXAMPLES
@given(
    moment=moments(),
    window=WINDOWS,
    people=st.integers(1, 300),
    per=st.sampled_from([MINUTE, HOUR]),
    wanted=st.integers(1, 200),
)
def test_J9_Z2_never_more_than_n_in_any_interval_evenly_spaced_and_only_inside_windows(
    asked: psycopg.Connection,
    moment: tuple[str, datetime],
    window: Window,
    people: int,
    per: timedelta,
    wanted: int,
) -> None:
    zone, start = moment
    found = slots(asked, start, wanted, people, per, window=window, zone=zone)
    instants = [at for at, _ in found]
    assert len(instants) == wanted
    assert all(inside(at, zone, *window) for at in instants)
    assert most_within(instants, per) <= people
    spacing = found[0][1] - found[0][0]
    assert 0 * TICK <= spacing * people - per < people * TICK
    for (at, free), (following, _) in pairwise(found):
        assert free == at + spacing
        assert following == free or (free < following and not inside(following - TICK, zone, *window))
    assert instants[0] == start or not inside(instants[0] - TICK, zone, *window)


@EXAMPLES
@example(  # a day is skipped, so that the last window is much shorter than the one before
    moment=("Pacific/Kwajalein", datetime(1993, 8, 20, 12, tzinfo=UTC)),
    window=([4, 5, 6], time(3), time(2)),
    people=5,
)
@given(moment=moments(), window=WINDOWS, people=st.integers(1, 60))
def test_J9_Z2_a_day_has_n_slots_spread_over_its_hours_however_long_they_are(
    asked: psycopg.Connection,
    moment: tuple[str, datetime],
    window: Window,
    people: int,
) -> None:
    zone, start = moment
    found = slots(asked, start, 3 * people + 1, people, None, window=window, zone=zone)
    days: Counter[tuple[datetime, datetime]] = Counter()
    for at, free in found:
        row = asked.execute("select * from window_from(%s, %s, %s::int[], %s::time, %s::time)", [at, zone, *window])
        opened, closed = next(iter(row))
        assert opened <= at < closed
        days[opened, closed] += 1
        assert free == closed or 0 * TICK <= (free - at) * people - (closed - opened) < people * TICK
        assert free <= closed
    assert max(days.values()) <= people
    whole = [day for day in days if day[0] > start][:-1]
    assert all(days[day] >= people - 1 for day in whole)


@EXAMPLES
@given(moment=moments(), people=st.integers(1, 50), parts=st.lists(st.integers(1, 20), min_size=1, max_size=8))
def test_J9_whoever_asks_part_by_part_gets_the_slots_of_one_who_asks_for_all(
    asked: psycopg.Connection, moment: tuple[str, datetime], people: int, parts: list[int]
) -> None:
    zone, start = moment
    whole = slots(asked, start, sum(parts), people, HOUR, window=OFFICE, zone=zone)
    free, together = start, []
    for part in parts:
        together += slots(asked, free, part, people, HOUR, window=OFFICE, zone=zone)
        free = together[-1][1]
    assert together == whole


def test_J9_office_hours_over_a_weekend_on_which_summer_time_begins(asked: psycopg.Connection) -> None:
    friday = datetime.fromisoformat("2027-03-26T17:00+01:00")
    found = [at for at, _ in slots(asked, friday, 6, 4, HOUR, window=OFFICE, zone="Europe/Paris")]
    assert [f"{shown(at, 'Europe/Paris'):%a %H:%M}" for at in found] == [
        *("Fri 17:00", "Fri 17:15", "Fri 17:30", "Fri 17:45"),
        *("Mon 09:00", "Mon 09:15"),
    ]


@pytest.mark.parametrize(("day", "hours"), [("2027-03-28", 23), ("2027-10-31", 25), ("2027-06-01", 24)])
def test_J9_the_people_of_a_day_are_spread_over_23_24_or_25_hours(
    asked: psycopg.Connection, day: str, hours: int
) -> None:
    midnight = datetime.fromisoformat(f"{day}T00:00+02:00" if hours != 23 else f"{day}T00:00+01:00")
    found = [at for at, _ in slots(asked, midnight, hours + 1, hours, None, window=ALWAYS, zone="Europe/Paris")]
    assert found == [midnight + number * HOUR for number in range(hours + 1)]


def test_J9_a_rate_that_does_not_divide_its_interval_never_gives_one_too_many(asked: psycopg.Connection) -> None:
    midnight = datetime(2026, 12, 1, tzinfo=UTC)
    found = [at for at, _ in slots(asked, midnight, 8, 7, None)]
    assert [at for at in found if at < midnight + DAY] == found[:7]


def test_J9_J8_there_are_no_slots_from_the_end_on(asked: psycopg.Connection) -> None:
    nine = datetime(2026, 12, 1, 9, tzinfo=UTC)
    assert [at for at, _ in slots(asked, nine, 9, 4, HOUR, until=nine + HOUR / 2)] == [nine, nine + HOUR / 4]
    assert slots(asked, nine, 9, 4, HOUR, until=nine) == []


def test_J9_one_a_day_for_more_people_than_there_are_days_ends_with_the_calendar(asked: psycopg.Connection) -> None:
    late = FOREVER - 3 * DAY
    assert [at for at, _ in slots(asked, late, 9, 1, None)] == [late + number * DAY for number in range(3)]


def test_J9_a_million_slots_are_found_in_one_question(asked: psycopg.Connection) -> None:
    nine = datetime(2026, 12, 1, 9, tzinfo=UTC)
    query = "select count(*), max(at) from entry_slots(%s, %s, 1000000, 1000, '1 hour', 'UTC', %s, '00:00', '00:00')"
    row = asked.execute(query, [nine, FOREVER, ALWAYS[0]]).fetchone()
    assert row == (1_000_000, nine + 1000 * HOUR - HOUR / 1000)
