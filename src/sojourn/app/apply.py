"""`sojourn apply`: makes the workspace what documents say. A document's first word tells what it is:

    workspace: Contoso            attributes: contact           trigger: order.placed
    segment: most-valuable-customers                            sender: Contoso <news@contoso.example>
    email: product-announcement   text: product-launched        push: product-ready
    journey: Product launch

All documents of one call are one transaction, in the order in which they need each other; applying them again changes
nothing.
"""

from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, ClassVar, TypeVar

from pydantic import StrictBool, TypeAdapter, ValidationError

from sojourn.access import store as access
from sojourn.access.model import Zone
from sojourn.content import store as contents
from sojourn.content.model import AnyDocument, EmailDocument, PushDocument, TextDocument, sender_of
from sojourn.content.senders import store as senders
from sojourn.content.senders.model import SenderGiven
from sojourn.db.connect import Connection
from sojourn.events import store as events
from sojourn.events.model import TriggerDeclaration
from sojourn.journeys import store as journeys
from sojourn.journeys.model import JourneyDocument
from sojourn.kit.documents import Written, problems_of
from sojourn.kit.errors import Conflict, Invalid, NotFound, Problem
from sojourn.kit.ids import slug
from sojourn.kit.model import Document
from sojourn.people import store as people
from sojourn.people.model import AttributeType
from sojourn.segments import store as segments
from sojourn.segments.model import Condition, SegmentName, in_order


@dataclass(frozen=True)
class Applied:
    """`what` is created, changed or unchanged."""

    kind: str
    name: str
    what: str


class WorkspaceDocument(Document):
    workspace: str
    zone: Zone | None = None
    postal_address: str | None = None


class AttributesDocument(Document):
    """The attributes of an audience that are not there yet, by name."""

    attributes: str
    types: dict[str, AttributeType]


class SegmentDocument(Document):
    segment: SegmentName
    audience: str
    condition: Condition


class SenderDocument(Document):
    """Known by its name and address together, as an email's `sender` says them."""

    sender: str
    reply_to: str | None = None
    default: StrictBool | None = None


async def apply(conn: Connection, documents: Sequence[Written], who: str, now: datetime) -> list[Applied]:
    """Applies documents. Raises Invalid or Conflict for the first that cannot be, with its file and line; the caller
    then rolls all back."""
    of_kind: dict[str, list[Written]] = {kind: [] for kind in _Applying.KINDS}
    for document in documents:
        of_kind[_kind_of(document)].append(document)
    of_kind["segment"] = [one.document for one in in_order(map(_Asking.of, of_kind["segment"]))]
    applying = _Applying(conn, who, now)
    return [
        await _placed(document, _Applying.KINDS[kind](applying, document))
        for kind, found in of_kind.items()
        for document in found
    ]


@dataclass(frozen=True)
class _Asking:
    """The document of a segment, which comes after those it asks about. Whether it can be understood is seen later."""

    name: str
    asks: Sequence[str]
    document: Written

    @classmethod
    def of(cls, document: Written) -> "_Asking":
        return cls(str(document["segment"]), list(_asked(document.get("condition"))), document)


def _asked(condition: Any) -> Iterator[str]:
    nodes = condition if isinstance(condition, list) else []
    if isinstance(condition, dict):
        nodes = [node for key, node in condition.items() if key in ("all", "any", "none")]
        yield from (str(name) for key, name in condition.items() if key in ("member_of", "not_member_of"))
    for node in nodes:
        yield from _asked(node)


def _kind_of(document: Written) -> str:
    begins = next(iter(document), "nothing")
    if begins in _Applying.KINDS:
        return begins
    known = ", ".join(_Applying.KINDS)
    raise Invalid(f"{document.line()}: a document starts with one of {known}; this one with {begins!r}.")


async def _placed(document: Written, applying: Awaitable[Applied]) -> Applied:
    """Says in which file, and on which line of it, what cannot be applied is written."""
    try:
        return await applying
    except (Invalid, Conflict) as error:
        problems = [_located(document, problem) for problem in error.problems]
        raise type(error)(f"{document.line()}: {error}", problems) from error
    except NotFound as error:
        raise Invalid(f"{document.line()}: {error}") from error


def _located(document: Written, problem: Problem) -> Problem:
    """A place inside the document, given as a JSON pointer, gets its line."""
    if not problem.where.startswith("/"):
        return problem
    return replace(problem, where=f"{document.line(problem.where)}, {problem.where}")


@dataclass(frozen=True)
class _Applying:
    conn: Connection
    who: str
    now: datetime

    async def workspace(self, document: Written) -> Applied:
        given = _parsed(WorkspaceDocument, document)
        before = await access.workspace(self.conn)
        after = await access.change_workspace(
            self.conn, name=given.workspace, zone=given.zone, postal_address=given.postal_address
        )
        return _applied("workspace", given.workspace, before, after)

    async def attributes(self, document: Written) -> Applied:
        given = _parsed(AttributesDocument, document)
        before = await people.audience(self.conn, given.attributes)
        after = await people.declare_attributes(self.conn, given.attributes, given.types)
        return _applied("attributes", given.attributes, before, after)

    async def trigger(self, document: Written) -> Applied:
        """With `ready: false` it stays a draft."""
        name, ready = str(document["trigger"]), _ready(document)
        given = _parsed(TriggerDeclaration, _fields(document, "trigger"))
        await events.lock_trigger(self.conn, name)
        before = await _or_none(events.trigger(self.conn, name))
        after = before
        if before is None:
            after = await events.create_trigger(self.conn, name, given, self.now)
        elif before.declaration != given:
            used_by = await journeys.users_of_trigger(self.conn, name)
            after = await events.change_trigger(self.conn, name, given, used_by)
        if ready and (after is None or after.ready_at is None):
            after = await events.make_trigger_ready(self.conn, name, self.who, self.now)
        return _applied("trigger", name, before, after)

    async def segment(self, document: Written) -> Applied:
        given = _parsed(SegmentDocument, document)
        before = await _or_none(segments.segment(self.conn, given.segment))
        after = before
        if before is None:
            after = await segments.create(
                self.conn, given.segment, given.audience, given.condition, self.now, live=True
            )
        else:
            if (before.audience, before.condition) != (given.audience, given.condition):
                after = await segments.change(self.conn, given.segment, given.audience, given.condition)
            if before.live_at is None:
                after = await segments.publish(self.conn, given.segment, self.now)
        return _applied("segment", given.segment, before, after)

    async def sender(self, document: Written) -> Applied:
        written = _parsed(SenderDocument, document)
        mailbox = sender_of(written.sender)
        if not mailbox.name:
            advice = "Write it as Contoso <news@contoso.example>."
            problem = Problem("sender_invalid", "/sender", "A sender is a name with an address behind it.", advice)
            raise Invalid(f"The document of {written.sender!r} cannot be understood.", [problem])
        given = _parsed(SenderGiven, {**mailbox.model_dump(), **written.model_dump(exclude={"sender"})})
        before = next((one for one in await senders.senders(self.conn) if one.mailbox == given.mailbox), None)
        if before is None:
            after = await senders.create(self.conn, given)
        else:
            after = await senders.change(self.conn, before.id, given)
        return _applied("sender", written.sender, before, after)

    async def email(self, document: Written) -> Applied:
        return await self._content(document, "email", EmailDocument)

    async def text(self, document: Written) -> Applied:
        return await self._content(document, "text", TextDocument)

    async def push(self, document: Written) -> Applied:
        return await self._content(document, "push", PushDocument)

    async def journey(self, document: Written) -> Applied:
        given = _parsed(JourneyDocument, document)
        known_as = slug(given.journey)
        before = await _or_none(journeys.draft_or_newest(self.conn, known_as))
        if before is None:
            await journeys.create(self.conn, given, self.now)
        elif before.document != given:
            await journeys.change(self.conn, known_as, given)
        return _applied("journey", given.journey, before, await journeys.draft_or_newest(self.conn, known_as))

    async def _content(self, document: Written, kind: str, model: type[AnyDocument]) -> Applied:
        """With `ready: false` it stays a draft."""
        given = _parsed(model, {"name": document[kind], "kind": kind, **_fields(document, kind)})
        ready = _ready(document)
        before = await _or_none(contents.content(self.conn, given.name))
        after = await contents.save_draft(self.conn, given, self.now)
        if ready and after.ready_at is None:
            after = await contents.make_ready(self.conn, given.name, self.who, self.now)
        return _applied(kind, given.name, before, after)

    KINDS: ClassVar[Mapping[str, "_Apply"]] = {
        "workspace": workspace,
        "attributes": attributes,
        "trigger": trigger,
        "segment": segment,
        "sender": sender,
        "email": email,
        "text": text,
        "push": push,
        "journey": journey,
    }


_Apply = Callable[[_Applying, Written], Awaitable[Applied]]
Parsed = TypeVar("Parsed", bound=Document)
Found = TypeVar("Found")
_READY: TypeAdapter[bool] = TypeAdapter(StrictBool)


def _parsed(model: type[Parsed], document: Mapping[str, Any]) -> Parsed:
    try:
        return model.model_validate(document)
    except ValidationError as error:
        named = next(iter(document.values()))
        raise Invalid(f"The document of {named!r} cannot be understood.", problems_of(error, document)) from error


def _fields(document: Written, kind: str) -> dict[str, Any]:
    """What stands in the document beside its first word, and whether it is ready."""
    return {name: value for name, value in document.items() if name not in (kind, "ready")}


def _ready(document: Written) -> bool:
    try:
        return _READY.validate_python(document.get("ready", True))
    except ValidationError as error:
        problem = Problem("not_understood", "/ready", "It is true or false, in these words.")
        raise Invalid("Whether the content is ready cannot be understood.", [problem]) from error


async def _or_none(asked: Awaitable[Found]) -> Found | None:
    try:
        return await asked
    except NotFound:
        return None


def _applied(kind: str, name: str, before: object, after: object) -> Applied:
    return Applied(kind, name, "created" if before is None else "unchanged" if before == after else "changed")
