"""Routes of senders: from whom emails can be. Those that try one out are delivery's."""

from collections.abc import Set

from fastapi import APIRouter, status
from pydantic import BaseModel, Field

from sojourn.access.request import Transaction
from sojourn.content.senders import store
from sojourn.content.senders.model import SavedSender, SenderGiven
from sojourn.db.connect import Connection

router = APIRouter(prefix="/senders", tags=["senders"])


class SenderAnswer(BaseModel):
    id: int
    name: str
    address: str
    reply_to: str | None
    default: bool = Field(description="New emails of the console begin with it; one sender at most.")
    line: str = Field(description="As an email's `sender` says it.", examples=["Contoso <news@contoso.example>"])
    used_by: list[str] = Field(
        description="Emails that have this name and address, in their newest version or in the one that is sent."
    )


@router.get("")
async def list_senders(conn: Transaction) -> list[SenderAnswer]:
    """All senders by name."""
    users = await store.users(conn)
    return [_told(found, users.get(found.mailbox, set())) for found in await store.senders(conn)]


@router.post("", status_code=status.HTTP_201_CREATED)
async def create_sender(given: SenderGiven, conn: Transaction) -> SenderAnswer:
    """Saves a sender for the emails to come. While there is no default, it becomes it."""
    return await _answer(conn, await store.create(conn, given))


@router.get("/{sender}")
async def read_sender(sender: int, conn: Transaction) -> SenderAnswer:
    """One sender, and the emails that have it."""
    return await _answer(conn, await store.sender(conn, sender))


@router.put("/{sender}")
async def change_sender(sender: int, given: SenderGiven, conn: Transaction) -> SenderAnswer:
    """Changes it for the emails to come. An email has a copy, and keeps it."""
    return await _answer(conn, await store.change(conn, sender, given))


@router.delete("/{sender}", status_code=status.HTTP_204_NO_CONTENT)
async def delete_sender(sender: int, conn: Transaction) -> None:
    """It is not offered any more. An email has a copy, and keeps it."""
    await store.delete(conn, sender)


async def _answer(conn: Connection, found: SavedSender) -> SenderAnswer:
    return _told(found, (await store.users(conn)).get(found.mailbox, set()))


def _told(found: SavedSender, used_by: Set[str]) -> SenderAnswer:
    return SenderAnswer(
        id=found.id,
        name=found.name,
        address=found.address,
        reply_to=found.reply_to,
        default=found.default,
        line=found.line,
        used_by=sorted(used_by),
    )
