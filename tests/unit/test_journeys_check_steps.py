"""What forbids publishing the steps that fork (W13) and those that do something to people (W14)."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from pydantic import ValidationError

from builders import DECLARED, branches, calls, journey, raises, sends, sets, splits
from sojourn.journeys.compile import plan
from sojourn.journeys.steps.base import ContentFacts, SegmentFacts, Surroundings, TriggerFacts

AROUND = Surroundings(
    now=datetime(2026, 12, 1, 9, tzinfo=UTC),
    zone="UTC",
    journey="Launch",
    audience="contact",
    attributes={"email": "email", "phone": "phone", "first_name": "text", "value": "number"},
    triggers=DECLARED,
)


def codes(*steps, around=AROUND):
    planned = plan(journey(*steps))
    return [(problem.code, problem.where) for item in planned for problem in item.step.check(around, item.before)]


def case(outcome="vip", when=None, **more):
    return {"outcome": outcome, "when": when or {"attribute": "value", "test": "at_least", "value": 5}} | more


def test_P2_sound_steps_have_no_problems():
    assert codes(branches("kinds", case()), splits(), sets(), raises(amount=5)) == []


# ---------------------------------------------------------------------------------------------------- content


@pytest.mark.parametrize(
    ("trigger", "asks", "found"),
    [
        ("cart.abandoned", {"amount": False, "gone": True}, []),
        ("cart.abandoned", {"gone": False}, [("placeholder_unknown", "announce")]),
        ("cart.left", {"amount": False}, [("content_other_trigger", "announce")]),
        (None, {}, [("content_other_trigger", "announce")]),
    ],
)
def test_P2_J10_content_that_names_a_trigger_is_for_journeys_that_it_starts(trigger, asks, found):
    content = ContentFacts("email", "contact", 1, trigger="cart.abandoned", asks=asks)
    around = replace(AROUND, trigger=trigger, contents={"launch-news": content})
    assert codes(sends(), around=around) == found


def test_P2_J10_a_webhook_may_say_what_the_trigger_declares():
    body = {"worth": "{{ trigger.amount }}", "why": "{{ trigger.reason }}"}
    around = replace(AROUND, trigger="cart.abandoned")
    assert codes(calls(body={"worth": "{{ trigger.amount }}"}), around=around) == []
    (problem,) = next(iter(plan(journey(calls(body=body))))).step.check(around, {})
    assert (problem.code, "trigger.reason" in problem.message, "trigger.amount" in problem.advice) == (
        "placeholder_unknown",
        True,
        True,
    )
    assert codes(calls(body={"worth": "{{ trigger.amount }}"})) == [("placeholder_unknown", "call")]


# ---------------------------------------------------------------------------------------------------- branch


def test_P2_W13_what_is_wrong_with_a_condition_is_told_with_its_place():
    wrong = {"all": [{"attribute": "email", "test": "is_set"}, {"attribute": "town", "test": "is_set"}]}
    many = {"attribute": "value", "test": "is", "value": "many"}
    assert codes(branches("kinds", case("a"), case("b", wrong), case("c", many), case("d", {"did": "email.x"}))) == [
        ("attribute_unknown", "kinds/cases/1/when/all/1/attribute"),
        ("value_of_other_type", "kinds/cases/2/when/value"),
        ("event_unknown", "kinds/cases/3/when/did"),
    ]


def test_P2_W13_without_a_segment_nothing_is_said_about_attributes():
    nowhere = Surroundings(now=AROUND.now, zone="UTC")
    assert codes(branches("kinds", case("a", {"attribute": "town", "test": "is_set"})), sets(), around=nowhere) == []


def test_P2_W13_segments_that_a_condition_asks_about_are_live_and_of_the_audience():
    segments = {"live": SegmentFacts(1, "contact", True), "stopped": SegmentFacts(2, "contact", False)}
    around = replace(AROUND, segments=segments | {"leads": SegmentFacts(3, "lead", True)})
    names = ("live", "stopped", "leads", "gone", "")
    asked = {"none": [{"not_member_of": name} for name in names]}
    step = branches("kinds", case("a"), case("b", {"member_of": "live"}), case("c", asked))
    assert codes(step, around=around) == [
        ("segment_not_live", "kinds/cases/2/when/none/1/not_member_of"),
        ("segment_other_audience", "kinds/cases/2/when/none/2/not_member_of"),
        ("segment_missing", "kinds/cases/2/when/none/3/not_member_of"),
        ("not_chosen", "kinds/cases/2/when/none/4/not_member_of"),
    ]
    (item,) = plan(journey(step))
    assert sorted(set(item.step.segments())) == sorted(names)
    assert item.step.settings(around, {}, {})["segments"] == sorted(names)


def test_P2_W13_only_what_an_event_starts_can_be_asked_for_the_event():
    asked = case("b", where=[{"property": "amount", "test": "between", "value": 5}])
    assert codes(branches("kinds", case(), asked)) == [("no_trigger", "kinds/cases/1/where")]
    triggered = replace(AROUND, trigger="cart.abandoned")
    assert codes(branches("kinds", case(), asked), around=triggered) == [
        ("value_not_understood", "kinds/cases/1/where/0/value")
    ]


def test_P2_J10_a_case_tests_what_the_trigger_declares():
    tests = [
        {"property": "amout", "test": "is", "value": 5},
        {"property": "amount", "test": "contains", "value": "5"},
        {"property": "gift", "test": "is", "value": "yes"},
    ]
    triggered = replace(AROUND, trigger="cart.abandoned")
    assert codes(branches("kinds", case(where=tests)), around=triggered) == [
        ("attribute_unknown", "kinds/cases/0/where/0/property"),
        ("test_not_for_type", "kinds/cases/0/where/1/test"),
        ("value_of_other_type", "kinds/cases/0/where/2/value"),
    ]


@pytest.mark.parametrize("outcomes", [("vip", "vip"), ("other",), ("vip", "vip", "vip")])
def test_P2_W13_each_outcome_of_a_branch_has_its_own_name(outcomes):
    assert codes(branches("kinds", *map(case, outcomes))) == [("outcome_taken", "kinds")]


def test_W1_W13_each_case_leads_to_its_steps_or_to_what_stands_after():
    first = case("a", then=[raises("in-a")])
    planned = {item.step.id: item for item in plan(journey(branches("kinds", first, case("b")), raises("after")))}
    assert planned["kinds"].routes == {"a": "in-a", "b": "after", "other": "after"}
    assert planned["in-a"].routes == {"done": "after"}


@pytest.mark.parametrize(
    "step",
    [
        {"id": "kinds", "kind": "branch", "cases": []},
        {"id": "kinds", "kind": "branch", "cases": [case("exit:now")]},
        {"id": "kinds", "kind": "branch", "cases": [{"outcome": "vip"}]},
        {"id": "kinds", "kind": "branch", "cases": [case("vip", {"attribute": "value", "test": "resembles"})]},
        {"id": "parts", "kind": "split", "parts": []},
        *(splits(a=percent, b=50) for percent in (-1, 100.1, 33.33, True, "50", float("nan"))),
        raises(amount=float("inf")),
        raises(note="a\0b"),
        raises(note="x" * 20_000),
        {"id": "rename", "kind": "set", "attribute": "first_name"},
        sets(value=["a"]),
        sets(value="a\0b"),
        {"id": "out", "kind": "exit", "reason": "tired"},
        {"id": "bought", "kind": "goal"},
    ],
    ids=lambda step: str(step)[:60],
)
def test_P2_what_no_step_can_mean_is_not_understood(step):
    with pytest.raises(ValidationError):
        journey(step)


# ---------------------------------------------------------------------------------------------------- split


@pytest.mark.parametrize(
    ("percentages", "problems"),
    [
        ((30, 70), []),
        ((33.3, 33.3, 33.4), []),
        ((0.1, 0.2, 99.7), []),
        ((100, 0), []),
        ((30, 69.9), [("parts_not_whole", "parts")]),
        ((30, 70.1), [("parts_not_whole", "parts")]),
        ((0,), [("parts_not_whole", "parts")]),
    ],
)
def test_P2_W13_the_parts_of_a_split_make_a_hundred(percentages, problems):
    assert codes(splits(**{f"part{number}": percent for number, percent in enumerate(percentages)})) == problems


def test_P2_W13_each_part_has_its_own_name():
    twice = splits() | {"parts": [{"outcome": "a", "percent": 50}, {"outcome": "a", "percent": 50}]}
    assert codes(twice) == [("outcome_taken", "parts")]


def test_W13_a_split_is_frozen_by_where_its_parts_begin():
    (item,) = plan(journey(splits(a=12.5, b=0, c=87.5)))
    frozen = item.step.settings(AROUND, {}, {})
    assert frozen == {"outcomes": ["a", "b", "c"], "bounds": [0, 125, 125], "salt": "Launch/parts"}


# ---------------------------------------------------------------------------------------------------- set, raise


@pytest.mark.parametrize(
    ("attribute", "value", "code"),
    [
        ("town", "Paris", "attribute_unknown"),
        ("value", "many", "value_not_understood"),
        ("value", True, "value_not_understood"),
        ("first_name", 5, "value_not_understood"),
        ("email", "nobody", "value_not_understood"),
        ("phone", "0612345678", "value_not_understood"),
    ],
)
def test_P2_W14_an_attribute_is_set_to_a_value_of_its_type(attribute, value, code):
    assert codes(sets("rename", attribute, value)) == [(code, "rename")]


@pytest.mark.parametrize(
    ("trigger", "code"),
    [
        ("Cart nudged", "name_invalid"),
        ("1st", "name_invalid"),
        ("x" * 101, "name_invalid"),
        ("email.clicked", "name_reserved"),
        ("text.anything", "name_reserved"),
    ],
)
def test_P2_W14_a_trigger_has_the_name_of_an_event_that_is_not_reserved(trigger, code):
    assert codes(raises("nudge", trigger)) == [(code, "nudge")]


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        (None, "trigger_missing"),
        (TriggerFacts("contact", ready=False), "trigger_not_ready"),
        (TriggerFacts("lead"), "trigger_other_audience"),
    ],
)
def test_P2_J10_W14_what_is_raised_is_a_trigger_of_the_audience_that_is_ready_to_use(facts, code):
    around = replace(AROUND, triggers={} if facts is None else {"cart.nudged": facts})
    assert codes(raises(), around=around) == [(code, "nudge/trigger")]


def test_P2_J10_W14_what_is_raised_says_what_its_trigger_declares():
    assert codes(raises(amount="5", town="Oslo", note="")) == [
        ("attribute_unknown", "nudge/properties/town"),
        ("value_not_understood", "nudge/properties/amount"),
    ]
