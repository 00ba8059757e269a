"""What is sent: emails, text and push messages as their authors write them, and as they are kept once Ready to send.

A document is source: MJML and Liquid. A compiled content is its skeleton with holes, made once, so that a person's copy
costs microseconds. Both travel as JSON.
"""

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, TypeAdapter

from sojourn.kit.model import Document

Purpose = Literal["commercial", "transactional"]
State = Literal["Draft", "Ready to send"]  # rule C1

_MAILBOX = re.compile(r'(?:"?(?P<name>[^"<>]*)"?\s*<(?P<address>[^<>\s]*)>|(?P<bare>[^<>\s]+))')
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")
_BREAK = re.compile("[\t\n\r\x80-\x9f\u2028\u2029]")


def _writable(text: str) -> str:
    if found := _UNWRITABLE.search(text):
        raise ValueError(f"the character U+{ord(found[0]):04X} cannot stand in a message; remove it")
    return text


def _one_line(text: str) -> str:
    if _BREAK.search(text):
        raise ValueError("this is one line, without line breaks and tabs")
    return text


Line = Annotated[str, Field(max_length=1_000), AfterValidator(_writable), AfterValidator(_one_line)]
Source = Annotated[str, Field(max_length=300_000), AfterValidator(_writable)]
Name = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=100)]


class _Content(Document):
    name: Name = Field(description="How journeys call it: lower-case words joined by hyphens.")
    audience: str = Field(description="The audience whose attributes personalise it (C3).")
    trigger: Annotated[str, Field(max_length=100)] | None = Field(
        None, description="The trigger of the journeys that send it, whose attributes personalise it too (J10)."
    )
    purpose: Purpose = Field("commercial", description="Transactional messages are sent without consent for marketing.")


class EmailDocument(_Content):
    """An email. Everything but the name may be missing in a draft."""

    kind: Literal["email"]
    subject: Line = Field("", description="Liquid.")
    preheader: Line | None = Field(None, description="What a mailbox shows beside the subject. Liquid.")
    sender: Line = Field("", description="`Contoso <news@contoso.example>`.")
    reply_to: Line | None = Field(None, description="One email address.")
    body: Source = Field("", description="MJML with Liquid. A tag with `href` keeps the id that its `link` gives it.")
    plain_text: Source | None = Field(
        None, description="The part without HTML, Liquid; made from the body if left out."
    )


class TextDocument(_Content):
    """A text message."""

    kind: Literal["text"]
    body: Annotated[str, Field(max_length=5_000), AfterValidator(_writable)] = Field("", description="Liquid.")


class PushDocument(_Content):
    """A push message: what an app or a browser shows outside of itself."""

    kind: Literal["push"]
    title: Line = Field("", description="Liquid.")
    body: Annotated[str, Field(max_length=3_000), AfterValidator(_writable)] = Field("", description="Liquid.")
    link: Line | None = Field(None, description="Where a tap leads: https, Liquid in the path and the query only.")


AnyDocument = EmailDocument | TextDocument | PushDocument
ContentDocument = Annotated[AnyDocument, Field(discriminator="kind")]


class Sender(Document):
    name: str
    address: str


NOBODY = Sender(name="", address="")


class Link(Document):
    """A link that is followed through Sojourn. `url` is Liquid; it starts with a scheme and host that are not."""

    id: str
    url: str
    text: str


class CompiledEmail(Document):
    """`subject`, `html` and `text` are Liquid; where a link leads is a hole, `{{ links["id"] }}`."""

    kind: Literal["email"] = "email"
    purpose: Purpose
    sender: Sender
    reply_to: str | None
    subject: str
    html: str
    text: str
    links: tuple[Link, ...]


class CompiledText(Document):
    """`body` is Liquid. Links in text messages are plain in this release, so there are none to follow."""

    kind: Literal["text"] = "text"
    purpose: Purpose
    body: str
    links: tuple[Link, ...] = ()


class CompiledPush(Document):
    """`title` and `body` are Liquid, and so is `link`. It is plain in this release, so there is none to follow."""

    kind: Literal["push"] = "push"
    purpose: Purpose
    title: str
    body: str
    link: str | None = None
    links: tuple[Link, ...] = ()


AnyCompiled = CompiledEmail | CompiledText | CompiledPush
Compiled = Annotated[AnyCompiled, Field(discriminator="kind")]

CONTENT_DOCUMENT: TypeAdapter[AnyDocument] = TypeAdapter(ContentDocument)
COMPILED: TypeAdapter[AnyCompiled] = TypeAdapter(Compiled)


def sender_of(text: str) -> Sender:
    """`Contoso <news@contoso.example>` in its two parts; both are empty if it is not of that form, nor an address."""
    found = _MAILBOX.fullmatch(text)
    return (
        Sender(name=(found["name"] or "").strip(), address=found["address"] or found["bare"] or "") if found else NOBODY
    )


@dataclass(frozen=True)
class Content:
    """What is known of a content: its newest version, and in `ready_version` the id of the one that is sent, if any."""

    id: int
    name: str
    audience: str
    created_at: datetime
    version: int
    number: int
    document: AnyDocument
    changed_at: datetime
    ready_at: datetime | None
    ready_by: str | None
    ready_version: int | None

    @property
    def state(self) -> State:
        return "Draft" if self.ready_at is None else "Ready to send"

    @property
    def revision(self) -> str:
        """The same for the same document, so that two who write at once notice each other."""
        return hashlib.sha256(self.document.model_dump_json().encode()).hexdigest()[:16]
