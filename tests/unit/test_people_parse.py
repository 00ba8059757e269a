"""Attribute values: one form per type, whoever writes them."""

from datetime import UTC, date, datetime, timedelta, timezone

import phonenumbers
import pytest
from email_validator import EmailNotValidError, validate_email
from hypothesis import assume, given
from hypothesis import strategies as st

from sojourn.people.address import email_address, phone_number
from sojourn.people.parse import from_json, from_text, guess_type

LOCAL_PARTS = st.text("abcXYZ019.+-_'é@ \"", min_size=1, max_size=70)
DOMAINS = st.sampled_from(
    ["example.com", "EXAMPLE.org", "bücher.example", "a.test", "localhost", "-a.com", "a..b", "x.local", "", "é"]
)


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("text", "  Ada ", "Ada"),
        ("text", "a\nb", "a\nb"),
        ("number", "12", 12),
        ("number", "-12.50", -12.5),
        ("number", "1e3", 1000.0),
        ("number", "007", 7),
        ("boolean", "Yes", True),
        ("boolean", "0", False),
        ("date", "2024-02-29", "2024-02-29"),
        ("datetime", "2026-03-29T02:30:00+02:00", "2026-03-29T00:30:00Z"),
        ("datetime", "2026-01-05 10:00", "2026-01-05T10:00:00Z"),
        ("datetime", "2026-01-05T10:00:00.25Z", "2026-01-05T10:00:00.250000Z"),
        ("email", "Ada.Lovelace@EXAMPLE.com", "ada.lovelace@example.com"),
        ("email", "ada@bücher.example", "ada@bücher.example"),
        ("phone", "+33 6 12 34 56 78", "+33612345678"),
        ("phone", "+44 (0) 20 7946 0958", "+442079460958"),
        ("zone", "europe/paris", "Europe/Paris"),
    ],
)
def test_text_becomes_the_one_form_of_its_type(kind, text, value):
    assert from_text(kind, text) == value
    assert type(from_text(kind, text)) is type(value)


@pytest.mark.parametrize("kind", ["text", "number", "boolean", "date", "datetime", "email", "phone", "zone"])
def test_empty_text_is_no_value(kind):
    assert from_text(kind, "  ") is None
    assert from_json(kind, None) is None


@pytest.mark.parametrize(
    ("kind", "text", "says"),
    [
        ("text", "a\0b", "zero byte"),
        ("text", "caf\udce9", "Save the file as UTF-8"),
        ("text", "x" * 10_001, "Keep it to 10000"),
        ("number", "12,5", "with a point"),
        ("number", "1e999", "is not a number"),
        ("number", "٣", "is not a number"),
        ("boolean", "perhaps", "Write true or false"),
        ("date", "31/12/2026", "Write it as 2026-12-31"),
        ("date", "2026-02-29", "is not a date"),
        ("datetime", "tomorrow", "Write it as 2026-12-31T18:00:00Z"),
        ("datetime", "0001-01-01T00:00:00+14:00", "is not a date and time"),
        ("email", "ada", "is not an email address"),
        ("email", "ada@@example.com", "is not an email address"),
        ("phone", "06 12 34 56 78", "with its country code"),
        ("phone", "+33 1", "is not a phone number"),
        ("zone", "Paris", "Write it as Europe/Paris"),
        ("zone", "localtime", "is not an IANA time zone"),
    ],
)
def test_an_error_says_what_is_wrong_and_what_to_do(kind, text, says):
    with pytest.raises(ValueError, match=says):
        from_text(kind, text)


def test_phones_without_country_code_need_a_region():
    assert from_text("phone", "06 12 34 56 78", region="FR") == "+33612345678"


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("number", "12"),
        ("number", True),
        ("number", float("nan")),
        ("number", float("inf")),
        ("boolean", 1),
        ("boolean", "true"),
        ("text", 1),
        ("text", ["a"]),
        ("text", "\ud800"),
        ("email", {"a": 1}),
        ("date", 20260101),
    ],
)
def test_json_values_have_json_types(kind, value):
    with pytest.raises(ValueError, match="is not"):
        from_json(kind, value)


@given(st.integers(-(10**29), 10**29) | st.floats(allow_nan=False, allow_infinity=False))
def test_numbers_come_back_as_they_were_written(number):
    assert from_text("number", str(number)) == number
    assert from_json("number", number) == number


@given(st.datetimes(timezones=st.sampled_from([UTC, timezone(timedelta(hours=5, minutes=45))])))
def test_datetimes_come_back_as_the_same_instant(instant):
    assume(instant.year > 1)  # the offset would lead before the first year
    text = from_text("datetime", instant.isoformat())
    assert isinstance(text, str)
    assert datetime.fromisoformat(text) == instant
    assert from_json("datetime", text) == text


@given(st.dates() | st.dates(min_value=date(1900, 1, 1)))
def test_dates_come_back_as_they_were_written(day):
    assert from_text("date", day.isoformat()) == day.isoformat()


@given(LOCAL_PARTS, DOMAINS)
def test_emails_are_what_the_library_makes_of_them(local, domain):
    text = f"{local}@{domain}"
    try:
        expected = validate_email(text.lower(), check_deliverability=False, test_environment=True).normalized
    except EmailNotValidError:
        with pytest.raises(EmailNotValidError):
            email_address(text)
    else:
        assert email_address(text) == expected
        assert email_address(expected) == expected


@given(st.sampled_from(sorted(phonenumbers.COUNTRY_CODE_TO_REGION_CODE)), st.from_regex(r"[0-9]{4,12}", fullmatch=True))
def test_phones_are_what_the_library_makes_of_them(code, national):
    text = f"+{code}{national}"
    parsed = phonenumbers.parse(text)
    if phonenumbers.is_valid_number(parsed):
        assert phone_number(text) == phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
    else:
        with pytest.raises(ValueError, match="No country has such a number"):
            phone_number(text)


@pytest.mark.parametrize("region", sorted(phonenumbers.SUPPORTED_REGIONS))
def test_the_example_numbers_of_every_region_are_accepted(region):
    for kind in phonenumbers.PhoneNumberType.values():
        if (example := phonenumbers.example_number_for_type(region, kind)) is not None:
            text = phonenumbers.format_number(example, phonenumbers.PhoneNumberFormat.E164)
            assert phone_number(text) == text


@given(st.text(max_size=40))
def test_whatever_is_written_is_a_value_or_an_error_that_explains(text):
    for kind in ("text", "number", "boolean", "date", "datetime", "email", "phone", "zone"):
        try:
            value = from_text(kind, text)
        except ValueError as error:
            assert str(error).endswith((".", ")"))  # noqa: PT017 - both ends are right
        else:
            assert value is None or from_json(kind, value) == value


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        (["1", "2.5", "", "-3"], "number"),
        (["true", "NO"], "boolean"),
        (["2026-01-05", ""], "date"),
        (["01234", "75001"], "text"),
        (["1234567890123456"], "text"),
        (["1", "x"], "text"),
        (["", " "], "text"),
        ([], "text"),
    ],
)
def test_A2_the_type_of_an_added_attribute_is_guessed_with_care(values, kind):
    assert guess_type(values) == kind
