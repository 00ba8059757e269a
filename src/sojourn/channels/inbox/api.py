"""Routes of the inbox: what was kept instead of sent, newest first."""

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from sojourn.access.request import Transaction
from sojourn.channels.inbox import store
from sojourn.db.connect import Row
from sojourn.delivery.model import DeliveryKey, Kind
from sojourn.kit.errors import Invalid, NotFound, Problem

router = APIRouter(prefix="/inbox", tags=["inbox"])


class InboxLine(BaseModel):
    """A message as it stands in the list. `key` names the delivery."""

    key: str = Field(examples=["37-10234.5"])
    channel: Kind
    address: str
    subject: str | None
    at: datetime


class InboxPage(BaseModel):
    """`next` is the `after` of the page that follows, null on the last one."""

    messages: list[InboxLine]
    next: str | None


class InboxMessage(InboxLine):
    text: str
    html: str | None
    link: str | None = Field(None, description="Where a tap on a push message leads.")


@router.get("")
async def list_messages(
    conn: Transaction,
    limit: Annotated[int, Query(ge=1, le=500)] = 50,
    after: Annotated[str | None, Query(max_length=100, description="The `next` of the page before.")] = None,
    to: Annotated[str | None, Query(max_length=320, description="Only messages to this address.")] = None,
) -> InboxPage:
    """The messages that were kept, newest first."""
    rows = await store.latest(conn, limit + 1, address=to, before=_place(after) if after else None)
    lines = [InboxLine(key=str(_key(row)), **row) for row in rows[:limit]]
    more = f"{lines[-1].at.astimezone(UTC):%Y%m%dT%H%M%S.%f}/{lines[-1].key}" if len(rows) > limit else None
    return InboxPage(messages=lines, next=more)


@router.get("/{key}")
async def read_message(conn: Transaction, key: str) -> InboxMessage:
    """One message with its texts."""
    row = await store.message(conn, DeliveryKey.parse(key))
    if row is None:
        raise NotFound("message", key)
    return InboxMessage(key=key, text=row["body"], **row)


def _key(row: Row) -> DeliveryKey:
    return DeliveryKey(row["shard"], row["participant"], row["step"])


def _place(after: str) -> tuple[datetime, DeliveryKey]:
    moment, _, key = after.partition("/")
    try:
        return datetime.strptime(moment, "%Y%m%dT%H%M%S.%f").replace(tzinfo=UTC), DeliveryKey.parse(key)
    except (ValueError, NotFound) as error:
        problem = Problem("page", "after", "This is no place in the list.", "Give the `next` of the page before.")
        raise Invalid(str(problem), [problem]) from error
