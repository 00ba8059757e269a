"""An email without HTML, for programs that show none: read off the MJML tree, in the order of the email.

What people see becomes lines: paragraphs, list items, rows of tables; a link stands as `text (address)`, a picture as
its description. Liquid stays where it stands, so that both parts of the email say the same to everybody.
"""

import re
from collections.abc import Iterator

from lxml import etree

from sojourn.content.links import Taken
from sojourn.content.markup import Element
from sojourn.content.masking import Mask

_UNSEEN = {"comment", "style", "script", "title", "mj-head"}
_LINES = {
    "div",
    "dd",
    "dt",
    "footer",
    "header",
    "li",
    "mj-accordion-title",
    "mj-navbar-link",
    "mj-social-element",
    "tr",
}
_PARAGRAPHS = {
    *("blockquote", "dl", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "ol", "p", "pre", "table", "ul"),
    *(
        "mj-accordion",
        "mj-button",
        "mj-divider",
        "mj-image",
        "mj-navbar",
        "mj-section",
        "mj-social",
        "mj-table",
        "mj-text",
    ),
}
_LINE, _PARAGRAPH = "\x01", "\x02"  # edges of boxes: where several meet, the widest counts
_EDGES = {**dict.fromkeys(_LINES, _LINE), **dict.fromkeys(_PARAGRAPHS, _PARAGRAPH), "td": " ", "th": " "}
_WEB_ADDRESS = re.compile(r"https?://[^\s<>\"]*[^\s<>\".,;:!?)]")


def plain_text(root: Element, taken: list[Taken], mask: Mask) -> str:
    """The text of the tree as Liquid, in which the addresses of links are holes."""
    bare = {link.token for link in taken if link.text == link.written}
    text = re.sub(r"[\x01\x02 ]+", lambda found: _edge(found[0]), "".join(_words(root, bare)))
    return mask.show(re.sub(r"\n{3,}", "\n\n", re.sub(" ?\n ?", "\n", text)).strip())


def with_holes(text: str, taken: list[Taken], mask: Mask) -> str:
    """An author's own text, in which an address that is also a link of the body becomes that link's hole."""
    holes = {link.written: link.token for link in taken}
    masked = _WEB_ADDRESS.sub(lambda found: holes.get(mask.show(found[0]), found[0]), mask.hide(text))
    return mask.show(masked)


def _words(element: Element, bare: set[str]) -> Iterator[str]:
    tag = "comment" if isinstance(element, etree._Comment) else str(element.tag)
    if tag in _UNSEEN:
        return
    edge = _EDGES.get(tag, "")
    yield edge + ("- " if tag == "li" else "")
    if tag == "br":
        yield "\n"
    yield from _linked(element, bare) if "href" in element.attrib else _inside(element, bare)
    yield edge


def _inside(element: Element, bare: set[str]) -> Iterator[str]:
    yield _one_line(element.get("alt") or "")
    yield _one_line(element.text or "")
    for child in element:
        yield from _words(child, bare)
        yield _one_line(child.tail or "")


def _linked(element: Element, bare: set[str]) -> Iterator[str]:
    text = "".join(_inside(element, bare)).strip()
    address = re.sub(r"^(mailto|tel|sms):", "", str(element.get("href")).strip())
    if address.startswith("#"):
        yield text
    elif not text or text == address or address in bare:
        yield address
    else:
        yield f"{text} ({address})"


def _edge(met: str) -> str:
    return "\n\n" if _PARAGRAPH in met else "\n" if _LINE in met else " "


def _one_line(text: str) -> str:
    return re.sub(r"\s+", " ", text)
