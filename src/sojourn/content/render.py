"""One person's copy of a message, made from the compiled skeleton in some tens of microseconds.

A missing attribute without a default is empty: the check has told the author so before. What people say about
themselves is escaped in HTML, encoded in URLs, and can never start a new line of a header.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from liquid import BoundTemplate

from sojourn.content.model import CompiledEmail, CompiledPush, CompiledText
from sojourn.content.sandbox import HTML, PLAIN, URL, parse, write
from sojourn.kit.errors import NotFound

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_BLANK_LINES = re.compile(r"\n(?:[ \t]*\n){2,}")


@dataclass(frozen=True)
class RenderedEmail:
    """`subject` is one line; `html` and `text` are the two parts of the body."""

    subject: str
    html: str
    text: str


@dataclass(frozen=True)
class EmailTemplate:
    """A compiled email, parsed: made once per content version, used for everybody."""

    subject: BoundTemplate
    html: BoundTemplate
    text: BoundTemplate
    urls: Mapping[str, BoundTemplate]

    @classmethod
    def of(cls, compiled: CompiledEmail) -> "EmailTemplate":
        return cls(
            parse(compiled.subject, PLAIN, "subject"),
            parse(compiled.html, HTML, "html"),
            parse(compiled.text, PLAIN, "text"),
            {link.id: parse(link.url, URL, f"link {link.id}") for link in compiled.links},
        )

    def render(
        self,
        person: Mapping[str, Any],
        links: Callable[[str], str],
        *,
        unsubscribe_url: str,
        postal_address: str,
        pixel_url: str | None = None,
        trigger: Mapping[str, Any] | None = None,
    ) -> RenderedEmail:
        """The email for somebody with these attributes, whom an event with these properties started; `links` gives the
        address that stands for a link's id.

        Raises Invalid when a template asks for too much, or for what cannot be computed from these values.
        """
        given = {
            **_values(person, trigger),
            "links": {link_id: links(link_id) for link_id in self.urls},
            "unsubscribe_url": unsubscribe_url,
            "postal_address": postal_address,
            "pixel_url": pixel_url,
        }
        return RenderedEmail(
            subject=_one_line(write(self.subject, given)),
            html=write(self.html, given),
            text=_BLANK_LINES.sub("\n\n", write(self.text, given)).strip() + "\n",
        )

    def target(self, link_id: str, person: Mapping[str, Any], trigger: Mapping[str, Any] | None = None) -> str:
        """Where a link leads for this person: http or https, to the host that the author wrote.

        Raises NotFound for an id that the email does not have.
        """
        if link_id not in self.urls:
            raise NotFound("link", link_id)
        return write(self.urls[link_id], _values(person, trigger))


@dataclass(frozen=True)
class TextTemplate:
    """A compiled text message, parsed."""

    body: BoundTemplate

    @classmethod
    def of(cls, compiled: CompiledText) -> "TextTemplate":
        return cls(parse(compiled.body, PLAIN, "body"))

    def render(self, person: Mapping[str, Any], trigger: Mapping[str, Any] | None = None) -> str:
        """Raises Invalid, like an email's."""
        return write(self.body, _values(person, trigger)).strip()


@dataclass(frozen=True)
class RenderedPush:
    """`title` is one line."""

    title: str
    body: str
    link: str | None


@dataclass(frozen=True)
class PushTemplate:
    """A compiled push message, parsed."""

    title: BoundTemplate
    body: BoundTemplate
    link: BoundTemplate | None

    @classmethod
    def of(cls, compiled: CompiledPush) -> "PushTemplate":
        link = None if compiled.link is None else parse(compiled.link, URL, "link")
        return cls(parse(compiled.title, PLAIN, "title"), parse(compiled.body, PLAIN, "body"), link)

    def render(self, person: Mapping[str, Any], trigger: Mapping[str, Any] | None = None) -> RenderedPush:
        """Raises Invalid, like an email's."""
        given = _values(person, trigger)
        return RenderedPush(
            title=_one_line(write(self.title, given)),
            body=write(self.body, given).strip(),
            link=None if self.link is None else write(self.link, given),
        )


def _values(person: Mapping[str, Any], trigger: Mapping[str, Any] | None) -> dict[str, Any]:
    return {"person": person, "trigger": trigger or {}}


def _one_line(text: str) -> str:
    return " ".join(_CONTROL.sub(" ", text).split())
