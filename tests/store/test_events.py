"""Events as the database keeps them: each id once, in the month it happened, with the people it touches."""

import asyncio
from datetime import UTC, datetime, timedelta

from structlog.testing import capture_logs

from sojourn.db.connect import Connection, Pool, transaction
from sojourn.db.shards import COUNT
from sojourn.events.jobs import keep_partitions
from sojourn.events.model import DeliveryRef, Event
from sojourn.events.store import append, newest_events, recipients, take_touched
from sojourn.kit.ids import Ref

NOW = datetime(2026, 12, 1, 9, tzinfo=UTC)
ADA, BOB = Ref(3, 1), Ref(7, 2)


def event(
    id_: str = "e1", person: Ref = ADA, name: str = "cart.abandoned", at: datetime = NOW, **more: object
) -> Event:
    return Event(id_, person, name, at, **more)


async def taken(conn: Connection, *shards: int) -> list[tuple[int, str]]:
    return sorted([touch for shard in shards or range(COUNT) for touch in await take_touched(conn, shard, 1000)])


async def partitions(conn: Connection) -> set[str]:
    found = await conn.execute(
        "select inhrelid::regclass::text as name from pg_inherits where inhparent = 'event'::regclass"
    )
    return {row["name"] for row in await found.fetchall()}


async def test_an_event_is_kept_as_it_was_told(conn):
    clicked = event(
        name="email.clicked",
        at=NOW - timedelta(hours=1),
        properties={"total": 12.5, "tags": ["é"]},
        delivery=DeliveryRef(Ref(3, 9), 4),
        link="product",
        automated=True,
    )
    assert await append(conn, [clicked], NOW) == 1
    (kept,) = await newest_events(conn, ADA, 10)
    assert kept == {
        "shard": 3,
        "id": "e1",
        "person": 1,
        "name": "email.clicked",
        "at": NOW - timedelta(hours=1),
        "received_at": NOW,
        "properties": {"total": 12.5, "tags": ["é"]},
        "participant": 9,
        "step": 4,
        "link": "product",
        "automated": True,
    }


async def test_T6_the_same_id_twice_is_one_event_and_the_first_write_wins(conn):
    assert await append(conn, [event(properties={"n": 1}), event(properties={"n": 2})], NOW) == 1
    later = event(at=NOW + timedelta(days=40), properties={"n": 3})
    assert await append(conn, [later, event("e2")], NOW) == 1
    assert [row["properties"] for row in await newest_events(conn, ADA, 10) if row["id"] == "e1"] == [{"n": 1}]


async def test_T6_the_same_id_from_two_connections_is_one_event(pool: Pool):
    async def send() -> int:
        async with transaction(pool) as conn:
            return await append(conn, [event()], NOW)

    assert sorted(await asyncio.gather(send(), send(), send())) == [0, 0, 1]


async def test_no_events_are_none(conn):
    assert await append(conn, [], NOW) == 0


async def test_new_events_touch_their_people_once_per_name(conn):
    await append(conn, [event("a"), event("b"), event("c", name="paid"), event("d", BOB)], NOW)
    assert await taken(conn) == [(1, "cart.abandoned"), (1, "paid"), (2, "cart.abandoned")]
    assert await taken(conn) == []


async def test_an_event_that_is_not_new_touches_nobody(conn):
    await append(conn, [event()], NOW)
    await taken(conn)
    await append(conn, [event()], NOW)
    assert await taken(conn) == []


async def test_touches_are_taken_in_bites_and_come_back_when_the_look_fails(pool: Pool):
    async with transaction(pool) as conn:
        await append(conn, [event(str(number), Ref(3, number)) for number in range(5)], NOW)
    async with pool.connection() as conn, conn.transaction(force_rollback=True):
        assert len(await take_touched(conn, 3, 2)) == 2
    async with transaction(pool) as conn:
        assert [len(await take_touched(conn, 3, 2)) for _ in range(4)] == [2, 2, 1, 0]


async def test_an_event_that_finds_its_touch_there_is_not_overlooked(pool: Pool):
    async with transaction(pool) as conn:
        await append(conn, [event("first")], NOW)
    async with transaction(pool) as late:
        await append(late, [event("second")], NOW)
        async with transaction(pool) as worker:
            assert await taken(worker, 3) == []  # it could not see the second event yet
    async with transaction(pool) as worker:
        assert await taken(worker, 3) == [(1, "cart.abandoned")]


async def test_many_appenders_of_the_same_people_do_not_block_each_other_for_good(pool: Pool):
    async def send(sender: int) -> int:
        people = [Ref(number % 4, number) for number in range(40)]
        events = [event(f"{sender}-{ref.id}", ref, f"name{ref.id % 3}") for ref in people[:: -1 if sender % 2 else 1]]
        async with transaction(pool) as conn:
            return await append(conn, events, NOW)

    assert await asyncio.gather(*map(send, range(12))) == [40] * 12


async def test_workers_are_hinted_at_the_shards_of_new_events(pool: Pool):
    async with pool.connection() as listener:
        await listener.set_autocommit(True)
        await listener.execute("listen sojourn")
        for _ in range(2):
            async with transaction(pool) as conn:
                await append(conn, [event("a"), event("b"), event("c", BOB)], NOW)
        heard = [notice.payload async for notice in listener.notifies(timeout=10, stop_after=2)]
    assert sorted(heard) == ["3", "7"]


async def test_a_delivery_is_known_with_the_person_it_went_to(conn):
    await conn.execute(
        "insert into delivery (shard, participant, step, run, person, channel, content, state, not_before)"
        " values (3, 9, 4, 1, 1, 'email', 1, 'queued', %s)",
        [NOW],
    )
    known, other_step, other_shard = (DeliveryRef(Ref(shard, 9), step) for shard, step in [(3, 4), (3, 5), (7, 4)])
    assert await recipients(conn, [known, other_step, other_shard]) == {known: ADA}


async def test_partitions_are_made_a_month_behind_and_two_ahead(conn):
    await keep_partitions(conn, datetime(2026, 12, 31, 23, tzinfo=UTC))
    await keep_partitions(conn, datetime(2027, 1, 1, tzinfo=UTC))
    months = {"event_2026_11", "event_2026_12", "event_2027_01", "event_2027_02", "event_2027_03"}
    assert await partitions(conn) == months | {"event_default"}
    await append(conn, [event(at=datetime(2026, 12, 31, 23, 59, 59, 999_999, UTC))], NOW)
    assert await (await conn.execute("select id from event_2026_12")).fetchall() == [{"id": "e1"}]


async def test_a_month_that_has_events_already_stays_in_the_default_partition(conn):
    await append(conn, [event(at=NOW)], NOW)
    with capture_logs() as logs:
        await keep_partitions(conn, NOW)
    assert await partitions(conn) == {"event_default", "event_2026_11", "event_2027_01", "event_2027_02"}
    assert [(line["event"], line["month"]) for line in logs] == [("month stays in the default partition", "2026-12")]


async def test_two_processes_may_make_partitions_at_once(pool: Pool):
    async def keep() -> None:
        async with transaction(pool) as conn:
            await keep_partitions(conn, NOW)

    await asyncio.gather(keep(), keep(), keep())
    async with transaction(pool) as conn:
        assert len(await partitions(conn)) == 5
