"""Exits and the goal in the document (W14, W15): what is understood, what forbids publishing, and what is frozen."""

from dataclasses import replace
from typing import Any

import pytest
from pydantic import ValidationError
from test_journeys_check import AROUND, LIVE

from builders import journey, waits
from sojourn.journeys.check import check
from sojourn.journeys.steps.base import SegmentFacts, TriggerFacts
from sojourn.journeys.watch import watches
from sojourn.kit.documents import read_yaml, write_yaml

GOAL = {"name": "purchased", "trigger": "order.placed"}
AROUND = replace(
    AROUND,
    segments={
        **AROUND.segments,
        "everybody": LIVE,
        "customers": SegmentFacts(3, "contact", live=True),
        "draft": SegmentFacts(4, "contact", live=False),
    },
    triggers={"order.placed": TriggerFacts("contact", {"amount": "number"}), "cart.left": TriggerFacts("contact")},
)


def codes(**watched: Any) -> list[tuple[str, str]]:
    return [(problem.code, problem.where) for problem in check(journey(waits(), watched=watched), AROUND)]


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"trigger": "order.placed", "segment": "customers"},
        {"segment": "customers", "where": [{"property": "amount", "test": "is", "value": 1}]},
        {"trigger": "order.placed", "within": "1 day"},
    ],
)
def test_W15_an_exit_is_an_event_or_a_segment(wrong):
    with pytest.raises(ValidationError):
        journey(waits(), watched={"exits": [wrong]})


@pytest.mark.parametrize(
    "wrong", [{"name": "purchased"}, {"trigger": "order.placed"}, GOAL | {"within": "soon"}, GOAL | {"exit": "now"}]
)
def test_W14_a_goal_has_a_name_and_an_event(wrong):
    with pytest.raises(ValidationError):
        journey(waits(), watched={"goal": wrong})


def test_W14_W15_P2_sound_ones_have_no_problems():
    tests = [{"property": "amount", "test": "at_least", "value": 50}]
    exits = [{"trigger": "order.placed", "where": tests}, {"segment": "customers"}, {"trigger": "email.unsubscribed"}]
    assert codes(exits=exits, goal=GOAL | {"where": tests, "within": "30 days", "exit": True}) == []


@pytest.mark.parametrize(
    ("one", "code"),
    [
        ({"segment": "nobody"}, ("segment_missing", "exits/1")),
        ({"segment": "draft"}, ("segment_not_live", "exits/1")),
        ({"segment": "leads"}, ("segment_other_audience", "exits/1")),
        ({"segment": "everybody"}, ("exit_is_entry", "exits/1")),
        ({"segment": ""}, ("not_chosen", "exits/1")),
        ({"trigger": ""}, ("not_chosen", "exits/1")),
        ({"trigger": "Order placed"}, ("event_unknown", "exits/1/trigger")),
        ({"trigger": "email.sold"}, ("event_unknown", "exits/1/trigger")),
        ({"trigger": "order.lost"}, ("trigger_missing", "exits/1/trigger")),
        (
            {"trigger": "order.placed", "where": [{"property": "amount", "test": "at_least", "value": "much"}]},
            ("value_not_understood", "exits/1/where/0/value"),
        ),
    ],
)
def test_W15_P2_exits_are_checked(one, code):
    assert codes(exits=[{"trigger": "order.placed"}, one]) == [code]


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"trigger": ""}, [("not_chosen", "goal")]),
        ({"name": ""}, [("not_chosen", "goal")]),
        ({"trigger": "Order"}, [("event_unknown", "goal/trigger")]),
        ({"trigger": "order.lost"}, [("trigger_missing", "goal/trigger")]),
        (
            {"where": [{"property": "amount", "test": "at_least", "value": "much"}]},
            [("value_not_understood", "goal/where/0/value")],
        ),
    ],
)
def test_W14_P2_the_goal_is_checked(changes, found):
    assert codes(goal=GOAL | changes) == found


def test_W14_W15_the_goal_is_looked_at_first_and_exits_in_their_order():
    exits = [{"segment": "customers"}, {"trigger": "cart.left"}]
    document = journey(waits(), watched={"exits": exits, "goal": GOAL | {"exit": True}})
    frozen = list(watches(document.exits, document.goal, AROUND))
    assert [(one.event, one.segment, one.reason) for one in frozen] == [
        ("order.placed", None, None), ("order.placed", None, "goal_reached"),
        (None, 3, "exit_segment"), ("cart.left", None, "exit_event"),
    ]  # fmt: skip


def test_W14_W15_they_are_the_same_in_json_and_yaml():
    given = {"exits": [{"segment": "customers"}], "goal": GOAL | {"within": "30 days"}}
    document = journey(waits(), watched=given)
    text = document.model_dump(mode="json", by_alias=True, exclude_unset=True)
    assert {name: text[name] for name in given} == given
    (read,) = read_yaml(write_yaml(text), "x.yaml")
    assert type(document).model_validate(read) == document
