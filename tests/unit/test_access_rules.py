"""The pure rules of access: passwords, networks, and where a browser's request comes from."""

import pytest
from pydantic import TypeAdapter, ValidationError

from sojourn.access.api import Login, Setup
from sojourn.access.check import comes_from_elsewhere, is_sent_by_forms
from sojourn.access.model import Email, Zone, network_of
from sojourn.access.password import hashed, outdated, verified

OURS = {"host": "journeys.example.org"}


@pytest.mark.parametrize(
    ("headers", "elsewhere"),
    [
        ({"sec-fetch-site": "same-origin"}, False),
        ({"sec-fetch-site": "none"}, False),
        ({"sec-fetch-site": "same-site"}, True),
        ({"sec-fetch-site": "cross-site", "origin": "https://journeys.example.org"}, True),
        ({"origin": "https://journeys.example.org"}, False),
        ({"origin": "https://evil.example.org"}, True),
        ({"origin": "https://journeys.example.org.evil.example"}, True),
        ({"origin": "https://journeys.example.org:8443"}, True),
        ({"origin": "null"}, True),
        ({"origin": ""}, True),
    ],
)
def test_a_request_of_another_site_is_recognised(headers: dict[str, str], elsewhere: bool) -> None:
    assert comes_from_elsewhere(OURS | headers, None, by_cookie=True) is elsewhere
    assert comes_from_elsewhere(OURS | headers, None, by_cookie=False) is elsewhere


def test_a_request_that_says_nothing_is_refused_where_a_cookie_speaks_for_it() -> None:
    assert comes_from_elsewhere(OURS, None, by_cookie=True)
    assert not comes_from_elsewhere(OURS, None, by_cookie=False)


def test_the_public_address_is_ours_too_when_a_proxy_changes_the_host() -> None:
    headers = {"host": "10.0.0.7:8800", "origin": "https://journeys.example.org"}
    assert comes_from_elsewhere(headers, None, by_cookie=True)
    assert not comes_from_elsewhere(headers, "https://journeys.example.org", by_cookie=True)


@pytest.mark.parametrize(
    ("headers", "by_form"),
    [
        ({"content-length": "2", "content-type": "application/json"}, False),
        ({"content-length": "2", "content-type": "multipart/form-data; boundary=x"}, False),
        ({"content-length": "2", "content-type": "text/plain;charset=utf-8"}, True),
        ({"content-length": "2", "content-type": "Application/X-WWW-Form-URLencoded"}, True),
        ({"content-length": "2"}, True),
        ({"transfer-encoding": "chunked"}, True),
        ({"content-length": "0"}, False),
        ({}, False),
    ],
)
def test_a_body_that_a_form_can_send_is_recognised(headers: dict[str, str], by_form: bool) -> None:
    assert is_sent_by_forms(headers) is by_form


@pytest.mark.parametrize(
    ("address", "network"),
    [("192.0.2.7", "192.0.2.7"), ("2001:db8:1:2:3::4", "2001:db8:1:2::/64"), ("testsocket", "testsocket"), ("", "")],
)
def test_whoever_guesses_is_slowed_down_by_network(address: str, network: str) -> None:
    assert network_of(address) == network


def test_a_password_has_twelve_characters_and_is_taken_as_typed() -> None:
    given = Setup(token="t", email=" Ann@Example.org ", password="  twelve  ch ")  # type: ignore[arg-type]
    assert given.password.get_secret_value() == "  twelve  ch "
    assert given.email == "ann@example.org"
    assert Login(email="a@b", password=" x ").password.get_secret_value() == " x "  # type: ignore[arg-type]
    with pytest.raises(ValidationError, match="at least 12 characters") as refused:
        Setup(token="t", email="a@b", password="eleven char")  # type: ignore[arg-type]
    assert "eleven char" not in str(refused.value)


def test_names_of_zones_and_accounts_are_checked() -> None:
    assert TypeAdapter(Zone).validate_python("Europe/Paris") == "Europe/Paris"
    with pytest.raises(ValidationError, match="Europe/Atlantis"):
        TypeAdapter(Zone).validate_python("Europe/Atlantis")
    with pytest.raises(ValidationError):
        TypeAdapter(Email).validate_python("ann at home")


async def test_only_the_right_password_is_verified() -> None:
    kept = await hashed("correct horse battery")
    assert kept.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert await verified(kept, "correct horse battery")
    assert not await verified(kept, "correct horse batterx")
    assert not await verified(None, "correct horse battery")
    assert not outdated(kept)
    assert outdated(kept.replace("t=3", "t=2"))
