"""The links of an email (rule C5): each has an id that stays the same when its URL or text is edited.

The author gives it with `link="product"`; a link without one is called by its position among all links, `link-3`, which
is right until links are moved. In the compiled email the place of each URL is a hole, filled per person with the way
through Sojourn, or with the URL itself where following is not allowed. The way out of the list, mail and phone links,
and links inside the email stay what they are.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape

from sojourn.content.markup import Element, place
from sojourn.content.masking import Mask, literals, pieces
from sojourn.content.model import Link
from sojourn.content.placeholders import placeholders
from sojourn.content.sandbox import URL, encoded, parse
from sojourn.kit.errors import Invalid, Problem

_UNTRACKED = re.compile(r"(mailto:|tel:|sms:|#)|\{\{-?\s*unsubscribe_url\s*-?\}\}$", re.IGNORECASE)
_ABSOLUTE = re.compile(r"https?://(\[[0-9a-f:.]+\]|[a-z0-9.-]+)(:\d{1,5})?([/?#][^\s\\<>\"]*)?", re.IGNORECASE)
_ID = re.compile(r"[a-z0-9]+(?:[-_][a-z0-9]+)*")


@dataclass
class Taken:
    """A link taken out of the tree: the URL its author has `written`, and the token that now stands in its place."""

    id: str
    written: str
    url: str
    text: str
    where: str
    token: str


def take_links(root: Element, mask: Mask) -> list[Taken]:
    """The links that are followed, in the order of the email; their URLs leave the tree, tokens take their places."""
    taken: list[Taken] = []
    for element in root.iter("*"):
        given = element.attrib.pop("link", "")
        for name in [name for name in map(str, element.attrib) if name.lower() == "href"]:
            element.attrib["href"] = element.attrib.pop(name)  # HTML does not mind capitals
        url = mask.show(element.get("href", "")).strip()
        if "href" not in element.attrib or element.tag in ("mj-font", "link") or _UNTRACKED.match(url):
            continue
        link_id = str(given) or f"link-{len(taken) + 1}"
        hole = mask.token(f'{{{{ links["{link_id}"] }}}}')
        taken.append(Taken(link_id, url, url, _text_of(element, mask), place(element), hole))
        element.attrib["href"] = hole
    return taken


def put_holes(html: str, taken: list[Taken], mask: Mask) -> str:
    """The HTML with a hole as the whole of each link's address.

    What the compiler put around an address, such as a social network's own in front of it, becomes part of the link.
    """
    links = {link.token: link for link in taken}

    def hole(found: re.Match[str]) -> str:
        for token in links.keys() & set(mask.tokens(found[1])):
            before, after = (mask.show(unescape(part)) for part in found[1].split(token, 1))
            links[token].url = before + links[token].written + after
            return f'href="{token}"'
        return found[0]

    return re.sub('href="([^"]*)"', hole, html)


def links_of(taken: list[Taken]) -> tuple[Link, ...]:
    """Raises Invalid with every link that leads nowhere or whose id means two things."""
    links: dict[str, Link] = {}
    problems: list[Problem] = []
    for found in taken:
        problems += _check(found)
        known = links.setdefault(found.id, Link(id=found.id, url=_encoded(found.url), text=found.text))
        if known.url != _encoded(found.url):
            message = f"Two links are called {found.id!r} and lead to different places."
            problems.append(Problem("link_ambiguous", found.where, message, "Give each its own id with `link`."))
    if problems:
        raise Invalid("The links are not correct.", problems)
    return tuple(links.values())


def written_link(url: str, where: str) -> str:
    """The address of a link that stands alone, as it is kept. Raises Invalid where it leads nowhere."""
    if problems := list(_check_url(url, where)):
        raise Invalid("The link is not correct.", problems)
    return _encoded(url)


def _check(link: Taken) -> Iterator[Problem]:
    if not _ID.fullmatch(link.id):
        advice = "Use small letters, digits and hyphens."
        yield Problem("link_id_invalid", link.where, f"{link.id!r} is no id for a link.", advice)
    yield from _check_url(link.url, link.where)


def _check_url(url: str, where: str) -> Iterator[Problem]:
    fixed, *rest = literals(url)
    host = _ABSOLUTE.fullmatch(fixed)
    if host is None or (rest and not host[3]) or not _ABSOLUTE.fullmatch(fixed + "".join(rest)):
        message = f"{url[:100]!r} is no address of a web page."
        advice = "Start it with https:// and a host; placeholders may stand in the path and the query only."
        yield Problem("link_invalid", where, message, advice)
        return
    try:
        used = placeholders(parse(url, URL, "url"))
    except Invalid as error:
        yield from (Problem("link_invalid", where, problem.message) for problem in error.problems)
        return
    for placeholder in used:
        if placeholder.path[0] not in ("person", "trigger"):
            message = f"The address of a link cannot use {placeholder.name!r}."
            advice = "It is made when somebody clicks, from the attributes of the person and the trigger."
            yield Problem("link_invalid", where, message, advice)


def _encoded(url: str) -> str:
    """Everything but the Liquid, whose values are encoded when they are known."""
    written, position = "", 0
    for start, end in pieces(url):
        written, position = written + encoded(url[position:start]) + url[start:end], end
    return written + encoded(url[position:])


def _text_of(element: Element, mask: Mask) -> str:
    text = " ".join(mask.show("".join(map(str, element.itertext("*", with_tail=False)))).split())
    return text or mask.show(element.get("alt") or element.get("title") or element.get("name") or "")
