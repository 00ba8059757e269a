"""New versions beside a live one (P4), copies, and the states of a journey (P1, P7): newcomers get the new version,
people inside finish the old one."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from test_engine_runs import SHARD, look_everywhere
from test_engine_starts import entries, lives, town

from builders import journey, publish, waits
from participation import T0, look
from sojourn.db.connect import Connection
from sojourn.engine.jobs import finish_versions
from sojourn.events.model import Event
from sojourn.events.store import append
from sojourn.journeys import life, store
from sojourn.journeys import publish as publishing
from sojourn.journeys.store import Version
from sojourn.kit.errors import Conflict, Invalid, NotFound

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
GOES_ON: dict[str, Any] = {"segment": "north", "frequency": "newly_added"}
REPEATS: dict[str, Any] = {"segment": "north", "frequency": "repeating", "repeat": {"unit": "day"}}

__all__ = ["town"]


async def renew(conn: Connection, now: datetime, *steps: dict[str, Any], **start: Any) -> Version:
    """A new version with these steps, or the same ones, takes over."""
    draft = await life.new_version(conn, "launch", "bob", now)
    if steps:
        await store.change(conn, "launch", journey(*steps, **(start or GOES_ON)))
    assert (await store.newest(conn, "launch")).number == draft.number - 1
    return await publishing.publish(conn, "launch", "bob", now)


async def ways(conn: Connection) -> list[tuple[Any, ...]]:
    """(key, version) of everybody who entered, in that order."""
    rows = await conn.execute(
        "select p.key, v.number from participant t join run r on r.id = t.run"
        " join journey_version v on v.id = r.version"
        " join person p on p.shard = t.shard and p.id = t.person order by t.id"
    )
    return [tuple(row.values()) for row in await rows.fetchall()]


async def states(conn: Connection) -> list[str]:
    newest = await store.newest(conn, "launch")
    numbers = await store.numbers(conn, newest.journey)
    return [(await store.numbered(conn, "launch", number)).state for number in numbers]


# ---------------------------------------------------------------------------------------------------- drafts


async def test_P4_a_draft_stands_beside_the_live_version_and_changes_nothing_of_it(town):
    live = await publish(town, journey(waits(), **GOES_ON), T0)
    draft = await life.new_version(town, "launch", "bob", T0 + HOUR)
    assert (draft.number, draft.state, draft.document) == (2, "Draft", live.document)
    await store.change(town, "launch", journey(waits("other"), **GOES_ON))
    now = await store.newest(town, "launch")
    assert (now.number, now.state, now.draft, now.document) == (1, "Live", 2, live.document)
    assert (await store.draft_or_newest(town, "launch")).document.steps[0].id == "other"
    assert [row["what"] for row in await store.changes(town, live.journey)][1:] == ["draft of version 2 made"]


async def test_P4_there_is_one_draft_at_a_time_and_it_can_be_given_up(town):
    await publish(town, journey(waits(), **GOES_ON), T0)
    await life.new_version(town, "launch", "bob", T0)
    with pytest.raises(Conflict, match="has a draft already"):
        await life.new_version(town, "launch", "bob", T0)
    with pytest.raises(Conflict, match="is not a draft"):
        await life.delete_version(town, "launch", 1, "bob", T0)
    await life.delete_version(town, "launch", 2, "bob", T0)
    with pytest.raises(NotFound):
        await store.numbered(town, "launch", 2)
    with pytest.raises(Conflict, match="Make a new version, or a copy"):
        await store.change(town, "launch", journey(waits(), **GOES_ON))
    assert (await life.new_version(town, "launch", "bob", T0)).number == 2


async def test_P4_only_what_keeps_admitting_people_has_new_versions(town):
    await publish(town, journey(waits(), segment="north"), T0)
    with pytest.raises(Conflict, match="starts once"):
        await life.new_version(town, "launch", "bob", T0)
    await store.create(town, journey(waits(), name="Draft", **GOES_ON), T0)
    with pytest.raises(Conflict, match="has a draft already"):
        await life.new_version(town, "draft", "bob", T0)
    await publish(town, journey(waits(), name="Paused", **GOES_ON), T0)
    await life.pause(town, "paused", "run_on", "bob", T0)
    with pytest.raises(Conflict, match="Resume it first"):
        await life.new_version(town, "paused", "bob", T0)


async def test_P4_a_draft_of_a_journey_that_was_stopped_meanwhile_starts_nobody(town):
    await publish(town, journey(waits(), **GOES_ON), T0)
    await life.new_version(town, "launch", "bob", T0)
    await publishing.stop(town, "launch", "bob", T0)
    with pytest.raises(Conflict, match="is Stopping"):
        await publishing.publish(town, "launch", "bob", T0)


async def test_P4_a_new_version_starts_people_the_same_way_and_keeps_its_name(town):
    await publish(town, journey(waits(), **GOES_ON), T0)
    await life.new_version(town, "launch", "bob", T0)
    with pytest.raises(Conflict, match="keeps that name"):
        await store.change(town, "launch", journey(waits(), name="Lunch", **GOES_ON))
    await store.change(town, "launch", journey(waits(), **REPEATS))
    with pytest.raises(Invalid) as raised:
        await publishing.publish(town, "launch", "bob", T0)
    assert [problem.code for problem in raised.value.problems] == ["frequency_changed"]


# ---------------------------------------------------------------------------------------------------- taking over


async def test_P4_newcomers_get_the_new_version_and_people_inside_finish_the_old_one(town):
    await publish(town, journey(waits(duration="2 days"), **GOES_ON), T0)
    first = (await lives(town, 0, "north", T0), await look(town, SHARD, T0))[0]
    await renew(town, T0 + HOUR, waits("other", "3 days"))
    await look(town, SHARD, T0 + HOUR)
    second = await lives(town, 1, "north", T0 + 2 * HOUR)
    await look(town, SHARD, T0 + 2 * HOUR)
    rows = await town.execute("select v.person, s.name from visit v join step s on s.id = v.step where left_at is null")
    assert {(row["person"], row["name"]) for row in await rows.fetchall()} == {
        (first.id, "pause"), (second.id, "other"),
    }  # fmt: skip
    assert await states(town) == ["Completing", "Live"]


async def test_P4_nobody_is_lost_or_considered_twice_when_a_version_takes_over(town):
    await publish(town, journey(waits(), **GOES_ON), T0)
    await lives(town, 0, "north", T0)
    await look(town, SHARD, T0)
    await lives(town, 1, "north", T0 + HOUR)  # nobody has looked when the new version comes
    await renew(town, T0 + HOUR)
    await look(town, SHARD, T0 + HOUR)
    await renew(town, T0 + 2 * HOUR)
    await lives(town, 2, "north", T0 + 3 * HOUR)
    await look(town, SHARD, T0 + 3 * HOUR)
    assert [version for _, version in await ways(town)] == [1, 2, 3]
    assert len(await entries(town)) == 3


async def test_P4_J2_who_was_in_an_earlier_version_does_not_enter_again(town):
    await publish(town, journey(waits(), **GOES_ON), T0)
    for hour, side in enumerate(("north", "south")):
        await lives(town, 0, side, T0 + hour * HOUR)
        await look(town, SHARD, T0 + hour * HOUR)
    await renew(town, T0 + 2 * HOUR)
    await lives(town, 0, "north", T0 + 3 * HOUR)
    await look(town, SHARD, T0 + 3 * HOUR)
    rows = await (await town.execute("select exit_reason from participant order by id")).fetchall()
    assert [row["exit_reason"] for row in rows] == [None, "already_entered"]


async def test_P4_of_a_segment_that_is_new_only_who_joins_later_enters(town):
    await publish(town, journey(waits(), **GOES_ON), T0)
    await look(town, SHARD, T0)
    await lives(town, 0, "south", T0)
    await look(town, SHARD, T0)
    await renew(town, T0 + HOUR, waits(), segment="south", frequency="newly_added")
    await look(town, SHARD, T0 + HOUR)
    await lives(town, 1, "south", T0 + 2 * HOUR)
    await look(town, SHARD, T0 + 2 * HOUR)
    assert [version for _, version in await ways(town)] == [2]


async def test_P4_a_version_that_has_not_begun_everywhere_is_taken_over_from_as_well(town):
    await lives(town, 0, "north", T0)
    await publish(town, journey(waits(), **GOES_ON), T0)
    await renew(town, T0)
    await look(town, SHARD, T0)
    await look(town, SHARD, T0)
    assert len(await entries(town)) == 1


async def test_P4_J3_the_next_occurrence_is_the_new_versions(town):
    await lives(town, 0, "north", T0)
    await publish(town, journey(waits(), **REPEATS), T0)
    await look(town, SHARD, T0)
    await renew(town, T0 + 6 * HOUR, waits("other"), **REPEATS)
    for day in (0.5, 1, 2):
        await look(town, SHARD, T0 + day * DAY)
    runs = await town.execute("select distinct entered_at from participant order by entered_at")
    assert [row["entered_at"] for row in await runs.fetchall()] == [T0, T0 + DAY, T0 + 2 * DAY]
    assert [version for _, version in await ways(town)] == [1, 2, 2]


async def test_P4_J10_an_event_starts_people_in_the_version_of_its_moment(town):
    ada = await lives(town, 0, "north", T0)
    start = {"trigger": "cart.filled", "audience": "contact"}
    document = {"journey": "Launch", "start": start, "steps": [waits()]}
    await publish(town, type(journey(waits())).model_validate(document), T0)
    await look(town, SHARD, T0)
    await life.new_version(town, "launch", "bob", T0 + HOUR)
    await publishing.publish(town, "launch", "bob", T0 + HOUR)
    for minutes in (59, 61):
        happened = T0 + timedelta(minutes=minutes)
        await append(town, [Event(f"e{minutes}", ada, "cart.filled", happened)], T0 + 2 * HOUR)
    await look(town, SHARD, T0 + 2 * HOUR)
    assert [version for _, version in await ways(town)] == [1, 2]


# ---------------------------------------------------------------------------------------------------- states


async def test_P1_P7_the_old_version_is_completed_when_the_last_of_its_people_has_left(town):
    await lives(town, 0, "north", T0)
    await publish(town, journey(waits(), **GOES_ON), T0)
    await look_everywhere(town, T0)
    await renew(town, T0)
    await look_everywhere(town, T0)
    await finish_versions(town, T0)
    assert await states(town) == ["Completing", "Live"]
    await look_everywhere(town, T0 + HOUR)
    await finish_versions(town, T0 + HOUR)
    assert await states(town) == ["Completed", "Live"]


@pytest.mark.parametrize(
    "start", [GOES_ON | {"end": "2026-12-02T09:00"}, REPEATS | {"end": "2026-12-02T09:00"}, {"segment": "north"}]
)
async def test_P1_a_journey_that_nobody_can_enter_any_more_is_completing_and_then_completed(town, start):
    await lives(town, 0, "north", T0)
    await publish(town, journey(waits(duration="3 days"), **start), T0)
    for day in (0, 1):
        await look_everywhere(town, T0 + day * DAY)
        await finish_versions(town, T0 + day * DAY)
    assert await states(town) == ["Completing"]
    await look_everywhere(town, T0 + 3 * DAY)
    await finish_versions(town, T0 + 3 * DAY)
    assert await states(town) == ["Completed"]
    version = await store.newest(town, "launch")
    assert [row["what"] for row in await store.changes(town, version.journey)] == [
        "published", "completing: nobody can enter any more", "completed",
    ]  # fmt: skip


async def test_P6_stopping_ends_all_versions(town):
    await lives(town, 0, "north", T0)
    await publish(town, journey(waits(duration="1 day"), **GOES_ON), T0)
    await look_everywhere(town, T0)
    await renew(town, T0)
    await publishing.stop(town, "launch", "bob", T0 + HOUR)
    await look_everywhere(town, T0 + HOUR)
    await finish_versions(town, T0 + HOUR)
    assert await states(town) == ["Stopped", "Stopped"]
    row = await (await town.execute("select count(*) as n from visit where left_at is null")).fetchone()
    assert row == {"n": 0}


async def test_P5_P4_a_pause_holds_for_all_versions(town):
    await lives(town, 0, "north", T0)
    await publish(town, journey(waits(), **GOES_ON), T0)
    await look(town, SHARD, T0)
    await renew(town, T0)
    await life.pause(town, "launch", "freeze", "bob", T0)
    await look(town, SHARD, T0 + 2 * HOUR)
    assert await states(town) == ["Paused", "Paused"]
    await life.resume(town, "launch", None, "bob", T0 + 2 * HOUR)
    await look(town, SHARD, T0 + 3 * HOUR)
    row = await (await town.execute("select left_at from visit where outcome is not null")).fetchone()
    assert row == {"left_at": T0 + 3 * HOUR}


# ---------------------------------------------------------------------------------------------------- copies


async def test_P7_a_copy_is_a_draft_of_its_own(town):
    live = await publish(town, journey(waits(), **GOES_ON), T0)
    copy = await life.copy(town, "launch", "Launch again", T0 + HOUR)
    assert (copy.slug, copy.number, copy.state, copy.created_at) == ("launch-again", 1, "Draft", T0 + HOUR)
    assert copy.document == live.document.model_copy(update={"journey": "Launch again"})
    with pytest.raises(Conflict, match="exists already"):
        await life.copy(town, "launch", "Launch again", T0)
