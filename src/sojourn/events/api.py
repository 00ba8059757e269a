"""Routes of events: what happened to people is told here, one event or many in a call; all are written, or none.

Triggers, the declared events, have a `readiness` once they are Ready to use.
"""

from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Body, Depends, Query, status
from pydantic import AwareDatetime, BaseModel, Discriminator, Field, Tag

from sojourn.access.caller import Caller
from sojourn.access.request import Now, Transaction
from sojourn.db.connect import Connection, Row
from sojourn.db.shards import shard_of
from sojourn.events import store
from sojourn.events.check import check_name, check_properties, check_texts, check_time, typed
from sojourn.events.model import DeliveryRef, Event, Trigger, TriggerDeclaration, TriggerState
from sojourn.kit.errors import Invalid, NotFound, Problem
from sojourn.kit.ids import Ref, new_event_id
from sojourn.kit.model import Document
from sojourn.people.model import AttributeType
from sojourn.people.store import people_by_id, people_by_key, person, ref_of

router = APIRouter(tags=["events"])


class PersonKey(Document):
    audience: str
    key: str


class NewEvent(Document):
    person: str | PersonKey = Field(description="A reference such as `37-10234`, or audience and key.")
    name: str = Field(description="Such as `cart.abandoned`, or an interaction such as `email.clicked`.")
    at: AwareDatetime | None = Field(None, description="When it happened; without it, now.")
    id: str | None = Field(None, description="Sending an id again changes nothing, so a call can be repeated safely.")
    properties: dict[str, Any] = Field(
        default_factory=dict, description="Of a trigger that is Ready to use, those that it declares have its types."
    )
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


@router.post("/events", status_code=status.HTTP_201_CREATED)
async def append_events(given: NewEvents, conn: Transaction, now: Now) -> Appended:
    """Records one event or up to 1000. If one of them cannot be, none is, and every problem is named with its place."""
    places = {f"/{index}": one for index, one in enumerate(given)} if isinstance(given, list) else {"": given}
    people = await _people(conn, list(places.values()))
    deliveries = await store.recipients(conn, _deliveries(list(places.values())))
    triggers = await store.ready_triggers(conn, {one.name for one in places.values()})
    problems: list[Problem] = []
    events: list[Event] = []
    for (where, one), found in zip(places.items(), people, strict=True):
        problems.extend(_problems(one, where, now))
        problems.extend(_missing(one, where, found, deliveries))
        properties, mistyped = typed(one.properties, triggers.get(one.name, {}), where)
        problems.extend(mistyped)
        if found is not None and not problems:
            events.append(_event(one, found, properties, now))
    if problems:
        raise Invalid("No event was recorded.", problems)
    accepted = await store.append(conn, events, now)
    return Appended(accepted=accepted, duplicates=len(events) - accepted, ids=[event.id for event in events])


@router.get("/events")
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


def _event(given: NewEvent, found: Ref, properties: Mapping[str, Any], now: datetime) -> Event:
    delivery = _delivery(given)
    return Event(given.id or new_event_id(), found, given.name, given.at or now, properties, delivery, given.link)


# ---------------------------------------------------------------------------------------------------- triggers


users_of_trigger: list[Callable[[Connection, str], Awaitable[Sequence[str]]]] = []
"""Who needs a trigger as it is (J10): folders that stand after this one know, and `app` puts their answers here."""


async def _used_by(name: str, conn: Transaction) -> list[str]:
    """Nobody begins to use it until the transaction ends."""
    await store.lock_trigger(conn, name)
    return [user for ask in users_of_trigger for user in await ask(conn, name)]


UsedBy = Annotated[Sequence[str], Depends(_used_by)]


class NewTrigger(TriggerDeclaration):
    name: str = Field(description="As events are called.", examples=["order.placed"])
    ready: bool = Field(False, description="Make it Ready to use at once.")

    @property
    def declaration(self) -> TriggerDeclaration:
        return TriggerDeclaration.model_validate(self.model_dump(exclude={"name", "ready"}))


class TriggerAnswer(BaseModel):
    name: str
    audience: str
    description: str
    attributes: dict[str, AttributeType]
    state: TriggerState
    created_at: datetime
    ready_at: datetime | None
    ready_by: str | None


@router.get("/triggers")
async def list_triggers(conn: Transaction) -> list[TriggerAnswer]:
    """All triggers by name."""
    return [_told(found) for found in await store.triggers(conn)]


@router.post("/triggers", status_code=status.HTTP_201_CREATED)
async def create_trigger(given: NewTrigger, conn: Transaction, now: Now, who: Caller) -> TriggerAnswer:
    """Declares an event that journeys may be started by and wait for: a draft, or Ready to use."""
    made = await store.create_trigger(conn, given.name, given.declaration, now)
    return _told(await store.make_trigger_ready(conn, given.name, who.name, now) if given.ready else made)


@router.get("/triggers/{name}")
async def read_trigger(name: str, conn: Transaction) -> TriggerAnswer:
    """One trigger."""
    return _told(await store.trigger(conn, name))


@router.put("/triggers/{name}")
async def change_trigger(name: str, given: TriggerDeclaration, conn: Transaction, used_by: UsedBy) -> TriggerAnswer:
    """Declares it anew. While a live journey uses it, it can only gain attributes; the refusal names those journeys."""
    return _told(await store.change_trigger(conn, name, given, used_by))


@router.delete("/triggers/{name}", status_code=status.HTTP_204_NO_CONTENT)
async def delete_trigger(name: str, conn: Transaction, used_by: UsedBy) -> None:
    """Deletes the declaration; events of that name stay. Refused while a live journey uses it, with their names."""
    await store.delete_trigger(conn, name, used_by)


@router.post("/triggers/{name}/readiness", status_code=status.HTTP_201_CREATED)
async def make_trigger_ready(name: str, conn: Transaction, now: Now, who: Caller) -> TriggerAnswer:
    """From now on journeys that use it can be published, and events of its name are held to its attributes' types."""
    return _told(await store.make_trigger_ready(conn, name, who.name, now))


def _told(found: Trigger) -> TriggerAnswer:
    return TriggerAnswer(
        name=found.name,
        **found.declaration.model_dump(),
        state=found.state,
        created_at=found.created_at,
        ready_at=found.ready_at,
        ready_by=found.ready_by,
    )
