"""The entry rate (J9): who waits at the start for which slot, who is let in, and who is not. The engine's own
statements, called at given times."""

import asyncio
from datetime import datetime, timedelta
from typing import Any

import pytest
from test_engine_runs import SHARD, a_neighbour, agenda, counted, look_everywhere
from test_engine_starts import does, triggered

from builders import a_contact, a_workspace, journey, publish, waits
from participation import T0, look, people_behind
from sojourn.analytics.store import queries as analytics
from sojourn.analytics.store import why
from sojourn.db.connect import Connection, Pool, transaction
from sojourn.db.shards import COUNT
from sojourn.engine import store
from sojourn.engine.jobs import Look, finish_versions
from sojourn.journeys import life
from sojourn.journeys import publish as publishing
from sojourn.journeys import store as journeys
from sojourn.journeys.store import newest
from sojourn.kit.errors import Invalid
from sojourn.kit.ids import Ref
from sojourn.people.store import declare_attributes
from sojourn.segments import store as segments
from sojourn.segments.model import CONDITION

SECOND, MINUTE, HOUR, DAY = (timedelta(**{unit: 1}) for unit in ("seconds", "minutes", "hours", "days"))
QUARTER = HOUR / 4
FOUR = {"people": 4, "per": "hour"}
STAYS = waits(duration="30 days")


def every(spacing: timedelta, n: int, start: datetime = T0) -> list[datetime]:
    return [start + number * spacing for number in range(n)]


async def at_start(conn: Connection, condition: str, column: str = "due") -> list[datetime]:
    rows = await conn.execute(
        f"select {column} as at from visit v join step s on s.id = v.step"
        f" where s.kind = 'start' and {condition} order by 1".encode()
    )
    return [row["at"] for row in await rows.fetchall()]


async def slots(conn: Connection) -> list[datetime]:
    """Of those who wait at the start."""
    return await at_start(conn, "left_at is null")


async def let_in(conn: Connection) -> list[datetime]:
    return await at_start(conn, "outcome = 'entered'", "left_at")


async def faults(conn: Connection) -> list[str]:
    """What `verify` would say; its snapshot is this test's transaction."""
    found = []
    for shard in range(COUNT):
        for query in ("recount", "unexplained", "strays"):
            rows = await conn.execute(analytics[query], {"shard": shard})
            found += [str(row) for row in await rows.fetchall()]
    return found


async def go_on(conn: Connection, start: datetime, end: datetime, step: timedelta = MINUTE) -> None:
    while start <= end:
        await look(conn, SHARD, start)
        start += step


@pytest.fixture
async def crowd(conn: Connection) -> Connection:
    """Six contacts in SHARD, the segment `everybody`, and `vip` by an attribute."""
    await a_workspace(conn, T0)
    await declare_attributes(conn, "contact", {"vip": "boolean"})
    vip = {"attribute": "vip", "test": "is", "value": True}
    await segments.create(conn, "vip", "contact", CONDITION.validate_python(vip), T0, live=True)
    for number in range(6):
        await a_neighbour(conn, number)
    await look(conn, SHARD, T0)
    return conn


# ---------------------------------------------------------------------------------------------------- slots


async def test_J9_whoever_starts_waits_at_the_start_for_a_slot_and_the_first_enters_at_once(crowd):
    await publish(crowd, journey(STAYS, rate=FOUR), T0)
    await look(crowd, SHARD, T0)
    assert await slots(crowd) == every(QUARTER, 6)[1:]
    assert await counted(crowd) == {
        ("start", "entered", ""): 6, ("start", "left", "entered"): 1, ("pause", "entered", ""): 1,
    }  # fmt: skip
    assert await agenda(crowd) == T0 + QUARTER


async def test_J9_N1_each_is_let_in_when_their_slot_has_come_and_everything_adds_up(crowd):
    await publish(crowd, journey(STAYS, rate=FOUR), T0)
    await go_on(crowd, T0, T0 + 40 * MINUTE)
    assert await let_in(crowd) == every(QUARTER, 3)
    assert await faults(crowd) == []
    await go_on(crowd, T0 + 40 * MINUTE, T0 + 2 * HOUR)
    assert await let_in(crowd) == every(QUARTER, 6)
    assert await counted(crowd, "start") == {("start", "entered", ""): 6, ("start", "left", "entered"): 6}
    assert await faults(crowd) == []


async def test_J9_slots_are_given_over_all_shards(conn):
    await a_workspace(conn, T0)
    for number in range(40):
        await a_contact(conn, f"p{number}", T0)
    await publish(conn, journey(STAYS, rate={"people": 4000, "per": "day"}), T0)
    await look_everywhere(conn, T0)
    assert [*await let_in(conn), *await slots(conn)] == every(DAY / 4000, 40)


async def test_J9_more_people_than_a_batch_take_their_slots_batch_by_batch(crowd):
    await publish(crowd, journey(STAYS, rate=FOUR), T0)
    for part in Look().parts:
        await part(crowd, SHARD, T0)
    (step,) = await store.due_steps(crowd, SHARD, T0)
    assert [await store.advance(crowd, SHARD, step, T0, batch=4) for _ in range(3)] == [(4, 4), (2, 2), (0, 0)]
    assert await slots(crowd) == every(QUARTER, 6)[1:]


async def test_J9_two_shards_that_take_slots_at_once_take_different_ones(pool: Pool) -> None:
    async with transaction(pool) as conn:
        await a_workspace(conn, T0)
        shards = sorted({(await a_contact(conn, f"p{number}", T0)).shard for number in range(12)})[:2]
        await publish(conn, journey(STAYS, rate=FOUR), T0)
        for shard in shards:
            for part in Look().parts:
                await part(conn, shard, T0)
        (step,) = await store.due_steps(conn, shards[0], T0)
    async with transaction(pool) as first:
        await store.advance(first, shards[0], step, T0)

        async def take() -> None:
            async with transaction(pool) as second:
                await store.advance(second, shards[1], step, T0)

        taking = asyncio.create_task(take())
        while not await waiting_for_locks(pool):
            assert not taking.done(), "took a slot while another shard was taking some"
    await taking
    async with transaction(pool) as conn:
        found = [*await let_in(conn), *await slots(conn)]
        assert len(found) >= 2
        assert found == every(QUARTER, len(found))


async def waiting_for_locks(pool: Pool) -> bool:
    """A transaction sees who waits as it was at its first look, so each look has its own."""
    async with transaction(pool) as conn:
        rows = await conn.execute(
            "select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'"
        )
        return bool(await rows.fetchall())


async def test_J9_people_enter_on_the_weekdays_and_in_the_hours_that_were_chosen(crowd):
    rate = {"people": 2, "per": "day", "weekdays": ["tue", "fri"], "from": "08:00", "to": "12:00"}
    await publish(crowd, journey(STAYS, rate=rate, timezone="Europe/Paris"), T0)  # a Tuesday, 10:00
    await look(crowd, SHARD, T0)
    friday = datetime.fromisoformat("2026-12-04T08:00+01:00")
    assert await slots(crowd) == [*every(2 * HOUR, 2, friday), *every(2 * HOUR, 2, friday + 4 * DAY),
                                  friday + 7 * DAY]  # fmt: skip


async def test_J9_J2_who_joins_later_takes_the_next_slot_or_enters_at_once_when_it_is_free(crowd):
    await publish(crowd, journey(STAYS, frequency="newly_added", rate=FOUR), T0)
    await look(crowd, SHARD, T0)
    await a_neighbour(crowd, 6, T0 + MINUTE)
    await look(crowd, SHARD, T0 + MINUTE)
    assert await slots(crowd) == every(QUARTER, 7)[1:]
    await go_on(crowd, T0, T0 + 3 * HOUR)
    await a_neighbour(crowd, 7, T0 + 3 * HOUR)
    await look(crowd, SHARD, T0 + 3 * HOUR)
    assert await let_in(crowd) == [*every(QUARTER, 7), T0 + 3 * HOUR]


async def test_J9_J3_runs_of_a_repeating_journey_share_the_rate_and_who_waits_is_inside(crowd):
    start = {"frequency": "repeating", "repeat": {"unit": "day"}, "rate": {"people": 4, "per": "day"}}
    await publish(crowd, journey(waits(duration="1 hour"), **start, inside="skip"), T0)
    await go_on(crowd, T0, T0 + DAY, HOUR)
    midnight = T0 + 15 * HOUR  # each day has four of its own
    assert await let_in(crowd) == every(6 * HOUR, 3) + every(6 * HOUR, 2, midnight)
    assert await slots(crowd) == every(6 * HOUR, 8, midnight)[2:]
    assert (await counted(crowd, "start"))["start", "exited", "still_inside"] == 1


async def test_J9_J10_events_start_people_in_the_order_of_the_slots_and_another_event_moves_nobody(crowd):
    people = [Ref(SHARD, person) for person in await ids(crowd)][:3]
    await publish(crowd, triggered(rate=FOUR), T0)
    for minute, person in enumerate([*people, people[2]]):
        await does(crowd, person, T0 + minute * MINUTE)
        await look(crowd, SHARD, T0 + minute * MINUTE)
    assert await let_in(crowd) == [T0]
    assert await slots(crowd) == every(QUARTER, 4)[1:]


@pytest.mark.parametrize(("event", "entered"), [(25 * HOUR, 1), (26 * HOUR, 2)])
async def test_J9_J10_again_after_a_while_counts_from_being_let_in(crowd, event, entered):
    ada, bob = [Ref(SHARD, person) for person in await ids(crowd)][:2]
    await publish(crowd, triggered(rate={"people": 1, "per": "hour"}, reentry={"after": "1 day"}), T0)
    await does(crowd, ada, T0)
    await look(crowd, SHARD, T0)
    await does(crowd, bob, T0 + SECOND)
    await go_on(crowd, T0 + SECOND, T0 + HOUR + MINUTE)  # Bob is let in at T0 + 1 hour
    await does(crowd, bob, T0 + event)
    await look(crowd, SHARD, T0 + event)
    assert len(await let_in(crowd)) + len(await slots(crowd)) == 1 + entered


async def ids(conn: Connection) -> list[int]:
    rows = await (await conn.execute("select id from person where shard = %s order by id", [SHARD])).fetchall()
    return [row["id"] for row in rows]


# ---------------------------------------------------------------------------------------------------- who is refused


async def test_J9_J5_exclusion_is_read_when_somebody_is_let_in(crowd):
    await a_neighbour(crowd, 5, T0, vip=True)
    await publish(crowd, journey(STAYS, rate=FOUR, exclude=["vip"]), T0)
    await look(crowd, SHARD, T0)
    assert (await counted(crowd, "start"))["start", "exited", "excluded"] == 1
    await a_neighbour(crowd, 4, T0 + MINUTE, vip=True)
    await go_on(crowd, T0 + MINUTE, T0 + 2 * HOUR)
    assert await let_in(crowd) == every(QUARTER, 4)
    assert (await counted(crowd, "start"))["start", "exited", "excluded"] == 2
    assert await faults(crowd) == []


async def test_J9_J8_J11_for_whom_no_slot_is_left_before_the_end_the_entry_is_closed(crowd):
    await publish(crowd, journey(STAYS, rate=FOUR, end="2026-12-01T09:45"), T0)
    await look(crowd, SHARD, T0)
    assert await slots(crowd) == every(QUARTER, 3)[1:]
    assert (await counted(crowd, "start"))["start", "exited", "entry_closed"] == 3
    await go_on(crowd, T0, T0 + 2 * HOUR)
    assert await let_in(crowd) == every(QUARTER, 3)
    assert await faults(crowd) == []


async def test_J9_J8_nobody_is_let_in_late_after_the_end(crowd):
    await publish(crowd, journey(STAYS, rate=FOUR, end="2026-12-01T09:46"), T0)
    await look(crowd, SHARD, T0)
    await look(crowd, SHARD, T0 + 46 * MINUTE)
    assert await let_in(crowd) == [T0]
    assert (await counted(crowd, "start"))["start", "exited", "entry_closed"] == 5


async def test_J9_J2_who_came_too_late_for_one_version_may_enter_the_next(crowd):
    start = {"frequency": "newly_added", "segment": "vip", "rate": FOUR}
    await publish(crowd, journey(STAYS, **start, end="2026-12-01T09:10"), T0)
    for minute in (1, 2):
        await a_neighbour(crowd, minute, T0 + minute * MINUTE, vip=True)
        await look(crowd, SHARD, T0 + minute * MINUTE)
    await life.new_version(crowd, "launch", "bob", T0 + 3 * MINUTE)
    await journeys.change(crowd, "launch", journey(STAYS, **start))
    await publishing.publish(crowd, "launch", "bob", T0 + 3 * MINUTE)
    for minute, vip in ((4, False), (5, True)):
        await a_neighbour(crowd, 2, T0 + minute * MINUTE, vip=vip)
        await look(crowd, SHARD, T0 + minute * MINUTE)
    await go_on(crowd, T0 + 5 * MINUTE, T0 + HOUR)
    assert len(await let_in(crowd)) == 2
    assert (await counted(crowd, "start"))["start", "exited", "entry_closed"] == 1


async def test_J9_A4_a_person_who_is_gone_is_not_let_in(crowd):
    await publish(crowd, journey(STAYS, rate=FOUR), T0)
    await look(crowd, SHARD, T0)
    await crowd.execute("delete from person where id = %s", [(await ids(crowd))[3]])
    await go_on(crowd, T0, T0 + 2 * HOUR)
    assert (await counted(crowd, "start"))["start", "exited", "person_deleted"] == 1
    assert await faults(crowd) == []


# ---------------------------------------------------------------------------------------------------- late


async def test_J9_a_slot_that_was_missed_is_not_made_up_for(crowd):
    await publish(crowd, journey(STAYS, rate=FOUR), T0)
    await look(crowd, SHARD, T0)
    await go_on(crowd, T0 + 50 * MINUTE, T0 + 3 * HOUR)
    late = T0 + 50 * MINUTE  # the slot of 09:45 is not over yet; those of 09:15 and 09:30 are
    assert await let_in(crowd) == [T0, late, *every(QUARTER, 4, T0 + HOUR)]


async def test_J9_a_few_seconds_are_not_late(crowd):
    await publish(crowd, journey(STAYS, rate={"people": 60, "per": "minute"}), T0)
    await look(crowd, SHARD, T0)
    await look(crowd, SHARD, T0 + 4 * SECOND)
    assert (len(await let_in(crowd)), await slots(crowd)) == (5, [T0 + 5 * SECOND])
    await look(crowd, SHARD, T0 + 11 * SECOND)
    assert await let_in(crowd) == [T0, *[T0 + 4 * SECOND] * 4, T0 + 11 * SECOND]


async def test_J9_nobody_is_let_in_late_outside_the_hours(crowd):
    await publish(crowd, journey(STAYS, rate={"people": 1, "per": "hour", "from": "09:00", "to": "11:00"}), T0)
    await look(crowd, SHARD, T0)
    await look(crowd, SHARD, T0 + 2 * HOUR)  # late for the slot of 10:00, by less than an hour
    assert await let_in(crowd) == [T0]
    assert await slots(crowd) == [
        T0 + day * DAY + hour * HOUR for day, hour in ((1, 0), (1, 1), (2, 0), (2, 1), (3, 0))
    ]


@pytest.mark.parametrize("timers", ["run_on", "freeze"])
async def test_J9_P5_nobody_is_let_in_during_a_pause_and_too_many_neither_after_it(crowd, timers: Any):
    await publish(crowd, journey(STAYS, rate=FOUR), T0)
    await look(crowd, SHARD, T0)
    await life.pause(crowd, "launch", timers, "bob", T0 + MINUTE)
    await go_on(crowd, T0 + MINUTE, T0 + 50 * MINUTE)
    assert (await let_in(crowd), await agenda(crowd)) == ([T0], T0 + 30 * DAY if timers == "run_on" else None)
    await life.resume(crowd, "launch", None, "bob", T0 + 65 * MINUTE)
    await go_on(crowd, T0 + 65 * MINUTE, T0 + 3 * HOUR)
    assert await let_in(crowd) == [T0, T0 + 65 * MINUTE, *every(QUARTER, 4, T0 + 75 * MINUTE)]


# ---------------------------------------------------------------------------------------------------- life


async def test_J9_P6_stopping_ends_whoever_waits(crowd):
    await publish(crowd, journey(STAYS, rate=FOUR), T0)
    await look(crowd, SHARD, T0)
    await publishing.stop(crowd, "launch", "bob", T0 + MINUTE)
    await look(crowd, SHARD, T0 + MINUTE)
    assert await counted(crowd) == {
        ("start", "entered", ""): 6, ("start", "left", "entered"): 1, ("start", "exited", "journey_stopped"): 5,
        ("pause", "entered", ""): 1, ("pause", "exited", "journey_stopped"): 1,
    }  # fmt: skip
    assert (await faults(crowd), await agenda(crowd)) == ([], None)


async def test_J9_P1_P7_a_journey_is_live_while_somebody_waits_then_completing_then_completed(crowd):
    await publish(crowd, journey(waits(duration="1 hour"), rate=FOUR), T0)
    await look_everywhere(crowd, T0)
    states = {}
    for now in every(QUARTER, 10):
        await look(crowd, SHARD, now)
        await finish_versions(crowd, now)
        states[now - T0] = (await newest(crowd, "launch")).state
    assert [states[quarters * QUARTER] for quarters in (0, 4, 5, 8, 9)] == [
        *("Live", "Live", "Completing", "Completing", "Completed"),
    ]


async def test_J9_P4_newcomers_of_the_next_version_stand_behind_who_waits_in_the_one_before(crowd):
    await publish(crowd, journey(STAYS, frequency="newly_added", rate=FOUR), T0)
    await look(crowd, SHARD, T0)
    await life.new_version(crowd, "launch", "bob", T0)
    faster = {"people": 60, "per": "hour"}
    await journeys.change(crowd, "launch", journey(STAYS, frequency="newly_added", rate=faster))
    await publishing.publish(crowd, "launch", "bob", T0 + MINUTE)
    for number in (6, 7):
        await a_neighbour(crowd, number, T0 + 2 * MINUTE)
    await look(crowd, SHARD, T0 + 2 * MINUTE)
    assert await slots(crowd) == [*every(QUARTER, 6)[1:], *every(MINUTE, 2, T0 + 6 * QUARTER)]
    await go_on(crowd, T0 + 2 * MINUTE, T0 + 2 * HOUR)
    assert await let_in(crowd) == [*every(QUARTER, 6), *every(MINUTE, 2, T0 + 6 * QUARTER)]


async def test_J9_P2_hours_that_never_come_cannot_be_published(crowd):
    saturdays = {**FOUR, "weekdays": ["sat"]}
    with pytest.raises(Invalid) as refused:
        await publish(crowd, journey(STAYS, rate=saturdays, end="2026-12-05T00:00"), T0)
    assert [(problem.code, problem.where) for problem in refused.value.problems] == [("entry_never_open", "start")]
    await publish(crowd, journey(STAYS, rate=saturdays, end="2026-12-05T00:01", name="Later"), T0)


# ---------------------------------------------------------------------------------------------------- what is told


async def test_J9_N3_N4_the_people_who_wait_are_listed_and_told_when_they_are_let_in(crowd):
    version = await publish(crowd, journey(STAYS, rate=FOUR, end="2026-12-01T10:10"), T0)
    await look(crowd, SHARD, T0)
    people = {
        number: await people_behind(crowd, version, step="start", flow=number)
        for number in ("left", "here", "exited", None)
    }
    assert {number: len(rows) for number, rows in people.items()} == {"left": 1, "here": 4, "exited": 1, None: 6}
    assert {row["at_step"] for row in people["here"]} == {"start"}
    told = [
        (await why(crowd, version, Ref(SHARD, people[number][0]["person"])))[0] for number in ("left", "here", "exited")
    ]
    assert [sentence.partition("(start): ")[2] for sentence in told] == [
        "entered at 2026-12-01 09:00:00, when their slot came.",
        "waits for their slot, at 2026-12-01 09:15:00.",
        "did not enter: there was no slot left before the end of the journey.",
    ]
