"""Who starts, when, and who does not and why (J2 - J8, J11): the engine's own statements, called at given times."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from test_engine_runs import KEYS, SHARD, counted

from builders import a_workspace, asks, journey, publish, sends, waits
from participation import T0, look
from sojourn.db.connect import Connection, transaction
from sojourn.db.shards import shard_of
from sojourn.delivery import store as delivery
from sojourn.delivery.store import Settlement
from sojourn.events.model import Event
from sojourn.events.store import append
from sojourn.journeys import life
from sojourn.journeys import publish as publishing
from sojourn.journeys.model import JourneyDocument
from sojourn.journeys.store import changes
from sojourn.kit.ids import Ref, new_event_id
from sojourn.people.store import declare_attributes, identify
from sojourn.segments import store as segments
from sojourn.segments.model import CONDITION

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
async def town(conn: Connection) -> Connection:
    """Segments `north` and `south`, by an attribute; `vip` by another."""
    await a_workspace(conn, T0)
    await declare_attributes(conn, "contact", {"side": "text", "vip": "boolean"})
    for name in ("north", "south"):
        where = {"attribute": "side", "test": "contains", "value": name}
        await segments.create(conn, name, "contact", CONDITION.validate_python(where), T0, live=True)
    vip = {"attribute": "vip", "test": "is", "value": True}
    await segments.create(conn, "vip", "contact", CONDITION.validate_python(vip), T0, live=True)
    return conn


async def lives(conn: Connection, number: int, side: str, now: datetime, **attributes: Any) -> Ref:
    return await identify(conn, "contact", KEYS[number], {"side": side, **attributes}, now)


async def entries(conn: Connection) -> dict[tuple[str, int, int], str | None]:
    """(key, run, entry) -> why they did not enter, or None."""
    rows = await conn.execute(
        "select p.key, r.number, t.entry, t.exit_reason from participant t"
        " join run r on r.id = t.run join person p on p.shard = t.shard and p.id = t.person"
    )
    return {(row["key"], row["number"], row["entry"]): row["exit_reason"] for row in await rows.fetchall()}


async def test_J2_current_members_enter_at_the_start_and_each_new_one_when_they_join(town):
    await lives(town, 0, "north", T0)
    await publish(town, journey(waits(duration="30 days"), segment="north", frequency="newly_added"), T0)
    await look(town, SHARD, T0)
    await lives(town, 1, "north", T0 + HOUR)
    await lives(town, 2, "south", T0 + HOUR)
    await look(town, SHARD, T0 + HOUR)
    assert await entries(town) == {(KEYS[0], 1, 1): None, (KEYS[1], 1, 1): None}


async def test_J2_who_had_left_at_the_start_does_not_enter(town):
    for side in ("north", "south"):
        await lives(town, 0, side, T0)
        await look(town, SHARD, T0)
    await publish(town, journey(waits(), segment="north", frequency="newly_added"), T0)
    await look(town, SHARD, T0)
    assert await entries(town) == {}


async def test_J2_P5_who_joined_and_left_during_a_pause_does_not_enter(town):
    await publish(town, journey(waits(), segment="north", frequency="newly_added"), T0)
    await look(town, SHARD, T0)
    await life.pause(town, "launch", "run_on", "bob", T0)
    for side in ("north", "south"):
        await lives(town, 0, side, T0 + HOUR)
        await look(town, SHARD, T0 + HOUR)
    await life.resume(town, "launch", None, "bob", T0 + 2 * HOUR)
    await lives(town, 1, "north", T0 + 2 * HOUR)
    await look(town, SHARD, T0 + 2 * HOUR)
    assert await entries(town) == {(KEYS[1], 1, 1): None}


async def test_J2_who_leaves_and_joins_again_enters_once(town):
    await publish(town, journey(waits(), segment="north", frequency="newly_added"), T0)
    for hour, side in enumerate(("north", "south", "north")):
        await lives(town, 0, side, T0 + hour * HOUR)
        await look(town, SHARD, T0 + hour * HOUR)
    assert await entries(town) == {(KEYS[0], 1, 1): None, (KEYS[0], 1, 2): "already_entered"}
    assert (await counted(town, "start"))["start", "exited", "already_entered"] == 1


async def test_J2_with_rejoin_they_enter_again_unless_still_inside(town):
    document = journey(waits(duration="90 minutes"), segment="north", frequency="newly_added", rejoin=True)
    await publish(town, document, T0)
    for minutes, side in ((0, "north"), (10, "south"), (20, "north"), (100, "south"), (110, "north")):
        now = T0 + timedelta(minutes=minutes)
        await lives(town, 0, side, now)
        await look(town, SHARD, now)
    assert await entries(town) == {(KEYS[0], 1, 1): None, (KEYS[0], 1, 2): "still_inside", (KEYS[0], 1, 3): None}


async def test_J3_each_occurrence_admits_all_members_of_that_moment_also_those_of_earlier_runs(town):
    await lives(town, 0, "north", T0)
    document = journey(waits(), segment="north", frequency="repeating", repeat={"unit": "day"}, at="2026-12-02T09:00")
    await publish(town, document, T0)
    await look(town, SHARD, T0 + DAY)
    await lives(town, 1, "north", T0 + DAY + HOUR)
    await look(town, SHARD, T0 + DAY + HOUR)
    assert len(await entries(town)) == 1
    await look(town, SHARD, T0 + 2 * DAY)
    assert await entries(town) == {(KEYS[0], 1, 1): None, (KEYS[0], 2, 1): None, (KEYS[1], 2, 1): None}


async def test_J3_who_is_still_inside_enters_the_next_run_too_or_is_skipped_when_told(town):
    await lives(town, 0, "north", T0)
    repeating = {"segment": "north", "frequency": "repeating", "repeat": {"unit": "day"}}
    await publish(town, journey(waits(duration="40 hours"), **repeating), T0)
    await publish(town, journey(waits(duration="40 hours"), name="Patient", inside="skip", **repeating), T0)
    for day in range(2):
        await look(town, SHARD, T0 + day * DAY)
    counts = await counted(town, "start")
    assert counts["start", "left", "entered"] == 3
    assert counts["start", "exited", "still_inside"] == 1


async def test_J4_occurrences_missed_while_the_system_was_down_are_one_late_run(town):
    await lives(town, 0, "north", T0)
    version = await publish(town, journey(waits(), segment="north", frequency="repeating", repeat={"unit": "day"}), T0)
    await look(town, SHARD, T0)
    await look(town, SHARD, T0 + 4 * DAY + HOUR)
    await look(town, SHARD, T0 + 4 * DAY + 2 * HOUR)
    assert sorted(run for _, run, _ in await entries(town)) == [1, 2]
    missed = [change["what"] for change in await changes(town, version.journey) if "missed" in change["what"]]
    assert missed == [
        "missed while the system was down, run once: "
        "2026-12-03T09:00:00+00:00, 2026-12-04T09:00:00+00:00, 2026-12-05T09:00:00+00:00"
    ]
    await look(town, SHARD, T0 + 5 * DAY)
    assert sorted(run for _, run, _ in await entries(town)) == [1, 2, 3]


async def test_J5_exclusion_is_read_at_entry_only(town):
    await lives(town, 0, "north", T0, vip=True)
    await lives(town, 1, "north", T0)
    await publish(town, journey(waits(duration="1 day"), segment="north", exclude=["vip"]), T0)
    await look(town, SHARD, T0)
    assert await entries(town) == {(KEYS[0], 1, 1): "excluded", (KEYS[1], 1, 1): None}
    await lives(town, 1, "north", T0 + HOUR, vip=True)
    await look(town, SHARD, T0 + HOUR)
    assert (await counted(town, "pause"))["pause", "entered", ""] == 1
    assert (await counted(town)).get(("pause", "exited", "excluded")) is None


async def test_J5_J2_who_was_excluded_and_is_not_any_more_enters_when_they_join_again(town):
    await publish(town, journey(waits(), segment="north", exclude=["vip"], frequency="newly_added"), T0)
    for hour, (side, vip) in enumerate([("north", True), ("south", False), ("north", False)]):
        await lives(town, 0, side, T0 + hour * HOUR, vip=vip)
        await look(town, SHARD, T0 + hour * HOUR)
    assert await entries(town) == {(KEYS[0], 1, 1): "excluded", (KEYS[0], 1, 2): None}


async def test_J6_a_member_of_several_entry_segments_enters_once(town):
    await lives(town, 0, "north and south", T0)
    await lives(town, 1, "south", T0)
    await publish(town, journey(waits(), segment=["north", "south"]), T0)
    await publish(town, journey(waits(), name="Ongoing", segment=["north", "south"], frequency="newly_added"), T0)
    await look(town, SHARD, T0)
    await lives(town, 1, "north and south", T0 + HOUR)
    await look(town, SHARD, T0 + HOUR)
    assert (await counted(town, "start"))["start", "left", "entered"] == 4
    assert ("start", "exited", "already_entered") not in await counted(town, "start")


STARTED = [
    {"frequency": "once"}, {"frequency": "newly_added"}, {"frequency": "newly_added", "rejoin": True},
    {"frequency": "repeating", "repeat": {"unit": "month"}},
]  # fmt: skip


@pytest.mark.parametrize("start", STARTED, ids=str)
async def test_W16_who_leaves_the_entry_segment_stays_inside_and_gets_everything(town, start):
    await lives(town, 0, "north", T0, email="ada@x.example")
    asked = asks(within="3 days", yes=[], no=[sends("reminder")])
    await publish(town, journey(waits(duration="1 day"), sends(), asked, segment="north", **start), T0)
    await look(town, SHARD, T0)
    await lives(town, 0, "south", T0 + HOUR)
    for now in (T0 + HOUR, T0 + DAY, T0 + 5 * DAY, T0 + 6 * DAY):
        await look(town, SHARD, now)
        claimed, blocked = await delivery.claim(town, SHARD, "email", 10, now)
        await delivery.settle(town, SHARD, [Settlement(item.key, "sent") for item in claimed], now)
        assert blocked == 0
        await look(town, SHARD, now)
    assert await entries(town) == {(KEYS[0], 1, 1): None}
    counts = await counted(town)
    assert (counts["announce", "sent", ""], counts["reminder", "sent", ""]) == (1, 1)
    assert [flow for flow in counts if flow[1] == "exited"] == []


async def test_W16_nor_does_a_segment_that_is_stopped_end_anything(town):
    await lives(town, 0, "north", T0)
    version = await publish(town, journey(waits(duration="1 day"), segment="north"), T0)
    await look(town, SHARD, T0)
    await segments.stop(town, "north", T0 + HOUR, used_by=[])
    await lives(town, 0, "south", T0 + HOUR)
    await look(town, SHARD, T0 + HOUR)
    await look(town, SHARD, T0 + DAY)
    assert (await counted(town, "pause"))["pause", "left", "done"] == 1
    assert version.state == "Live"


@pytest.mark.parametrize("rejoin", [False, True])
async def test_J6_who_goes_from_one_entry_segment_to_another_has_not_joined_anew(town, rejoin):
    document = journey(waits(), segment=["north", "south"], frequency="newly_added", rejoin=rejoin)
    await publish(town, document, T0)
    for hour, side in enumerate(("north", "south", "north and south", "south", "east", "north")):
        await lives(town, 0, side, T0 + hour * DAY)
        await look(town, SHARD, T0 + hour * DAY)
        await look(town, SHARD, T0 + hour * DAY + HOUR)
    assert await entries(town) == {(KEYS[0], 1, 1): None, (KEYS[0], 1, 2): None if rejoin else "already_entered"}


async def test_J2_the_first_of_all_who_ever_join_a_segment_enters_too(pool):
    """In a database in which nobody has been a member of anything yet."""
    async with transaction(pool) as conn:
        await a_workspace(conn, T0)
        await publish(conn, journey(waits(), frequency="newly_added"), T0)
        await look(conn, SHARD, T0)
        await identify(conn, "contact", KEYS[0], {}, T0 + HOUR)
        await look(conn, SHARD, T0 + HOUR)
        assert await entries(conn) == {(KEYS[0], 1, 1): None}


async def test_J8_from_the_end_on_nobody_enters_and_people_inside_finish(town):
    await lives(town, 0, "north", T0)
    document = journey(waits(duration="3 days"), segment="north", frequency="newly_added", end="2026-12-02T09:00")
    await publish(town, document, T0)
    await look(town, SHARD, T0)
    await lives(town, 1, "north", T0 + DAY)
    await look(town, SHARD, T0 + DAY)
    await look(town, SHARD, T0 + 3 * DAY)
    assert await entries(town) == {(KEYS[0], 1, 1): None}
    assert (await counted(town, "pause"))["pause", "left", "done"] == 1


async def test_J8_a_repeating_journey_has_no_run_at_its_end(town):
    await lives(town, 0, "north", T0)
    document = journey(waits(), segment="north", frequency="repeating", repeat={"unit": "day"}, end="2026-12-03T09:00")
    await publish(town, document, T0)
    for day in range(4):
        await look(town, SHARD, T0 + day * DAY)
    assert sorted(run for _, run, _ in await entries(town)) == [1, 2]


async def test_J11_everybody_considered_is_counted_at_the_entry(town):
    await lives(town, 0, "north", T0, vip=True)
    await lives(town, 1, "north", T0)
    await publish(town, journey(waits(), segment="north", exclude=["vip"]), T0)
    await look(town, SHARD, T0)
    assert await counted(town, "start") == {
        ("start", "entered", ""): 2,
        ("start", "left", "entered"): 1,
        ("start", "exited", "excluded"): 1,
    }


async def does(conn: Connection, person: Ref, at: datetime, **what: Any) -> None:
    await append(conn, [Event(id=new_event_id(), person=person, name="cart.abandoned", at=at, **what)], at)


def triggered(**start: Any) -> JourneyDocument:
    document = journey(waits(duration="2 days")).model_dump(mode="json", by_alias=True, exclude_unset=True)
    start = {"trigger": "cart.abandoned", "audience": "contact", **start}
    return JourneyDocument.model_validate({**document, "start": start})


@pytest.mark.parametrize(
    ("reentry", "entered", "refused"),
    [("always", 3, 0), ("once", 1, 2), ({"after": "1 day"}, 2, 1)],
)
async def test_J10_an_event_starts_the_person_at_once_and_again_as_the_journey_says(town, reentry, entered, refused):
    ada = await lives(town, 0, "north", T0)
    await publish(town, triggered(reentry=reentry), T0)
    await look(town, SHARD, T0)
    for hours in (1, 2, 26):
        await does(town, ada, T0 + hours * HOUR)
        await look(town, SHARD, T0 + hours * HOUR)
    counts = await counted(town, "start")
    assert counts["start", "left", "entered"] == entered
    assert counts.get(("start", "exited", "already_entered"), 0) == refused


@pytest.mark.parametrize(("early", "entered"), [(timedelta(microseconds=1), 1), (timedelta(0), 2)])
async def test_J10_again_from_the_end_of_the_delay_on(town, early, entered):
    ada = await lives(town, 0, "north", T0)
    await publish(town, triggered(reentry={"after": "1 day"}), T0)
    for at in (T0 + HOUR, T0 + HOUR + DAY - early):
        await does(town, ada, at)
        await look(town, SHARD, at)
    assert (await counted(town, "start"))["start", "left", "entered"] == entered


async def test_J10_what_happened_before_the_start_and_came_after_it_starts_nobody(town):
    ada = await lives(town, 0, "north", T0)
    await publish(town, triggered(at="2026-12-01T10:00"), T0)
    early = Event(id=new_event_id(), person=ada, name="cart.abandoned", at=T0 + HOUR - timedelta(microseconds=1))
    await append(town, [early], T0 + 2 * HOUR)
    await look(town, SHARD, T0 + 2 * HOUR)
    assert await entries(town) == {}


async def test_J10_T3_what_a_machine_did_starts_nobody(town):
    ada = await lives(town, 0, "north", T0)
    await publish(town, triggered(), T0)
    await does(town, ada, T0 + HOUR, automated=True)
    await look(town, SHARD, T0 + HOUR)
    assert await entries(town) == {}


async def test_J10_each_of_several_events_since_the_last_look_starts_the_person(town):
    ada = await lives(town, 0, "north", T0)
    await publish(town, triggered(), T0)
    for minute in (1, 2, 3):
        await does(town, ada, T0 + timedelta(minutes=minute))
    await look(town, SHARD, T0 + HOUR)
    await look(town, SHARD, T0 + 2 * HOUR)
    assert (await counted(town, "start"))["start", "left", "entered"] == 3


async def test_J10_what_happened_before_the_start_or_to_another_audience_starts_nobody(town):
    ada = await lives(town, 0, "north", T0)
    lead = await identify(town, "lead", next(k for k in map(str, range(999)) if shard_of("lead", k) == SHARD), {}, T0)
    await does(town, ada, T0)
    await publish(town, triggered(at="2026-12-01T10:00"), T0)
    await look(town, SHARD, T0)
    await look(town, SHARD, T0 + HOUR)
    await does(town, lead, T0 + 2 * HOUR)
    await look(town, SHARD, T0 + 2 * HOUR)
    assert await counted(town, "start") == {("start", "entered", ""): 1, ("start", "exited", "audience_mismatch"): 1}


async def test_J10_only_events_that_pass_the_filter_start_somebody(town):
    ada = await lives(town, 0, "north", T0)
    await publish(town, triggered(where=[{"property": "amount", "test": "at_least", "value": 50}]), T0)
    for minute, amount in enumerate((49, 50, None)):
        await does(town, ada, T0 + timedelta(minutes=minute), properties={} if amount is None else {"amount": amount})
    await look(town, SHARD, T0 + HOUR)
    assert await counted(town, "start") == {("start", "entered", ""): 1, ("start", "left", "entered"): 1}


async def test_W9_whoever_joins_the_segment_that_is_waited_for_goes_on_at_once(town):
    ada = await lives(town, 0, "north", T0)
    step = {"id": "moves", "kind": "wait_for", "segment": "south", "within": "1 day"}
    await publish(town, journey(step, segment="north"), T0)
    await look(town, SHARD, T0)
    await lives(town, 0, "south", T0 + HOUR)
    await look(town, SHARD, T0 + HOUR)
    assert (await counted(town, "moves"))["moves", "left", "yes"] == 1
    assert ada.shard == SHARD


async def test_P5_J10_what_was_done_just_before_a_pause_and_looked_at_only_in_it_starts_at_its_end(town):
    ada = await lives(town, 0, "north", T0)
    await publish(town, triggered(), T0)
    await look(town, SHARD, T0)
    await does(town, ada, T0 + HOUR)
    await life.pause(town, "launch", "run_on", "bob", T0 + HOUR)
    await look(town, SHARD, T0 + HOUR)
    assert await entries(town) == {}
    await life.resume(town, "launch", None, "bob", T0 + 2 * HOUR)
    await life.pause(town, "launch", "freeze", "bob", T0 + 2 * HOUR)
    await look(town, SHARD, T0 + 2 * HOUR)
    await life.resume(town, "launch", None, "bob", T0 + 3 * HOUR)
    await look(town, SHARD, T0 + 3 * HOUR)
    await look(town, SHARD, T0 + 4 * HOUR)
    assert await entries(town) == {(KEYS[0], 1, 1): None}


async def test_P5_J2_who_joins_and_leaves_again_during_a_pause_does_not_enter(town):
    await publish(town, journey(waits(), segment="north", frequency="newly_added"), T0)
    await look(town, SHARD, T0)
    await life.pause(town, "launch", "run_on", "bob", T0)
    for hour, side in enumerate(("north", "south"), start=1):
        await lives(town, 0, side, T0 + hour * HOUR)
        await look(town, SHARD, T0 + hour * HOUR)
    await life.resume(town, "launch", None, "bob", T0 + 3 * HOUR)
    await look(town, SHARD, T0 + 3 * HOUR)
    assert await entries(town) == {}


async def test_P4_J8_nor_does_an_older_version_let_anybody_in_after_the_end(town):
    """It still has what happened before it was taken over from, but not for ever."""
    ada = await lives(town, 0, "north", T0)
    await publish(town, triggered(end="2026-12-02T09:00"), T0)
    await life.new_version(town, "launch", "bob", T0 + HOUR)
    await publishing.publish(town, "launch", "bob", T0 + HOUR)
    for number, now in enumerate((T0 + 2 * HOUR, T0 + DAY)):
        told = Event(id=f"late-{number}", person=ada, name="cart.abandoned", at=T0 + number * timedelta(minutes=1))
        await append(town, [told], now)
        await look(town, SHARD, now)
    assert await entries(town) == {(KEYS[0], 1, 1): None}


async def test_P4_J10_an_event_that_is_stamped_in_the_future_starts_nobody_in_two_versions(town):
    ada = await lives(town, 0, "north", T0)
    await publish(town, triggered(), T0)
    await look(town, SHARD, T0)
    ahead = Event(id="ahead", person=ada, name="cart.abandoned", at=T0 + HOUR)
    await append(town, [ahead], T0 + HOUR / 2)
    await look(town, SHARD, T0 + HOUR / 2)
    await life.new_version(town, "launch", "bob", T0 + HOUR)
    await publishing.publish(town, "launch", "bob", T0 + HOUR)
    await does(town, ada, T0 + 2 * HOUR)
    await look(town, SHARD, T0 + 2 * HOUR)
    assert (await counted(town, "start"))["start", "left", "entered"] == 2


@pytest.mark.parametrize("somebody_else_starts_then", [False, True])
async def test_J10_an_event_that_is_heard_of_before_the_start_and_stamped_after_it_starts_the_person_then(
    town, somebody_else_starts_then
):
    """Clocks differ: the event's own time decides, and nobody waits for another event of theirs."""
    ada, bob = await lives(town, 0, "north", T0), await lives(town, 1, "north", T0)
    await publish(town, triggered(at="2026-12-01T10:00"), T0)
    early = Event(id="early", person=ada, name="cart.abandoned", at=T0 + HOUR)
    await append(town, [early], T0 + HOUR - timedelta(seconds=1))
    await look(town, SHARD, T0 + HOUR - timedelta(seconds=1))
    assert await entries(town) == {}
    if somebody_else_starts_then:
        await does(town, bob, T0 + HOUR)
    await look(town, SHARD, T0 + HOUR)
    await look(town, SHARD, T0 + HOUR)
    assert (await entries(town))[KEYS[0], 1, 1] is None
    assert len(await entries(town)) == 1 + somebody_else_starts_then
