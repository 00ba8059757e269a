"""When a message that was put off is tried again (rule D4), and when it is given up."""

from datetime import datetime, timedelta

GIVE_UP_AFTER_ATTEMPTS = 26  # with the waits below three days: news that is older is none
_FIRST, _LONGEST, _MOST_ASKED = timedelta(minutes=1), timedelta(hours=4), timedelta(days=1)


def retry_at(attempts: int, now: datetime, asked_seconds: float | None) -> datetime | None:
    """After this many attempts: the next one's time, never sooner than the other side asked; None to give up.

    The other side can ask for a day at most.
    """
    if attempts >= GIVE_UP_AFTER_ATTEMPTS:
        return None
    wait: timedelta = min(_LONGEST, _FIRST * 2 ** min(attempts - 1, 10))
    asked = timedelta(seconds=min(asked_seconds or 0, _MOST_ASKED.total_seconds()))
    return now + max(wait, asked)
