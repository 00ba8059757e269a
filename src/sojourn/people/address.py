"""Addresses in the one spelling that consent, suppression and delivery compare: emails and phone numbers.

An import reads a million of each, so the usual spelling has a short way. It comes to the same result as the library
that decides (email-validator, phonenumbers); tests hold them together, and everything unusual goes to the library.
"""

import re
from functools import lru_cache
from typing import NamedTuple

import phonenumbers
from email_validator import validate_email

_PLAIN_LOCAL_PART = re.compile(r"[a-z0-9_+-]+(\.[a-z0-9_+-]+)*")
_E164 = re.compile(r"\+[1-9][0-9]{6,14}")
_NEVER = r"(?!)"  # matches nothing


def email_address(text: str) -> str:
    """The address in lower case, so that an opt-out holds for every spelling, and normalised as in RFC 6532, 3.1.

    Raises EmailNotValidError, a ValueError that says what is wrong with it.
    """
    lowered = text.lower()
    local, _, domain = lowered.rpartition("@")
    if len(lowered) <= 254 and _PLAIN_LOCAL_PART.fullmatch(local):
        return f"{local}@{_domain(domain)}"
    return _validated(lowered)


def phone_number(text: str, region: str | None = None) -> str:
    """The number in E.164. `region` (ISO 3166, such as FR) is where a number without a country code is from.

    Raises ValueError that says what is wrong with it.
    """
    if _E164.fullmatch(text) and _is_plain(text):
        return text
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        advice = "Write it with its country code, such as +33612345678, or name a default region."
        raise ValueError(advice) from None
    if not phonenumbers.is_valid_number(number):
        raise ValueError("No country has such a number: look for a missing or surplus digit.")
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


def is_region(region: str) -> bool:
    return region in phonenumbers.SUPPORTED_REGIONS


@lru_cache(maxsize=50_000)
def _domain(domain: str) -> str:
    return _validated(f"a@{domain}").removeprefix("a@")


def _validated(address: str) -> str:
    """By syntax alone, no look-ups; `.test` is allowed, since it is where trials are addressed to (RFC 6761, 6.2)."""
    return validate_email(address, check_deliverability=False, test_environment=True).normalized


class _Plan(NamedTuple):
    """What the main region of a country code says of its numbers."""

    national_prefix: re.Pattern[str]
    general: re.Pattern[str]
    kinds: tuple[re.Pattern[str], ...]


def _is_plain(text: str) -> bool:
    """Whether this is certainly a valid number that the library would give back as it is."""
    for end in (2, 3, 4):
        plan = _plan(text[1:end])
        if plan is not None:
            national = text[end:]
            return (
                plan.national_prefix.match(national) is None
                and plan.general.fullmatch(national) is not None
                and any(kind.fullmatch(national) for kind in plan.kinds)
            )
    return False


@lru_cache(maxsize=2_000)
def _plan(code: str) -> _Plan | None:
    region = phonenumbers.region_code_for_country_code(int(code))
    metadata = phonenumbers.PhoneMetadata.metadata_for_region(region, None)
    if metadata is None or metadata.general_desc is None or metadata.leading_digits is not None:
        return None
    kinds = (kind.national_number_pattern for kind in (metadata.fixed_line, metadata.mobile) if kind is not None)
    return _Plan(
        re.compile(metadata.national_prefix_for_parsing or _NEVER),
        re.compile(metadata.general_desc.national_number_pattern or _NEVER),
        tuple(re.compile(pattern) for pattern in kinds if pattern),
    )
