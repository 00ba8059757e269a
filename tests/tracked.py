"""People who were sent a mail with links, and a server that the links come back to."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import httpx2
from fastapi import FastAPI
from psycopg.types.json import Jsonb

from sojourn.access.request import Services
from sojourn.db.connect import Connection, Pool, Row, transaction
from sojourn.delivery.model import DeliveryKey
from sojourn.kit.settings import Settings
from sojourn.tracking.api import router
from sojourn.tracking.links import ContentLink
from sojourn.tracking.request import Tracking, open_tracking

AT = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)
BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0"
LINKS = [
    {"id": "product", "url": "https://shop.example/product?a=1&b=ü", "text": "Product"},
    {"id": "mine", "url": "https://shop.example/{{ person.first_name }}", "text": "Mine"},
    {"id": "order", "url": "https://shop.example/?worth={{ trigger.amount }}", "text": "Order"},
]


class SetClock:
    """A clock that shows what the test sets."""

    def __init__(self) -> None:
        self.at = AT

    async def now(self) -> datetime:
        return self.at


@dataclass(frozen=True)
class Served:
    """`path` gives the path of a link; what is asked is asked by a browser unless the test says otherwise."""

    pool: Pool
    clock: SetClock
    tracking: Tracking
    client: httpx2.AsyncClient
    version: int

    def click(self, key: DeliveryKey, place: int = 0) -> str:
        return urlsplit(self.tracking.links.click(key, ContentLink(self.version, place))).path

    def picture(self, key: DeliveryKey) -> str:
        return urlsplit(self.tracking.links.open(key)).path

    def way_out(self, key: DeliveryKey) -> str:
        return urlsplit(self.tracking.links.unsubscribe(key)).path

    async def events(self) -> list[Row]:
        return await events(self.pool)


@asynccontextmanager
async def served(pool: Pool, data: Path, clock: SetClock | None = None) -> AsyncIterator[Served]:
    clock = clock or SetClock()
    services = Services(pool=pool, clock=clock, settings=Settings(data=data, public_url="https://go.example.com"))
    async with transaction(pool) as conn:
        version = await a_content_version(conn)
    app = FastAPI()
    app.include_router(router)
    async with open_tracking(services) as tracking:
        app.state.tracking = tracking
        transport = httpx2.ASGITransport(app=app)
        headers = {"User-Agent": BROWSER}
        async with httpx2.AsyncClient(
            transport=transport, base_url="https://go.example.com", headers=headers
        ) as client:
            yield Served(pool, clock, tracking, client, version)


async def a_content_version(conn: Connection) -> int:
    """One content, Ready to send, with LINKS; the same one if it is there already."""
    content = "insert into content (name, kind, audience, created_at) values ('hello', 'email', 'contact', %s)"
    await conn.execute(f"{content} on conflict do nothing", [AT])
    await conn.execute(
        "insert into content_version (content, number, document, changed_at, compiled, ready_at, ready_by) "
        "select id, 1, '{}', %s, %s, %s, 'ada' from content on conflict do nothing",
        [AT, Jsonb({"kind": "email", "links": LINKS}), AT],
    )
    row = await (await conn.execute("select id from content_version")).fetchone()
    assert row is not None
    version: int = row["id"]
    return version


async def a_delivery(pool: Pool, number: int = 1, handed_at: datetime = AT - timedelta(hours=1)) -> DeliveryKey:
    """A mail to a person of this number, whose first name has to be escaped."""
    key = DeliveryKey(number % 64, 1000 + number, 5)
    address = f"person{number}@example.com"
    async with transaction(pool) as conn:
        await conn.execute(
            "insert into person (shard, id, audience, key, attributes, created_at, changed_at) "
            "values (%s, %s, 'contact', %s, %s, %s, %s)",
            [key.shard, number, address, Jsonb({"email": address, "first_name": "Zoë/1"}), AT, AT],
        )
        await conn.execute(
            "insert into delivery (shard, participant, step, run, person, channel, content, state, not_before, "
            "address, handed_at) values (%s, %s, %s, 1, %s, 'email', 1, 'sent', %s, %s, %s)",
            [*key, number, AT, address, handed_at],
        )
    return key


async def events(pool: Pool) -> list[Row]:
    async with transaction(pool) as conn:
        return await (await conn.execute("select * from event order by at, id")).fetchall()
