"""What senders say to PostgreSQL: a few rows, of which one at most is the default, and which emails have a copy."""

from typing import Any

from sojourn.content.model import Sender, sender_of
from sojourn.content.senders.model import SavedSender, SenderGiven
from sojourn.db.connect import Connection, Row
from sojourn.db.queries import Queries
from sojourn.kit.errors import Conflict, NotFound

queries = Queries(__package__)


async def senders(conn: Connection) -> list[SavedSender]:
    """All senders by name."""
    return [SavedSender(**row) for row in await _rows(conn, "senders")]


async def sender(conn: Connection, number: int) -> SavedSender:
    """Raises NotFound."""
    return _numbered(await senders(conn), number)


async def users(conn: Connection) -> dict[Sender, set[str]]:
    """The names of the emails that have a copy of a sender."""
    found: dict[Sender, set[str]] = {}
    for row in await _rows(conn, "lines"):
        found.setdefault(sender_of(row["line"]), set()).add(row["name"])
    return found


async def create(conn: Connection, given: SenderGiven) -> SavedSender:
    """Raises Conflict when the same name and address are there."""
    others = await _locked(conn)
    is_first = not any(one.default for one in others)
    return await _write(conn, "create", given, others, is_first if given.default is None else given.default)


async def change(conn: Connection, number: int, given: SenderGiven) -> SavedSender:
    """Raises NotFound; Conflict when another one has that name and address."""
    known = await _locked(conn)
    before = _numbered(known, number)
    others = [one for one in known if one != before]
    is_default = before.default if given.default is None else given.default
    return await _write(conn, "change", given, others, is_default, number)


async def delete(conn: Connection, number: int) -> None:
    """Raises NotFound. When it was the default there is none, until another one becomes it."""
    if not await _rows(conn, "delete", sender=number):
        raise NotFound("sender", number)


async def _locked(conn: Connection) -> list[SavedSender]:
    await conn.execute(queries["lock"])
    return await senders(conn)


async def _write(
    conn: Connection,
    query: str,
    given: SenderGiven,
    others: list[SavedSender],
    is_default: bool,
    number: int | None = None,
) -> SavedSender:
    if any(one.mailbox == given.mailbox for one in others):
        raise Conflict(f"There is a sender {given.name!r} with the address {given.address} already.")
    if is_default:
        await conn.execute(queries["no_default"])
    written = {"name": given.name, "address": given.address, "reply_to": given.reply_to, "is_default": is_default}
    (row,) = await _rows(conn, query, sender=number, **written)
    return SavedSender(**row)


def _numbered(known: list[SavedSender], number: int) -> SavedSender:
    for one in known:
        if one.id == number:
            return one
    raise NotFound("sender", number)


async def _rows(conn: Connection, query: str, **given: Any) -> list[Row]:
    return await (await conn.execute(queries[query], given)).fetchall()
