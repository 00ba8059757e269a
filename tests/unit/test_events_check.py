"""What may be recorded as an event."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sojourn.events.check import check_name, check_properties, check_texts, check_time
from sojourn.events.model import DeliveryRef
from sojourn.kit.errors import NotFound
from sojourn.kit.ids import Ref

NOW = datetime(2026, 12, 1, 9, tzinfo=UTC)


def codes(problems):
    return [problem.code for problem in problems]


@pytest.mark.parametrize(
    ("name", "has_delivery", "expected"),
    [
        ("cart.abandoned", False, []),
        ("a" * 100, False, []),
        ("email.clicked", True, []),
        ("text.replied", True, []),
        ("emailed", False, []),
        ("email.clicked", False, ["delivery_missing"]),
        ("email.invented", True, ["name_reserved"]),
        ("text.opened", True, ["name_reserved"]),
        ("Cart", False, ["name_invalid"]),
        ("1st", False, ["name_invalid"]),
        ("", False, ["name_invalid"]),
        ("a" * 101, False, ["name_invalid"]),
    ],
)
def test_names_of_interactions_are_kept_for_interactions(name, has_delivery, expected):
    assert codes(check_name(name, has_delivery=has_delivery, where="")) == expected


@pytest.mark.parametrize(("ahead", "expected"), [(300, []), (301, ["time_in_future"]), (-1e9, [])])
def test_an_event_has_happened_give_or_take_the_clocks(ahead, expected):
    assert codes(check_time(NOW + timedelta(seconds=ahead), NOW, "")) == expected


@pytest.mark.parametrize(
    ("properties", "expected"),
    [
        ({"total": 12.5, "items": [{"sku": "é"}]}, []),
        ({"a": float("nan")}, ["properties_invalid"]),
        ({"a": "\ud800"}, ["properties_invalid"]),
        ({"a": {"b\0": 1}}, ["properties_invalid"]),
        ({"a": "x" * 16_384}, ["properties_too_large"]),
    ],
)
def test_properties_are_json_that_can_be_kept(properties, expected):
    problems = list(check_properties(properties, "/3"))
    assert codes(problems) == expected
    assert {problem.where for problem in problems} <= {"/3/properties"}


@pytest.mark.parametrize(
    ("text", "good"), [("evt-1", True), (None, True), ("", False), ("a\n", False), ("x" * 201, False)]
)
def test_ids_are_short_and_printable(text, good):
    assert codes(check_texts({"id": text}, "")) == ([] if good else ["id_invalid"])


@given(
    st.builds(DeliveryRef, st.builds(Ref, st.integers(0, 63), st.integers(0, 10**18 - 1)), st.integers(0, 10**9 - 1))
)
def test_a_reference_to_a_delivery_comes_back_as_it_was_written(delivery):
    assert DeliveryRef.parse(str(delivery)) == delivery


@pytest.mark.parametrize("text", ["", "37-812", "37-812.x", "812.5", "37-812.5.6", "37-812.9999999999"])
def test_what_is_no_reference_to_a_delivery_is_not_found(text):
    with pytest.raises(NotFound):
        DeliveryRef.parse(text)
