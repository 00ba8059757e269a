"""What content says to PostgreSQL: drafts and versions, which one is Ready to send, and its compiled form."""

from datetime import datetime
from typing import Any

from psycopg.types.json import Jsonb

from sojourn.content.check import check
from sojourn.content.compile import compile_content
from sojourn.content.model import COMPILED, CONTENT_DOCUMENT, AnyCompiled, AnyDocument, Content
from sojourn.db.connect import Connection, Row
from sojourn.db.queries import Queries
from sojourn.kit.errors import Conflict, Invalid, NotFound, Problem
from sojourn.people import store as people

queries = Queries(__package__)


async def create(conn: Connection, document: AnyDocument, now: datetime) -> Content:
    """Raises NotFound for the audience, Conflict when the name is taken."""
    await people.audience(conn, document.audience)
    given = {"name": document.name, "kind": document.kind, "audience": document.audience, "now": now}
    if not await _rows(conn, "create", {**given, "document": _json(document)}):
        raise Conflict(f"There is a content named {document.name!r} already. Choose another name, or change that one.")
    return await content(conn, document.name)


async def save_draft(conn: Connection, document: AnyDocument, now: datetime) -> Content:
    """Makes the content, changes its draft, or makes the next draft when the newest version is Ready to send (C7).

    Saving what is saved already changes nothing. Raises NotFound for the audience; Conflict when an email would become
    a text message, or when the audience of a content that was ever ready would change.
    """
    if not await _rows(conn, "lock", {"name": document.name}):
        return await create(conn, document, now)
    before = await content(conn, document.name)
    if before.document == document:
        return before
    await _move(conn, before, document)
    given = {"version": before.version, "content": before.id, "number": before.number + 1, "document": _json(document)}
    await conn.execute(queries["change_draft" if before.ready_at is None else "next_draft"], given)
    return await content(conn, document.name)


async def contents(conn: Connection) -> list[Content]:
    """All contents by name."""
    return [_content(row) for row in await _rows(conn, "contents", {"name": None})]


async def content(conn: Connection, name: str) -> Content:
    """Raises NotFound."""
    for row in await _rows(conn, "contents", {"name": name}):
        return _content(row)
    raise NotFound("content", name)


async def problems(conn: Connection, found: Content) -> list[Problem]:
    """What keeps the newest version from being Ready to send (C2)."""
    audience = await people.audience(conn, found.audience)
    return check(found.document, audience.attributes, await postal_address(conn))


async def make_ready(conn: Connection, name: str, who: str, now: datetime) -> Content:
    """Checks, compiles and freezes the draft.

    Raises NotFound, Conflict when it is ready already, Invalid with all problems; nothing has changed then.
    """
    await _rows(conn, "lock", {"name": name})
    draft = await content(conn, name)
    if draft.ready_at is not None:
        raise Conflict(f"{name!r} is Ready to send already.")
    if found := await problems(conn, draft):
        raise Invalid(f"{name!r} is not ready to send.", found)
    compiled = Jsonb(compile_content(draft.document).model_dump(mode="json"))
    await conn.execute(queries["mark_ready"], {"version": draft.version, "compiled": compiled, "now": now, "who": who})
    return await content(conn, name)


async def delete(conn: Connection, name: str) -> None:
    """Raises NotFound; Conflict while a journey is there that was published with it, and for ever once it was sent."""
    await _rows(conn, "lock", {"name": name})
    found = await content(conn, name)
    if users := await _rows(conn, "users", {"content": found.id}):
        names = ", ".join(repr(row["name"]) for row in users)
        raise Conflict(f"{name!r} cannot be deleted: it is used by {names}. Delete the journey first.")
    if (await _rows(conn, "was_sent", {"content": found.id}))[0]["answer"]:
        raise Conflict(
            f"{name!r} cannot be deleted: it was sent, and links in those messages must go on leading there."
        )
    await conn.execute(queries["delete"], {"content": found.id})


async def ready_version(conn: Connection, name: str) -> int | None:
    """The version that a journey published now would send; None while there is none. Raises NotFound."""
    return (await content(conn, name)).ready_version


async def compiled(conn: Connection, version: int) -> AnyCompiled:
    """Raises NotFound for a version that is not there, or not ready."""
    for row in await _rows(conn, "compiled", {"version": version}):
        return COMPILED.validate_python(row["compiled"])
    raise NotFound("content version that is ready to send", version)


async def postal_address(conn: Connection) -> str | None:
    """The workspace's, as it stands in commercial email."""
    rows = await _rows(conn, "postal_address", {})
    return rows[0]["postal_address"] if rows else None


async def _move(conn: Connection, before: Content, document: AnyDocument) -> None:
    if document.kind != before.document.kind:
        raise Conflict(
            f"{before.name!r} is content for {before.document.kind}; it cannot become one for {document.kind}."
        )
    if document.audience == before.audience:
        return
    await people.audience(conn, document.audience)
    moved = await conn.execute(queries["change_audience"], {"content": before.id, "audience": document.audience})
    if moved.rowcount == 0:
        raise Conflict(f"{before.name!r} was ready for the audience {before.audience!r}, and stays with it.")


def _content(row: Row) -> Content:
    return Content(**{**row, "document": CONTENT_DOCUMENT.validate_python(row["document"])})


def _json(document: AnyDocument) -> Jsonb:
    return Jsonb(document.model_dump(mode="json", exclude_none=True))


async def _rows(conn: Connection, query: str, given: dict[str, Any]) -> list[Row]:
    return await (await conn.execute(queries[query], given)).fetchall()
