"""Writing a message: what the author compiled, for one person, with links that know their delivery.

Consent decided at the gate: who does not want to be followed gets the plain addresses and no picture (rule T5).
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from sojourn.content import store as contents
from sojourn.content.model import CompiledEmail, CompiledText
from sojourn.content.render import EmailTemplate, TextTemplate
from sojourn.db.connect import Connection
from sojourn.delivery.model import DeliveryKey, EmailMessage, Mailbox, Message, TextMessage, message_id
from sojourn.delivery.store import Claimed
from sojourn.kit.errors import Invalid


@dataclass(frozen=True)
class Addresses:
    """Makes the addresses in a message: of a link by content version and place, of the picture, of the way out."""

    click: Callable[[DeliveryKey, int, int], str]
    open: Callable[[DeliveryKey], str]
    unsubscribe: Callable[[DeliveryKey], str]


@dataclass(frozen=True)
class _Email:
    compiled: CompiledEmail
    template: EmailTemplate
    places: Mapping[str, int]


@dataclass(frozen=True)
class _Text:
    template: TextTemplate


class Writer:
    """Writes messages of content versions it has prepared; those never change, so each is parsed once."""

    def __init__(self, addresses: Addresses, public_url: str, signing_key: bytes) -> None:
        self._addresses, self._signing_key = addresses, signing_key
        self._domain = urlsplit(public_url).hostname or "localhost"
        self._known: dict[int, _Email | _Text] = {}
        self._postal_address = ""

    async def prepare(self, conn: Connection, versions: Iterable[int]) -> None:
        """Reads what the next messages need."""
        self._postal_address = await contents.postal_address(conn) or ""
        for version in set(versions) - self._known.keys():
            self._known[version] = _parsed(await contents.compiled(conn, version))

    def write(self, item: Claimed, now: datetime) -> Message | str:
        """The message, or why it cannot be written for this person."""
        known = self._known[item.content]
        try:
            if isinstance(known, _Text):
                return TextMessage(item.key, item.address, known.template.render(item.attributes), now)
            return self._email(item, known, now)
        except Invalid as error:
            return str(error)

    def _email(self, item: Claimed, known: _Email, now: datetime) -> EmailMessage:
        key, compiled = item.key, known.compiled
        unsubscribe_url = self._addresses.unsubscribe(key)

        def address(link: str) -> str:
            if item.tracked:
                return self._addresses.click(key, item.content, known.places[link])
            return known.template.target(link, item.attributes)

        rendered = known.template.render(
            item.attributes,
            address,
            unsubscribe_url=unsubscribe_url,
            postal_address=self._postal_address,
            pixel_url=self._addresses.open(key) if item.tracked else None,
        )
        return EmailMessage(
            key=key,
            to=item.address,
            sender=Mailbox(compiled.sender.address, compiled.sender.name),
            subject=rendered.subject,
            html=rendered.html,
            text=rendered.text,
            at=now,
            message_id=message_id(key, self._domain, self._signing_key),
            reply_to=compiled.reply_to,
            unsubscribe_url=unsubscribe_url if compiled.purpose == "commercial" else None,
        )


def _parsed(compiled: CompiledEmail | CompiledText) -> _Email | _Text:
    if isinstance(compiled, CompiledText):
        return _Text(TextTemplate.of(compiled))
    places = {link.id: place for place, link in enumerate(compiled.links)}
    return _Email(compiled, EmailTemplate.of(compiled), places)
