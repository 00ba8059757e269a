"""What the inbox says to PostgreSQL."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from psycopg.types.json import Jsonb

from sojourn.db.connect import Connection, Row
from sojourn.db.queries import Queries
from sojourn.delivery.model import DeliveryKey, EmailMessage, Kind, Message, PushMessage

queries = Queries(__package__)


async def keep(conn: Connection, shard: int, kind: Kind, messages: Sequence[Message]) -> None:
    """Keeps messages of one shard; one that is there already stays as it is."""
    texts = [_texts(message) for message in messages]
    columns: dict[str, list[Any]] = {
        "participants": [message.key.participant for message in messages],
        "steps": [message.key.step for message in messages],
        "addresses": [message.to for message in messages],
        "subjects": [text.subject for text in texts],
        "bodies": [text.body for text in texts],
        "htmls": [text.html for text in texts],
        "links": [text.link for text in texts],
        "headers": [Jsonb(_headers(message)) for message in messages],
        "ats": [message.at for message in messages],
    }
    await conn.execute(queries["keep"], {"shard": shard, "channel": kind, **columns})


class Wanted(NamedTuple):
    """Which messages: to one address, of one channel, with this in the address, the subject or the text."""

    address: str | None = None
    channel: Kind | None = None
    search: str = ""


async def latest(
    conn: Connection, limit: int, wanted: Wanted, before: tuple[datetime, DeliveryKey] | None = None
) -> list[Row]:
    """Messages without their bodies, newest first; only those that come after `before` in that order."""
    at, key = before or (None, None)
    place = key._asdict() if key else {"shard": None, "participant": None, "step": None}
    given = {"limit": limit, "at": at, **wanted._asdict(), **place}
    return await (await conn.execute(queries["latest"], given)).fetchall()


async def message(conn: Connection, key: DeliveryKey) -> Row | None:
    return await (await conn.execute(queries["message"], key._asdict())).fetchone()


async def origin(conn: Connection, key: DeliveryKey) -> Row | None:
    """Person, journey and step of a message; None of a test, and of a person who was deleted."""
    return await (await conn.execute(queries["origin"], key._asdict())).fetchone()


class _Texts(NamedTuple):
    subject: str | None
    body: str
    html: str | None = None
    link: str | None = None


def _texts(message: Message) -> _Texts:
    match message:
        case EmailMessage():
            return _Texts(message.subject, message.text, html=message.html)
        case PushMessage():
            return _Texts(message.title, message.body, link=message.link)
    return _Texts(None, message.body)


def _headers(message: Message) -> dict[str, str]:
    """What a mail program would show on demand, by the names of RFC 5322 and RFC 8058."""
    if not isinstance(message, EmailMessage):
        return {}
    name, address = message.sender.name, message.sender.address
    headers = {
        "From": f"{name} <{address}>" if name else address,
        "To": message.to,
        "Reply-To": message.reply_to,
        "Message-ID": f"<{message.message_id}>",
        "List-Unsubscribe": message.unsubscribe_url and f"<{message.unsubscribe_url}>",
        "List-Unsubscribe-Post": message.unsubscribe_url and "List-Unsubscribe=One-Click",
    }
    return {name: value for name, value in headers.items() if value}
