"""Routes of events: what happened to people is told here, one event or many in a call; all are written, or none."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Body, Query, status
from pydantic import AwareDatetime, BaseModel, Discriminator, Field, Tag

from sojourn.access.request import Now, Transaction
from sojourn.db.connect import Connection, Row
from sojourn.db.shards import shard_of
from sojourn.events import store
from sojourn.events.check import check_name, check_properties, check_texts, check_time
from sojourn.events.model import DeliveryRef, Event
from sojourn.kit.errors import Invalid, NotFound, Problem
from sojourn.kit.ids import Ref, new_event_id
from sojourn.kit.model import Document
from sojourn.people.store import people_by_id, people_by_key, person, ref_of

router = APIRouter(prefix="/events", tags=["events"])


class PersonKey(Document):
    audience: str
    key: str


class NewEvent(Document):
    person: str | PersonKey = Field(description="A reference such as `37-10234`, or audience and key.")
    name: str = Field(description="Such as `cart.abandoned`, or an interaction such as `email.clicked`.")
    at: AwareDatetime | None = Field(None, description="When it happened; without it, now.")
    id: str | None = Field(None, description="Sending an id again changes nothing, so a call can be repeated safely.")
    properties: dict[str, Any] = Field(default_factory=dict)
    delivery: str | None = Field(None, description="The message an interaction belongs to: `shard-participant.step`.")
    link: str | None = Field(None, description="The id of the link that was clicked.")


class Appended(BaseModel):
    accepted: int = Field(description="How many events are new.")
    duplicates: int = Field(description="How many have an id that was written before.")
    ids: list[str] = Field(description="The ids of all events of the call, in their order.")


class EventAnswer(BaseModel):
    id: str
    name: str
    at: datetime
    received_at: datetime
    properties: dict[str, Any]
    delivery: str | None
    link: str | None
    automated: bool = Field(description="Done by a machine, such as a link scanner: it moves nobody.")


def _shape(body: Any) -> str:
    return "many" if isinstance(body, list) else "one"


_One = Annotated[NewEvent, Tag("one")]
_Many = Annotated[Annotated[list[NewEvent], Field(min_length=1, max_length=1000)], Tag("many")]
NewEvents = Annotated[Annotated[_One | _Many, Discriminator(_shape)], Body()]


@router.post("", status_code=status.HTTP_201_CREATED)
async def append_events(given: NewEvents, conn: Transaction, now: Now) -> Appended:
    """Records one event or up to 1000. If one of them cannot be, none is, and every problem is named with its place."""
    places = {f"/{index}": one for index, one in enumerate(given)} if isinstance(given, list) else {"": given}
    people = await _people(conn, list(places.values()))
    deliveries = await store.recipients(conn, _deliveries(list(places.values())))
    problems: list[Problem] = []
    events: list[Event] = []
    for (where, one), found in zip(places.items(), people, strict=True):
        problems.extend(_problems(one, where, now))
        problems.extend(_missing(one, where, found, deliveries))
        if found is not None and not problems:
            events.append(_event(one, found, now))
    if problems:
        raise Invalid("No event was recorded.", problems)
    accepted = await store.append(conn, events, now)
    return Appended(accepted=accepted, duplicates=len(events) - accepted, ids=[event.id for event in events])


@router.get("")
async def list_events(
    person_ref: Annotated[str, Query(alias="person", description="A reference such as `37-10234`.")],
    conn: Transaction,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
) -> list[EventAnswer]:
    """A person's newest events, the newest first."""
    found = ref_of(await person(conn, Ref.parse(person_ref)))
    return [_answer(row) for row in await store.newest_events(conn, found, limit)]


def _answer(row: Row) -> EventAnswer:
    delivery = None
    if row["participant"] is not None:
        delivery = str(DeliveryRef(Ref(row["shard"], row["participant"]), row["step"]))
    return EventAnswer(**{**row, "delivery": delivery})


# ---------------------------------------------------------------------------------------------------- checks


def _problems(given: NewEvent, where: str, now: datetime) -> Iterator[Problem]:
    yield from check_name(given.name, has_delivery=given.delivery is not None, where=where)
    yield from check_time(given.at or now, now, where)
    yield from check_texts({"id": given.id, "link": given.link}, where)
    yield from check_properties(given.properties, where)


def _missing(given: NewEvent, where: str, found: Ref | None, deliveries: dict[DeliveryRef, Ref]) -> Iterator[Problem]:
    """What the event speaks of and is not there."""
    if found is None:
        named = given.person if isinstance(given.person, str) else f"{given.person.audience}, {given.person.key}"
        message = f"There is no person {named!r}."
        yield Problem("person_unknown", f"{where}/person", message, "Send the person first, to POST /api/v1/people.")
    delivery = _delivery(given)
    if given.delivery is not None and (delivery is None or delivery not in deliveries):
        message = f"There is no delivery {given.delivery!r}."
        yield Problem("delivery_unknown", f"{where}/delivery", message, "Name it as shard-participant.step.")
    elif delivery is not None and found is not None and deliveries[delivery] != found:
        message = f"The delivery {given.delivery!r} went to somebody else."
        yield Problem("delivery_of_another", f"{where}/delivery", message, "Name the person it went to.")


async def _people(conn: Connection, given: Sequence[NewEvent]) -> list[Ref | None]:
    """Whom each of the events is about, None for people who do not exist; one look-up per shard."""
    ids: dict[int, list[int]] = defaultdict(list)
    keys: dict[tuple[int, str], list[str]] = defaultdict(list)
    named = [_named(one) for one in given]
    for one in named:
        if isinstance(one, PersonKey):
            keys[shard_of(one.audience, one.key), one.audience].append(one.key)
        elif one is not None:
            ids[one.shard].append(one.id)
    known: dict[Ref | PersonKey | None, Ref] = {}
    for shard, asked in ids.items():
        known.update({ref: ref for ref in (Ref(shard, one) for one in await people_by_id(conn, shard, asked))})
    for (shard, audience), asked_keys in keys.items():
        for row in await people_by_key(conn, shard, audience, asked_keys):
            known[PersonKey(audience=audience, key=row["key"])] = ref_of(row)
    return [known.get(one) for one in named]


def _named(given: NewEvent) -> Ref | PersonKey | None:
    if isinstance(given.person, PersonKey):
        return given.person
    try:
        return Ref.parse(given.person)
    except NotFound:
        return None


def _deliveries(given: Sequence[NewEvent]) -> list[DeliveryRef]:
    return [delivery for one in given if (delivery := _delivery(one)) is not None]


def _delivery(given: NewEvent) -> DeliveryRef | None:
    if given.delivery is None:
        return None
    try:
        return DeliveryRef.parse(given.delivery)
    except NotFound:
        return None


def _event(given: NewEvent, found: Ref, now: datetime) -> Event:
    delivery = _delivery(given)
    return Event(given.id or new_event_id(), found, given.name, given.at or now, given.properties, delivery, given.link)
