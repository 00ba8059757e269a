"""Routes of segments: definitions, members, previews. A segment has a `publication` while it is live."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, status
from pydantic import BaseModel, Field

from sojourn.access.request import Now, Transaction
from sojourn.db.connect import Connection, Row
from sojourn.kit.ids import Ref
from sojourn.kit.model import Document
from sojourn.segments import store
from sojourn.segments.model import Condition, Segment, SegmentName, State

router = APIRouter(prefix="/segments", tags=["segments"])

SAMPLE = 10


users_of_segment: list[Callable[[Connection, str], Awaitable[Sequence[str]]]] = []
"""Who needs a segment to stay live (G4): folders that stand after this one know, and `app` puts their answers here."""


async def _used_by(name: str, conn: Transaction) -> list[str]:
    return [user for ask in users_of_segment for user in await ask(conn, name)]


UsedBy = Annotated[Sequence[str], Depends(_used_by)]


class Question(Document):
    """A condition, and the people it is asked about."""

    audience: str
    condition: Condition


class NewSegment(Question):
    name: SegmentName = Field(description="Words in lower case, joined by hyphens.", examples=["loyal-customers"])
    live: bool = Field(False, description="Make it live at once.")


class SegmentAnswer(BaseModel):
    name: str
    audience: str
    condition: Condition
    state: State
    created_at: datetime
    live_at: datetime | None
    stopped_at: datetime | None
    members: int = Field(description="How many people are members now; of a stopped segment, how many were at its end.")


class MatchAnswer(BaseModel):
    person: str = Field(description="The person's reference.", examples=["37-10234"])
    key: str
    attributes: dict[str, Any]


class MemberAnswer(MatchAnswer):
    since: datetime


class MembersPage(BaseModel):
    members: list[MemberAnswer]
    after: str | None = Field(description="Ask with it for the next page; null at the end.")


class PreviewAnswer(BaseModel):
    count: int
    sample: list[MatchAnswer]


@router.get("")
async def list_segments(conn: Transaction) -> list[SegmentAnswer]:
    """All segments by name, each with its number of members."""
    segments = await store.segments(conn)
    sizes = await store.sizes(conn, segments)
    return [_answer(segment, sizes[segment.id]) for segment in segments]


@router.post("", status_code=status.HTTP_201_CREATED)
async def create_segment(given: NewSegment, conn: Transaction, now: Now) -> SegmentAnswer:
    """Makes a draft, or a live segment, whose members the workers find within seconds."""
    made = await store.create(conn, given.name, given.audience, given.condition, now, live=given.live)
    return await _with_size(conn, made)


@router.post("/previews")
async def preview_segment(given: Question, conn: Transaction, now: Now) -> PreviewAnswer:
    """Asks a condition without saving it: how many people it holds for, exactly, and some of them."""
    count, sample = await store.preview(conn, given.audience, given.condition, now, SAMPLE)
    return PreviewAnswer(count=count, sample=[MatchAnswer(**_person(row)) for row in sample])


@router.get("/{name}")
async def read_segment(name: str, conn: Transaction) -> SegmentAnswer:
    """One segment."""
    return await _with_size(conn, await store.segment(conn, name))


@router.put("/{name}")
async def change_segment(name: str, given: Question, conn: Transaction) -> SegmentAnswer:
    """Changes the condition; a live segment is evaluated again. The audience can be changed while it is a draft."""
    return await _with_size(conn, await store.change(conn, name, given.audience, given.condition))


@router.delete("/{name}", status_code=status.HTTP_204_NO_CONTENT)
async def delete_segment(name: str, conn: Transaction, used_by: UsedBy) -> None:
    """Deletes a segment and its members. Refused while something live uses it, with the names of what does."""
    await store.delete(conn, name, used_by)


@router.post("/{name}/publication", status_code=status.HTTP_201_CREATED)
async def publish_segment(name: str, conn: Transaction, now: Now) -> SegmentAnswer:
    """Makes it live: from now on its members are kept right."""
    return await _with_size(conn, await store.publish(conn, name, now))


@router.delete("/{name}/publication")
async def stop_segment(name: str, conn: Transaction, now: Now, used_by: UsedBy) -> SegmentAnswer:
    """Stops it: its members stay as they are. Refused while something live uses it, with the names of what does."""
    return await _with_size(conn, await store.stop(conn, name, now, used_by))


@router.get("/{name}/members")
async def list_members(
    name: str, conn: Transaction, after: str = "0-0", limit: Annotated[int, Query(ge=1, le=1000)] = 100
) -> MembersPage:
    """A page of the members, in the order of their references."""
    rows = await store.members(conn, await store.segment(conn, name), Ref.parse(after), limit)
    members = [MemberAnswer(**_person(row), since=row["since"]) for row in rows]
    return MembersPage(members=members, after=members[-1].person if len(members) == limit else None)


async def _with_size(conn: Connection, segment: Segment) -> SegmentAnswer:
    return _answer(segment, (await store.sizes(conn, [segment]))[segment.id])


def _answer(segment: Segment, members: int) -> SegmentAnswer:
    return SegmentAnswer(
        name=segment.name,
        audience=segment.audience,
        condition=segment.condition,
        state=segment.state,
        created_at=segment.created_at,
        live_at=segment.live_at,
        stopped_at=segment.stopped_at,
        members=members,
    )


def _person(row: Row) -> dict[str, Any]:
    return {"person": str(Ref(row["shard"], row["person"])), "key": row["key"], "attributes": row["attributes"]}
