"""Writing a message: what the author compiled, for one person, with links that know their delivery.

Consent decided at the gate: who does not want to be followed gets the plain addresses and no picture (rule T5). What a
webhook is told is written here too, from its step.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from sojourn.content import store as contents
from sojourn.content.body import BodyTemplate
from sojourn.content.model import CompiledEmail, CompiledPush, CompiledText
from sojourn.content.render import EmailTemplate, PushTemplate, TextTemplate
from sojourn.db.connect import Connection
from sojourn.delivery import store
from sojourn.delivery.model import (
    DeliveryKey,
    EmailMessage,
    Mailbox,
    Message,
    PushMessage,
    TextMessage,
    WebhookMessage,
    message_id,
)
from sojourn.delivery.store import Claimed
from sojourn.kit.errors import Invalid, NotFound

KEPT = 200  # content versions that are kept parsed; those that were not needed for longest go first


@dataclass(frozen=True)
class Addresses:
    """Makes the addresses in a message: of a link by content version and place, of the picture, of the way out."""

    click: Callable[[DeliveryKey, int, int], str]
    open: Callable[[DeliveryKey], str]
    unsubscribe: Callable[[DeliveryKey], str]


class NotWritten(NamedTuple):
    """This message cannot be written for this person, or for anybody, however often it is tried."""

    reason: str


@dataclass(frozen=True)
class _Email:
    compiled: CompiledEmail
    template: EmailTemplate
    places: Mapping[str, int]


@dataclass(frozen=True)
class _Text:
    template: TextTemplate


@dataclass(frozen=True)
class _Push:
    template: PushTemplate


@dataclass(frozen=True)
class _Call:
    """Without a template it says who came to which step."""

    template: BodyTemplate | None
    said: Mapping[str, str]


_Known = _Email | _Text | _Push | NotWritten


class Writer:
    """Reads what messages are written from; content versions never change, so each is parsed once."""

    def __init__(self, addresses: Addresses, public_url: str, signing_key: bytes) -> None:
        self._addresses, self._signing_key = addresses, signing_key
        self._domain = urlsplit(public_url).hostname or "localhost"
        self._known: dict[int, _Known] = {}

    async def prepare(self, conn: Connection, versions: Iterable[int], calling: Iterable[int] = ()) -> "Prepared":
        """What is needed to write messages of these content versions, and what these webhook steps say."""
        wanted = {version: self._known.get(version) or await _parsed(conn, version) for version in versions}
        self._known = {version: known for version, known in self._known.items() if version not in wanted} | wanted
        while len(self._known) > KEPT:
            del self._known[next(iter(self._known))]
        postal_address = await contents.postal_address(conn) or ""
        steps = list(calling)
        calls = (
            {step: _call_of(settings) for step, settings in (await store.calls(conn, steps)).items()} if steps else {}
        )
        return Prepared(self._addresses, self._domain, self._signing_key, postal_address, wanted, calls)


@dataclass(frozen=True)
class Prepared:
    """Writes messages of some content versions."""

    addresses: Addresses
    domain: str
    signing_key: bytes
    postal_address: str
    known: Mapping[int, _Known]
    calls: Mapping[int, _Call | NotWritten]

    def write(self, item: Claimed, now: datetime) -> Message | NotWritten:
        """The message for one person."""
        known = self.calls[item.key.step] if item.content is None else self.known[item.content]
        try:
            match known:
                case NotWritten():
                    return known
                case _Text(template):
                    return TextMessage(item.key, item.address, template.render(item.attributes, item.trigger), now)
                case _Push(template):
                    push = template.render(item.attributes, item.trigger)
                    return PushMessage(item.key, item.address, push.title, push.body, now, push.link)
                case _Call():
                    return WebhookMessage(item.key, item.address, _said(known, item, now), now)
                case _Email():
                    return self._email(item, known, now)
        except Invalid as error:
            return _because(error)

    def _email(self, item: Claimed, known: _Email, now: datetime) -> EmailMessage:
        key, version, compiled = item.key, item.content or 0, known.compiled
        unsubscribe_url = self.addresses.unsubscribe(key)

        def address(link: str) -> str:
            if item.tracked:
                return self.addresses.click(key, version, known.places[link])
            return known.template.target(link, item.attributes, item.trigger)

        rendered = known.template.render(
            item.attributes,
            address,
            unsubscribe_url=unsubscribe_url,
            postal_address=self.postal_address,
            pixel_url=self.addresses.open(key) if item.tracked else None,
            trigger=item.trigger,
        )
        return EmailMessage(
            key=key,
            to=item.address,
            sender=Mailbox(compiled.sender.address, compiled.sender.name),
            subject=rendered.subject,
            html=rendered.html,
            text=rendered.text,
            at=now,
            message_id=message_id(key, self.domain, self.signing_key),
            reply_to=compiled.reply_to,
            unsubscribe_url=unsubscribe_url if compiled.purpose == "commercial" else None,
        )


async def _parsed(conn: Connection, version: int) -> _Known:
    try:
        compiled = await contents.compiled(conn, version)
        if isinstance(compiled, CompiledText):
            return _Text(TextTemplate.of(compiled))
        if isinstance(compiled, CompiledPush):
            return _Push(PushTemplate.of(compiled))
        places = {link.id: place for place, link in enumerate(compiled.links)}
        return _Email(compiled, EmailTemplate.of(compiled), places)
    except Invalid as error:
        return _because(error)
    except NotFound as error:
        return NotWritten(str(error))


def _call_of(settings: Mapping[str, Any]) -> _Call | NotWritten:
    try:
        return _Call(settings["body"] and BodyTemplate.of(settings["body"]), settings["said"])
    except Invalid as error:
        return _because(error)


def _said(call: _Call, item: Claimed, now: datetime) -> str:
    """The author's body; without one, an event in the form that Standard Webhooks advises."""
    participant = {**call.said, "delivery": str(item.key), "key": item.person}
    if call.template is None:
        body: Mapping[str, Any] = {"type": "journey.step", "timestamp": now.isoformat(), "data": participant}
    else:
        body = call.template.render(item.attributes, participant, item.trigger)
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"))


def _because(error: Invalid) -> NotWritten:
    return NotWritten("; ".join(str(problem) for problem in error.problems) or str(error))
