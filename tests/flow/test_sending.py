"""Senders when something goes wrong between claiming and recording: nothing twice, nothing left `sending` (D3)."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime

import psycopg
import pytest
from machine import T0, a_writer

from builders import a_contact, a_workspace, journey, publish, sends, waits
from served import SetClock
from sojourn.db.connect import Connection, Pool, Row, open_pool, transaction
from sojourn.db.shards import shard_of
from sojourn.delivery import jobs
from sojourn.delivery import store as delivery
from sojourn.delivery.jobs import Dispatcher
from sojourn.delivery.model import Accepted, Kind, Message, Result
from sojourn.delivery.write import Prepared
from sojourn.engine.jobs import turn
from sojourn.engine.owner import Owner


class Outside:
    """A channel whose every batch does what the test says."""

    repeatable = False
    kind: Kind = "email"
    name = "outside"

    def __init__(self, act: Callable[[Sequence[Message]], Awaitable[Sequence[Result]]] | None = None) -> None:
        self.sent: list[str] = []
        self._act = act

    async def send(self, batch: Sequence[Message]) -> Sequence[Result]:
        self.sent += [message.to for message in batch]
        return await self._act(batch) if self._act else [Accepted(None)] * len(batch)

    async def close(self) -> None:
        """Nothing is held open."""


class House:
    """One person waits for a mail; one worker's owner and dispatcher."""

    def __init__(self, pool: Pool, shard: int) -> None:
        self.pool, self.shard = pool, shard
        self.clock, self.owner = SetClock(), Owner(pool, "one")

    async def dispatcher(self, channel: Outside) -> Dispatcher:
        return Dispatcher(self.owner, channel, await a_writer(self.pool), self.clock, at_once=2, done=lambda: None)

    async def send(self, channel: Outside) -> None:
        dispatcher = await self.dispatcher(channel)
        dispatcher.offer([self.shard])
        await dispatcher.rest()

    async def delivery(self) -> Row:
        async with transaction(self.pool) as conn:
            row = await (await conn.execute("select * from delivery")).fetchone()
        assert row is not None
        return row

    async def renew(self) -> None:
        async def take_over(conn: Connection, shard: int) -> None:
            await delivery.take_over(conn, shard, [], self.clock.at)

        await self.owner.renew(take_over)


@pytest.fixture
async def house(pool: Pool) -> House:
    made = House(pool, shard_of("contact", "ada"))
    async with transaction(pool) as conn:
        await a_workspace(conn, T0)
        await a_contact(conn, "ada", T0)
        await publish(conn, journey(sends(), waits()), T0)
    await made.renew()
    await turn(made.owner, made.shard, T0)
    return made


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "PAUSE", 0)
    monkeypatch.setattr(jobs, "DATABASE_RETRY", 0)


async def test_a_mail_is_handed_over_and_recorded(house: House) -> None:
    channel = Outside()
    await house.send(channel)
    row = await house.delivery()
    assert (channel.sent, row["state"], row["handed_at"]) == (["ada@x.example"], "sent", T0)


async def test_a_channel_that_raises_leaves_a_doubt_and_is_not_asked_again(house: House) -> None:
    async def raises(batch: Sequence[Message]) -> Sequence[Result]:
        raise RuntimeError("a defect of the channel")

    channel = Outside(raises)
    for _ in range(2):
        await house.send(channel)
    row = await house.delivery()
    assert (row["state"], row["reason"], row["answer"]) == (
        "unknown",
        "answer_lost",
        "RuntimeError: a defect of the channel",
    )
    assert channel.sent == ["ada@x.example"]


async def test_a_channel_that_does_not_answer_for_each_message_leaves_a_doubt(house: House) -> None:
    async def forgets(batch: Sequence[Message]) -> Sequence[Result]:
        return []

    await house.send(Outside(forgets))
    assert (await house.delivery())["state"] == "unknown"


async def test_a_defect_in_writing_is_no_answer_about_the_person(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(prepared: Prepared, item: object, now: datetime) -> Message:
        raise ZeroDivisionError("a defect of ours")

    channel = Outside()
    with monkeypatch.context() as broken:
        broken.setattr(Prepared, "write", fails)
        await house.send(channel)
    row = await house.delivery()
    assert (row["state"], row["reason"], row["answer"]) == ("queued", "put_off", "ZeroDivisionError: a defect of ours")
    house.clock.at = row["not_before"]
    await house.send(channel)
    assert (channel.sent, (await house.delivery())["state"]) == (["ada@x.example"], "sent")


async def test_an_answer_waits_for_the_database(house: House) -> None:
    """The clock is in the database too: it cannot be read while that is away."""
    away = iter([True, True])
    real = house.clock.now

    async def now() -> datetime:
        if channel.sent and next(away, False):
            raise psycopg.OperationalError("the database is away")
        return await real()

    channel = Outside()
    house.clock.now = now  # type: ignore[method-assign]
    await house.send(channel)
    assert (channel.sent, (await house.delivery())["state"]) == (["ada@x.example"], "sent")


async def test_a_claim_whose_commit_was_not_answered_is_taken_back(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the connection does not tell: it was committed, and then the connection broke."""
    channel, dispatcher = Outside(), await house.dispatcher(Outside())
    real = Owner.act

    with monkeypatch.context() as broken:
        broken.setattr(Owner, "act", lambda owner, shard: _breaks_after(real(owner, shard)))
        dispatcher.offer([house.shard])
        await dispatcher.rest()
    assert (await house.delivery())["state"] == "sending"
    dispatcher.channel = channel
    dispatcher.offer([house.shard])
    await dispatcher.rest()
    row = await house.delivery()
    assert (channel.sent, row["state"], row["attempts"]) == (["ada@x.example"], "sent", 2)


class _breaks_after:  # noqa: N801 - reads as what it does
    def __init__(self, act: object) -> None:
        self._act = act

    async def __aenter__(self) -> Connection:
        conn: Connection = await self._act.__aenter__()  # type: ignore[attr-defined]
        return conn

    async def __aexit__(self, *error: object) -> None:
        await self._act.__aexit__(*error)  # type: ignore[attr-defined]
        raise psycopg.OperationalError("the connection broke after the commit")


async def test_an_answer_that_comes_after_the_shard_was_taken_is_not_recorded(house: House, database: str) -> None:
    async with open_pool(database, size=2) as elsewhere:
        heir = House(elsewhere, house.shard)

        async def is_taken_meanwhile(batch: Sequence[Message]) -> Sequence[Result]:
            async with transaction(elsewhere) as conn:
                await conn.execute("update lease set expires_at = '-infinity'")
                await conn.execute("delete from worker")
            heir.owner = Owner(elsewhere, "two")
            await heir.renew()
            return [Accepted("too late")] * len(batch)

        await house.send(Outside(is_taken_meanwhile))
        row = await house.delivery()
        assert (row["state"], row["reason"], row["provider_id"]) == ("unknown", "worker_lost", None)
        assert house.shard not in house.owner.shards
        after = Outside()
        await heir.send(after)
        assert after.sent == []


async def test_a_shard_whose_messages_are_out_is_kept_when_another_worker_comes(house: House, database: str) -> None:
    async with open_pool(database, size=2) as elsewhere:
        other = House(elsewhere, house.shard)
        other.owner = Owner(elsewhere, "two")

        async def another_comes(batch: Sequence[Message]) -> Sequence[Result]:
            for worker in (other, house, other):
                await worker.renew()
            return [Accepted("id-1")] * len(batch)

        await house.send(Outside(another_comes))
        assert (await house.delivery())["provider_id"] == "id-1"
        assert (len(other.owner.shards), house.shard in house.owner.shards) == (32, True)


async def test_closing_lets_what_is_out_come_back_and_begins_nothing_new(house: House) -> None:
    handed, answered = asyncio.Event(), asyncio.Event()

    async def slow(batch: Sequence[Message]) -> Sequence[Result]:
        handed.set()
        await answered.wait()
        return [Accepted("id-1")] * len(batch)

    dispatcher = await house.dispatcher(Outside(slow))
    dispatcher.offer([house.shard])
    await handed.wait()
    closing = asyncio.create_task(dispatcher.close())
    await asyncio.sleep(0)
    assert not closing.done()
    answered.set()
    await closing
    assert ((await house.delivery())["provider_id"], dispatcher.idle) == ("id-1", True)


async def test_a_sender_whose_shard_is_gone_stops_at_once(house: House) -> None:
    await house.owner.leave()
    channel = Outside()
    await house.send(channel)
    assert (channel.sent, (await house.delivery())["state"]) == ([], "queued")


async def test_content_that_cannot_be_read_fails_its_messages_and_holds_up_no_others(house: House) -> None:
    async with transaction(house.pool) as conn:
        await conn.execute("update delivery set content = 12345")
    await house.send(Outside())
    row = await house.delivery()
    assert (row["state"], row["reason"]) == ("failed", "not_written")
    assert "12345" in row["answer"]
