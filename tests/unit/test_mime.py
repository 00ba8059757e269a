"""An email as bytes: what a parser reads back is what was meant, and nothing in it can become a header of its own."""

import email
import email.policy
import re
from datetime import UTC, datetime
from email.message import EmailMessage as Parsed
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from sojourn.delivery.mime import build
from sojourn.delivery.model import DeliveryKey, EmailMessage, Mailbox, message_id
from sojourn.kit.errors import Invalid, NotFound

KEY = DeliveryKey(37, 10234, 5)
AT = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
LONG_URL = "https://go.example.com/u/" + "aB3_-" * 23
LINES = st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]))
BODIES = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))


def an_email(**changes: Any) -> EmailMessage:
    message = EmailMessage(
        key=KEY,
        to="zoe@example.com",
        sender=Mailbox("news@example.com", "The shop"),
        subject="Hello",
        html="<p>Hello</p>\n",
        text="Hello\n",
        at=AT,
        message_id="37-10234.5.0123456789abcdef@example.com",
        unsubscribe_url=LONG_URL,
    )
    return message._replace(**changes)


def parsed(message: EmailMessage) -> Parsed:
    return email.message_from_bytes(build(message), policy=email.policy.default)  # type: ignore[arg-type,return-value]


def content(mail: Parsed, kind: str) -> str:
    part = mail.get_body((kind,))
    assert part is not None
    return str(part.get_content())


def with_crlf(text: str) -> str:
    return re.sub(r"\r\n|\r|\n", "\r\n", text)


@given(subject=LINES, html=BODIES, text=BODIES)
@example(subject="=?utf-8?q?not=20encoded?=", html="=E9 . \n.\n..\n", text=" \n\t\n")
@example(subject=" spaces ", html="x" * 5000, text="ü" * 5000)
@example(subject="ü" * 500, html="--=_sojourn--\r\n", text="From here\n.\nto there")
def test_what_was_written_is_what_is_read(subject: str, html: str, text: str) -> None:
    mail = parsed(an_email(subject=subject, html=html, text=text))
    assert mail["subject"] == subject
    assert (content(mail, "html"), content(mail, "plain")) == (with_crlf(html), with_crlf(text))


@given(name=LINES)
@example(name='Anna "the shop" \\ Müller')
@example(name="=?utf-8?q?a?=")
@example(name="news@example.org, x")
def test_the_senders_name_is_read_as_it_was_written(name: str) -> None:
    (sender,) = parsed(an_email(sender=Mailbox("news@example.com", name)))["from"].addresses
    assert sender.addr_spec == "news@example.com"
    # the standard library's parser trims names, and keeps the space between encoded words that RFC 2047 §6.2 leaves out
    assert "".join(sender.display_name.split()) == "".join(name.split())


@given(subject=LINES, name=LINES, html=BODIES, text=BODIES)
def test_lines_are_as_short_as_mail_servers_want_them(subject: str, name: str, html: str, text: str) -> None:
    made = build(an_email(subject=subject, sender=Mailbox("news@example.com", name), html=html, text=text))
    assert made.isascii()
    assert all(len(line) <= 998 for line in made.split(b"\r\n"))
    head, body = made.split(b"\r\n\r\n", 1)
    assert all(len(line) <= 76 for line in body.split(b"\r\n"))
    assert not re.search(rb"(?<!\r)\n|\r(?!\n)", made)
    assert head.isascii()


def test_D6_a_long_way_out_stands_in_one_line_as_it_is() -> None:
    assert len(LONG_URL) == 140
    made = build(an_email())
    assert f"\r\nList-Unsubscribe: <{LONG_URL}>\r\n".encode() in made
    assert b"\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n" in made


def test_D6_a_transactional_mail_has_no_way_out_in_its_headers() -> None:
    assert b"List-Unsubscribe" not in build(an_email(unsubscribe_url=None))


def test_the_other_headers_say_what_they_must() -> None:
    mail = parsed(an_email(reply_to="ask@example.com", feedback_id="launch:shop"))
    assert mail["date"].datetime == AT
    assert mail["message-id"] == "<37-10234.5.0123456789abcdef@example.com>"
    assert (mail["to"], mail["reply-to"], mail["feedback-id"]) == ("zoe@example.com", "ask@example.com", "launch:shop")
    assert (mail["mime-version"], mail.get_content_type()) == ("1.0", "multipart/alternative")
    assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]


def test_mostly_ascii_stays_readable_and_the_rest_stays_short() -> None:
    made = build(an_email(text="Die Größe der Schuhe\n", html="<p>" + "你好" * 100 + "</p>"))
    assert b"Die Gr=C3=B6=C3=9Fe der Schuhe\r\n" in made
    assert len(made) < 2000


@pytest.mark.parametrize(
    "evil", ["a\r\nBcc: all@example.com", "a\nb", "a\rb", "a\x00b", "a\x85b", "a\u2028b", "\ud800"]
)
@pytest.mark.parametrize(
    "field", ["subject", "to", "reply_to", "message_id", "unsubscribe_url", "feedback_id", "sender"]
)
def test_no_value_can_become_a_header_of_its_own(field: str, evil: str) -> None:
    changes = [Mailbox(evil, "x"), Mailbox("news@example.com", evil)] if field == "sender" else [evil]
    for change in changes:
        with pytest.raises(Invalid):
            build(an_email(**{field: change}))


def test_D3_the_message_id_is_always_the_same_for_a_delivery_and_another_elsewhere() -> None:
    made = message_id(KEY, "example.com", b"k" * 32)
    assert re.fullmatch(r"37-10234\.5\.[0-9a-f]{16}@example\.com", made)
    assert made == message_id(KEY, "example.com", b"k" * 32)
    assert made != message_id(KEY, "example.com", b"j" * 32)


@given(st.integers(0, 63), st.integers(1, 10**18 - 1), st.integers(1, 2**29))
def test_a_delivery_is_found_by_its_text(shard: int, participant: int, step: int) -> None:
    key = DeliveryKey(shard, participant, step)
    assert DeliveryKey.parse(str(key)) == key


@pytest.mark.parametrize("text", ["", "37-10234", "37-10234.5.6", "37-10234.5 ", "٣-1.1", "-1-1.1"])
def test_what_is_no_delivery_finds_nothing(text: str) -> None:
    with pytest.raises(NotFound):
        DeliveryKey.parse(text)
