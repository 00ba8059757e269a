"""May this be sent? (rule C2) Every problem at once, each with its place, before anybody gets the message.

Some checks read the document; the last one tries it: the message is rendered for somebody of whom everything is known
and for somebody of whom nothing is, and what comes out is looked at.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from email_validator import EmailNotValidError, validate_email
from liquid import Environment

from sojourn.content.compile import compile_content
from sojourn.content.model import (
    AnyCompiled,
    AnyDocument,
    CompiledPush,
    CompiledText,
    EmailDocument,
    PushDocument,
    Sender,
    TextDocument,
    sender_of,
)
from sojourn.content.placeholders import Placeholder, placeholders
from sojourn.content.render import EmailTemplate, PushTemplate, TextTemplate
from sojourn.content.sandbox import HTML, PLAIN, URL, parse
from sojourn.events.model import Trigger
from sojourn.kit.errors import Invalid, Problem

SAMPLES: Mapping[str, Any] = {
    "text": "Sample",
    "number": 42,
    "boolean": True,
    "date": "2026-01-31",
    "datetime": "2026-01-31T09:00:00+00:00",
    "email": "person@contoso.example",
    "phone": "+33612345678",
    "zone": "Europe/Paris",
}
WAY_OUT = "https://unsubscribe.invalid/"
ADDRESS = "The postal address"


def check(
    document: AnyDocument,
    attributes: Mapping[str, str],
    postal_address: str | None,
    trigger: Trigger | None = None,
) -> list[Problem]:
    """Empty when the content may be made Ready to send.

    `attributes` are the audience's, name to type; `postal_address` is the workspace's; `trigger` is the one that the
    document names, if there is such a one.
    """
    declared: Mapping[str, str] = {} if trigger is None else trigger.declaration.attributes
    problems = [*_check_fields(document, postal_address), *_check_trigger(document, trigger)]
    problems += _check_placeholders(document, attributes, declared)
    if not document.body:
        return problems
    try:
        compiled = compile_content(document)
    except Invalid as error:
        return problems + [problem for problem in error.problems if problem not in problems]
    for person, said in ((samples(attributes), samples(declared)), ({}, {})):
        for problem in _try(compiled, person, said):
            if problem not in problems:
                problems.append(problem)
    return problems


def samples(attributes: Mapping[str, str]) -> dict[str, Any]:
    """Somebody of whom everything is known."""
    return {name: SAMPLES.get(kind, "Sample") for name, kind in attributes.items()}


def _check_fields(document: AnyDocument, postal_address: str | None) -> Iterator[Problem]:
    if not document.body:
        yield Problem("body_missing", "body", "The message has no body.", "Write one.")
    if isinstance(document, PushDocument) and not document.title:
        yield Problem("title_missing", "title", "The push message has no title.", "Write one.")
    if not isinstance(document, EmailDocument):
        return
    if not document.subject:
        yield Problem("subject_missing", "subject", "The email has no subject.", "Write one.")
    yield from check_sender(document)
    if document.purpose == "commercial" and not (postal_address or "").strip():
        advice = "Set it in the settings of the workspace."
        message = "The workspace has no postal address, which commercial email has to show."
        yield Problem("postal_address_unset", "workspace", message, advice)


def check_sender(document: EmailDocument) -> Iterator[Problem]:
    """Without these two no mail server takes it, not even as a test."""
    if not document.sender:
        advice = "Name one, such as Contoso <news@contoso.example>."
        yield Problem("sender_missing", "sender", "The email has no sender.", advice)
    else:
        yield from _check_mailbox("sender", sender_of(document.sender))
    if document.reply_to is not None:
        yield from _check_mailbox("reply_to", Sender(name="", address=document.reply_to))


def _check_mailbox(field: str, mailbox: Sender) -> Iterator[Problem]:
    advice = "Write it as name@host, or as Contoso <name@host> for the sender."
    try:
        validate_email(mailbox.address, check_deliverability=False)
    except EmailNotValidError as error:
        yield Problem(f"{field}_invalid", field, f"The address cannot be used: {error}", advice)


def _check_trigger(document: AnyDocument, trigger: Trigger | None) -> Iterator[Problem]:
    name = document.trigger
    if name is None:
        return
    if trigger is None:
        yield Problem("trigger_missing", "trigger", f"There is no trigger {name!r}.", "Declare it, or name another.")
        return
    if trigger.ready_at is None:
        advice = "Open it and make it Ready to use."
        yield Problem("trigger_not_ready", "trigger", f"The trigger {name!r} is a Draft.", advice)
    audience = trigger.declaration.audience
    if audience != document.audience:
        message = f"{name!r} happens to people of the audience {audience}, the content is for {document.audience}."
        yield Problem("trigger_other_audience", "trigger", message, "Name a trigger of the content's audience.")


def asked_of_trigger(document: AnyDocument) -> dict[str, bool]:
    """Which properties of the event that started the reader a content asks for, and whether all places have a default.
    Raises Invalid while it is not Liquid."""
    asked: dict[str, bool] = {}
    for field, source, environment in _templates(document):
        for found in placeholders(parse(source, environment, field)):
            if found.path[0] == "trigger":
                name = ".".join(found.path[1:])
                asked[name] = asked.get(name, True) and found.has_default
    return asked


def _check_placeholders(
    document: AnyDocument, attributes: Mapping[str, str], declared: Mapping[str, str]
) -> Iterator[Problem]:
    known = {"unsubscribe_url", "postal_address"} if isinstance(document, EmailDocument) else set()
    known |= {f"trigger.{name}" for name in declared}
    for field, source, environment in _templates(document):
        yield from check_template(field, source, environment, document.audience, attributes, known)


def check_template(
    field: str, source: str, environment: Environment, audience: str, attributes: Mapping[str, str], known: set[str]
) -> Iterator[Problem]:
    """Is it Liquid, and is everything there that it asks for? `known` are the names beside those of the person."""
    try:
        found = placeholders(parse(source, environment, field))
    except Invalid as error:
        yield from error.problems
        return
    for placeholder in found:
        if not placeholder.has_default and not _resolvable(placeholder, attributes, known):
            where = f"{field} line {placeholder.line}" if "\n" in source else field
            message = f"The audience {audience!r} has nothing called {placeholder.name!r}."
            advice = "Name one of its attributes as person.attribute, or add a default: | default: 'friend'."
            if placeholder.path[0] == "trigger":
                message = f"No trigger is known here that declares {placeholder.name!r}."
                names = ", ".join(sorted(name for name in known if name.startswith("trigger."))) or "none"
                advice = f"There are: {names}. Name the right trigger, declare it there, or add a default."
            yield Problem("placeholder_unknown", where, message, advice)


def _templates(document: AnyDocument) -> list[tuple[str, str, Environment]]:
    if isinstance(document, TextDocument):
        return [("body", document.body, PLAIN)]
    if isinstance(document, PushDocument):
        return [("title", document.title, PLAIN), ("body", document.body, PLAIN), ("link", document.link or "", URL)]
    return [
        ("subject", document.subject, PLAIN),
        ("preheader", document.preheader or "", HTML),
        ("body", document.body, HTML),
        ("plain_text", document.plain_text or "", PLAIN),
    ]


def _resolvable(placeholder: Placeholder, attributes: Mapping[str, str], known: set[str]) -> bool:
    path = placeholder.path
    return (path[0] == "person" and len(path) > 1 and path[1] in attributes) or placeholder.name in known


def _try(compiled: AnyCompiled, person: Mapping[str, Any], said: Mapping[str, Any]) -> Iterator[Problem]:
    try:
        if isinstance(compiled, CompiledText):
            if not TextTemplate.of(compiled).render(person, said):
                yield _empty("body")
            return
        if isinstance(compiled, CompiledPush):
            push = PushTemplate.of(compiled).render(person, said)
            yield from (_empty(part) for part in ("title", "body") if not getattr(push, part))
            return
        template = EmailTemplate.of(compiled)
        rendered = template.render(
            person,
            lambda link: template.target(link, person, said),
            unsubscribe_url=WAY_OUT,
            postal_address=ADDRESS,
            trigger=said,
        )
    except Invalid as error:
        yield from (replace(problem, where=_source_of(problem.where)) for problem in error.problems)
        return
    if compiled.subject and not rendered.subject:
        yield _empty("subject")
    if compiled.purpose == "commercial":
        missing = list(_check_commercial("body", f'href="{WAY_OUT}"' in rendered.html, ADDRESS in rendered.html))
        yield from missing or _check_commercial("plain_text", WAY_OUT in rendered.text, ADDRESS in rendered.text)


def _source_of(where: str) -> str:
    """The field that a part of the email was made from; a line of what was made would say nothing to its author."""
    part = where.partition(" line ")[0]
    return {"html": "body", "text": "plain_text"}.get(part, part)


def _empty(field: str) -> Problem:
    message = f"The {field} is empty for a person of whom too little is known."
    return Problem("empty_for_some", field, message, "Add words of your own, or a default: | default: 'friend'.")


def _check_commercial(field: str, way_out: bool, address: bool) -> Iterator[Problem]:
    if not way_out:
        advice = 'Add a link: <a href="{{ unsubscribe_url }}">Unsubscribe</a>; in plain text, {{ unsubscribe_url }}.'
        yield Problem(
            "unsubscribe_missing", field, "Commercial email needs a way to unsubscribe for everybody.", advice
        )
    if not address:
        advice = "Add {{ postal_address }}."
        yield Problem("postal_address_missing", field, "Commercial email shows the sender's postal address.", advice)
