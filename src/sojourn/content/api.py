"""Routes of content: drafts, previews, and `readiness`, which a content has once it is Ready to send."""

from datetime import datetime
from typing import Any, Literal

from fastapi import APIRouter, status
from pydantic import BaseModel, Field

from sojourn.access.caller import Caller
from sojourn.access.request import Now, Transaction
from sojourn.content import store
from sojourn.content.compile import compile_content
from sojourn.content.length import Encoding, segments
from sojourn.content.model import CompiledPush, CompiledText, Content, ContentDocument, Link, State
from sojourn.content.render import EmailTemplate, PushTemplate, TextTemplate
from sojourn.db.connect import Connection
from sojourn.kit.errors import Conflict, Invalid, Problem
from sojourn.kit.ids import Ref
from sojourn.people import store as people

router = APIRouter(prefix="/contents", tags=["contents"])


class ContentSummary(BaseModel):
    name: str
    kind: Literal["email", "text", "push"]
    audience: str
    state: State = Field(description="Of the newest version.")
    version: int = Field(description="Number of the newest version, from 1.")
    sendable: bool = Field(description="Some version is Ready to send, though the newest may be a draft.")
    created_at: datetime
    ready_at: datetime | None
    ready_by: str | None


class ProblemAnswer(BaseModel):
    code: str
    where: str
    message: str
    advice: str


class LengthAnswer(BaseModel):
    """What operators count (3GPP TS 23.038)."""

    encoding: Encoding
    characters: int
    segments: int


class ContentAnswer(ContentSummary):
    document: ContentDocument
    links: list[Link] = Field(description="Those that a branch can wait for; empty while the body cannot be compiled.")
    problems: list[ProblemAnswer] = Field(description="What keeps the newest version from being Ready to send.")
    length: LengthAnswer | None = Field(description="Of a text message, for a person of whom nothing is known.")


class PreviewAnswer(BaseModel):
    subject: str | None = Field(description="Of an email; the title of a push message.")
    html: str | None = Field(description="Of an email. Links lead where they lead, without tracking.")
    text: str
    link: str | None = Field(None, description="Of a push message.")
    length: LengthAnswer | None = Field(description="Of a text message.")


@router.get("")
async def list_contents(conn: Transaction) -> list[ContentSummary]:
    """All emails, text and push messages by name."""
    return [ContentSummary(**_summary(found)) for found in await store.contents(conn)]


@router.post("", status_code=status.HTTP_201_CREATED)
async def create_content(document: ContentDocument, conn: Transaction, now: Now) -> ContentAnswer:
    """Makes a draft under a new name."""
    return await _answer(conn, await store.create(conn, document, now))


@router.get("/{name}")
async def read_content(name: str, conn: Transaction) -> ContentAnswer:
    """The newest version, its links, and what keeps it from being Ready to send."""
    return await _answer(conn, await store.content(conn, name))


@router.put("/{name}")
async def save_content(name: str, document: ContentDocument, conn: Transaction, now: Now) -> ContentAnswer:
    """Makes or changes the draft. What is Ready to send stays as it is, and the change becomes its next version."""
    if document.name != name:
        raise Invalid(
            "The document has another name.", [Problem("name_differs", "/name", f"It says {document.name!r}.")]
        )
    return await _answer(conn, await store.save_draft(conn, document, now))


@router.delete("/{name}", status_code=status.HTTP_204_NO_CONTENT)
async def delete_content(name: str, conn: Transaction) -> None:
    """Deletes all its versions. Refused while a journey is there that was published with it."""
    await store.delete(conn, name)


@router.post("/{name}/readiness", status_code=status.HTTP_201_CREATED)
async def make_content_ready(name: str, conn: Transaction, now: Now, who: Caller) -> ContentAnswer:
    """Makes the draft Ready to send, or answers every problem that it has."""
    return await _answer(conn, await store.make_ready(conn, name, who.name, now))


@router.get("/{name}/preview")
async def preview_content(name: str, conn: Transaction, person: str | None = None) -> PreviewAnswer:
    """The newest version as this person would get it; without one, as somebody of whom nothing is known would."""
    found = await store.content(conn, name)
    attributes = await _attributes(conn, person, found.audience) if person is not None else {}
    compiled = compile_content(found.document)
    if isinstance(compiled, CompiledText):
        text = TextTemplate.of(compiled).render(attributes)
        return PreviewAnswer(subject=None, html=None, text=text, length=_length(text))
    if isinstance(compiled, CompiledPush):
        push = PushTemplate.of(compiled).render(attributes)
        return PreviewAnswer(subject=push.title, html=None, text=push.body, link=push.link, length=None)
    template = EmailTemplate.of(compiled)
    rendered = template.render(
        attributes,
        lambda link: template.target(link, attributes),
        unsubscribe_url="#unsubscribe",
        postal_address=await store.postal_address(conn) or "",
    )
    return PreviewAnswer(subject=rendered.subject, html=rendered.html, text=rendered.text, length=None)


async def _attributes(conn: Connection, person: str, audience: str) -> dict[str, Any]:
    row = await people.person(conn, Ref.parse(person))
    if row["audience"] != audience:
        raise Conflict(f"The content is for the audience {audience!r}; this person is one of {row['audience']!r}.")
    attributes: dict[str, Any] = row["attributes"]
    return attributes


async def _answer(conn: Connection, found: Content) -> ContentAnswer:
    problems = await store.problems(conn, found) if found.ready_at is None else []
    links, length = _compiled_facts(found)
    return ContentAnswer(
        **_summary(found),
        document=found.document,
        links=links,
        problems=[ProblemAnswer(**problem.as_json()) for problem in problems],
        length=length,
    )


def _compiled_facts(found: Content) -> tuple[list[Link], LengthAnswer | None]:
    try:
        compiled = compile_content(found.document)
        if isinstance(compiled, CompiledText):
            return [], _length(TextTemplate.of(compiled).render({}))
    except Invalid:
        return [], None
    return list(compiled.links), None


def _summary(found: Content) -> dict[str, Any]:
    return {
        "name": found.name,
        "kind": found.document.kind,
        "audience": found.audience,
        "state": found.state,
        "version": found.number,
        "sendable": found.ready_version is not None,
        "created_at": found.created_at,
        "ready_at": found.ready_at,
        "ready_by": found.ready_by,
    }


def _length(text: str) -> LengthAnswer:
    return LengthAnswer(**segments(text)._asdict())
