"""MJML as a tree: read strictly, because the compiler is not strict, and checked against the vocabulary.

A little of HTML's freedom is granted where it is harmless and everywhere in use: `<br>` without its slash, `&nbsp;` and
its like, a bare `&`. Everything else that would be dropped or guessed at is a problem with its line.
"""

import re
from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from html.entities import name2codepoint
from itertools import islice

from lxml import etree

from sojourn.content.masking import Mask
from sojourn.content.vocabulary import ATTRIBUTES, CHILDREN, LIQUID_BETWEEN_TAGS
from sojourn.kit.errors import Invalid, Problem

Element = etree._Element
MANY = 50  # problems are enough for one reading

_VOID = re.compile(r"<((?:area|br|col|hr|img|input|link|meta|wbr)(?:\s[^<>]*)?)>")
_ENTITY = re.compile(r"&(?:(#\w+|amp|lt|gt|quot|apos)|(\w+));")
_AMPERSAND = re.compile(r"&(?!#?\w+;)")


def read(source: str, mask: Mask) -> Element:
    """The tree of an MJML body, with tokens in place of its Liquid.

    Raises Invalid with the line where the source stops being MJML, or with everything the vocabulary does not know.
    """
    root = _parse(mask.hide(source), mask)
    _drop_notes(root)
    if problems := list(islice(_check(root, mask), MANY)):
        raise Invalid("The body is not correct MJML.", problems)
    return root


def write(root: Element) -> str:
    """The tree as MJML again. Empty elements are short here; the compiler writes them out, as HTML wants them."""
    return etree.tostring(root, encoding="unicode")


def place(element: Element) -> str:
    return f"body line {element.sourceline}"


def _parse(masked: str, mask: Mask) -> Element:
    if "<!doctype" in masked.lower():
        raise _not_mjml("body", "A document type declaration has no place in MJML.")
    parser = etree.XMLParser(encoding="utf-8", resolve_entities=False, no_network=True, remove_pis=True)
    try:
        root = etree.fromstring(_as_xml(masked).encode(), parser)
    except etree.XMLSyntaxError as error:
        message = mask.show(re.sub(r", line \d+, column \d+$", "", error.msg or "It is empty"))
        raise _not_mjml(f"body line {error.lineno}", f"{message}.") from error
    if root.tag != "mjml":
        raise _not_mjml(place(root), f"It begins with <{root.tag}>, not with <mjml>.")
    return root


def _drop_notes(root: Element) -> None:
    """Comments are the author's own; readers get only those that Outlook reads, such as `<!--[if mso]>`."""
    for comment in list(root.iter(etree.Comment)):
        parent, before = comment.getparent(), comment.getprevious()
        if parent is None or (comment.text or "").startswith(("[", "<!")):
            continue
        if before is None:
            parent.text = (parent.text or "") + (comment.tail or "")
        else:
            before.tail = (before.tail or "") + (comment.tail or "")
        parent.remove(comment)


def _not_mjml(where: str, message: str) -> Invalid:
    advice = "Every tag has to be closed, and every attribute quoted."
    return Invalid("The body is not MJML.", [Problem("mjml_invalid", where, message, advice)])


def _as_xml(masked: str) -> str:
    """HTML's harmless freedoms, spelled as XML; no line is added or taken away."""

    def character(found: re.Match[str]) -> str:
        named = name2codepoint.get(found[2] or "")
        return found[0] if named is None else chr(named)

    closed = _VOID.sub(lambda found: f"<{found[1].removesuffix('/')}/>", masked)
    return _AMPERSAND.sub("&amp;", _ENTITY.sub(character, closed))


def _check(root: Element, mask: Mask) -> Iterator[Problem]:
    bodies = [child for child in root if child.tag == "mj-body"]
    if len(bodies) != 1 or len(bodies[0]) == 0:
        yield Problem("mjml_invalid", place(root), "An email needs one <mj-body> with something in it.")
    for element in root.iter("*"):
        parent = element.getparent()
        if parent is not None and parent.tag == "mj-attributes":
            yield from _check_defaults(element)
            continue
        if str(element.tag).startswith("mj") or (parent is not None and parent.tag in CHILDREN):
            yield from _check_tag(element, parent)
        if element.tag in ATTRIBUTES:
            yield from _check_attributes(element, ATTRIBUTES[str(element.tag)])
        if element.tag in CHILDREN:
            yield from _check_text_between(element, mask)


def _check_tag(element: Element, parent: Element | None) -> Iterator[Problem]:
    tag = str(element.tag)
    if tag.startswith("mj") and tag not in ATTRIBUTES:
        advice = _did_you_mean(tag, ATTRIBUTES) or "Use a component of MJML 4; includes are not supported."
        yield Problem("mjml_unknown_tag", place(element), f"There is no <{tag}> in MJML.", advice)
    elif parent is not None and tag not in CHILDREN.get(str(parent.tag), ()):
        allowed = sorted(name for name, children in CHILDREN.items() if tag in children) or ["mj-text", "mj-raw"]
        advice = f"It belongs into {' or '.join(f'<{name}>' for name in allowed)}."
        yield Problem("mjml_misplaced", place(element), f"<{tag}> cannot stand in <{parent.tag}>.", advice)


def _check_attributes(element: Element, known: frozenset[str]) -> Iterator[Problem]:
    for name in map(str, element.attrib):
        if element.tag == "mj-style" and name == "inline":
            advice = "Leave `inline` out, or set the attributes of the tags with <mj-attributes>."
            yield Problem("mjml_unknown_attribute", place(element), "Styles are not moved into the tags.", advice)
        elif name not in known:
            message = f"<{element.tag}> has no attribute {name!r}."
            yield Problem("mjml_unknown_attribute", place(element), message, _did_you_mean(name, known))


def _check_defaults(element: Element) -> Iterator[Problem]:
    """What stands in <mj-attributes> has the attributes of the tag that it is for."""
    tag = str(element.tag)
    if tag in ("mj-all", "mj-class"):
        known = frozenset().union(*ATTRIBUTES.values())
    elif tag in ATTRIBUTES:
        known = ATTRIBUTES[tag]
    else:
        yield Problem(
            "mjml_unknown_tag", place(element), f"There is no <{tag}> in MJML.", _did_you_mean(tag, ATTRIBUTES)
        )
        return
    yield from _check_attributes(element, known - {"href", "link"})


def _check_text_between(element: Element, mask: Mask) -> Iterator[Problem]:
    """Between tags there may be Liquid's tags, in some places, but no words, which would stand outside every box."""
    for text in (element.text, *(child.tail for child in element)):
        if not text or not text.strip():
            continue
        if element.tag not in LIQUID_BETWEEN_TAGS or mask.without(text).strip() or _holds_placeholder(text, mask):
            shown = " ".join(mask.show(text).split())[:60]
            advice = "Put text into <mj-text>, and Liquid tags around whole sections, columns or their parts."
            yield Problem("mjml_misplaced", place(element), f"{shown!r} stands directly in <{element.tag}>.", advice)


def _holds_placeholder(text: str, mask: Mask) -> bool:
    return any(mask.show(token).startswith("{{") for token in mask.tokens(text))


def _did_you_mean(word: str, known: Iterable[str]) -> str:
    near = get_close_matches(word, known, 1)
    return f"Did you mean {near[0]!r}?" if near else ""
