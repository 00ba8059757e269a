"""Messages to send, each different by its number."""

from datetime import UTC, datetime
from typing import Any

from sojourn.delivery.model import DeliveryKey, EmailMessage, Mailbox, PushMessage, TextMessage, message_id

AT = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def an_email(number: int, **changes: Any) -> EmailMessage:
    key = DeliveryKey(number % 64, number, 5)
    message = EmailMessage(
        key=key,
        to=f"person{number}@example.com",
        sender=Mailbox("news@example.com", "The shop"),
        subject=f"Número {number}",
        html=f"<p>Größe {number}</p>\n",
        text=f"Größe {number}\n",
        at=AT,
        message_id=message_id(key, "example.com", b"k" * 32),
    )
    return message._replace(**changes)


def a_text(number: int, **changes: Any) -> TextMessage:
    message = TextMessage(DeliveryKey(number % 64, number, 6), f"+4915112345{number:03}", f"Größe {number}", AT)
    return message._replace(**changes)


def a_push(number: int, **changes: Any) -> PushMessage:
    message = PushMessage(DeliveryKey(number % 64, number, 7), f"subscription-{number}", "News", f"Größe {number}", AT)
    return message._replace(**changes)
