"""The goal of a journey (W14): how many participants come to do what it is for, and when that counts. The engine's own
statements, called at given times."""

from datetime import timedelta
from typing import Any

import pytest
from test_engine_exits import a_town, ended, faults
from test_engine_runs import SHARD, a_neighbour

from builders import a_contact, journey, publish, sends, waits
from participation import T0, Participation, enter_as, look, people_behind
from sojourn.analytics import store as analytics
from sojourn.analytics.model import GoalNumbers
from sojourn.db.connect import Connection, Row
from sojourn.engine.jobs import finish_versions
from sojourn.events.model import Event
from sojourn.events.store import append
from sojourn.journeys import life
from sojourn.journeys import publish as publishing
from sojourn.journeys.model import JourneyDocument
from sojourn.journeys.store import newest, numbered
from sojourn.kit.ids import Ref
from sojourn.people import store as people

SECOND, HOUR, DAY = timedelta(seconds=1), timedelta(hours=1), timedelta(days=1)
TICK = timedelta(microseconds=1)


def purchased(**changes: Any) -> dict[str, Any]:
    where = [{"property": "amount", "test": "at_least", "value": 50}]
    return {"goal": {"name": "purchased", "trigger": "order.placed", "where": where} | changes}


async def inside(conn: Connection, *steps: dict[str, Any], watched: dict[str, Any] | None = None) -> Participation:
    """In a journey of one hour, if no other steps are given."""
    await a_town(conn)
    given = steps or (waits("pause", "1 hour"),)
    return await enter_as(conn, await a_contact(conn, "ada", T0), *given, watched=watched or purchased())


async def orders(ada: Participation, at: Any, received: Any = None, amount: int = 60, **what: Any) -> None:
    await ada.does("order.placed", at, received, delivery=None, properties={"amount": amount}, **what)


async def goal(conn: Connection, version: int | None = None) -> GoalNumbers | None:
    found = await (newest(conn, "launch") if version is None else numbered(conn, "launch", version))
    return (await analytics.numbers(conn, found, T0)).goal


async def behind(ada: Participation) -> list[Row]:
    return await people_behind(ada.conn, ada.version, flow="reached")


async def reached(conn: Connection) -> int:
    found = await goal(conn)
    assert found is not None
    return found.reached


# ---------------------------------------------------------------------------------------------------- what counts


async def test_W14_who_reaches_the_goal_is_counted_once_and_goes_on(conn):
    ada = await inside(conn, waits("pause", "1 day"))
    assert await goal(conn) == GoalNumbers(name="purchased", reached=0, of=1)
    for hour in (1, 2):
        await orders(ada, T0 + hour * HOUR)
    found = await goal(conn)
    assert found is not None
    assert (found.reached, found.of, found.rate, await ada.where()) == (1, 1, 1.0, "pause")
    row = await (await conn.execute("select reached_at from participant")).fetchone()
    assert row == {"reached_at": T0 + HOUR}
    assert await faults(ada) == []


async def test_W14_a_journey_without_a_goal_has_no_such_number(conn):
    await inside(conn, watched={"exits": []})
    assert await goal(conn) is None


async def test_W14_what_does_not_pass_the_filter_or_was_done_by_a_machine_or_another_does_not_count(conn):
    ada = await inside(conn, waits("pause", "1 day"))
    await orders(ada, T0 + HOUR, amount=1)
    await orders(ada, T0 + HOUR, automated=True)
    bob = await a_contact(conn, "bob", T0)
    await append(conn, [Event("e", bob, "order.placed", T0 + HOUR, {"amount": 60})], T0 + HOUR)
    for shard in {bob.shard, ada.person.shard}:
        await look(conn, shard, T0 + HOUR)
    assert [(row["shard"], row["person"]) for row in await behind(ada)] == [tuple(bob)]


@pytest.mark.parametrize(
    ("at", "counts"), [(T0 - TICK, 0), (T0, 1), (T0 + HOUR + 3 * DAY, 1), (T0 + HOUR + 3 * DAY + TICK, 0)]
)
async def test_W14_without_a_limit_it_counts_from_entering_until_three_days_after_leaving(conn, at, counts):
    ada = await inside(conn)
    await ada.look(T0 + HOUR)
    assert await ada.where() is None
    await orders(ada, at, max(at, T0 + HOUR))
    assert await reached(conn) == counts


@pytest.mark.parametrize(("at", "counts"), [(T0 + 7 * DAY, 1), (T0 + 7 * DAY + TICK, 0)])
@pytest.mark.parametrize("duration", ["1 hour", "30 days"])
async def test_W14_with_a_limit_it_counts_that_long_after_entering_inside_or_not(conn, at, counts, duration):
    ada = await inside(conn, waits("pause", duration), watched=purchased(within="7 days"))
    await ada.look(T0 + DAY)
    await orders(ada, at)
    assert await reached(conn) == counts


async def test_W14_W5_what_arrives_late_counts_by_when_it_happened(conn):
    ada = await inside(conn)
    await ada.look(T0 + HOUR)
    await orders(ada, T0 + HOUR, T0 + HOUR + 3 * DAY + HOUR)
    assert await reached(conn) == 1


async def finished(ada: Participation, now: Any) -> None:
    """Everybody has left, and the version is Completed."""
    for shard in range(64):
        await look(ada.conn, shard, now)
    await finish_versions(ada.conn, now)
    assert (await newest(ada.conn, "launch")).state == "Completed"


@pytest.mark.parametrize(("days", "counts"), [(4, 1), (4.1, 0)])
async def test_W14_a_day_after_nobody_can_reach_it_any_more_it_is_not_looked_for(conn, days, counts):
    """What happened in time and arrives only then is late for good."""
    ada = await inside(conn)
    await finished(ada, T0 + HOUR)
    await orders(ada, T0 + DAY, T0 + HOUR - TICK + days * DAY)
    assert await reached(conn) == counts


async def test_W14_W15_who_left_for_a_segment_does_not_reach_it_any_more(conn):
    watched = purchased(within="7 days") | {"exits": [{"segment": "customers"}]}
    ada = await inside(conn, waits("pause", "1 day"), watched=watched)
    await people.identify(conn, "contact", "ada", {"first_name": "Ada"}, T0 + HOUR)
    await ada.look(T0 + HOUR)
    await orders(ada, T0 + 2 * HOUR)
    assert await reached(conn) == 0
    await orders(ada, T0 + HOUR / 2, T0 + 3 * HOUR)
    assert await reached(conn) == 1


async def test_W14_W15_the_event_that_ends_the_participation_reaches_the_goal_too(conn):
    ada = await inside(conn, waits("pause", "1 day"), watched=purchased() | {"exits": [{"trigger": "order.placed"}]})
    await orders(ada, T0 + HOUR)
    assert (await reached(conn), await ended(conn)) == (1, [(1, T0 + HOUR, "exit_event")])


async def test_W14_who_did_not_enter_does_not_reach_it(conn):
    await a_town(conn)
    ada = await a_contact(conn, "ada", T0, first_name="Ada")
    await look(conn, ada.shard, T0)
    await publish(conn, journey(waits(), exclude=["customers"], watched=purchased()), T0)
    await look(conn, ada.shard, T0)
    await append(conn, [Event("e", ada, "order.placed", T0 + HOUR, {"amount": 60})], T0 + HOUR)
    await look(conn, ada.shard, T0 + HOUR)
    assert await goal(conn) == GoalNumbers(name="purchased", reached=0, of=0)


async def test_W14_J9_it_counts_from_the_moment_at_which_somebody_is_let_in(conn):
    """Until then they wait at the start."""
    await a_town(conn)
    for number in range(2):
        await a_neighbour(conn, number)
    await look(conn, SHARD, T0)
    document = journey(waits("pause", "1 day"), rate={"people": 1, "per": "hour"}, watched=purchased(exit=True))
    await publish(conn, document, T0)
    await look(conn, SHARD, T0)
    row = await (await conn.execute("select person from visit where left_at is null order by step limit 1")).fetchone()
    assert row is not None
    second = Ref(SHARD, row["person"])
    for minutes, counts in ((30, (0, 1)), (60, (0, 2)), (61, (1, 2))):
        at = T0 + minutes * HOUR / 60
        await look(conn, SHARD, at)
        if minutes != 60:
            await append(conn, [Event(f"e{minutes}", second, "order.placed", at, {"amount": 60})], at)
        await look(conn, SHARD, at)
        found = await goal(conn)
        assert found is not None
        assert (found.reached, found.of) == counts
    assert sorted(str(reason) for _, _, reason in await ended(conn)) == ["None", "goal_reached"]


async def test_W14_J9_what_is_heard_of_just_before_somebody_is_let_in_counts_by_when_it_happened(conn):
    """By a clock that is a second ahead: the look sees it while they still wait, and the same turn lets them in."""
    await a_town(conn)
    for number in range(2):
        await a_neighbour(conn, number)
    await look(conn, SHARD, T0)
    await publish(conn, journey(waits(), rate={"people": 1, "per": "hour"}, watched=purchased()), T0)
    await look(conn, SHARD, T0)
    row = await (await conn.execute("select person from visit where left_at is null order by step limit 1")).fetchone()
    assert row is not None
    opens = T0 + HOUR
    await append(conn, [Event("e", Ref(SHARD, row["person"]), "order.placed", opens + SECOND, {"amount": 60})], opens)
    await look(conn, SHARD, opens)
    assert await reached(conn) == 1


# ---------------------------------------------------------------------------------------------------- runs, versions


async def test_W14_each_participation_of_a_person_is_counted_by_its_own_time_and_run(conn):
    await a_town(conn)
    ann = await a_neighbour(conn, 0)
    document = journey(waits(), frequency="repeating", repeat={"unit": "day"}, watched=purchased(within="36 hours"))
    await publish(conn, document, T0)
    for day in range(3):
        await look(conn, SHARD, T0 + day * DAY)
    await append(conn, [Event("e", ann, "order.placed", T0 + 30 * HOUR, {"amount": 60})], T0 + 2 * DAY)
    await look(conn, SHARD, T0 + 2 * DAY)
    assert await goal(conn) == GoalNumbers(name="purchased", reached=2, of=3)
    rows = await conn.execute(
        "select r.number, c.n from counter c join run r on r.id = c.run where flow = 'reached' order by 1"
    )
    assert [tuple(row.values()) for row in await rows.fetchall()] == [(1, 1), (2, 1)]


async def test_W14_J10_an_event_that_starts_somebody_does_not_reach_the_goal_and_the_next_one_does(conn):
    await a_town(conn)
    ann = await a_neighbour(conn, 0)
    await look(conn, SHARD, T0)
    start = {"trigger": "order.placed", "audience": "contact", "reentry": "once"}
    given = {"journey": "Launch", "start": start, "steps": [waits()]} | purchased()
    await publish(conn, JourneyDocument.model_validate(given), T0)
    await look(conn, SHARD, T0)
    for hour, counts in ((1, 0), (2, 1)):
        at = T0 + hour * HOUR
        await append(conn, [Event(f"e{hour}", ann, "order.placed", at, {"amount": 60})], at)
        await look(conn, SHARD, at)
        assert await reached(conn) == counts


async def test_W14_P4_versions_are_counted_for_themselves_and_together(conn):
    await a_town(conn)
    ann = await a_neighbour(conn, 0)
    goes_on: dict[str, Any] = {"segment": "everybody", "frequency": "newly_added", "watched": purchased()}
    await publish(conn, journey(waits("pause", "10 days"), **goes_on), T0)
    await look(conn, SHARD, T0)
    await life.new_version(conn, "launch", "bob", T0)
    await publishing.publish(conn, "launch", "bob", T0 + HOUR)
    others = [await a_neighbour(conn, number, T0 + HOUR) for number in (1, 2)]
    await look(conn, SHARD, T0 + HOUR)
    await append(conn, [_order(ann), _order(others[0])], T0 + 2 * HOUR)
    await look(conn, SHARD, T0 + 2 * HOUR)
    assert [await goal(conn, number) for number in (1, 2)] == [
        GoalNumbers(name="purchased", reached=1, of=1), GoalNumbers(name="purchased", reached=1, of=2),
    ]  # fmt: skip
    together = (await analytics.numbers_together(conn, "launch", T0)).goal
    assert together is not None
    assert (together.reached, together.of, together.rate) == (2, 3, 0.666667)


def _order(who: Ref) -> Event:
    return Event(f"e{who.id}", who, "order.placed", T0 + 2 * HOUR, {"amount": 60})


@pytest.mark.parametrize("timers", ["run_on", "freeze"])
async def test_W14_P5_what_is_done_during_a_pause_counts(conn, timers):
    ada = await inside(conn, waits("pause", "1 day"), watched=purchased(within="1 day"))
    await life.pause(conn, "launch", timers, "bob", T0 + HOUR)
    await orders(ada, T0 + 2 * HOUR)
    assert await reached(conn) == 1


# ---------------------------------------------------------------------------------------------------- leaving for it


async def test_W14_W15_with_exit_whoever_reaches_it_leaves(conn):
    ada = await inside(conn, waits("pause", "1 day"), sends(), watched=purchased(exit=True))
    await orders(ada, T0 + HOUR, amount=1)
    assert await ada.where() == "pause"
    await orders(ada, T0 + 2 * HOUR)
    visit = await ada.visit("pause")
    assert (visit["exit_reason"], visit["cause"]["name"]) == ("goal_reached", "order.placed")
    assert (await reached(conn), await ended(conn)) == (1, [(1, T0 + 2 * HOUR, "goal_reached")])
    said = await analytics.why(conn, ada.version, ada.person)
    assert "because they reached the goal of the journey: order.placed" in said[0]
    assert said[1:] == ["2026-12-01 11:00:00 reached the goal of the journey."]
    assert await faults(ada) == []


async def test_W14_W15_the_goal_is_the_reason_before_an_exit_for_the_same_event(conn):
    watched = purchased(exit=True) | {"exits": [{"trigger": "order.placed"}]}
    ada = await inside(conn, waits("pause", "1 day"), watched=watched)
    await orders(ada, T0 + HOUR)
    assert await ended(conn) == [(1, T0 + HOUR, "goal_reached")]


async def test_W14_W15_after_the_limit_nobody_leaves_for_the_goal(conn):
    ada = await inside(conn, waits("pause", "3 days"), watched=purchased(exit=True, within="1 day"))
    await orders(ada, T0 + DAY + TICK)
    assert (await ada.where(), await reached(conn)) == ("pause", 0)
    await orders(ada, T0 + DAY, T0 + DAY + HOUR)
    assert (await ada.where(), await reached(conn)) == (None, 1)


# ---------------------------------------------------------------------------------------------------- told


async def test_W14_N3_the_people_behind_the_number(conn):
    ada = await inside(conn, waits("pause", "1 day"))
    assert await behind(ada) == []
    await orders(ada, T0 + HOUR)
    (found,) = await behind(ada)
    assert (found["person"], found["reached_at"], found["at_step"]) == (ada.person.id, T0 + HOUR, "pause")


async def test_W14_D3_a_wrong_count_is_found(conn):
    ada = await inside(conn, waits("pause", "1 day"))
    await orders(ada, T0 + HOUR)
    await conn.execute("update counter set n = 5 where flow = 'reached'")
    (fault,) = await faults(ada)
    assert (fault["step"], fault["flow"], fault["recounted"], fault["counted"]) == ("start", "reached", 1, 5)
