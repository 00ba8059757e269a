"""When a message that was put off is tried again (rule D4), and when it is given up."""

from datetime import datetime, timedelta

GIVE_UP_AFTER_ATTEMPTS = 20  # with the waits below about three days (RFC 5321 §4.5.4.1 asks for a give-up time of 4-5)
_FIRST, _LONGEST = timedelta(minutes=1), timedelta(hours=4)


def retry_at(attempts: int, now: datetime, asked_seconds: float | None) -> datetime | None:
    """After this many attempts: the next one's time, never sooner than the other side asked; None to give up."""
    if attempts >= GIVE_UP_AFTER_ATTEMPTS:
        return None
    wait: timedelta = min(_LONGEST, _FIRST * 2 ** min(attempts - 1, 10))
    return now + max(wait, timedelta(seconds=asked_seconds or 0))
