"""What tests begin with: documents and people with defaults, each with what its story changes."""

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sojourn.access.store import change_workspace
from sojourn.content import store as contents
from sojourn.content.model import EmailDocument, PushDocument, TextDocument
from sojourn.db.connect import Connection
from sojourn.events import store as events
from sojourn.events.model import TriggerDeclaration
from sojourn.journeys import publish as publishing
from sojourn.journeys import store as journeys
from sojourn.journeys.compile import plan
from sojourn.journeys.entry_rate import EntryRate
from sojourn.journeys.model import JourneyDocument
from sojourn.journeys.steps.base import START, ContentFacts, Surroundings, TriggerFacts
from sojourn.journeys.store import Version
from sojourn.kit.ids import Ref
from sojourn.people import store as people
from sojourn.people.model import AttributeType
from sojourn.segments import store as segments
from sojourn.segments.model import CONDITION

FOOTER = '<mj-text><a href="{{ unsubscribe_url }}">Unsubscribe</a> {{ postal_address }}</mj-text>'


TRIGGERS: dict[str, dict[str, AttributeType]] = {
    "cart.abandoned": {"amount": "number", "status": "text", "gift": "boolean"},
    "cart.filled": {},
    "cart.left": {"amount": "number"},
    "cart.nudged": {"amount": "number", "note": "text"},
    "cart.paid": {"amount": "number", "currency": "text", "ships_at": "datetime"},
    "order.placed": {"amount": "number"},
}
"""What is declared in `a_workspace`, and the attributes of each."""

DECLARED = {name: TriggerFacts("contact", attributes) for name, attributes in TRIGGERS.items()}


def mjml(*parts: str, head: str = "") -> str:
    """An MJML body of one column that holds these parts."""
    inside = "\n".join(parts)
    return f"<mjml>\n{head}<mj-body><mj-section><mj-column>\n{inside}\n</mj-column></mj-section></mj-body></mjml>"


def email(*parts: str, **changes: Any) -> EmailDocument:
    """A commercial email that may be sent; `parts` stand before its footer."""
    given = {
        "kind": "email",
        "name": "launch-news",
        "audience": "contact",
        "subject": "News",
        "sender": "Contoso <news@contoso.example>",
        "body": mjml(*(parts or ("<mj-text>Hello</mj-text>",)), FOOTER),
    }
    return EmailDocument.model_validate(given | changes)


def text_message(body: str = "Hello", **changes: Any) -> TextDocument:
    given = {"kind": "text", "name": "launch-text", "audience": "contact", "body": body}
    return TextDocument.model_validate(given | changes)


def sends(step: str = "announce", **changes: Any) -> dict[str, Any]:
    """A step that sends the email of `a_workspace`."""
    return {"id": step, "kind": "email", "content": "launch-news", "to": "email"} | changes


def push_message(body: str = "It is here", **changes: Any) -> PushDocument:
    given = {"kind": "push", "name": "launch-push", "audience": "contact", "title": "News", "body": body}
    return PushDocument.model_validate(given | changes)


def texts(step: str = "launched", **changes: Any) -> dict[str, Any]:
    """A step that sends the text message of `a_workspace`."""
    return {"id": step, "kind": "text", "content": "launch-text", "to": "phone"} | changes


def pushes(step: str = "shown", **changes: Any) -> dict[str, Any]:
    """A step that sends the push message `launch-push`, if there is one, to what `first_name` holds."""
    return {"id": step, "kind": "push", "content": "launch-push", "to": "first_name"} | changes


def calls(step: str = "call", url: str = "https://hooks.example/sojourn", **changes: Any) -> dict[str, Any]:
    return {"id": step, "kind": "webhook", "url": url} | changes


def asks(step: str = "clicked", **changes: Any) -> dict[str, Any]:
    """An if/then: was the link to the product, in the email before, followed within a day?"""
    given = {"kind": "if", "of": "announce", "event": "link_clicked", "link": "product", "within": "1 day"}
    return {"id": step} | given | changes


def waits(step: str = "pause", duration: str = "1 hour") -> dict[str, Any]:
    return {"id": step, "kind": "wait", "for": duration}


def waits_until(step: str = "launch", at: str = "2026-12-05T09:00") -> dict[str, Any]:
    return {"id": step, "kind": "wait_until", "at": at}


def branches(step: str = "kinds", *cases: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """A branch off the first name, unless other cases are given."""
    is_ada = {"outcome": "ada", "when": {"attribute": "first_name", "test": "is", "value": "Ada"}}
    return {"id": step, "kind": "branch", "cases": list(cases or [is_ada])} | changes


def splits(step: str = "parts", **percentages: float) -> dict[str, Any]:
    """A split into parts of these sizes; three of ten and seven of ten if none are given."""
    given = percentages or {"few": 30, "many": 70}
    return {
        "id": step,
        "kind": "split",
        "parts": [{"outcome": outcome, "percent": size} for outcome, size in given.items()],
    }


def compares(step: str = "better", **changes: Any) -> dict[str, Any]:
    """An A/B test on a fifth of the people: in which of two emails is the link to the product followed more?"""
    metric = {"event": "link_clicked", "link": "product", "of": {"a": f"{step}-a", "b": f"{step}-b"}}
    versions = {"a": [sends(f"{step}-a")], "b": [sends(f"{step}-b")]}
    given = {"kind": "ab_test", "share": 20, "metric": metric, "end": {"after": "2 days"}, "default": "a"}
    return {"id": step} | given | versions | changes


def sets(step: str = "rename", attribute: str = "first_name", value: Any = "Countess") -> dict[str, Any]:
    return {"id": step, "kind": "set", "attribute": attribute, "value": value}


def raises(step: str = "nudge", trigger: str = "cart.nudged", **properties: Any) -> dict[str, Any]:
    return {"id": step, "kind": "raise", "trigger": trigger, "properties": properties}


def waits_until_attribute(step: str = "birthday", **changes: Any) -> dict[str, Any]:
    return {"id": step, "kind": "wait_until", "attribute": "birthday"} | changes


def waits_until_window(step: str = "office", **window: Any) -> dict[str, Any]:
    """Office hours, every day unless the test says otherwise."""
    return {"id": step, "kind": "wait_until", "time": {"from": "09:00", "to": "17:00"} | window}


def waits_for(step: str = "paid", **changes: Any) -> dict[str, Any]:
    """Was a cart of some value paid within three days of coming here?"""
    where = [{"property": "amount", "test": "at_least", "value": 50}]
    given = {"kind": "wait_for", "trigger": "cart.paid", "where": where, "within": "3 days"}
    return {"id": step} | given | changes


def waits_to_join(step: str = "joined", **changes: Any) -> dict[str, Any]:
    return {"id": step, "kind": "wait_for", "segment": "vip", "within": "3 days"} | changes


def journey(
    *steps: dict[str, Any], name: str = "Launch", watched: Mapping[str, Any] | None = None, **start: Any
) -> JourneyDocument:
    """A journey for everybody, which starts as soon as it is published; `watched` are its exits and its goal."""
    given = {"journey": name, "start": {"segment": "everybody"} | start, "steps": list(steps)}
    return JourneyDocument.model_validate(given | dict(watched or {}))


async def a_workspace(conn: Connection, now: datetime) -> None:
    """The segment `everybody`, live; two contents that are Ready to send, an email with two links and a text; and
    TRIGGERS."""
    await change_workspace(conn, postal_address="Contoso, 1 Main Street, Springfield")
    await segments.create(conn, "everybody", "contact", CONDITION.validate_python({"all": []}), now, live=True)
    link = '<mj-text><a link="{0}" href="https://contoso.example/{0}">{0}</a></mj-text>'
    announcement = email("<mj-text>Dear {{ person.first_name | default: 'friend' }}</mj-text>",
                         link.format("product"), link.format("about"))  # fmt: skip
    for document in (announcement, text_message("Hello {{ person.first_name | default: 'friend' }}")):
        await contents.create(conn, document, now)
        await contents.make_ready(conn, document.name, "ada", now)
    for name, attributes in TRIGGERS.items():
        await a_trigger(conn, name, now, **attributes)


async def a_contact(conn: Connection, key: str, now: datetime, **attributes: Any) -> Ref:
    """Somebody with an email address and a phone number, unless the test says otherwise."""
    number = int.from_bytes(hashlib.sha256(key.encode()).digest()[:3]) % 10_000_000
    given = {"email": f"{key}@x.example", "phone": f"+3361{number:07}"} | attributes
    return await people.identify(conn, "contact", key, {n: v for n, v in given.items() if v is not None}, now)


async def a_trigger(
    conn: Connection,
    name: str,
    now: datetime,
    *,
    audience: str = "contact",
    ready: bool = True,
    **attributes: AttributeType,
) -> None:
    """A declared event with these attributes (name -> type), Ready to use unless the test says otherwise."""
    await events.create_trigger(conn, name, TriggerDeclaration(audience=audience, attributes=attributes), now)
    if ready:
        await events.make_trigger_ready(conn, name, "ada", now)


async def publish(conn: Connection, document: JourneyDocument, now: datetime) -> Version:
    """The journey, published by Ada."""
    return await publishing.publish(conn, await journeys.create(conn, document, now), "ada", now)


ONE_OF_EACH = (
    *(sends(), texts(), pushes(), asks(), waits(), waits_until(), waits_for(), branches(), splits(), compares()),
    *(sets(), raises(), calls(), {"id": "bought", "kind": "goal", "name": "purchased"}, {"id": "out", "kind": "exit"}),
)
"""A journey with a step of each kind; who adds a kind adds a step here."""


def frozen(kind: str) -> dict[str, Any]:
    """A step of this kind as the engine is given it: `step`, `kind` and its frozen `settings`."""
    contents = {"launch-news": ContentFacts("email", "contact", 1), "launch-text": ContentFacts("text", "contact", 2)}
    contents["launch-push"] = ContentFacts("push", "contact", 3)
    now = datetime(2026, 12, 1, 9, tzinfo=UTC)
    attributes: dict[str, AttributeType] = {"email": "email", "phone": "phone", "first_name": "text"}
    around = Surroundings(
        now=now,
        zone="Europe/Paris",
        journey="Launch",
        audience="contact",
        attributes=attributes,
        contents=contents,
        triggers=DECLARED,
    )
    if kind == START:
        settings = {"rate": EntryRate(people=1000, per="hour").settings(None), "zone": around.zone}
        return {"step": 0, "kind": kind, "settings": settings}
    planned = plan(journey(*ONE_OF_EACH))
    numbers = {item.step.id: number for number, item in enumerate(planned, start=1)}
    item = next(item for item in planned if item.step.kind == kind)
    return {"step": numbers[item.step.id], "kind": kind, "settings": item.step.settings(around, numbers, item.before)}
