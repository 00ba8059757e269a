"""A test send (rule C6): the newest version of a content, or a few words from a sender, to addresses that are named,
through the real channel.

It is marked [Test], and belongs to no journey: there is no visit, no delivery and no counter of it, its links lead
straight to where they lead, and its way out unsubscribes nobody. Its key is of a participant that never will be.
"""

from collections.abc import Sequence
from datetime import datetime
from html import escape
from typing import Any
from urllib.parse import urlsplit

from sojourn.content import store as contents
from sojourn.content.check import check_sender
from sojourn.content.model import AnyDocument, EmailDocument, TextDocument, sender_of
from sojourn.content.preview import Preview, preview
from sojourn.content.senders import store as senders
from sojourn.content.senders.model import SavedSender
from sojourn.db.connect import Connection
from sojourn.delivery import store
from sojourn.delivery.model import (
    DeliveryKey,
    EmailMessage,
    Kind,
    Mailbox,
    Message,
    PushMessage,
    TextMessage,
    message_id,
)
from sojourn.kit.errors import Conflict, Invalid, Problem
from sojourn.kit.ids import Ref
from sojourn.people import store as people
from sojourn.people.address import email_address, phone_number

MARK = "[Test] "
WAY_OUT = "/u/test"
"""Where the way out of a test message leads: a page that says so."""

_STEP = 0  # of no journey: steps are numbered from 1


async def write_tests(
    conn: Connection, name: str, to: Sequence[str], person: str | None, public_url: str, now: datetime
) -> tuple[Kind, list[Message]]:
    """The channel, and a message for each address, as this person would get it; as nobody in particular without one.

    Raises NotFound for the content and the person, Conflict for one of another audience, and Invalid with what is wrong
    with the addresses, or with what makes the content impossible to send; a Draft with other problems may be tested.
    """
    document = (await contents.content(conn, name)).document
    addresses = _addresses(document.kind, to)
    if isinstance(document, EmailDocument) and (problems := list(check_sender(document))):
        raise Invalid(f"{name!r} cannot be sent.", problems)
    way_out = public_url.rstrip("/") + WAY_OUT
    shown = preview(
        document,
        await _attributes(conn, person, document.audience),
        await contents.trigger_values(conn, document, None if person is None else Ref.parse(person)),
        postal_address=await contents.postal_address(conn) or "",
        unsubscribe_url=way_out,
    )
    return document.kind, await _to_each(conn, _message(document, shown, way_out, now), addresses, public_url)


async def write_sender_tests(
    conn: Connection, sender: int, to: Sequence[str], public_url: str, now: datetime
) -> list[Message]:
    """A few words from this sender for each address: does the mail server let it speak, and does it arrive?

    Raises NotFound for the sender, and Invalid with what is wrong with the addresses.
    """
    found = await senders.sender(conn, sender)
    return await _to_each(conn, _words(found, now), _addresses("email", to), public_url)


async def _to_each(
    conn: Connection, message: EmailMessage | TextMessage | PushMessage, addresses: Sequence[str], public_url: str
) -> list[Message]:
    numbers, signing_key = await store.test_numbers(conn, len(addresses))
    keys = [DeliveryKey(0, number, _STEP) for number in numbers]
    if not isinstance(message, EmailMessage):
        return [message._replace(key=key, to=to) for key, to in zip(keys, addresses, strict=True)]
    domain = urlsplit(public_url).hostname or "localhost"
    return [
        message._replace(key=key, to=to, message_id=message_id(key, domain, signing_key))
        for key, to in zip(keys, addresses, strict=True)
    ]


def _message(
    document: AnyDocument, shown: Preview, way_out: str, now: datetime
) -> EmailMessage | TextMessage | PushMessage:
    """The message to nobody yet."""
    nobody = DeliveryKey(0, 0, _STEP)
    if isinstance(document, TextDocument):
        return TextMessage(nobody, "", MARK + shown.text, now)
    if not isinstance(document, EmailDocument):
        return PushMessage(nobody, "", MARK + (shown.subject or ""), shown.text, now, shown.link)
    sender = sender_of(document.sender)
    return EmailMessage(
        key=nobody,
        to="",
        sender=Mailbox(sender.address, sender.name),
        subject=MARK + (shown.subject or ""),
        html=shown.html or "",
        text=shown.text,
        at=now,
        message_id="",
        reply_to=document.reply_to,
        unsubscribe_url=way_out if document.purpose == "commercial" else None,
    )


def _words(sender: SavedSender, now: datetime) -> EmailMessage:
    """The message to nobody yet."""
    answers = f"Answers to it go to {sender.reply_to or sender.address}."
    junk = "If it lies among junk, look at SPF, DKIM and DMARC of the domain that it is from."
    text = (f"This is a test of the sender {sender.line}. It has arrived.", answers, junk)
    return EmailMessage(
        key=DeliveryKey(0, 0, _STEP),
        to="",
        sender=Mailbox(sender.address, sender.name),
        subject=f"{MARK}An email from {sender.name}",
        html="".join(f"<p>{escape(line)}</p>" for line in text),
        text="\n\n".join(text),
        at=now,
        message_id="",
        reply_to=sender.reply_to,
    )


def _addresses(kind: Kind, given: Sequence[str]) -> list[str]:
    """In the one spelling of their kind; each once."""
    found: dict[str, None] = {}
    problems: list[Problem] = []
    for place, text in enumerate(given):
        try:
            found[_address(kind, text.strip())] = None
        except ValueError as error:
            problems.append(Problem("address_invalid", f"/to/{place}", f"{text!r} cannot be sent to: {error}"))
    if problems:
        raise Invalid("The addresses are not correct.", problems)
    return list(found)


def _address(kind: Kind, text: str) -> str:
    if kind == "email":
        return email_address(text)
    return phone_number(text) if kind == "text" else text


async def _attributes(conn: Connection, person: str | None, audience: str) -> dict[str, Any]:
    if person is None:
        return {}
    found = await people.person(conn, Ref.parse(person))
    if found["audience"] != audience:
        raise Conflict(f"The content is for the audience {audience!r}; this person is one of {found['audience']!r}.")
    attributes: dict[str, Any] = found["attributes"]
    return attributes
