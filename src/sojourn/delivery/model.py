"""Messages, the key of a delivery, and the port that every channel fulfils.

Delivery decides whether a message may be sent and renders it; a channel hands it to the world and tells, message by
message, what became of it. The four answers are the whole vocabulary: what a mail server or a provider says is
translated into one of them by its channel, and delivery acts on them without knowing the channel.
"""

import hashlib
import hmac
import re
from collections.abc import Sequence
from datetime import datetime
from typing import Literal, NamedTuple, Protocol

from sojourn.kit.errors import NotFound

Kind = Literal["email", "text", "push", "webhook"]


class DeliveryKey(NamedTuple):
    """The visit that sends: one delivery per participant and step. Written `shard-participant.step`: `37-10234.5`."""

    shard: int
    participant: int
    step: int

    def __str__(self) -> str:
        return f"{self.shard}-{self.participant}.{self.step}"

    @classmethod
    def parse(cls, text: str) -> "DeliveryKey":
        """Raises NotFound when the text is no key, since nothing can be found under it."""
        match = re.fullmatch(r"([0-9]{1,3})-([0-9]{1,18})\.([0-9]{1,9})", text)
        if match is None:
            raise NotFound("delivery", text)
        return cls(int(match[1]), int(match[2]), int(match[3]))


class Mailbox(NamedTuple):
    """An email address and the name shown with it."""

    address: str
    name: str = ""


class EmailMessage(NamedTuple):
    """One email to one person, rendered. `at` is the moment it is handed over; `message_id` comes without its brackets.

    `unsubscribe_url` is what makes it commercial: it stands in the headers of RFC 8058. `feedback_id` is what Gmail's
    Postmaster Tools count complaints by.
    """

    key: DeliveryKey
    to: str
    sender: Mailbox
    subject: str
    html: str
    text: str
    at: datetime
    message_id: str
    reply_to: str | None = None
    unsubscribe_url: str | None = None
    feedback_id: str | None = None


class TextMessage(NamedTuple):
    """One text message to one person; `to` is a phone number in E.164."""

    key: DeliveryKey
    to: str
    body: str
    at: datetime


class PushMessage(NamedTuple):
    """One push message to one person; `to` is what their device subscribed with, `link` where a tap leads."""

    key: DeliveryKey
    to: str
    title: str
    body: str
    at: datetime
    link: str | None = None


class WebhookMessage(NamedTuple):
    """One call: `to` is the address, `body` the JSON that it is told."""

    key: DeliveryKey
    to: str
    body: str
    at: datetime


Message = EmailMessage | TextMessage | PushMessage | WebhookMessage


class Accepted(NamedTuple):
    """Handed over. `provider_id` is what the other side calls the message, for a person who asks there."""

    provider_id: str | None


class Refused(NamedTuple):
    """Never: this message to this address will not be taken, however often it is tried."""

    reason: str


class TryLater(NamedTuple):
    """Not now, and surely not handed over. `after_seconds` is what the other side asked for, if it did."""

    reason: str
    after_seconds: float | None = None


class Doubtful(NamedTuple):
    """Handed over, perhaps: the other side had the whole message when its answer was lost."""

    reason: str


Result = Accepted | Refused | TryLater | Doubtful


class Channel(Protocol):
    """A way out. `repeatable` says that sending one key twice is one message, so that a doubt can be sent again."""

    name: str
    kind: Kind
    repeatable: bool

    async def send(self, batch: Sequence[Message]) -> Sequence[Result]:
        """One result per message, in the batch's order; never raises for what a message or the other side did."""
        ...

    async def close(self) -> None:
        """Gives back what the channel holds open; it may be called when nothing is."""
        ...


def message_id(key: DeliveryKey, domain: str, signing_key: bytes) -> str:
    """The Message-ID of a delivery (RFC 5322 §3.6.4): always the same one, so that a mail sent twice is seen as one.

    The workspace's key makes it unique in the world: numbers of deliveries start again in every database.
    """
    mark = hmac.digest(signing_key, f"message-id {key}".encode(), hashlib.sha256).hex()[:16]
    return f"{key}.{mark}@{domain}"


def fault_of(message: Message) -> str | None:
    """What in the message itself makes it impossible to send, or None. Line breaks in a header would be injection."""
    match message:
        case TextMessage():
            return _unstorable("body", message.body) or (None if message.to else "the phone number is missing")
        case PushMessage():
            fault = _unstorable("title", message.title) or _unstorable("body", message.body)
            return fault or (None if message.to else "the subscription is missing")
        case WebhookMessage():
            too_large = len(message.body) > LARGEST_CALL
            return _unstorable("body", message.body) or ("the body is too large" if too_large else None)
        case EmailMessage():
            return _fault_of_email(message)


LARGEST_CALL = 262_144  # characters of JSON


def _fault_of_email(message: EmailMessage) -> str | None:
    sender, reply_to = message.sender, message.reply_to
    for field, address in (("to", message.to), ("sender", sender.address), ("reply to", reply_to)):
        if address is not None and not _ADDRESS.fullmatch(address):
            return f"the address in {field!r} is not one plain address: {address[:100]!r}"
    for field, value in (
        ("subject", message.subject),
        ("sender's name", sender.name),
        ("message id", message.message_id),
    ):
        if _CONTROL.search(value):
            return f"the {field} has a line break or another control character in it"
    if not _ID.fullmatch(message.message_id):
        return f"the message id is not of the form left@domain: {message.message_id[:100]!r}"
    for field, token in (("unsubscribe url", message.unsubscribe_url), ("feedback id", message.feedback_id)):
        if token is not None and not _TOKEN.fullmatch(token):
            return f"the {field} is empty, too long, or has a character that a header cannot carry"
    return _unstorable("html", message.html) or _unstorable("text", message.text)


_ADDRESS = re.compile(r"[^\s\x00-\x1f\x7f<>(),:;\"\\\[\]@]{1,128}@[^\s\x00-\x1f\x7f<>(),:;\"\\\[\]@]{1,255}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f\x80-\x9f\u2028\u2029\ud800-\udfff]")
_ID = re.compile(r"[!-;=?A-~]{1,200}@[!-;=?A-~]{1,255}")
_TOKEN = re.compile(r"[!-;=?-~]{1,900}")


def _unstorable(field: str, value: str) -> str | None:
    try:
        value.encode()
    except UnicodeEncodeError:
        return f"the {field} has half a character in it"
    return f"the {field} has a zero byte in it" if "\x00" in value else None
