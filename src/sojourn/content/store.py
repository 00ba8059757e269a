"""What content says to PostgreSQL: drafts and versions, which one is Ready to send, and its compiled form."""

import contextlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from psycopg.types.json import Jsonb

from sojourn.content.check import check, samples
from sojourn.content.compile import compile_content
from sojourn.content.model import COMPILED, CONTENT_DOCUMENT, AnyCompiled, AnyDocument, Content
from sojourn.db.connect import Connection, Row
from sojourn.db.queries import Queries
from sojourn.events import store as events
from sojourn.kit.errors import Conflict, Invalid, NotFound, Problem
from sojourn.kit.ids import Ref
from sojourn.people import store as people

queries = Queries(__package__)


async def create(conn: Connection, document: AnyDocument, now: datetime) -> Content:
    """Raises NotFound for the audience, Conflict when the name is taken."""
    await people.audience(conn, document.audience)
    given = {"name": document.name, "kind": document.kind, "audience": document.audience, "now": now}
    if not await _rows(conn, "create", {**given, "document": _json(document)}):
        raise Conflict(f"There is a content named {document.name!r} already. Choose another name, or change that one.")
    return await content(conn, document.name)


async def save_draft(conn: Connection, document: AnyDocument, now: datetime, expected: str | None = None) -> Content:
    """Makes the content, changes its draft, or makes the next draft when the newest version is Ready to send (C7).

    Saving what is saved already changes nothing. Raises NotFound for the audience; Conflict when an email would become
    a text message, when the audience of a content that was ever ready would change, or when the revision that stands
    there is not the `expected` one.
    """
    if not await _rows(conn, "lock", {"name": document.name}):
        return await create(conn, document, now)
    before = await content(conn, document.name)
    if before.document == document:
        return before
    if expected is not None and expected != before.revision:
        raise Conflict(f"Somebody else has changed {document.name!r} meanwhile. Look at it before you save yours.")
    await _move(conn, before, document)
    written = {"number": before.number + 1, "document": _json(document), "now": now}
    given = {"version": before.version, "content": before.id, **written}
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


async def problems(conn: Connection, document: AnyDocument) -> list[Problem]:
    """What keeps a document from being Ready to send (C2). Raises NotFound for the audience."""
    audience = await people.audience(conn, document.audience)
    trigger = None
    if document.trigger is not None:
        with contextlib.suppress(NotFound):
            trigger = await events.trigger(conn, document.trigger)
    return check(document, audience.attributes, await postal_address(conn), trigger)


async def trigger_values(conn: Connection, document: AnyDocument, person: Ref | None) -> Mapping[str, Any]:
    """What a preview says of the trigger that a document names: what the person's newest such event said; sample values
    for somebody to whom none has happened yet; nothing without a person, of whom nothing is known."""
    if document.trigger is None or person is None:
        return {}
    said = await events.newest_properties(conn, person, document.trigger)
    if said is not None:
        return said
    declared = await events.ready_triggers(conn, [document.trigger])
    return samples(declared.get(document.trigger, {}))


async def users(conn: Connection, name: str | None = None) -> dict[str, list[dict[str, str]]]:
    """The journeys that name a content, or each of them, by the content's name."""
    found: dict[str, list[dict[str, str]]] = {}
    for row in await _rows(conn, "journeys", {"name": name}):
        found.setdefault(row["content"], []).append({"id": row["slug"], "name": row["name"]})
    return found


async def make_ready(conn: Connection, name: str, who: str, now: datetime) -> Content:
    """Checks, compiles and freezes the draft.

    Raises NotFound, Conflict when it is ready already, Invalid with all problems; nothing has changed then.
    """
    await _rows(conn, "lock", {"name": name})
    draft = await content(conn, name)
    if draft.ready_at is not None:
        raise Conflict(f"{name!r} is Ready to send already.")
    if found := await problems(conn, draft.document):
        raise Invalid(f"{name!r} is not ready to send.", found)
    compiled = Jsonb(compile_content(draft.document).model_dump(mode="json"))
    await conn.execute(queries["mark_ready"], {"version": draft.version, "compiled": compiled, "now": now, "who": who})
    return await content(conn, name)


async def delete(conn: Connection, name: str) -> None:
    """Raises NotFound; Conflict while a journey is there that was published with it, and for ever once it was sent."""
    await _rows(conn, "lock", {"name": name})
    found = await content(conn, name)
    if publishers := await _rows(conn, "publishers", {"content": found.id}):
        names = ", ".join(repr(row["name"]) for row in publishers)
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
