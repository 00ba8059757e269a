"""What a condition may say: its form, and whether it fits the audience. Each problem names its place."""

from typing import Any

import pytest
from pydantic import ValidationError

from sojourn.segments.check import TESTS, check
from sojourn.segments.model import CONDITION, Condition

ATTRIBUTES = {name: name for name in TESTS}  # an attribute of each type, called like it


def parsed(document: dict[str, Any]) -> Condition:
    return CONDITION.validate_python(document)


def found(document: dict[str, Any]) -> list[tuple[str, str]]:
    return [(problem.where, problem.code) for problem in check(parsed(document), ATTRIBUTES)]


def attribute(name: str, test: str, *value: Any) -> dict[str, Any]:
    return {"attribute": name, "test": test} | ({"value": value[0]} if value else {})


FITTING = [
    attribute("text", "is", "2026-11-23"),
    attribute("text", "is_one_of", ["a", "b"]),
    attribute("email", "ends_with", "@example.org"),
    attribute("phone", "starts_with", "+33"),
    attribute("zone", "contains", "Europe"),
    attribute("number", "between", [-1, 2.5]),
    attribute("number", "is_one_of", [1, 2]),
    attribute("boolean", "is", False),
    attribute("date", "between", ["2026-01-01", "2026-01-01"]),
    attribute("date", "in_next", "2 weeks"),
    attribute("date", "anniversary"),
    attribute("datetime", "on", "2026-11-23"),
    attribute("datetime", "before", "2026-11-23T18:00:00+01:00"),
    attribute("datetime", "anniversary", "3 days"),
    attribute("datetime", "is_not_set"),
    {"did": "email.clicked", "content": "news", "link": "product"},
    {"did_not": "order.placed", "count": {"at_least": 2, "at_most": 5}, "within": "30 days", "where": []},
    {"did": "order.placed", "after": "2026-01-01T00:00:00Z", "before": "2026-02-01T00:00:00Z"},
    {"did": "order.placed", "where": [{"property": "amount", "test": "at_least", "value": 10}]},
    {"member_of": "others"},
    {"not_member_of": ""},
]


@pytest.mark.parametrize("document", FITTING, ids=str)
def test_G1_conditions_that_fit_have_no_problem(document: dict[str, Any]) -> None:
    assert found(document) == []
    kept = CONDITION.dump_python(parsed(document), mode="json", exclude_unset=True, exclude_none=True)
    assert parsed(kept) == parsed(document)


UNFITTING = [
    (attribute("shoe_size", "is", 43), "/attribute", "attribute_unknown"),
    (attribute("number", "contains", "4"), "/test", "test_not_for_type"),
    (attribute("boolean", "is_not", True), "/test", "test_not_for_type"),
    (attribute("date", "is", "2026-01-01"), "/test", "test_not_for_type"),
    (attribute("text", "is", 5), "/value", "value_of_other_type"),
    (attribute("text", "is_one_of", [5]), "/value", "value_of_other_type"),
    (attribute("number", "is", "5"), "/value", "value_of_other_type"),
    (attribute("number", "is", True), "/value", "value_of_other_type"),
    (attribute("boolean", "is", "true"), "/value", "value_of_other_type"),
    (attribute("date", "before", "2026-01-01T00:00:00Z"), "/value", "value_of_other_type"),
    (attribute("number", "between", ["2026-01-01", "2026-01-02"]), "/value", "value_of_other_type"),
    (attribute("date", "between", [1, 2]), "/value", "value_of_other_type"),
    (attribute("text", "is"), "/value", "value_not_understood"),
    (attribute("text", "contains", ""), "/value", "value_not_understood"),
    (attribute("text", "is_one_of", []), "/value", "value_not_understood"),
    (attribute("text", "is_one_of", "a"), "/value", "value_not_understood"),
    (attribute("text", "is_one_of", ["a", 1]), "/value", "value_not_understood"),
    (attribute("text", "is_set", "yes"), "/value", "value_not_understood"),
    (attribute("number", "at_least", "many"), "/value", "value_not_understood"),
    (attribute("number", "between", [2, 1]), "/value", "value_not_understood"),
    (attribute("number", "between", [1]), "/value", "value_not_understood"),
    (attribute("number", "between", []), "/value", "value_not_understood"),
    (attribute("datetime", "between", ["2026-01-01", "2026-01-01T00:00:00Z"]), "/value", "value_not_understood"),
    (attribute("date", "on", "2026-02-30"), "/value", "value_not_understood"),
    (attribute("date", "on", 20260230), "/value", "value_not_understood"),
    (attribute("datetime", "after", "2026-01-01T00:00:00"), "/value", "value_not_understood"),
    (attribute("date", "in_last", "a while"), "/value", "value_not_understood"),
    (attribute("date", "in_last", "1201 months"), "/value", "value_not_understood"),
    ({"did": "order.placed", "within": "36601 days"}, "/within", "value_not_understood"),
    ({"did": "Order placed"}, "/did", "event_unknown"),
    ({"did_not": "email.link_clicked"}, "/did_not", "event_unknown"),
    ({"did": "order.placed", "content": "news"}, "/content", "not_an_interaction"),
    ({"did": "order.placed", "link": "product"}, "/link", "not_an_interaction"),
    (
        {"did": "order.placed", "after": "2026-02-01T00:00:00Z", "before": "2026-02-01T00:00:00Z"},
        "/before",
        "window_empty",
    ),
    (
        {"did": "order.placed", "where": [{"property": "amount", "test": "at_least", "value": "10"}]},
        "/where/0/value",
        "value_not_understood",
    ),
]


@pytest.mark.parametrize(("document", "where", "code"), UNFITTING, ids=str)
def test_G1_what_does_not_fit_is_a_problem_with_its_place(document: dict[str, Any], where: str, code: str) -> None:
    assert found(document) == [(where, code)]
    assert found({"any": [{"none": [{"all": []}, document]}]}) == [(f"/any/0/none/1{where}", code)]


def test_all_problems_are_listed_at_once() -> None:
    two = {"all": [attribute("shoe_size", "is", 43), attribute("number", "is", "5")]}
    assert [problem.where for problem in check(parsed(two), ATTRIBUTES, "/condition")] == [
        "/condition/all/0/attribute",
        "/condition/all/1/value",
    ]


MALFORMED = [
    {},
    {"all": [], "any": []},
    {"member_of": "others", "not_member_of": "others"},
    {"member_of": ["others"]},
    {"consent": "commercial"},
    {"all": [{}]},
    {"all": {"attribute": "text", "test": "is_set"}},
    {"attribute": "text", "test": "resembles", "value": "x"},
    {"attribute": "text", "test": "is", "value": "x", "case": "ignore"},
    {"attribute": "text", "test": "is", "value": "a\0b"},
    {"attribute": "text", "test": "is", "value": "half a character \ud800"},
    {"attribute": "number", "test": "is", "value": float("inf")},
    {"attribute": "number", "test": "is", "value": {"of": 1}},
    {"did": ""},
    {"did": "order.placed", "count": {}},
    {"did": "order.placed", "count": {"exactly": 1, "at_least": 1}},
    {"did": "order.placed", "count": {"at_least": 2, "at_most": 1}},
    {"did": "order.placed", "count": {"at_least": True}},
    {"did": "order.placed", "count": {"at_least": -1}},
    {"did": "order.placed", "within": "7"},
    {"did": "order.placed", "after": "2026-01-01T00:00:00"},
]


@pytest.mark.parametrize("document", MALFORMED, ids=str)
def test_what_is_no_condition_is_not_understood(document: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        parsed(document)


def test_the_keys_of_a_condition_are_named() -> None:
    with pytest.raises(ValidationError, match="keys all, any, none, attribute, did, did_not, member_of, not_member_of"):
        parsed({"all": [{"consent": "commercial"}]})


def test_conditions_nest_deeply_but_not_without_end() -> None:
    document: dict[str, Any] = {"all": []}
    for _ in range(49):
        document = {"none": [document]}
    assert found(document) == []
    assert found({"any": [document]}) == [("", "condition_too_large")]
    assert found({"any": [{"all": []}] * 1000}) == [("", "condition_too_large")]
    test = {"property": "amount", "test": "is_set"}
    assert found({"did": "order.placed", "where": [test] * 1000}) == [("", "condition_too_large")]


def test_blanks_around_a_value_belong_to_it() -> None:
    condition = parsed(attribute("text", "contains", " & "))
    assert condition.value == " & "  # type: ignore[union-attr]
