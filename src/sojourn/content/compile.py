"""A document becomes what is kept of it when it is Ready to send: MJML is turned into HTML once, not per person.

Liquid stands aside while that happens, links leave their addresses behind as holes, and a place for the invisible
picture that tells of openings is made. What remains to be done per person is filling in Liquid.
"""

import re

from lxml import etree
from mjml import mjml2html

from sojourn.content.links import links_of, put_holes, take_links, written_link
from sojourn.content.markup import Element, read, write
from sojourn.content.masking import Mask
from sojourn.content.model import (
    AnyCompiled,
    AnyDocument,
    CompiledEmail,
    CompiledPush,
    CompiledText,
    EmailDocument,
    PushDocument,
    TextDocument,
    sender_of,
)
from sojourn.content.plain import plain_text, with_holes
from sojourn.content.sandbox import HTML, PLAIN, parse
from sojourn.kit.errors import Invalid, Problem

PIXEL = (
    '{% if pixel_url %}<img src="{{ pixel_url }}" width="1" height="1" alt=""'
    ' style="display:block;width:1px;height:1px;border:0">{% endif %}'
)


def compile_content(document: AnyDocument) -> AnyCompiled:
    """The skeleton with holes. Raises Invalid with what is wrong with MJML, Liquid or links; `check` looks further."""
    match document:
        case EmailDocument():
            return compile_email(document)
        case TextDocument():
            return compile_text(document)
        case PushDocument():
            return compile_push(document)


def compile_email(document: EmailDocument) -> CompiledEmail:
    parse(document.body, HTML, "body")
    mask = Mask("\n".join((document.body, document.subject, document.preheader or "", document.plain_text or "")))
    root = read(document.body, mask)
    taken = take_links(root, mask)
    _complete_head(root, document, mask)
    if document.plain_text is None:
        text = plain_text(root, taken, mask)
    else:
        text = with_holes(document.plain_text, taken, mask)
    html = put_holes(_html(root, mask), taken, mask)
    compiled = CompiledEmail(
        purpose=document.purpose,
        sender=sender_of(document.sender),
        reply_to=document.reply_to,
        subject=document.subject,
        html=mask.show(html),
        text=text,
        links=links_of(taken),
    )
    _check_pairs(compiled)
    return compiled


def compile_text(document: TextDocument) -> CompiledText:
    parse(document.body, PLAIN, "body")
    return CompiledText(purpose=document.purpose, body=document.body)


def compile_push(document: PushDocument) -> CompiledPush:
    parse(document.title, PLAIN, "title")
    parse(document.body, PLAIN, "body")
    link = None if document.link is None else written_link(document.link, "link")
    return CompiledPush(purpose=document.purpose, title=document.title, body=document.body, link=link)


def _complete_head(root: Element, document: EmailDocument, mask: Mask) -> None:
    """The preheader goes where MJML expects it, and the subject becomes the title that a screen reader says."""
    head = root.find("mj-head")
    if head is None:
        head = etree.Element("mj-head")
        root.insert(0, head)
    if document.preheader is not None:
        for older in head.findall("mj-preview"):
            head.remove(older)
        etree.SubElement(head, "mj-preview").text = mask.hide(document.preheader)
    if head.find("mj-title") is None:
        etree.SubElement(head, "mj-title").text = mask.hide(document.subject)


def _html(root: Element, mask: Mask) -> str:
    for element in root.iter("mj-style", "style", "script"):  # mail programs do not unescape these
        element.text = re.sub("[<>&]", lambda found: mask.token(found[0]), element.text or "")
    for element in root.iter("mj-title"):  # the compiler repeats it inside an attribute, as it is
        element.text = re.sub('"', lambda _: mask.token("&quot;"), element.text or "")
    source = write(root)
    try:
        html: str = mjml2html(source, fonts={})  # no fonts but those that the author asks for with <mj-font>
    except ValueError as error:
        raise Invalid("The body is not MJML.", [_refused(str(error), source, mask)]) from error
    before, end, after = html.rpartition("</body>")
    return f"{before}{mask.token(PIXEL)}{end}{after}"


def _refused(message: str, source: str, mask: Mask) -> Problem:
    """What the compiler says of `source`, at the line of the body: both have the same lines."""
    said, _, position = message.partition(" in root template at position ")
    start = position.partition(":")[0]
    line = source.encode()[: int(start)].count(b"\n") + 1 if start.isdigit() else 1
    return Problem("mjml_invalid", f"body line {line}", f"The compiler cannot read it: {mask.show(said)}.")


def _check_pairs(compiled: CompiledEmail) -> None:
    """A tag of Liquid may open in one place and close in another that the compiler moved or dropped."""
    try:
        parse(compiled.html, HTML, "html")
        parse(compiled.text, PLAIN, "text")
    except Invalid as error:
        message = f"Liquid tags do not pair up once MJML is HTML: {error.problems[0].message}"
        advice = "Keep both tags of a pair in the same text, or around the same parts."
        raise Invalid("The Liquid is not correct.", [Problem("liquid_invalid", "body", message, advice)]) from error
