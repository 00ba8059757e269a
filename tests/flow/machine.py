"""A worker without its loops, for stories of many people on many days: the test says what time it is, and everything
that is due by then is done when the call returns. Several of them can share a database, each with its own leases.

Channels are real: the inbox, unless the test brings others.
"""

from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from builders import a_contact, a_workspace, publish
from served import SetClock
from sojourn.analytics import store as analytics
from sojourn.analytics.model import StepNumbers
from sojourn.analytics.verify import verify
from sojourn.app.worker import Worker
from sojourn.channels.inbox.send import InboxChannel
from sojourn.db.connect import Connection, Pool, Row, transaction
from sojourn.delivery.model import Channel, Kind
from sojourn.delivery.write import Addresses, Writer
from sojourn.engine.owner import Owner
from sojourn.journeys.model import JourneyDocument
from sojourn.journeys.store import Version, newest
from sojourn.kit.ids import Ref
from sojourn.people.store import person_by_key, ref_of
from sojourn.tracking.links import ContentLink, Links
from sojourn.tracking.store import signing_key

T0 = datetime(2026, 12, 1, 9, tzinfo=UTC)
PUBLIC_URL = "https://go.x.example"


@dataclass(frozen=True)
class Machine:
    """`clock` shows T0 at first, and from then on what the machine was last moved to."""

    pool: Pool
    clock: SetClock
    owner: Owner
    worker: Worker

    def transaction(self) -> AbstractAsyncContextManager[Connection]:
        return transaction(self.pool)

    async def settle(self) -> datetime | None:
        """Everything that is due at the present time is done; returns when the next thing is."""
        while True:
            done = await self.worker.round(self.clock.at)
            if not done.worked and not done.offered:
                return done.later
            await self.worker.rest()

    async def move_to(self, instant: datetime) -> None:
        """Time goes on from due to due, as the worker moves the virtual clock."""
        while (later := await self.settle()) is not None and later <= instant:
            self.clock.at = later
        self.clock.at = instant
        await self.settle()

    async def prepare(self, people: int = 0) -> None:
        """The workspace of `builders.a_workspace`, and contacts called p0, p1, ..."""
        async with self.transaction() as conn:
            await a_workspace(conn, self.clock.at)
            for number in range(people):
                await a_contact(conn, f"p{number}", self.clock.at)
        await self.settle()

    async def launch(self, document: JourneyDocument) -> Version:
        """Publishes a journey and lets it go as far as it can at once."""
        async with self.transaction() as conn:
            version = await publish(conn, document, self.clock.at)
        await self.settle()
        return version

    async def person(self, key: str) -> Ref:
        async with self.transaction() as conn:
            return ref_of(await person_by_key(conn, "contact", key))

    async def way(self, key: str) -> list[tuple[str, str | None]]:
        """(step, outcome) of each visit of a contact, in the order of the journey."""
        person = await self.person(key)
        async with self.transaction() as conn:
            visits, _ = await analytics.timeline(conn, person, 0)
        return [(visit["step"], visit["outcome"] or visit["exit_reason"]) for visit in visits]

    async def numbers(self, journey: str = "launch") -> dict[str, StepNumbers]:
        async with self.transaction() as conn:
            found = await analytics.numbers(conn, await newest(conn, journey), self.clock.at)
        return {step.step: step for step in found.steps}

    async def state(self, journey: str = "launch") -> str:
        async with self.transaction() as conn:
            return (await newest(conn, journey)).state

    async def rows(self, query: str, *parameters: Any) -> list[Row]:
        async with self.transaction() as conn:
            return await (await conn.execute(query.encode(), parameters)).fetchall()

    async def faults(self) -> list[str]:
        """What does not add up, over all shards."""
        return (await verify(self.pool)).faults


@asynccontextmanager
async def machine(
    pool: Pool, name: str = "machine", channels: Sequence[Channel] = (), clock: SetClock | None = None
) -> AsyncIterator[Machine]:
    """Begins with its fair share of the shards; a channel given for a kind takes the place of the inbox."""
    clock = clock or SetClock()
    owner = Owner(pool, name)
    worker = Worker(pool, "", clock, owner, virtual=False)
    kinds: tuple[Kind, ...] = ("email", "text", "push")
    by_kind: dict[str, Channel] = {kind: InboxChannel(pool, kind) for kind in kinds}
    by_kind |= {channel.kind: channel for channel in channels}
    worker.employ(by_kind.values(), await a_writer(pool), at_once=4)
    await worker.keep_leases()
    try:
        yield Machine(pool, clock, owner, worker)
    finally:
        await worker.rest()
        await owner.leave()


async def a_writer(pool: Pool) -> Writer:
    async with transaction(pool) as conn:
        key = await signing_key(conn)
    links = Links(key, PUBLIC_URL)
    addresses = Addresses(
        click=lambda delivery, version, place: links.click(delivery, ContentLink(version, place)),
        open=links.open,
        unsubscribe=links.unsubscribe,
    )
    return Writer(addresses, PUBLIC_URL, key)
