"""A mail server's address: careful where it says nothing, and clear where it is wrong."""

import pytest

from sojourn.channels.smtp.model import Server
from sojourn.kit.errors import Invalid


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("smtp://mail.example.com", ("mail.example.com", 25, "opportunistic")),
        ("smtp://mail.example.com:587", ("mail.example.com", 587, "starttls")),
        ("smtp://mail.example.com:587?tls=opportunistic", ("mail.example.com", 587, "opportunistic")),
        ("smtp://mail.example.com:2525?tls=none", ("mail.example.com", 2525, "none")),
        ("smtps://mail.example.com", ("mail.example.com", 465, "wrapped")),
        ("smtps://[::1]:4465/", ("::1", 4465, "wrapped")),
    ],
)
def test_the_port_and_the_encryption_follow_from_the_address(url: str, expected: tuple[str, int, str]) -> None:
    server = Server.parse(url)
    assert (server.host, server.port, server.tls) == expected


def test_user_and_password_may_hold_any_character_in_its_escaped_form() -> None:
    server = Server.parse("smtp://a%40b.example:p%3Ass%2Fw%20rd@mail.example.com:587")
    assert (server.user, server.password) == ("a@b.example", "p:ss/w rd")
    assert "p:ss" not in repr(server)


@pytest.mark.parametrize(
    "url",
    [
        "mail.example.com:587",
        "http://mail.example.com",
        "smtp://",
        "smtp://user:secret@",
        "smtp://mail.example.com:many",
        "smtp://mail.example.com/inbox",
        "smtp://mail.example.com?tls=maybe",
        "smtp://mail.example.com?tls=wrapped",
        "smtps://mail.example.com?tls=none",
        "smtp://user:secret@mail.example.com?verify=no",
    ],
)
def test_an_address_that_is_wrong_is_refused_without_repeating_its_password(url: str) -> None:
    with pytest.raises(Invalid, match="SOJOURN_SMTP_URL") as caught:
        Server.parse(url)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    ("url", "may"),
    [
        ("smtp://u:p@localhost:25", True),
        ("smtp://u:p@127.0.0.2:25", True),
        ("smtp://u:p@[::1]:25", True),
        ("smtp://u:p@mail.example.com:25", False),
        ("smtp://u:p@10.0.0.1:25", False),
        ("smtp://u:p@mail.example.com:25?insecure_auth=1", True),
    ],
)
def test_a_password_is_said_openly_only_at_home_or_when_told_so(url: str, may: bool) -> None:
    assert Server.parse(url).may_log_in_openly is may


def test_a_file_of_authorities_that_is_missing_is_told() -> None:
    with pytest.raises(Invalid, match="certificates"):
        Server.parse("smtp://mail.example.com?cafile=/nowhere/ca.pem").trust()
