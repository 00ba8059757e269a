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
from sojourn.kit.ids import Ref

router = APIRouter(prefix="/inbox", tags=["inbox"])


class InboxLine(BaseModel):
    """A message as it stands in the list. `key` names the delivery."""

    key: str = Field(examples=["37-10234.5"])
    channel: Kind
    address: str
    subject: str | None
    beginning: str = Field(description="Of the text.")
    at: datetime


class InboxPage(BaseModel):
    """`next` is the `after` of the page that follows, null on the last one."""

    messages: list[InboxLine]
    next: str | None


class Origin(BaseModel):
    """Whom the message is for, and the step that sent it."""

    person: str = Field(description="The reference, such as `37-10234`.")
    key: str = Field(description="What the person is known by elsewhere.")
    journey: str = Field(description="The name of the journey.")
    journey_id: str
    step: str


class InboxMessage(InboxLine):
    text: str
    html: str | None
    link: str | None = Field(None, description="Where a tap on a push message leads.")
    headers: dict[str, str] = Field(description="Of an email, by name.")
    origin: Origin | None = Field(description="null of a test send, and when the person was deleted.")


@router.get("")
async def list_messages(
    conn: Transaction,
    limit: Annotated[int, Query(ge=1, le=500)] = 50,
    after: Annotated[str | None, Query(max_length=100, description="The `next` of the page before.")] = None,
    to: Annotated[str | None, Query(max_length=320, description="Only messages to this address.")] = None,
    channel: Annotated[Kind | None, Query(description="Only messages of this channel.")] = None,
    search: Annotated[
        str, Query(max_length=320, description="What stands in the address, the subject or the text.")
    ] = "",
) -> InboxPage:
    """The messages that were kept, newest first."""
    wanted = store.Wanted(to, channel, search)
    rows = await store.latest(conn, limit + 1, wanted, _place(after) if after else None)
    lines = [InboxLine(key=str(_key(row)), **row) for row in rows[:limit]]
    more = f"{lines[-1].at.astimezone(UTC):%Y%m%dT%H%M%S.%f}/{lines[-1].key}" if len(rows) > limit else None
    return InboxPage(messages=lines, next=more)


@router.get("/{key}")
async def read_message(conn: Transaction, key: str) -> InboxMessage:
    """One message with its texts."""
    place = DeliveryKey.parse(key)
    row = await store.message(conn, place)
    if row is None:
        raise NotFound("message", key)
    return InboxMessage(key=key, text=row["body"], origin=_origin(place, await store.origin(conn, place)), **row)


def _origin(place: DeliveryKey, row: Row | None) -> Origin | None:
    if row is None:
        return None
    person = str(Ref(place.shard, row["person"]))
    return Origin(person=person, key=row["key"], journey=row["journey"], journey_id=row["slug"], step=row["step"])


def _key(row: Row) -> DeliveryKey:
    return DeliveryKey(row["shard"], row["participant"], row["step"])


def _place(after: str) -> tuple[datetime, DeliveryKey]:
    moment, _, key = after.partition("/")
    try:
        return datetime.strptime(moment, "%Y%m%dT%H%M%S.%f").replace(tzinfo=UTC), DeliveryKey.parse(key)
    except (ValueError, NotFound) as error:
        problem = Problem("page", "after", "This is no place in the list.", "Give the `next` of the page before.")
        raise Invalid(str(problem), [problem]) from error
