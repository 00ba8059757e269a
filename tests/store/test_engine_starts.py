"""Who starts, when, and who does not and why (J2 - J8, J11): the engine's own statements, called at given times."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from test_engine_runs import KEYS, SHARD, counted

from builders import a_workspace, journey, publish, waits
from participation import T0, look
from sojourn.db.connect import Connection
from sojourn.db.shards import shard_of
from sojourn.events.model import Event
from sojourn.events.store import append
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
