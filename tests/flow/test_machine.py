"""Journeys of several people on a clock that the test sets: what the worker's parts come to together."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import timedelta

import pytest
from machine import T0, Machine, machine

from builders import a_contact, asks, journey, publish, sends, texts, waits, waits_until
from served import SetClock
from sojourn.db.connect import Pool, open_pool
from sojourn.delivery.model import Accepted, Kind, Message, Result, TryLater
from sojourn.events.model import DeliveryRef, Event
from sojourn.events.store import append
from sojourn.journeys import publish as publishing
from sojourn.kit.ids import Ref
from sojourn.people.store import set_consent
from sojourn.segments import store as segments
from sojourn.segments.model import CONDITION

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
GRACE = timedelta(seconds=5)


@pytest.fixture
async def house(pool: Pool) -> AsyncIterator[Machine]:
    async with machine(pool) as made:
        yield made


async def click(house: Machine, key: str, step: str = "announce") -> None:
    person = await house.person(key)
    (visit,) = await house.rows(
        "select participant, step from visit where shard = %s and person = %s and step in "
        "(select id from step where name = %s)", *person, step,
    )  # fmt: skip
    delivery = DeliveryRef(Ref(person.shard, visit["participant"]), visit["step"])
    clicked = Event(f"click-{key}", person, "email.clicked", house.clock.at, delivery=delivery, link="product")
    async with house.transaction() as conn:
        await append(conn, [clicked], house.clock.at)


async def test_the_pages_journey_from_due_to_due(house: Machine) -> None:
    await house.prepare(people=3)
    await house.launch(journey(sends(), asks(yes=[waits_until(at="2026-12-04T09:00"), texts()])))
    await house.move_to(T0 + 23 * HOUR)
    await click(house, "p0")
    await house.move_to(T0 + 3 * DAY)
    assert await house.way("p0") == [("announce", "sent"), ("clicked", "yes"), ("launch", "done"), ("launched", "sent")]
    assert await house.way("p1") == [("announce", "sent"), ("clicked", "no")]
    inbox = await house.rows("select channel, count(*) as n from inbox_message group by channel order by channel")
    assert inbox == [{"channel": "email", "n": 3}, {"channel": "text", "n": 1}]
    assert (await house.state(), await house.faults()) == ("Completed", [])


class Moody:
    """A channel of the test's own, which takes nothing while it is `away`."""

    repeatable = False

    def __init__(self, kind: Kind = "email") -> None:
        self.name, self.kind = "moody", kind
        self.sent: list[str] = []
        self.away = False

    async def send(self, batch: Sequence[Message]) -> Sequence[Result]:
        if self.away:
            return [TryLater("451 come again")] * len(batch)
        self.sent += [message.to for message in batch]
        return [Accepted(f"id-{message.to}") for message in batch]

    async def close(self) -> None:
        """Nothing is held open."""


async def test_D4_a_mail_that_is_put_off_is_tried_again_until_it_is_accepted(pool: Pool) -> None:
    channel = Moody()
    channel.away = True
    async with machine(pool, channels=[channel]) as house:
        await house.prepare(people=1)
        await house.launch(journey(sends(), waits("after")))
        await house.move_to(T0 + 7 * MINUTE - timedelta(seconds=1))  # it was tried at 0, 1 and 3 minutes
        assert (channel.sent, await house.way("p0")) == ([], [("announce", None)])
        channel.away = False
        await house.move_to(T0 + 7 * MINUTE)
        assert (channel.sent, (await house.way("p0"))[0]) == (["p0@x.example"], ("announce", "sent"))
        (delivery,) = await house.rows("select attempts, handed_at, provider_id from delivery")
        assert delivery == {"attempts": 4, "handed_at": T0 + 7 * MINUTE, "provider_id": "id-p0@x.example"}
        assert await house.faults() == []


async def test_D4_a_mail_that_is_put_off_for_ever_fails_and_holds_up_nobody(pool: Pool) -> None:
    channel = Moody()
    channel.away = True
    async with machine(pool, channels=[channel]) as house:
        await house.prepare(people=1)
        await house.launch(journey(sends(), asks(no=[texts()])))
        await house.move_to(T0 + 3 * DAY + HOUR)
        assert await house.way("p0") == [("announce", "failed"), ("clicked", "no"), ("launched", "sent")]
        (delivery,) = await house.rows("select reason, answer from delivery where channel = 'email'")
        assert delivery == {"reason": "gave_up", "answer": "451 come again"}


async def test_somebody_who_opts_out_while_a_message_is_put_off_does_not_get_it(pool: Pool) -> None:
    channel = Moody()
    channel.away = True
    async with machine(pool, channels=[channel]) as house:
        await house.prepare(people=2)
        await house.launch(journey(sends()))
        async with house.transaction() as conn:
            await set_consent(
                conn,
                "email",
                "p0@x.example",
                purpose="commercial",
                state="opted_out",
                source="page",
                now=house.clock.at,
            )
        channel.away = False
        await house.move_to(T0 + MINUTE)
        assert channel.sent == ["p1@x.example"]
        assert await house.way("p0") == [("announce", "blocked")]


async def test_two_workers_on_one_database_do_a_journey_of_500_people_once(pool: Pool, database: str) -> None:
    channel, other = Moody(), Moody()
    clock = SetClock()
    async with (
        open_pool(database, size=4) as second,
        machine(pool, "one", [channel], clock) as one,
        machine(second, "two", [other], clock) as two,
    ):
        await one.worker.keep_leases()  # gives up half of them
        await two.worker.keep_leases()
        assert (len(one.owner.shards), len(two.owner.shards)) == (32, 32)
        async with one.transaction() as conn:
            await conn.execute(
                "insert into person (shard, audience, key, attributes, created_at, changed_at) select shard_of("
                "'contact', 'p' || n), 'contact', 'p' || n, jsonb_build_object('email', n || '@x.example'), %s, %s "
                "from generate_series(1, 500) n", [T0, T0],
            )  # fmt: skip
        await one.prepare()
        async with one.transaction() as conn:
            await publish(conn, journey(sends(), waits(), asks()), T0)
        for moment in (T0, T0 + HOUR, T0 + DAY, T0 + DAY + GRACE):
            one.clock.at = moment
            await asyncio.gather(one.settle(), two.settle())
        assert (len(channel.sent) > 0, len(other.sent) > 0) == (True, True)
        assert sorted(channel.sent + other.sent) == sorted(f"{n}@x.example" for n in range(1, 501))
        numbers = await one.numbers()
        assert (numbers["start"].left, numbers["clicked"].left) == ({"entered": 500}, {"no": 500})
        assert (await one.state(), await one.faults()) == ("Completed", [])


async def test_G4_a_segment_that_is_edited_while_it_is_live_admits_who_belongs_to_it_then(house: Machine) -> None:
    await house.prepare(people=4)
    await house.launch(journey(waits("pause", "1 hour"), at="2026-12-02T09:00"))
    async with house.transaction() as conn:
        named = CONDITION.validate_python({"attribute": "email", "test": "is_one_of", "value": ["p1@x.example", "x"]})
        await segments.change(conn, "everybody", "contact", named)
    await house.move_to(T0 + DAY)
    assert [await house.way(f"p{n}") for n in range(3)] == [[], [("pause", None)], []]
    async with house.transaction() as conn:
        await segments.change(conn, "everybody", "contact", CONDITION.validate_python({"all": []}))
    await house.move_to(T0 + 2 * DAY)
    assert (await house.way("p2"), (await house.numbers())["start"].entered) == ([], 1)


async def test_P6_stopping_ends_everybody_where_they_are_and_cancels_what_is_not_handed_over(pool: Pool) -> None:
    channel = Moody()
    async with machine(pool, channels=[channel]) as house:
        await house.prepare(people=3)
        channel.away = True
        await house.launch(journey(sends(), waits()))
        async with house.transaction() as conn:
            await publishing.stop(conn, "launch", "bob", T0 + MINUTE)
        assert await house.state() == "Stopping"
        channel.away = False
        await house.move_to(T0 + DAY)
        assert (channel.sent, await house.state(), await house.faults()) == ([], "Stopped", [])
        assert [await house.way(f"p{n}") for n in range(3)] == [[("announce", "journey_stopped")]] * 3
        announce = (await house.numbers())["announce"]
        assert (announce.exited, announce.here) == ({"journey_stopped": 3}, 0)
        assert announce.message is not None
        assert (announce.message.blocked, announce.message.queued) == ({"journey_stopped": 3}, 0)


async def test_somebody_who_comes_later_in_the_same_moment_of_another_journey_is_not_mixed_up(house: Machine) -> None:
    await house.prepare(people=2)
    await house.launch(journey(sends(), waits("pause", "1 day"), name="First"))
    async with house.transaction() as conn:
        await a_contact(conn, "late", T0)
    await house.settle()
    await house.launch(journey(sends(), waits("pause", "1 day"), name="Second"))
    assert (await house.numbers("first"))["start"].entered == 2
    assert (await house.numbers("second"))["start"].entered == 3
    assert len(await house.way("late")) == 2
    await house.move_to(T0 + DAY)
    assert (await house.state("first"), await house.state("second"), await house.faults()) == (
        "Completed", "Completed", [],
    )  # fmt: skip
