"""The entry rate of a document (J9): what is refused, and what the step `start` is given."""

from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic import ValidationError

from builders import journey, waits
from sojourn.journeys.entry_rate import EntryRate


def rate(**changes: Any) -> EntryRate:
    return EntryRate.model_validate({"people": 1000, "per": "hour"} | changes)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"people": 0}, "greater than or equal to 1"),
        ({"people": "10"}, "valid integer"),
        ({"per": "week"}, "'minute', 'hour' or 'day'"),
        ({"weekdays": []}, "at least 1 item"),
        ({"weekdays": ["monday"]}, "'mon'"),
        ({"from": "09:00"}, "`from` and `to` go together"),
        ({"to": "09:00"}, "`from` and `to` go together"),
        ({"from": "9:00", "to": "18:00"}, "pattern"),
        ({"from": "09:00", "to": "24:00"}, "pattern"),
        ({"hours": 3}, "Extra inputs"),
    ],
)
def test_J9_what_is_no_entry_rate_is_refused(changes: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        rate(**changes)


@pytest.mark.parametrize(
    ("changes", "window"),
    [
        ({}, {"weekdays": [1, 2, 3, 4, 5, 6, 7], "opens": "00:00", "closes": "00:00"}),
        (
            {"weekdays": ["sun", "mon", "mon"], "from": "22:00", "to": "06:00"},
            {"weekdays": [1, 7], "opens": "22:00", "closes": "06:00"},
        ),
    ],
)
def test_J9_without_hours_people_enter_around_the_clock(changes: dict[str, Any], window: dict[str, Any]) -> None:
    assert rate(**changes).window == window


@pytest.mark.parametrize(
    ("changes", "patience"),
    [
        ({}, "5.0 seconds"),
        ({"people": 4}, "900.0 seconds"),
        ({"people": 4, "per": "day"}, "21600.0 seconds"),
        ({"people": 4, "per": "day", "from": "09:00", "to": "17:00"}, "7200.0 seconds"),
        ({"people": 4, "per": "day", "from": "22:00", "to": "06:00"}, "7200.0 seconds"),
        ({"people": 4, "per": "day", "from": "09:00", "to": "09:00"}, "21600.0 seconds"),
        ({"people": 1000, "per": "minute"}, "5.0 seconds"),
    ],
)
def test_J9_somebody_is_late_when_the_next_one_is_due_but_not_within_seconds(
    changes: dict[str, Any], patience: str
) -> None:
    assert rate(**changes).settings(None)["patience"] == patience


def test_J9_slots_end_with_the_journey_or_with_the_calendar() -> None:
    end = datetime(2026, 12, 1, 9, tzinfo=UTC)
    assert rate().settings(end)["until"] == "2026-12-01T09:00:00+00:00"
    assert rate().settings(None)["until"] == "9000-01-01T00:00:00+00:00"


def test_J9_a_document_is_written_as_it_was_read() -> None:
    given = {"people": 1000, "per": "hour", "weekdays": ["mon"], "from": "09:00", "to": "18:00"}
    document = journey(waits(), rate=given)
    written = document.model_dump(mode="json", by_alias=True, exclude_unset=True)
    assert written["start"]["rate"] == given
