"""Writing a message for one person: with links that know their delivery, or plain where somebody is not followed."""

from datetime import UTC, datetime
from typing import Any

import pytest

from builders import email, text_message
from sojourn.access.store import change_workspace
from sojourn.content import store as contents
from sojourn.db.connect import Connection
from sojourn.delivery import write
from sojourn.delivery.model import DeliveryKey, EmailMessage, Mailbox, TextMessage
from sojourn.delivery.store import Claimed
from sojourn.delivery.write import Addresses, NotWritten, Writer

NOW = datetime(2026, 12, 1, 9, tzinfo=UTC)
KEY = DeliveryKey(7, 1234, 5)
LINK = '<mj-text><a link="{0}" href="https://contoso.example/{1}">{0}</a></mj-text>'
LINKS = (LINK.format("product", "p?a=1"), LINK.format("mine", "{{ person.first_name }}"))
ADDRESSES = Addresses(
    click=lambda key, version, place: f"https://go.x.example/c/{key}/{place}",
    open=lambda key: f"https://go.x.example/o/{key}.gif",
    unsubscribe=lambda key: f"https://go.x.example/u/{key}",
)
ADA = {"email": "ada@x.example", "first_name": "Ada <3"}


async def ready(conn: Connection, document: Any) -> int:
    await change_workspace(conn, postal_address="1 Main Street")
    await contents.create(conn, document, NOW)
    made = await contents.make_ready(conn, document.name, "ada", NOW)
    assert made.ready_version is not None
    return made.ready_version


async def written(
    conn: Connection, document: Any, key: DeliveryKey = KEY, *, tracked: bool = True, **attributes: Any
) -> Any:
    version = await ready(conn, document)
    prepared = await Writer(ADDRESSES, "https://go.x.example", b"k" * 32).prepare(conn, [version])
    return prepared.write(Claimed(key, version, 1, "ada@x.example", ADA | attributes, tracked), NOW)


async def test_an_email_is_addressed_and_knows_its_delivery(conn: Connection) -> None:
    document = email(*LINKS, subject="Hi {{ person.first_name | default: 'you' }}", reply_to="help@contoso.example")
    message = await written(conn, document)
    assert isinstance(message, EmailMessage)
    assert (message.key, message.to, message.at) == (KEY, "ada@x.example", NOW)
    assert message.sender == Mailbox("news@contoso.example", "Contoso")
    assert (message.subject, message.reply_to) == ("Hi Ada <3", "help@contoso.example")
    assert message.message_id.startswith("7-1234.5.")
    assert message.message_id.endswith("@go.x.example")
    assert "1 Main Street" in message.html
    assert "1 Main Street" in message.text


async def test_who_is_followed_gets_links_by_their_place_and_the_picture(conn: Connection) -> None:
    message = await written(conn, email(*LINKS))
    for part in (message.html, message.text):
        assert "https://go.x.example/c/7-1234.5/0" in part
        assert "https://go.x.example/c/7-1234.5/1" in part
        assert "contoso.example/p" not in part
    assert "https://go.x.example/o/7-1234.5.gif" in message.html


async def test_T5_who_is_not_followed_gets_the_plain_addresses_and_no_picture(conn: Connection) -> None:
    message = await written(conn, email(*LINKS), tracked=False)
    assert 'href="https://contoso.example/p?a=1"' in message.html
    assert "https://contoso.example/Ada%20%3C3" in message.text
    assert "go.x.example/c/" not in message.html + message.text
    assert ".gif" not in message.html


@pytest.mark.parametrize(
    ("purpose", "way_out"), [("commercial", "https://go.x.example/u/7-1234.5"), ("transactional", None)]
)
async def test_D6_a_commercial_email_carries_the_way_out(conn: Connection, purpose: str, way_out: str | None) -> None:
    message = await written(conn, email(*LINKS, purpose=purpose))
    assert message.unsubscribe_url == way_out
    assert "https://go.x.example/u/7-1234.5" in message.html


async def test_a_delivery_has_one_message_id_for_ever(conn: Connection) -> None:
    first = await written(conn, email(name="first"))
    again = await written(conn, email(name="second"), tracked=False)
    other = await written(conn, email(name="third"), KEY._replace(step=6))
    assert first.message_id == again.message_id != other.message_id


async def test_a_text_message_is_written_for_a_person(conn: Connection) -> None:
    message = await written(conn, text_message("Hello {{ person.first_name | default: 'you' }}"))
    assert message == TextMessage(KEY, "ada@x.example", "Hello Ada <3", NOW)


async def test_what_cannot_be_written_for_this_person_says_why(conn: Connection) -> None:
    document = text_message("Hello {{ person.first_name | default: 'you' | strip_html }}")
    message = await written(conn, document, first_name="<" * 60_000)
    assert isinstance(message, NotWritten)
    assert message.reason == "body line 1: a value is longer than 50000."


async def test_content_that_is_gone_cannot_be_written_for_anybody(conn: Connection) -> None:
    prepared = await Writer(ADDRESSES, "https://go.x.example", b"k" * 32).prepare(conn, [12345])
    assert isinstance(prepared.write(Claimed(KEY, 12345, 1, "ada@x.example", ADA, True), NOW), NotWritten)


async def test_a_version_is_read_once_and_the_longest_unused_one_is_forgotten(
    conn: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(write, "KEPT", 2)
    versions = [await ready(conn, text_message(f"Hello {name}", name=name)) for name in ("one", "two", "three")]
    writer = Writer(ADDRESSES, "https://go.x.example", b"k" * 32)

    async def known(version: int) -> bool:
        prepared = await writer.prepare(conn, [version])
        return isinstance(prepared.write(Claimed(KEY, version, 1, "+33612345678", ADA, True), NOW), TextMessage)

    assert [await known(versions[place]) for place in (0, 1, 0, 2)] == [True] * 4
    await conn.execute("alter table content_version disable trigger user")
    await conn.execute("update content_version set compiled = null, ready_at = null, ready_by = null")
    assert [await known(versions[place]) for place in (0, 2, 1)] == [True, True, False]
