"""Durations as people write them, references, and names for addresses."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from sojourn.kit.duration import UNITS, Duration
from sojourn.kit.errors import NotFound
from sojourn.kit.ids import Ref, new_event_id, new_token, slug, token_hash

DURATION = TypeAdapter(Duration)


@pytest.mark.parametrize(
    ("written", "kept"),
    [("1 day", "1 day"), ("01 days", "1 day"), (" 90 minute ", "90 minutes"), ("0 hours", "0 hours")],
)
def test_a_duration_has_one_spelling(written, kept):
    assert DURATION.validate_python(written) == kept


@given(st.integers(0, 999_999), st.sampled_from(UNITS), st.sampled_from(["", "s"]))
def test_every_number_and_unit_is_a_duration_and_its_spelling_stays(number, unit, plural):
    kept = DURATION.validate_python(f"{number} {unit}{plural}")
    assert DURATION.validate_python(kept) == kept
    assert kept.split()[0] == str(number)


@pytest.mark.parametrize("written", ["", "day", "1", "1  day", "-1 day", "1.5 days", "1 year", "1 Day", "1000000 days"])
def test_what_is_no_duration_is_refused_with_an_example(written):
    with pytest.raises(ValidationError, match="such as '1 day'"):
        DURATION.validate_python(written)


@given(st.builds(Ref, st.integers(0, 999), st.integers(0, 10**18 - 1)))
def test_a_reference_comes_back_as_it_was_written(ref):
    assert Ref.parse(str(ref)) == ref


@pytest.mark.parametrize("text", ["", "3", "3-", "-3", "3-1-2", "1000-1", "3-1\n", " 3-1", "3-" + "1" * 19])
def test_under_what_is_no_reference_nothing_is_found(text):
    with pytest.raises(NotFound, match="no reference named"):
        Ref.parse(text)


@pytest.mark.parametrize(
    ("name", "known_as"),
    [("Product launch", "product-launch"), (" Été: 50 % !", "ete-50"), ("ﬁrst", "first"), ("--", ""), ("東京", "")],
)
def test_a_name_for_addresses_has_small_letters_digits_and_hyphens(name, known_as):
    assert slug(name) == known_as


def test_tokens_and_event_ids_are_never_the_same_twice():
    assert len({new_token() for _ in range(100)} | {new_event_id() for _ in range(100)}) == 200
    assert token_hash("a") != token_hash("b")
    assert len(token_hash("a")) == 32
