"""Routes of content: drafts, previews, and `readiness`, which a content has once it is Ready to send."""

from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Header, status
from pydantic import BaseModel, Field

from sojourn.access.caller import Caller
from sojourn.access.request import Now, Transaction
from sojourn.content import store
from sojourn.content.compile import compile_content
from sojourn.content.length import Encoding, segments
from sojourn.content.model import AnyDocument, CompiledText, Content, ContentDocument, Link, State
from sojourn.content.preview import Preview, preview
from sojourn.content.render import TextTemplate
from sojourn.db.connect import Connection
from sojourn.kit.errors import Conflict, Invalid, Problem
from sojourn.kit.ids import Ref
from sojourn.kit.model import Document
from sojourn.people import store as people

router = APIRouter(prefix="/contents", tags=["contents"])


class User(BaseModel):
    """A journey that sends it, or asks for it."""

    id: str
    name: str


class ContentSummary(BaseModel):
    name: str
    kind: Literal["email", "text", "push"]
    audience: str
    state: State = Field(description="Of the newest version.")
    version: int = Field(description="Number of the newest version, from 1.")
    sendable: bool = Field(description="Some version is Ready to send, though the newest may be a draft.")
    created_at: datetime
    changed_at: datetime = Field(description="When the newest version was changed last.")
    ready_at: datetime | None
    ready_by: str | None
    used_by: list[User] = Field(description="Journeys whose draft, or a published version, names it.")


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
    revision: str = Field(description="Of the document; give it as `If-Match` to change no other state than this one.")
    links: list[Link] = Field(description="Those that a branch can wait for; empty while the body cannot be compiled.")
    problems: list[ProblemAnswer] = Field(description="What keeps the newest version from being Ready to send.")
    length: LengthAnswer | None = Field(description="Of a text message, for a person of whom nothing is known.")


class PreviewAnswer(BaseModel):
    subject: str | None = Field(description="Of an email; the title of a push message.")
    html: str | None = Field(description="Of an email. Links lead where they lead, without tracking.")
    text: str
    link: str | None = Field(None, description="Of a push message.")
    length: LengthAnswer | None = Field(description="Of a text message.")


class DraftGiven(Document):
    """What is being written, saved or not, and for whom it is shown."""

    document: ContentDocument
    person: str | None = Field(None, description="The reference of a person of its audience; nobody if left out.")


class DraftPreview(BaseModel):
    """`shown` is null while the document cannot be rendered; `problems` are all that Ready to send would refuse."""

    shown: PreviewAnswer | None
    links: list[Link]
    problems: list[ProblemAnswer]


@router.get("")
async def list_contents(conn: Transaction) -> list[ContentSummary]:
    """All emails, text and push messages by name."""
    users = await store.users(conn)
    return [ContentSummary(**_summary(found, users.get(found.name, []))) for found in await store.contents(conn)]


@router.post("/previews")
async def preview_draft(given: DraftGiven, conn: Transaction) -> DraftPreview:
    """A document that need not be saved, as this person would get it, and what is wrong with it (C2, C6)."""
    document = given.document
    attributes = await _attributes(conn, given.person, document.audience)
    problems = await store.problems(conn, document)
    try:
        said = await store.trigger_values(conn, document, None if given.person is None else Ref.parse(given.person))
        made = preview(document, attributes, said, postal_address=await store.postal_address(conn) or "")
    except Invalid as error:
        problems += [problem for problem in error.problems if problem not in problems]
        return DraftPreview(shown=None, links=[], problems=_problems(problems))
    return DraftPreview(shown=_shown(document, made), links=list(made.links), problems=_problems(problems))


@router.post("", status_code=status.HTTP_201_CREATED)
async def create_content(document: ContentDocument, conn: Transaction, now: Now) -> ContentAnswer:
    """Makes a draft under a new name."""
    return await _answer(conn, await store.create(conn, document, now))


@router.get("/{name}")
async def read_content(name: str, conn: Transaction) -> ContentAnswer:
    """The newest version, its links, and what keeps it from being Ready to send."""
    return await _answer(conn, await store.content(conn, name))


@router.put("/{name}")
async def save_content(
    name: str,
    document: ContentDocument,
    conn: Transaction,
    now: Now,
    if_match: Annotated[str | None, Header(description="The revision that is to be changed, and no other.")] = None,
) -> ContentAnswer:
    """Makes or changes the draft. What is Ready to send stays as it is, and the change becomes its next version."""
    if document.name != name:
        raise Invalid(
            "The document has another name.", [Problem("name_differs", "/name", f"It says {document.name!r}.")]
        )
    return await _answer(conn, await store.save_draft(conn, document, now, if_match))


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
    document = (await store.content(conn, name)).document
    attributes = await _attributes(conn, person, document.audience)
    said = await store.trigger_values(conn, document, None if person is None else Ref.parse(person))
    return _shown(document, preview(document, attributes, said, postal_address=await store.postal_address(conn) or ""))


async def _attributes(conn: Connection, person: str | None, audience: str) -> dict[str, Any]:
    if person is None:
        return {}
    row = await people.person(conn, Ref.parse(person))
    if row["audience"] != audience:
        raise Conflict(f"The content is for the audience {audience!r}; this person is one of {row['audience']!r}.")
    attributes: dict[str, Any] = row["attributes"]
    return attributes


async def _answer(conn: Connection, found: Content) -> ContentAnswer:
    problems = await store.problems(conn, found.document) if found.ready_at is None else []
    users = await store.users(conn, found.name)
    links, length = _compiled_facts(found)
    return ContentAnswer(
        **_summary(found, users.get(found.name, [])),
        document=found.document,
        revision=found.revision,
        links=links,
        problems=_problems(problems),
        length=length,
    )


def _problems(problems: list[Problem]) -> list[ProblemAnswer]:
    return [ProblemAnswer(**problem.as_json()) for problem in problems]


def _shown(document: AnyDocument, made: Preview) -> PreviewAnswer:
    length = _length(made.text) if document.kind == "text" else None
    return PreviewAnswer(subject=made.subject, html=made.html, text=made.text, link=made.link, length=length)


def _compiled_facts(found: Content) -> tuple[list[Link], LengthAnswer | None]:
    try:
        compiled = compile_content(found.document)
        if isinstance(compiled, CompiledText):
            return [], _length(TextTemplate.of(compiled).render({}))
    except Invalid:
        return [], None
    return list(compiled.links), None


def _summary(found: Content, users: list[dict[str, str]]) -> dict[str, Any]:
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
        "changed_at": found.changed_at,
        "used_by": users,
    }


def _length(text: str) -> LengthAnswer:
    return LengthAnswer(**segments(text)._asdict())
