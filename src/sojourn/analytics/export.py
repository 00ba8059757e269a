"""Everything that is known about one person, in one document (rule A4): for whoever asks what is kept of them."""

from collections import defaultdict
from datetime import datetime
from typing import Any

from pydantic import BaseModel, Field

from sojourn.analytics import store
from sojourn.db.connect import Connection, Row
from sojourn.delivery.model import DeliveryKey, Kind
from sojourn.events.store import newest_events
from sojourn.kit.ids import Ref
from sojourn.people import store as people
from sojourn.people.model import ConsentState, Purpose


class Consent(BaseModel):
    purpose: Purpose
    state: ConsentState
    source: str
    changed_at: datetime


class Address(BaseModel):
    """One that the person has, or was written to at. What was said belongs to it, whoever else has it."""

    channel: Kind
    address: str
    consents: list[Consent]
    suppressed: str | None = Field(description="Why nothing is sent to it, if that is so.")
    suppressed_since: datetime | None


class Membership(BaseModel):
    segment: str
    since: datetime
    until: datetime | None


class KnownEvent(BaseModel):
    id: str
    name: str
    at: datetime
    received_at: datetime
    properties: dict[str, Any]
    delivery: str | None = Field(description="The message that it belongs to.")
    link: str | None
    automated: bool


class KnownVisit(BaseModel):
    step: str
    kind: str
    entered_at: datetime
    left_at: datetime | None
    outcome: str | None
    exit_reason: str | None
    cause: dict[str, Any] | None


class Participation(BaseModel):
    """One way through one run, or why the person did not enter."""

    id: str
    journey: str
    version: int
    run: int
    trigger: str | None = Field(description="The event that started it.")
    entered_at: datetime
    left_at: datetime | None
    exit_reason: str | None
    visits: list[KnownVisit]


class KnownDelivery(BaseModel):
    key: str
    journey: str
    step: str
    channel: Kind
    content: str | None
    state: str
    reason: str | None
    address: str | None
    tracked: bool | None
    attempts: int
    not_before: datetime
    handed_at: datetime | None
    settled_at: datetime | None
    answer: str | None
    provider_id: str | None


class KeptMessage(BaseModel):
    """What the inbox kept instead of sending it."""

    key: str
    channel: Kind
    address: str
    subject: str | None
    body: str
    html: str | None
    link: str | None
    at: datetime


class PersonExport(BaseModel):
    id: str
    audience: str
    key: str
    attributes: dict[str, Any]
    created_at: datetime
    changed_at: datetime
    addresses: list[Address]
    segments: list[Membership]
    events: list[KnownEvent]
    participations: list[Participation]
    deliveries: list[KnownDelivery]
    messages: list[KeptMessage]


async def export(conn: Connection, person: Ref) -> PersonExport:
    """Raises NotFound; of somebody who was deleted nothing is known that is theirs."""
    found = await people.person(conn, person)
    known = await store.known_of(conn, person)

    def key(row: Row) -> str | None:
        return str(DeliveryKey(person.shard, row["participant"], row["step"])) if row["participant"] else None

    return PersonExport(
        **{**found, "id": str(person)},
        addresses=[Address(**row) for row in known["addresses"]],
        segments=[Membership(**row) for row in known["memberships"]],
        events=[KnownEvent(**{**row, "delivery": key(row)}) for row in await newest_events(conn, person, None)],
        participations=_participations(person, known),
        deliveries=[
            KnownDelivery(**{**row, "key": key(row), "journey": row["slug"], "step": row["step_name"]})
            for row in known["deliveries"]
        ],
        messages=[KeptMessage(**{**row, "key": key(row)}) for row in known["messages"]],
    )


def _participations(person: Ref, known: dict[str, list[Row]]) -> list[Participation]:
    visits: defaultdict[int, list[KnownVisit]] = defaultdict(list)
    for row in known["visits"]:
        visits[row["participant"]].append(KnownVisit(**row))
    return [
        Participation(
            **{**row, "id": str(Ref(person.shard, row["id"])), "journey": row["slug"], "visits": visits[row["id"]]}
        )
        for row in known["participations"]
    ]
