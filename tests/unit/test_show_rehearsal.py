"""What `sojourn rehearse` prints: short enough to be looked at, whatever was rehearsed."""

from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import Any

from rich.console import Console

from sojourn.analytics.model import StepNumbers
from sojourn.app import show
from sojourn.rehearsal.model import BusyPerson, Engagement, HourOfEntries, HourOfMessages, PeopleByMessages, Rehearsal

T0 = datetime(2026, 12, 1, 9, tzinfo=UTC)


def printed(hours: int = 2, numbers: int = 2, **changes: Any) -> str:
    """Of a journey that sends 1,000 emails and 500 texts in each hour."""
    given: dict[str, Any] = {
        "journey": "launch",
        "version": 2,
        "engagement": Engagement(),
        "drafts": ["news"],
        "started_at": T0,
        "ended_at": T0 + timedelta(days=30),
        "through_at": T0 + timedelta(days=30, minutes=61),
        "entered": 1000,
        "inside": 0,
        "not_entered": {"excluded": 7},
        "not_sent": {"opted_out": 12, "suppressed": 1},
        "steps": [
            StepNumbers(
                step="the-announcement", kind="wait", entered=1000, here=0, left={"done": 1000}, exited={}, message=None
            )
        ],
        "entered_by_hour": [HourOfEntries(hour=T0, people=1000)],
        "messages_by_hour": [
            HourOfMessages(hour=T0 + timedelta(hours=hour), channel=channel, messages=messages)
            for hour in range(hours)
            for channel, messages in (("email", 1000), ("text", 500))
        ],
        "messages_per_person": [PeopleByMessages(messages=n, people=10 + n) for n in range(1, numbers + 1)],
        "busiest": [BusyPerson(person="3-7", key="ada", messages=numbers)],
    } | changes
    console = Console(width=200, record=True, file=StringIO())
    console.print(show.rehearsal(Rehearsal(**given)))
    return console.export_text()


def test_a_rehearsal_ends_with_what_it_comes_to():
    lines = [line.rstrip() for line in printed().splitlines()]
    assert lines[0] == "launch, version 2: rehearsed, nothing was sent"
    assert [line for line in lines if line.startswith("2026")] == [
        f"2026-12-01 {hour}:00  1,000   500  {'█' * show.LONGEST_BAR}" for hour in ("09", "10")
    ]
    assert lines[-7:] == [
        "1,000 people enter, do not enter: excluded 7.",
        "The last one is through at 2026-12-31 10:01 UTC, after 30 days 1 hour.",
        "Messages per person: 11 get 1, 12 get 2.",
        "Most messages: 2, to ada (3-7).",
        "Messages that are not sent: opted_out 12, suppressed 1.",
        "Rehearsed although it is a Draft: news.",
        "Assumed: 35% open a message, 5% click in it (--engagement).",
    ]


def test_many_hours_are_shown_by_day_and_many_numbers_by_what_they_lie_between():
    text = printed(hours=72, numbers=9)
    assert [line.split()[:3] for line in text.splitlines() if line.startswith("2026")] == [
        ["2026-12-01", "15,000", "7,500"], ["2026-12-02", "24,000", "12,000"], ["2026-12-03", "24,000", "12,000"],
        ["2026-12-04", "9,000", "4,500"],
    ]  # fmt: skip
    assert "Messages per person: 1 to 9, 6 in the middle." in text


def test_a_rehearsal_of_nobody_is_a_few_lines():
    none: dict[str, Any] = {"entered": 0, "not_entered": {}, "not_sent": {}, "messages_by_hour": [], "busiest": []}
    text = printed(**none, messages_per_person=[], through_at=None, drafts=[])
    assert "0 people enter." in text
    assert "Messages per person: none." in text
    assert "Messages by" not in text


def test_J9_the_spread_of_an_entry_rate_is_shown():
    hours = [HourOfEntries(hour=T0 + timedelta(hours=hour), people=people) for hour, people in ((0, 30), (1, 10))]
    lines = [line.rstrip() for line in printed(entered_by_hour=hours).splitlines()]
    first = lines.index("People who enter by hour")
    assert [line.split()[2] for line in lines[first + 2 : first + 4]] == ["30", "10"]
    assert "People who enter" not in printed()
