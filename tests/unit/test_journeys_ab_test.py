"""What an A/B test may say, and what forbids publishing one (W13, P2)."""

from dataclasses import replace
from typing import Any

import pytest
from pydantic import ValidationError
from test_journeys_check import AROUND, codes, problems

from builders import asks, compares, journey, sends, texts, waits

OF = {"a": "better-a", "b": "better-b"}


def metric(**changes: Any) -> dict[str, Any]:
    return {"event": "link_clicked", "of": OF} | changes


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"share": 100},
        {"share": 0.1},
        {"end": "2026-12-01T09:01"},
        {"metric": {"goal": "order.placed"}, "b": []},
        {"a": [waits(), asks("later", of="before", yes=[sends("better-a")])]},
    ],
)
def test_W13_P2_a_sound_test_has_no_problems(changes: dict[str, Any]) -> None:
    assert problems(sends("before"), compares(**changes)) == []


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"share": 0}, ["share_out_of_range"]),
        ({"share": -1}, ["share_out_of_range"]),
        ({"share": 100.1}, ["share_out_of_range"]),
        ({"end": "2026-12-01T09:00"}, ["test_end_in_past"]),
        ({"b": [waits("better-b")]}, ["message_not_in_version"]),
        ({"a": [sends("better-b")], "b": [sends("better-a")]}, ["message_not_in_version"] * 2),
        ({"metric": metric(of={"a": "before", "b": "better-b"})}, ["message_not_in_version"]),
        ({"a": [texts("better-a")], "metric": metric()}, ["interaction_unknown"]),
        ({"metric": metric(link="other")}, ["link_missing"] * 2),
        ({"share": 0, "end": "2026-11-01T09:00", "a": []},
         ["share_out_of_range", "test_end_in_past", "message_not_in_version"]),
    ],
)  # fmt: skip
def test_W13_P2_each_problem_of_a_test_is_told(changes: dict[str, Any], found: list[str]) -> None:
    assert codes(sends("before"), compares(**changes)) == [(code, "better") for code in found]


def test_W13_P2_an_event_that_cannot_be_is_no_goal() -> None:
    assert codes(compares(metric={"goal": "email.eaten"})) == [("event_unknown", "better/metric/goal")]


def test_W13_P2_an_end_is_read_on_the_journeys_wall_clock() -> None:
    in_paris = replace(AROUND, zone="Europe/Paris")
    assert codes(compares(end="2026-12-01T10:00"), around=in_paris) == [("test_end_in_past", "better")]
    assert codes(compares(end="2026-12-01T10:01"), around=in_paris) == []


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"metric": {}}, "either `event` or `goal`"),
        ({"metric": metric(goal="order.placed")}, "either `event` or `goal`"),
        ({"metric": {"event": "opened"}}, "`event` goes with `of`"),
        ({"metric": metric(event="opened", link="product")}, "only be named with the event link_clicked"),
        ({"metric": metric(event="bounced")}, "opened"),
        ({"metric": metric(of={"a": "better-a"})}, "of.b"),
        ({"end": "tomorrow"}, "not a time such as"),
        ({"end": {"after": "2000 months"}}, "nobody waits"),
        ({"default": "c"}, "'a' or 'b'"),
        ({"default": None}, "'a' or 'b'"),
    ],
)
def test_W13_a_test_that_makes_no_sense_is_not_understood(changes: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        journey(compares(**changes))
