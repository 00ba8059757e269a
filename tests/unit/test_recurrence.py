"""When a repeating journey runs (J3, Z2): against an independent calendar, day by day."""

import calendar
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sojourn.journeys.recurrence import Schedule
from sojourn.journeys.start import Repeat
from sojourn.kit.zones import instant_of

ZONES = ["UTC", "Europe/Paris", "America/New_York", "Australia/Lord_Howe", "Pacific/Apia", "Asia/Kolkata"]


def new_year(year: int) -> datetime:
    return datetime.fromisoformat(f"{year}-01-01")


def days(schedule: Schedule, count: int) -> list[str]:
    """The first occurrences, as the wall clock of the schedule's zone shows them."""
    shown, found = [], schedule.first()
    while found is not None and len(shown) < count:
        shown.append(found.astimezone(ZoneInfo(schedule.zone)).strftime("%Y-%m-%d %H:%M"))
        found = schedule.next_after(found)
    return shown


def every(start: str, zone: str = "Europe/Paris", **repeat: object) -> Schedule:
    return Schedule(start=datetime.fromisoformat(start), zone=zone, repeat=Repeat.model_validate(repeat))


def test_J3_monthly_takes_the_last_day_where_the_month_lacks_it_without_drift() -> None:
    assert days(every("2027-10-31T09:00", unit="month"), 6) == [
        "2027-10-31 09:00", "2027-11-30 09:00", "2027-12-31 09:00",
        "2028-01-31 09:00", "2028-02-29 09:00", "2028-03-31 09:00",
    ]  # fmt: skip


def test_J3_J7_it_begins_at_the_very_start_which_publication_tells_to_the_microsecond() -> None:
    start = datetime(2026, 12, 1, 9, 0, 0, 512_345, tzinfo=UTC)
    schedule = every("2026-12-01T09:00:00.512345", "UTC", unit="week")
    assert schedule.first() == start
    assert schedule.next_after(start - timedelta(days=30)) == start
    assert schedule.next_after(start) == start + timedelta(weeks=1)


def test_J3_weekly_on_chosen_weekdays_every_second_week() -> None:
    schedule = every("2026-12-01T09:00", unit="week", every=2, weekdays=["mon", "thu"])
    assert days(schedule, 4) == ["2026-12-03 09:00", "2026-12-14 09:00", "2026-12-17 09:00", "2026-12-28 09:00"]


def test_J3_a_daily_run_in_the_doubled_hour_happens_once() -> None:
    found = every("2026-10-31T01:30", "America/New_York", unit="day").occurrences(
        datetime(2026, 10, 31, tzinfo=UTC), datetime(2026, 11, 3, tzinfo=UTC)
    )
    assert found == [datetime(2026, 10, 31, 5, 30, tzinfo=UTC), datetime(2026, 11, 1, 5, 30, tzinfo=UTC),
                     datetime(2026, 11, 2, 6, 30, tzinfo=UTC)]  # fmt: skip


def test_Z2_a_daily_run_in_the_missing_hour_moves_forward_to_the_first_that_exists() -> None:
    assert days(every("2027-03-27T02:30", unit="day"), 3) == [
        "2027-03-27 02:30",
        "2027-03-28 03:00",
        "2027-03-29 02:30",
    ]


def test_J3_the_day_that_a_zone_skipped_is_not_run_twice() -> None:
    found = every("2011-12-29T12:00", "Pacific/Apia", unit="day")
    assert days(found, 3) == ["2011-12-29 12:00", "2011-12-31 00:00", "2011-12-31 12:00"]


@given(
    start=st.datetimes(new_year(2026), new_year(2029)).map(lambda at: at.replace(second=0, microsecond=0)),
    zone=st.sampled_from(ZONES),
    unit=st.sampled_from(["day", "week", "month"]),
    interval=st.integers(1, 5),
)
def test_J3_occurrences_are_those_of_an_independent_calendar(
    start: datetime, zone: str, unit: str, interval: int
) -> None:
    schedule = every(start.isoformat(), zone, unit=unit, every=interval)
    begin = instant_of(start, zone)
    expected = []
    for number in range(8):
        if unit == "month":
            months = start.year * 12 + start.month - 1 + number * interval
            year, month = months // 12, months % 12 + 1
            local = start.replace(year=year, month=month, day=min(start.day, calendar.monthrange(year, month)[1]))
        else:
            local = start + timedelta(days=number * interval * (7 if unit == "week" else 1))
        expected.append(instant_of(local, zone))
    assert schedule.occurrences(begin - timedelta(microseconds=1), expected[-1]) == sorted(set(expected))


@pytest.mark.parametrize("wrong", [{"unit": "day", "weekdays": ["mon"]}, {"unit": "week", "day": 3}, {"unit": "year"}])
def test_J3_what_does_not_fit_the_unit_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="unit"):
        Repeat.model_validate(wrong)
