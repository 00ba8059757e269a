"""Pausing and resuming (P5): who waits where meanwhile, and what goes on when. The engine's own statements, called at
given times."""

from datetime import datetime, timedelta

import pytest
from test_engine_runs import KEYS, SHARD, a_neighbour, agenda

from builders import a_contact, a_workspace, asks, journey, publish, sends, waits, waits_until
from participation import T0, enter, look
from sojourn.db.connect import Connection
from sojourn.delivery import store as delivery
from sojourn.journeys import life
from sojourn.journeys import publish as publishing
from sojourn.journeys.life import Rate
from sojourn.journeys.store import Timers, changes, newest
from sojourn.kit.errors import Conflict

SECOND, MINUTE, HOUR, DAY = (timedelta(**{unit: 1}) for unit in ("seconds", "minutes", "hours", "days"))
TICK, GRACE = timedelta(microseconds=1), 5 * SECOND


async def pause(conn: Connection, now: datetime, timers: Timers = "run_on") -> None:
    await life.pause(conn, "launch", timers, "bob", now)


async def resume(conn: Connection, now: datetime, rate: Rate | None = None) -> None:
    await life.resume(conn, "launch", rate, "bob", now)


async def entered(conn: Connection) -> int:
    row = await (await conn.execute("select count(*) as n from visit v join step s on s.id = v.step")).fetchone()
    assert row is not None
    return int(row["n"])


# ---------------------------------------------------------------------------------------------------- the state


async def test_P5_P1_pausing_and_resuming_are_recorded_and_shown(conn):
    await enter(conn, waits("pause", "1 day"))
    await pause(conn, T0 + HOUR, "freeze")
    version = await newest(conn, "launch")
    assert (version.state, version.paused_at, version.timers) == ("Paused", T0 + HOUR, "freeze")
    await resume(conn, T0 + 2 * HOUR, Rate(people=5, per="minute"))
    version = await newest(conn, "launch")
    assert (version.state, version.paused_at) == ("Live", None)
    assert [(row["who"], row["what"]) for row in await changes(conn, version.journey)][1:] == [
        ("bob", "paused: timers freeze"), ("bob", "resumed: 5 people per minute"),
    ]  # fmt: skip


async def test_P5_only_what_is_live_can_be_paused_and_only_what_is_paused_resumed(conn):
    await enter(conn, waits())
    with pytest.raises(Conflict, match="not paused, but Live"):
        await resume(conn, T0)
    await pause(conn, T0)
    with pytest.raises(Conflict, match="paused already"):
        await pause(conn, T0)
    await publishing.stop(conn, "launch", "bob", T0)
    assert (await newest(conn, "launch")).state == "Stopping"
    for change in (pause, resume):
        with pytest.raises(Conflict, match="Stopping"):
            await change(conn, T0)


# ---------------------------------------------------------------------------------------------------- who enters


async def test_P5_a_start_that_comes_during_a_pause_is_late(conn):
    await a_workspace(conn, T0)
    await a_neighbour(conn, 0)
    await publish(conn, journey(waits(), at="2026-12-01T10:00"), T0)
    await pause(conn, T0)
    await look(conn, SHARD, T0 + 2 * HOUR)
    assert (await entered(conn), await agenda(conn)) == (0, None)
    await resume(conn, T0 + 2 * HOUR)
    await look(conn, SHARD, T0 + 2 * HOUR)
    assert await entered(conn) == 1


async def test_P5_J3_occurrences_of_a_pause_are_one_late_run(conn):
    await a_workspace(conn, T0)
    await a_neighbour(conn, 0)
    document = journey(waits(), frequency="repeating", repeat={"unit": "day"})
    version = await publish(conn, document, T0)
    await look(conn, SHARD, T0)
    await pause(conn, T0 + HOUR)
    await look(conn, SHARD, T0 + DAY)
    await look(conn, SHARD, T0 + 3 * DAY)
    assert await entered(conn) == 1
    await resume(conn, T0 + 3 * DAY + HOUR)
    await look(conn, SHARD, T0 + 3 * DAY + HOUR)
    await look(conn, SHARD, T0 + 4 * DAY)
    assert await entered(conn) == 3
    said = [row["what"] for row in await changes(conn, version.journey) if row["who"] == "Sojourn"]
    assert said == [
        "missed while the journey was paused, run once: 2026-12-03T09:00:00+00:00, 2026-12-04T09:00:00+00:00"
    ]


async def test_P5_J2_who_joins_during_a_pause_enters_at_its_end(conn):
    await a_workspace(conn, T0)
    await publish(conn, journey(waits(), frequency="newly_added"), T0)
    await look(conn, SHARD, T0)
    await pause(conn, T0)
    await a_neighbour(conn, 0, T0 + MINUTE)
    await look(conn, SHARD, T0 + MINUTE)
    assert (await entered(conn), await agenda(conn)) == (0, None)
    await resume(conn, T0 + HOUR)
    assert await agenda(conn) is not None
    await look(conn, SHARD, T0 + HOUR)
    assert await entered(conn) == 1


# ---------------------------------------------------------------------------------------------------- timers


async def test_P5_timers_that_run_on_move_people_up_to_a_message(conn):
    ada = await enter(conn, waits("pause", "1 hour"), sends())
    await pause(conn, T0)
    await ada.look(T0 + HOUR)
    assert await ada.where() == "announce"
    await ada.hand_over(T0 + HOUR)
    row = await (await conn.execute("select state, reason, attempts from delivery")).fetchone()
    assert row == {"state": "queued", "reason": None, "attempts": 0}
    assert await delivery.waiting(conn, [ada.person.shard], ["email"]) == {}
    await resume(conn, T0 + 2 * HOUR)
    await ada.look(T0 + 2 * HOUR)
    await ada.hand_over(T0 + 2 * HOUR)
    assert (await ada.visit("announce"))["outcome"] == "sent"


async def test_P5_frozen_timers_go_on_where_they_stood(conn):
    ada = await enter(conn, waits("pause", "3 hours"), waits("after", "1 hour"))
    await pause(conn, T0 + HOUR, "freeze")
    await ada.look(T0 + 10 * HOUR)
    assert (await ada.where(), await agenda(conn, ada.person.shard)) == ("pause", None)
    await resume(conn, T0 + 11 * HOUR)
    await ada.look(T0 + 11 * HOUR)
    assert (await ada.where(), (await ada.visit("pause"))["due"]) == ("pause", T0 + 13 * HOUR)
    await ada.look(T0 + 13 * HOUR)
    await ada.look(T0 + 14 * HOUR)
    assert await ada.where() is None


async def test_P5_several_pauses_add_up(conn):
    ada = await enter(conn, waits("pause", "3 hours"), waits("after", "1 day"))
    for hour in (1, 3):
        await pause(conn, T0 + hour * HOUR, "freeze")
        await resume(conn, T0 + (hour + 1) * HOUR)
    await pause(conn, T0 + 4 * HOUR)  # this one lets them run on
    await resume(conn, T0 + 4.5 * HOUR)
    await ada.look(T0 + 5 * HOUR - TICK)
    assert await ada.where() == "pause"
    await ada.look(T0 + 5 * HOUR)
    assert await ada.where() == "after"


async def test_P5_the_limit_of_a_branch_freezes_too_and_what_happens_meanwhile_counts(conn):
    ada = await enter(conn, sends(), asks(yes=[waits("after-yes")]))
    await ada.hand_over(T0)
    await pause(conn, T0 + 23 * HOUR, "freeze")
    await ada.does("email.clicked", T0 + 40 * HOUR, link="product")
    assert await ada.where() == "clicked"
    await resume(conn, T0 + 47 * HOUR)
    await ada.look(T0 + 47 * HOUR)
    assert await ada.where() == "after-yes"


async def test_P5_a_limit_that_had_passed_when_the_pause_began_stays_passed(conn):
    ada = await enter(conn, sends(), waits("pause", "2 days"), asks(no=[waits("after-no")]))
    await ada.hand_over(T0)
    await pause(conn, T0 + DAY, "freeze")
    await resume(conn, T0 + DAY + HOUR)
    await ada.does("email.clicked", T0 + DAY + MINUTE, link="product")
    await ada.look(T0 + 2 * DAY + HOUR)
    assert (await ada.visit("clicked"))["outcome"] == "no"


async def test_P5_the_part_of_a_limit_that_a_pause_took_away_before_the_branch_was_reached_is_given_back(conn):
    ada = await enter(conn, sends(), waits("pause", "2 hours"), asks(no=[waits("after-no")]))
    await ada.hand_over(T0)
    await pause(conn, T0 + HOUR, "freeze")
    await resume(conn, T0 + DAY)
    await ada.look(T0 + DAY + HOUR)
    assert (await ada.where(), (await ada.visit("clicked"))["due"]) == ("clicked", T0 + 2 * DAY - HOUR + GRACE)


async def test_P5_a_date_is_not_put_off_by_a_pause(conn):
    ada = await enter(conn, waits_until(at="2026-12-05T09:00"), waits())
    await pause(conn, T0, "freeze")
    await ada.look(T0 + 5 * DAY)
    assert await ada.where() == "launch"
    await resume(conn, T0 + 6 * DAY)
    await ada.look(T0 + 6 * DAY)
    assert await ada.where() == "pause"


# ---------------------------------------------------------------------------------------------------- the backlog


async def test_P5_the_backlog_is_spread_evenly_over_all_shards(conn):
    await a_workspace(conn, T0)
    for number in range(3):
        await a_neighbour(conn, number)
    elsewhere = await a_contact(conn, next(f"p{n}" for n in range(99) if f"p{n}" not in KEYS), T0)
    await publish(conn, journey(sends()), T0)
    for shard in (SHARD, elsewhere.shard):
        await look(conn, shard, T0)
    await pause(conn, T0)
    assert await delivery.claim(conn, SHARD, "email", 10, T0) == ([], 3)
    await resume(conn, T0 + HOUR, Rate(people=2, per="minute"))
    for shard in (SHARD, elsewhere.shard):
        await look(conn, shard, T0 + HOUR)
    rows = await (await conn.execute("select not_before from delivery order by not_before")).fetchall()
    assert [row["not_before"] - T0 - HOUR for row in rows] == [place * MINUTE / 2 for place in range(4)]
    assert len((await delivery.claim(conn, SHARD, "email", 10, T0 + 2 * HOUR))[0]) == 3


async def test_P5_a_message_that_was_put_off_waits_for_its_own_time(conn):
    ada = await enter(conn, sends())
    await ada.hand_over(T0, "queued", reason="put_off", retry_at=T0 + 5 * HOUR)
    await pause(conn, T0)
    await resume(conn, T0 + HOUR)
    await ada.look(T0 + HOUR)
    row = await (await conn.execute("select not_before from delivery")).fetchone()
    assert row == {"not_before": T0 + 5 * HOUR}


async def test_P5_P6_what_is_paused_can_be_stopped(conn):
    ada = await enter(conn, sends())
    await pause(conn, T0, "freeze")
    await ada.hand_over(T0)
    await publishing.stop(conn, "launch", "bob", T0 + HOUR)
    await ada.look(T0 + HOUR)
    left = await (await conn.execute("select exit_reason from participant")).fetchone()
    assert left == {"exit_reason": "journey_stopped"}
    row = await (await conn.execute("select state, reason from delivery")).fetchone()
    assert row == {"state": "blocked", "reason": "journey_stopped"}
