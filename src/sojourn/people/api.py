"""Routes of people: audiences and their attributes, persons, imports, and what addresses consent to."""

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, File, Form, Query, UploadFile, status
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, Field, Json

from sojourn.access.caller import Caller
from sojourn.access.request import Now, Served, Transaction
from sojourn.db.connect import Pool, Row, transaction
from sojourn.kit.ids import Ref
from sojourn.kit.model import Document
from sojourn.people import store
from sojourn.people.jobs import import_csv
from sojourn.people.match import Order
from sojourn.people.model import AttributeType, Audience, Channel, ConsentState, Purpose
from sojourn.people.render import csv_line

router = APIRouter(tags=["people"])

LARGEST_FILE = 4 * 1024**3
"""Bytes of one import."""

# ---------------------------------------------------------------------------------------------------- audiences


class AudienceAnswer(BaseModel):
    name: str
    label: str
    email_attribute: str | None
    phone_attribute: str | None
    zone_attribute: str | None
    attributes: dict[str, AttributeType] = Field(description="The type of each attribute, by its name.")


class CountedAudience(AudienceAnswer):
    people: int


class AudienceChange(Document):
    """What is left out stays as it is; null means that no attribute holds it."""

    label: Annotated[str, Field(min_length=1, max_length=100)] = ""
    email_attribute: str | None = None
    phone_attribute: str | None = None
    zone_attribute: str | None = None


class Declaration(Document):
    type: AttributeType


@router.get("/audiences")
async def list_audiences(conn: Transaction) -> list[AudienceAnswer]:
    """The audiences and their attributes."""
    return [_audience(one) for one in await store.audiences(conn)]


@router.get("/audiences/{name}")
async def read_audience(name: str, conn: Transaction) -> CountedAudience:
    """One audience, its attributes, and how many people it has."""
    found = await store.audience(conn, name)
    return CountedAudience(**vars(found), people=await store.count_people(conn, name))


@router.patch("/audiences/{name}")
async def change_audience(name: str, given: AudienceChange, conn: Transaction) -> AudienceAnswer:
    """Changes the label, or which attributes hold the email address, the phone number and the time zone."""
    return _audience(await store.change_audience(conn, name, given.model_dump(exclude_unset=True)))


@router.put("/audiences/{name}/attributes/{attribute}")
async def declare_attribute(name: str, attribute: str, given: Declaration, conn: Transaction) -> AudienceAnswer:
    """Declares an attribute. Its type is final: values are kept in the form of their type."""
    return _audience(await store.declare_attributes(conn, name, {attribute: given.type}))


def _audience(found: Audience) -> AudienceAnswer:
    return AudienceAnswer(**vars(found))


# ---------------------------------------------------------------------------------------------------- people


class PersonAnswer(BaseModel):
    id: str = Field(description="The reference, such as `37-10234`.")
    audience: str
    key: str
    attributes: dict[str, Any]
    created_at: datetime
    changed_at: datetime


class PeoplePage(BaseModel):
    people: list[PersonAnswer]
    next: str | None = Field(description="Give it as `after` to get the next page; null on the last one.")


class GivenPerson(Document):
    audience: str
    key: str = Field(description="What the person is known by elsewhere: a CRM id, or the email address.")
    attributes: dict[str, Any] = Field(default_factory=dict, description="null removes one; what is left out stays.")


@router.get("/people")
async def list_people(
    conn: Transaction,
    audience: str,
    search: str = "",
    after: str | None = None,
    limit: Annotated[int, Query(ge=1, le=1000)] = 50,
) -> PeoplePage:
    """A page of an audience; with `search`, those of whom each word begins the key or an attribute."""
    of = (await store.audience(conn, audience)).name
    rows = await store.search_people(conn, of, search, Ref.parse(after) if after else None, limit + 1)
    more = str(store.ref_of(rows[limit - 1])) if len(rows) > limit else None
    return PeoplePage(people=[_person(row) for row in rows[:limit]], next=more)


@router.post("/people")
async def identify_person(given: GivenPerson, conn: Transaction, now: Now) -> PersonAnswer:
    """Makes the person with this key, or changes the attributes that are given."""
    ref = await store.identify(conn, given.audience, given.key, given.attributes, now)
    return _person(await store.person(conn, ref))


# ---------------------------------------------------------------------------------------------------- imports


class ImportAnswer(BaseModel):
    id: int
    audience: str
    source: str
    started_at: datetime
    started_by: str
    finished_at: datetime | None = Field(description="null while it runs, and for ever if its process was killed.")
    failure: str | None = Field(description="Why the file could not be read to its end; what was counted is kept.")
    rows: int = Field(description="The sum of the four that follow.")
    accepted: int = Field(description="Rows that made a new person.")
    updated: int
    unchanged: int
    rejected: int


class ImportForm(BaseModel):
    """What is told beside the file."""

    audience: str
    key: str = Field(description="The column that holds the external key.")
    mapping: Json[dict[str, str]] = Field(
        default_factory=dict, description="JSON object, column -> attribute; an empty text leaves the column out."
    )
    add_unknown_attributes: bool = Field(False, description="Declare attributes for columns that nothing is known of.")
    region: str | None = Field(None, description="Country (ISO 3166) of phone numbers without a country code.")


@router.post("/people/imports", status_code=status.HTTP_201_CREATED, max_body_size=LARGEST_FILE)
async def import_people(
    file: Annotated[UploadFile, File(description="CSV in UTF-8 whose first line names the columns.")],
    form: Annotated[ImportForm, Form()],
    services: Served,
    who: Caller,
) -> ImportAnswer:
    """Imports a CSV file and answers when it is done. Importing a file again changes nothing twice."""
    order = Order(source=file.filename or "upload", who=who.name, **form.model_dump())
    return ImportAnswer(**await import_csv(services.pool, services.clock, file.file, order))


class Imports(BaseModel):
    imports: list[ImportAnswer]


@router.get("/people/imports")
async def list_imports(conn: Transaction, limit: Annotated[int, Query(ge=1, le=100)] = 20) -> Imports:
    """The newest imports; one that runs says how far it is."""
    return Imports(imports=[ImportAnswer(**row) for row in await store.imports(conn, limit)])


@router.get("/people/imports/{import_id}")
async def read_import(import_id: int, conn: Transaction) -> ImportAnswer:
    """What an import came to, or how far it is."""
    return ImportAnswer(**await store.people_import(conn, import_id))


@router.get("/people/imports/{import_id}/rejected", response_class=StreamingResponse)
async def download_rejected_rows(import_id: int, conn: Transaction, services: Served) -> StreamingResponse:
    """The rows that were not accepted, as CSV: number, reason, and the row's own cells."""
    await store.people_import(conn, import_id)
    headers = {"Content-Disposition": f'attachment; filename="rejected-{import_id}.csv"'}
    return StreamingResponse(_rejected_lines(services.pool, import_id), media_type="text/csv", headers=headers)


async def _rejected_lines(pool: Pool, import_id: int) -> AsyncIterator[str]:
    """Page by page, each in a transaction of its own, so that a slow reader holds nothing."""
    after = 0
    while True:
        async with transaction(pool) as conn:
            rows = await store.rejected_rows(conn, import_id, after, 1000)
        if rows and not after:
            yield csv_line(["row", "reason", *(column for column, _ in rows[0]["content"])])
        yield "".join(csv_line([str(row["row"]), row["reason"], *(cell for _, cell in row["content"])]) for row in rows)
        if not rows:
            return
        after = rows[-1]["row"]


@router.get("/people/{person}")
async def read_person(person: str, conn: Transaction) -> PersonAnswer:
    """One person by reference."""
    return _person(await store.person(conn, Ref.parse(person)))


@router.delete("/people/{person}", status_code=status.HTTP_204_NO_CONTENT)
async def delete_person(person: str, conn: Transaction) -> None:
    """Deletes a person for good. They leave every journey, and what is known of them is erased, a moment later; what
    they did stays counted."""
    await store.delete_person(conn, Ref.parse(person))


def _person(row: Row) -> PersonAnswer:
    return PersonAnswer(**{**row, "id": str(store.ref_of(row))})


# ---------------------------------------------------------------------------------------------------- contact points


class ConsentAnswer(BaseModel):
    channel: Channel
    address: str
    purpose: Purpose
    state: ConsentState
    source: str
    changed_at: datetime


class GivenConsent(Document):
    channel: Channel
    address: str
    purpose: Purpose
    state: ConsentState
    source: str | None = Field(None, max_length=200, description="Where it was said; without it, who calls.")


class SuppressionAnswer(BaseModel):
    channel: Channel
    address: str
    reason: str
    since: datetime


class GivenSuppression(Document):
    channel: Channel
    address: str
    reason: str = Field("manual", min_length=1, max_length=200)


@router.get("/consents")
async def list_consents(channel: Channel, address: str, conn: Transaction) -> list[ConsentAnswer]:
    """What the owner of an address agreed to and refused; what is not listed was never asked."""
    return [ConsentAnswer(**row) for row in await store.consents(conn, channel, address)]


@router.put("/consents")
async def set_consent(given: GivenConsent, conn: Transaction, now: Now, who: Caller) -> ConsentAnswer:
    """Records what the owner of an address said last."""
    said = given.model_dump() | {"source": given.source or who.name}
    return ConsentAnswer(**await store.set_consent(conn, **said, now=now))


@router.get("/suppressions")
async def list_suppressions(
    channel: Channel,
    conn: Transaction,
    address: str | None = None,
    after: Annotated[str, Query(description="The last address of the page before.")] = "",
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
) -> list[SuppressionAnswer]:
    """A page of the addresses that nothing is sent to, in their order, or the one that is asked for."""
    return [SuppressionAnswer(**row) for row in await store.suppressions(conn, channel, address, after, limit)]


@router.put("/suppressions")
async def suppress_address(given: GivenSuppression, conn: Transaction, now: Now) -> SuppressionAnswer:
    """Sends nothing to an address any more. One that is suppressed already keeps its first reason."""
    return SuppressionAnswer(**await store.suppress(conn, given.channel, given.address, given.reason, now))


@router.delete("/suppressions", status_code=status.HTTP_204_NO_CONTENT)
async def lift_suppression(channel: Channel, address: str, conn: Transaction) -> None:
    """Lets an address be written to again."""
    await store.lift_suppression(conn, channel, address)
