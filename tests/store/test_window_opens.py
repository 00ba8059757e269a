"""When a daily window opens on a wall clock (W12), against the rule in Python: by what the clock has shown so far."""

from collections.abc import Iterator
from datetime import datetime, time, timedelta

import psycopg
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from test_functions import EXAMPLES, UTC, answer, changes_of, moments, shown

from sojourn.db.connect import OPTIONS

TICK = timedelta(microseconds=1)
QUARTER = timedelta(minutes=15)
QUERY = "select window_opens(%s, %s, %s::int[], %s::time, %s::time)"
TIMES = st.times().map(lambda at: at.replace(second=0, microsecond=0)) | st.sampled_from(
    [time(0), time(2), time(2, 30)]
)
WEEKDAYS = st.sets(st.integers(1, 7), min_size=1).map(sorted)


@pytest.fixture(scope="module")
def asked(shared_database: str) -> Iterator[psycopg.Connection]:
    with psycopg.connect(shared_database, options=OPTIONS, autocommit=True) as conn:
        yield conn


def latest_shown(instant: datetime, zone: str) -> datetime:
    """The latest time that the wall clock has shown up to this instant. A local time has come once that is not before
    it: whether the clock jumped over it, or will show it again (Z2)."""
    before = [change for change in changes_of(zone) if instant - timedelta(hours=50) < change <= instant]
    return max(shown(moment, zone) for moment in [instant, *(change - TICK for change in before)])


def inside(instant: datetime, zone: str, weekdays: list[int], opens: time, closes: time) -> bool:
    clock = latest_shown(instant, zone)
    for days in (0, 1, 2):
        day = clock.date() - timedelta(days=days)
        end = datetime.combine(day + timedelta(days=closes <= opens), closes)
        if day.isoweekday() in weekdays and datetime.combine(day, opens) <= clock < end:
            return True
    return False


@EXAMPLES
@given(moment=moments(), weekdays=WEEKDAYS, opens=TIMES, closes=TIMES)
@example(
    moment=("Europe/Paris", datetime(2024, 3, 30, 23, tzinfo=UTC)), weekdays=[7], opens=time(2, 10), closes=time(2, 40)
)
@example(
    moment=("Europe/Paris", datetime(2024, 10, 27, 0, 15, tzinfo=UTC)), weekdays=[7], opens=time(2), closes=time(2, 30)
)
@example(moment=("Pacific/Apia", datetime(2011, 12, 29, 12, tzinfo=UTC)), weekdays=[5], opens=time(9), closes=time(17))
@example(
    moment=("Pacific/Kwajalein", datetime(1993, 8, 21, 12, tzinfo=UTC)), weekdays=[6], opens=time(22), closes=time(6)
)
def test_W12_Z2_a_window_opens_at_the_first_instant_inside_it(
    asked: psycopg.Connection, moment: tuple[str, datetime], weekdays: list[int], opens: time, closes: time
) -> None:
    zone, start = moment
    window = (zone, weekdays, opens, closes)
    found = answer(asked, QUERY, start, *window)
    assert isinstance(found, datetime)
    assert inside(found, *window)
    if inside(start, *window):
        assert found == start
        return
    assert start < found
    assert not inside(found - TICK, *window)
    quarters = range(int((found - start - TICK) / QUARTER) + 1)
    assert [number for number in quarters if inside(start + number * QUARTER, *window)] == []


@pytest.mark.parametrize(
    ("at", "opens"),
    [
        ("2026-12-04T09:00+01:00", "2026-12-04T09:00+01:00"),  # it opens
        ("2026-12-04T08:59+01:00", "2026-12-04T09:00+01:00"),
        ("2026-12-04T16:59:59.999999+01:00", "2026-12-04T16:59:59.999999+01:00"),
        ("2026-12-04T17:00+01:00", "2026-12-07T09:00+01:00"),  # it closes on a Friday
        ("2027-03-26T18:00+01:00", "2027-03-29T09:00+02:00"),  # summer time comes in between
    ],
)
def test_W12_the_office_hours_of_a_week(asked: psycopg.Connection, at: str, opens: str) -> None:
    found = answer(asked, QUERY, datetime.fromisoformat(at), "Europe/Paris", [1, 2, 3, 4, 5], time(9), time(17))
    assert found == datetime.fromisoformat(opens)


@pytest.mark.parametrize(
    ("at", "opens"),
    [
        ("2026-12-05T05:59Z", "2026-12-05T05:59Z"),  # Saturday morning belongs to Friday's window
        ("2026-12-05T06:00Z", "2026-12-11T22:00Z"),
        ("2026-12-04T05:00Z", "2026-12-04T22:00Z"),  # Friday morning belongs to Thursday's
    ],
)
def test_W12_a_window_over_midnight_belongs_to_the_day_on_which_it_opens(
    asked: psycopg.Connection, at: str, opens: str
) -> None:
    found = answer(asked, QUERY, datetime.fromisoformat(at), "UTC", [5], time(22), time(6))
    assert found == datetime.fromisoformat(opens)


def test_W12_the_same_time_twice_is_a_whole_day(asked: psycopg.Connection) -> None:
    sunday = datetime(2026, 12, 6, tzinfo=UTC)
    for at, opens in ((sunday - TICK, sunday), (sunday + timedelta(hours=23), sunday + timedelta(hours=23))):
        assert answer(asked, QUERY, at, "UTC", [7], time(0), time(0)) == opens
    assert answer(asked, QUERY, sunday + timedelta(days=1), "UTC", [7], time(0), time(0)) == sunday + timedelta(days=7)
