"""Runs: who starts (J1, J11), who is woken, how a journey ends (P6, P7), and what the agenda says about all of it."""

from datetime import timedelta
from typing import Any

import pytest

from builders import a_contact, a_workspace, asks, journey, publish, sends, texts, waits
from participation import T0, enter, look
from sojourn.db.connect import Connection
from sojourn.db.shards import COUNT, shard_of
from sojourn.delivery import store as delivery
from sojourn.delivery.store import Settlement
from sojourn.engine import store
from sojourn.engine.jobs import finish_versions
from sojourn.journeys import publish as publishing
from sojourn.journeys.store import changes, newest
from sojourn.kit.errors import Conflict
from sojourn.kit.ids import Ref
from sojourn.segments import store as segments
from sojourn.segments.model import CONDITION

SECOND, HOUR, DAY = timedelta(seconds=1), timedelta(hours=1), timedelta(days=1)
SHARD = 7
KEYS = [key for key in (f"p{number}" for number in range(2000)) if shard_of("contact", key) == SHARD]


async def a_neighbour(conn: Connection, number: int, now: Any = T0, **attributes: Any) -> Ref:
    """A contact in SHARD."""
    return await a_contact(conn, KEYS[number], now, **attributes)


async def counted(conn: Connection, step: str | None = None) -> dict[tuple[str, str, str], int]:
    """(step, flow, outcome) -> n, over all shards."""
    rows = await conn.execute(
        "select s.name, flow, outcome, sum(n)::int as n from counter join step s on s.id = counter.step"
        " where %(step)s::text is null or s.name = %(step)s group by s.name, flow, outcome",
        {"step": step},
    )
    return {(row["name"], row["flow"], row["outcome"]): row["n"] for row in await rows.fetchall()}


async def entered(conn: Connection) -> set[int]:
    return {row["person"] for row in await (await conn.execute("select person from participant")).fetchall()}


async def look_everywhere(conn: Connection, now: Any) -> None:
    for shard in range(COUNT):
        await look(conn, shard, now)


# ---------------------------------------------------------------------------------------------------- start


async def test_J1_the_members_at_the_start_enter_once_and_nobody_who_comes_later(conn):
    await a_workspace(conn, T0)
    first, second = await a_neighbour(conn, 0), await a_neighbour(conn, 1)
    await publish(conn, journey(waits()), T0)
    for now in (T0, T0, T0 + SECOND):
        await look(conn, SHARD, now)
    await a_neighbour(conn, 2, T0 + SECOND)
    await look(conn, SHARD, T0 + HOUR)
    assert await entered(conn) == {first.id, second.id}
    assert await store.runs_to_admit(conn, SHARD, T0 + HOUR) == []
    assert await counted(conn) == {
        ("start", "entered", ""): 2, ("start", "left", "entered"): 2,
        ("pause", "entered", ""): 2, ("pause", "left", "done"): 2,
    }  # fmt: skip


async def test_J1_a_run_that_two_looks_had_found_admits_once(conn):
    await a_workspace(conn, T0)
    await a_neighbour(conn, 0)
    await look(conn, SHARD, T0)
    await publish(conn, journey(waits()), T0)
    (run,) = await store.runs_to_admit(conn, SHARD, T0)
    assert [await store.admit(conn, SHARD, run, T0) for _ in range(2)] == [1, 0]
    assert (await counted(conn, "start"))["start", "entered", ""] == 1


async def test_J1_who_left_before_the_start_does_not_enter_and_who_left_after_it_does(conn):
    await a_workspace(conn, T0)
    condition = CONDITION.validate_python({"attribute": "first_name", "test": "is", "value": "Ann"})
    await segments.change(conn, "everybody", "contact", condition)
    stays, leaves, _ = [await a_neighbour(conn, number, first_name="Ann") for number in range(3)]
    await look(conn, SHARD, T0)
    await publish(conn, journey(waits(), at="2026-12-01T10:00"), T0)
    await a_neighbour(conn, 2, T0 + HOUR - SECOND, first_name="Bea")
    await look(conn, SHARD, T0 + HOUR - SECOND)
    await a_neighbour(conn, 1, T0 + HOUR + SECOND, first_name="Bea")
    await a_neighbour(conn, 3, T0 + HOUR + SECOND, first_name="Ann")
    await look(conn, SHARD, T0 + HOUR + 2 * SECOND)  # the worker was away when the journey started
    assert await entered(conn) == {stays.id, leaves.id}


async def test_J1_who_came_just_before_the_start_enters_although_the_workers_had_not_looked_yet(conn):
    await a_workspace(conn, T0)
    await look(conn, SHARD, T0)
    early = await a_neighbour(conn, 0, T0 + SECOND)
    await publish(conn, journey(waits()), T0 + 2 * SECOND)
    await a_neighbour(conn, 1, T0 + 3 * SECOND)
    await look(conn, SHARD, T0 + 3 * SECOND)
    assert await entered(conn) == {early.id}


async def test_J1_a_segment_that_was_first_evaluated_after_the_start_counts_as_it_was_then(conn):
    await a_workspace(conn, T0)
    first = await a_neighbour(conn, 0)
    await publish(conn, journey(waits()), T0)
    await conn.execute("delete from touched")
    await look(conn, SHARD, T0 + HOUR)
    assert await entered(conn) == {first.id}


async def test_J1_nobody_enters_before_the_start_or_in_a_shard_whose_members_are_not_known(conn):
    await a_workspace(conn, T0)
    await a_neighbour(conn, 0)
    await publish(conn, journey(waits(), at="2026-12-01T10:00"), T0)
    assert await store.runs_to_admit(conn, SHARD, T0 + HOUR) == []
    await look(conn, SHARD, T0)
    assert await store.runs_to_admit(conn, SHARD, T0 + HOUR - SECOND) == []
    assert len(await store.runs_to_admit(conn, SHARD, T0 + HOUR)) == 1


async def test_J11_a_start_without_anybody_counts_nothing_and_is_done(conn):
    await a_workspace(conn, T0)
    version = await publish(conn, journey(waits()), T0)
    await look_everywhere(conn, T0)
    await finish_versions(conn, T0)
    assert (await counted(conn), (await newest(conn, version.slug)).state) == ({}, "Completed")


# ---------------------------------------------------------------------------------------------------- waking


async def test_only_steps_that_listen_to_an_event_are_woken_by_it(conn):
    ada = await enter(conn, sends(), asks(), waits())
    await ada.hand_over(T0)
    before = (await ada.visit("clicked"))["due"]
    await store.wake(conn, ada.person.shard, [(ada.person.id, "email.opened"), (ada.person.id, "bought")], T0 + HOUR)
    await store.wake(conn, ada.person.shard, [(ada.person.id + 1, "email.clicked")], T0 + HOUR)
    assert (await ada.visit("clicked"))["due"] == before
    await store.wake(conn, ada.person.shard, [(ada.person.id, "email.clicked")], T0 + HOUR)
    assert (await ada.visit("clicked"))["due"] == T0 + HOUR
    await ada.look(T0 + HOUR)
    assert (await ada.visit("clicked"))["due"] == before


# ---------------------------------------------------------------------------------------------------- end


async def test_P6_stopping_ends_each_shard_and_then_the_journey(conn):
    ada = await enter(conn, sends(), texts(), waits())
    await ada.hand_over(T0)
    stopped_at = T0 + HOUR
    await publishing.stop(conn, "launch", "bob", stopped_at)
    await ada.hand_over(stopped_at, kind="text")
    visit, text = (
        await ada.visit("launched"),
        await (await conn.execute("select * from delivery where channel = 'text'")).fetchone(),
    )
    assert (visit["exit_reason"], visit["outcome"], visit["left_at"]) == ("journey_stopped", None, stopped_at)
    assert (text["state"], text["reason"]) == ("blocked", "journey_stopped")
    assert (await ada.visit("announce"))["outcome"] == "sent"
    await finish_versions(conn, stopped_at)
    assert (await newest(conn, "launch")).state == "Stopping"
    await look_everywhere(conn, stopped_at)
    await finish_versions(conn, stopped_at)
    await finish_versions(conn, stopped_at + HOUR)
    assert ((await newest(conn, "launch")).state, (await newest(conn, "launch")).stopped_at) == ("Stopped", stopped_at)
    assert [(row["who"], row["what"]) for row in await changes(conn, ada.version.journey)] == [
        ("ada", "published"), ("bob", "stopped"), ("Sojourn", "ended: everybody has left"),
    ]  # fmt: skip
    assert (await counted(conn, "launched")) == {
        ("launched", "entered", ""): 1,
        ("launched", "exited", "journey_stopped"): 1,
        ("launched", "blocked", "journey_stopped"): 1,
    }


async def test_P6_a_journey_that_is_stopped_before_its_start_admits_nobody(conn):
    await a_workspace(conn, T0)
    await a_neighbour(conn, 0)
    await publish(conn, journey(waits(), at="2026-12-01T10:00"), T0)
    await publishing.stop(conn, "launch", "bob", T0 + SECOND)
    await look_everywhere(conn, T0 + 2 * HOUR)
    await finish_versions(conn, T0 + 2 * HOUR)
    assert (await entered(conn), (await newest(conn, "launch")).state) == (set(), "Stopped")


async def test_P6_a_mail_that_is_out_when_its_journey_is_stopped_is_recorded_and_one_put_off_then_is_blocked(conn):
    ada = await enter(conn, sends())
    (item,), _ = await delivery.claim(conn, ada.person.shard, "email", 10, T0)
    await publishing.stop(conn, "launch", "bob", T0 + SECOND)
    await ada.look(T0 + SECOND)
    later = Settlement(item.key, "queued", "put_off", retry_at=T0 + HOUR)
    await delivery.settle(conn, ada.person.shard, [later], T0 + 2 * SECOND)
    assert await delivery.claim(conn, ada.person.shard, "email", 10, T0 + HOUR) == ([], 1)
    row = await (await conn.execute("select state, reason from delivery")).fetchone()
    assert row == {"state": "blocked", "reason": "journey_stopped"}


async def test_P7_a_journey_is_completed_when_nobody_is_inside_and_all_shards_were_admitted(conn):
    ada = await enter(conn, waits("pause", "1 day"))
    await finish_versions(conn, T0)
    assert (await newest(conn, "launch")).state == "Live"
    await look_everywhere(conn, T0)
    await finish_versions(conn, T0 + HOUR)
    assert (await newest(conn, "launch")).state == "Completing"
    await ada.look(T0 + DAY)
    await finish_versions(conn, T0 + DAY)
    assert ((await newest(conn, "launch")).state, (await newest(conn, "launch")).completed_at) == (
        "Completed",
        T0 + DAY,
    )
    with pytest.raises(Conflict, match="Completed; there is nothing to stop"):
        await publishing.stop(conn, "launch", "bob", T0 + DAY)


# ---------------------------------------------------------------------------------------------------- the agenda


async def agenda(conn: Connection, shard: int = SHARD) -> Any:
    """When the shard has something to do; None when it waits only for the world."""
    return (await store.agenda(conn, [shard])).get(shard)


async def test_the_agenda_of_an_idle_shard_is_empty(conn):
    assert await store.agenda(conn, range(COUNT)) == {}
    assert await store.agenda(conn, []) == {}


async def test_what_happened_is_looked_at_at_once(conn):
    person = await a_neighbour(conn, 0)
    assert (await agenda(conn), await agenda(conn, SHARD + 1)) == (store.LONG_AGO, None)
    await look(conn, person.shard, T0)
    assert await agenda(conn) is None


async def test_a_start_is_due_at_its_time_in_every_shard_that_has_not_admitted_it(conn):
    await a_workspace(conn, T0)
    await publish(conn, journey(waits(), at="2026-12-01T10:00"), T0)
    await look(conn, SHARD, T0)
    assert (await agenda(conn), await agenda(conn, SHARD + 1)) == (T0 + HOUR, T0 + HOUR)
    await look(conn, SHARD, T0 + HOUR)
    assert (await agenda(conn), await agenda(conn, SHARD + 1)) == (None, T0 + HOUR)


async def test_a_wait_is_due_at_its_end_and_a_message_that_is_under_way_never(conn):
    ada = await enter(conn, waits("pause", "1 day"), sends())
    assert await agenda(conn, ada.person.shard) == T0 + DAY
    await ada.look(T0 + DAY)
    assert await agenda(conn, ada.person.shard) is None


async def test_a_stopped_journey_is_to_be_ended_at_once(conn):
    ada = await enter(conn, waits("pause", "1 day"))
    await publishing.stop(conn, "launch", "bob", T0)
    assert await agenda(conn, ada.person.shard) == store.LONG_AGO
    await ada.look(T0)
    assert await agenda(conn, ada.person.shard) is None


@pytest.mark.parametrize("people", [1, 3])
async def test_the_earliest_of_several_visits_is_the_one_that_is_due(conn, people):
    await a_workspace(conn, T0)
    for number in range(people):
        await a_neighbour(conn, number)
    await publish(conn, journey(waits("long", "2 days"), name="Long"), T0)
    await publish(conn, journey(waits("short", "1 hour"), name="Short"), T0)
    await look(conn, SHARD, T0)
    assert await agenda(conn) == T0 + HOUR
    steps = await store.due_steps(conn, SHARD, T0 + HOUR)
    assert [step["kind"] for step in steps] == ["wait"]
    assert [len(await store.due_steps(conn, SHARD, T0 + due)) for due in (HOUR - SECOND, HOUR, 2 * DAY)] == [0, 1, 2]


# ---------------------------------------------------------------------------------------------------- batches


async def test_more_people_than_a_batch_are_moved_batch_by_batch_and_counted_once(conn):
    await a_workspace(conn, T0)
    for number in range(7):
        await a_neighbour(conn, number)
    await publish(conn, journey(waits("pause", "1 hour"), waits("again", "1 hour")), T0)
    await look(conn, SHARD, T0)
    (step,) = await store.due_steps(conn, SHARD, T0 + HOUR)
    batches = [await store.advance(conn, SHARD, step, T0 + HOUR, batch=3) for _ in range(4)]
    assert batches == [(3, 3), (3, 3), (1, 1), (0, 0)]
    assert (await counted(conn, "pause"))["pause", "left", "done"] == 7
    assert (await counted(conn, "again"))["again", "entered", ""] == 7


async def test_P6_N1_each_run_of_a_stopped_version_ends_its_own(conn):
    await a_workspace(conn, T0)
    await a_neighbour(conn, 0)
    await publish(conn, journey(waits("pause", "9 days"), frequency="repeating", repeat={"unit": "day"}), T0)
    for day in range(3):
        await look(conn, SHARD, T0 + day * DAY)
    await publishing.stop(conn, "launch", "bob", T0 + 2 * DAY)
    await look(conn, SHARD, T0 + 2 * DAY)
    query = "select run, n from counter where outcome = 'journey_stopped' order by run"
    rows = await (await conn.execute(query)).fetchall()
    assert (len({row["run"] for row in rows}), [row["n"] for row in rows]) == (3, [1, 1, 1])


async def test_P7_what_people_can_still_enter_is_not_completed_although_nobody_is_inside(conn):
    await a_workspace(conn, T0)
    await publish(conn, journey(waits(), frequency="newly_added"), T0)
    await look_everywhere(conn, T0)
    await finish_versions(conn, T0 + DAY)
    assert (await newest(conn, "launch")).state == "Live"


async def test_P6_stopping_a_journey_ends_nobody_in_another(conn):
    ada = await enter(conn, waits("pause", "1 day"))
    await publish(conn, journey(waits("other", "1 day"), name="Second"), T0)
    await ada.look(T0)
    await publishing.stop(conn, "launch", "bob", T0 + HOUR)
    await ada.look(T0 + HOUR)
    rows = await (await conn.execute("select exit_reason from participant order by id")).fetchall()
    assert [row["exit_reason"] for row in rows] == ["journey_stopped", None]
