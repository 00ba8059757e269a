"""Attribute values, from the text of a CSV cell or from JSON, to the one form of their type.

number and boolean become JSON's own; date `YYYY-MM-DD`; datetime `YYYY-MM-DDTHH:MM:SS[.ffffff]Z` in UTC; email and
phone as `sojourn.people.address` writes them; zone an IANA name. Empty text means that there is no value. A value that
cannot be read raises ValueError saying what and what to do.
"""

import math
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime
from functools import lru_cache, partial
from typing import Any

from sojourn.kit.zones import known_zones
from sojourn.people.address import email_address, phone_number
from sojourn.people.model import AttributeType, Value

LONGEST_TEXT = 10_000  # characters

_KIND: Mapping[AttributeType, tuple[str, str]] = {
    "text": ("text", "Give it as a JSON string."),
    "number": ("a number", "Write digits, with a point before decimals, such as 12.5."),
    "boolean": ("a yes or no", "Write true or false."),
    "date": ("a date", "Write it as 2026-12-31."),
    "datetime": ("a date and time", "Write it as 2026-12-31T18:00:00Z; without an offset it is taken as UTC."),
    "email": ("an email address", "Write it as name@example.com."),
    "phone": ("a phone number", "Write it with its country code, such as +33612345678."),
    "zone": ("an IANA time zone", "Write it as Europe/Paris."),
}


def from_text(kind: AttributeType, text: str, region: str | None = None) -> Value | None:
    """The value of a cell; None when it is empty. Raises ValueError."""
    stripped = text.strip()
    return text_parser(kind, region)(stripped) if stripped else None


def text_parser(kind: AttributeType, region: str | None = None) -> Callable[[str], Value]:
    """The function that reads stripped text that is not empty.

    `region` (ISO 3166, such as FR) is where phone numbers without a country code are from.
    """
    return partial(_phone, region=region) if kind == "phone" else _PARSERS[kind]


def from_json(kind: AttributeType, value: Any, region: str | None = None) -> Value | None:
    """The value of a JSON scalar of the right type; None for null and for empty text. Raises ValueError."""
    if value is None:
        return None
    if isinstance(value, bool):
        if kind == "boolean":
            return value
    elif isinstance(value, int | float):
        if kind == "number" and -math.inf < value < math.inf:
            return value
    elif isinstance(value, str) and kind not in ("number", "boolean"):
        return from_text(kind, value, region)
    raise _unreadable(kind, value)


def guess_type(values: Iterable[str]) -> AttributeType:
    """What a column with these cells holds: text, unless all that are not empty are numbers, booleans or dates.

    Numbers that start with 0 or have more than 15 digits are codes, not quantities.
    """
    present = {value.strip() for value in values} - {""}
    for kind, form in _GUESSES.items():
        if present and all(form.fullmatch(value) for value in present):
            return kind
    return "text"


def _unreadable(kind: AttributeType, value: object, detail: object = "") -> ValueError:
    shown = repr(value)
    shown = shown if len(shown) <= 60 else shown[:57] + "..."
    what, advice = _KIND[kind]
    return ValueError(f"{shown} is not {what}. {detail or advice}")


def _text(text: str) -> str:
    if len(text) > LONGEST_TEXT:
        raise ValueError(f"The text has {len(text)} characters. Keep it to {LONGEST_TEXT}.")
    if "\0" in text:
        raise ValueError("The text contains a zero byte. Remove it.")
    if not text.isascii():
        try:
            text.encode()
        except UnicodeEncodeError:
            raise ValueError("The text is not UTF-8. Save the file as UTF-8 (in a spreadsheet: CSV UTF-8).") from None
    return text


_NUMBER = re.compile(r"[+-]?[0-9]{1,30}(\.[0-9]{1,30})?([eE][+-]?[0-9]{1,3})?")


def _number(text: str) -> int | float:
    match = _NUMBER.fullmatch(text)
    if match is None:
        raise _unreadable("number", text)
    if match[1] is None and match[2] is None:
        return int(text)
    number = float(text)
    if not math.isfinite(number):
        raise _unreadable("number", text)
    return number


_BOOLEANS = {"true": True, "yes": True, "y": True, "1": True, "false": False, "no": False, "n": False, "0": False}


def _boolean(text: str) -> bool:
    if (value := _BOOLEANS.get(text.lower())) is None:
        raise _unreadable("boolean", text)
    return value


_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def _date(text: str) -> str:
    if _DATE.fullmatch(text) is None:
        raise _unreadable("date", text)
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError as error:
        raise _unreadable("date", text, error) from None


def _datetime(text: str) -> str:
    try:
        instant = datetime.fromisoformat(text)
        instant = instant.replace(tzinfo=UTC) if instant.tzinfo is None else instant.astimezone(UTC)
    except (ValueError, OverflowError):
        raise _unreadable("datetime", text) from None
    return instant.replace(tzinfo=None).isoformat() + "Z"


def _email(text: str) -> str:
    try:
        return email_address(text)
    except ValueError as error:
        raise _unreadable("email", text, error) from None


def _phone(text: str, region: str | None = None) -> str:
    try:
        return phone_number(text, region)
    except ValueError as error:
        raise _unreadable("phone", text, error) from None


@lru_cache(maxsize=1)
def _zones() -> dict[str, str]:
    """IANA names by their lower-case spelling."""
    return {name.lower(): name for name in known_zones()}


def _zone(text: str) -> str:
    if (name := _zones().get(text.lower())) is None:
        raise _unreadable("zone", text)
    return name


_PARSERS: Mapping[AttributeType, Callable[[str], Value]] = {
    "text": _text,
    "number": _number,
    "boolean": _boolean,
    "date": _date,
    "datetime": _datetime,
    "email": _email,
    "phone": _phone,
    "zone": _zone,
}

_GUESSES: Mapping[AttributeType, re.Pattern[str]] = {
    "number": re.compile(r"-?(0|[1-9][0-9]{0,14})(\.[0-9]{1,15})?"),
    "boolean": re.compile(r"true|false|yes|no", re.IGNORECASE),
    "date": _DATE,
}
