"""When a message that was put off is tried again, and when it is given up (D4)."""

from datetime import UTC, datetime, timedelta

import pytest

from sojourn.delivery.retry import GIVE_UP_AFTER_ATTEMPTS, retry_at

NOW = datetime(2026, 12, 1, 9, tzinfo=UTC)


def wait_after(attempts: int, asked: float | None = None) -> timedelta | None:
    again = retry_at(attempts, NOW, asked)
    return again - NOW if again is not None else None


def test_D4_waits_double_from_a_minute_to_four_hours():
    waits = [wait_after(attempts) for attempts in (1, 2, 3, 8, 9, 12)]
    assert waits == [timedelta(minutes=minutes) for minutes in (1, 2, 4, 128, 240, 240)]


@pytest.mark.parametrize(("asked", "minutes"), [(0, 1), (30, 1), (600, 10), (None, 1)])
def test_D4_the_other_side_can_ask_for_more_time_and_not_for_less(asked, minutes):
    assert wait_after(1, asked) == timedelta(minutes=minutes)


def test_D4_nobody_can_ask_for_more_than_a_day():
    assert wait_after(1, 1e12) == wait_after(20, float("inf")) == timedelta(days=1)


def test_D4_after_about_three_days_it_is_given_up():
    waits = [wait_after(attempts) for attempts in range(1, GIVE_UP_AFTER_ATTEMPTS)]
    assert timedelta(days=3) < sum(waits, timedelta()) < timedelta(days=3, hours=4)
    assert wait_after(GIVE_UP_AFTER_ATTEMPTS) is None
    assert wait_after(GIVE_UP_AFTER_ATTEMPTS + 1) is None
