"""How A/B tests stand (W13, N2): the tally so far, what decided, who got the winner afterwards; by run, and the people
behind it (N3)."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from builders import a_contact, compares, journey, publish, waits
from participation import T0, Participation, enter, look, people_behind
from sojourn.analytics import store
from sojourn.analytics.ab_tests import AbTest, ab_tests
from sojourn.db.connect import Connection
from sojourn.journeys import life
from sojourn.journeys import publish as publishing
from sojourn.journeys import store as journeys
from sojourn.journeys.model import JourneyDocument
from sojourn.kit.errors import NotFound
from sojourn.people import store as people

SECOND, HOUR, DAY = timedelta(seconds=1), timedelta(hours=1), timedelta(days=1)
END = T0 + 2 * DAY
DECIDED = END + 5 * SECOND


async def told(ada: Participation, now: datetime, step: str = "better") -> list[AbTest]:
    part = await store.part_of(ada.conn, ada.version.slug, ada.version.number)
    return (await ab_tests(ada.conn, part, step, now)).tests


def daily(**changes: Any) -> JourneyDocument:
    return journey(compares(share=100, **changes), name="Daily", frequency="repeating", repeat={"unit": "day"})


async def the_test(ada: Participation, now: datetime) -> AbTest:
    (found,) = await told(ada, now)
    return found


async def was_tested(conn: Connection, **changes: Any) -> tuple[Participation, str]:
    """Ada is tested, and was sent the message of her version."""
    ada = await enter(conn, compares(share=100, **changes), waits())
    await ada.hand_over(T0)
    return ada, (await ada.visit("better"))["outcome"]


async def clicks(ada: Participation, version: str, at: datetime, link: str = "product") -> None:
    await ada.does("email.clicked", at, delivery=ada.delivery(f"better-{version}"), link=link)


async def test_W13_N2_while_it_runs_the_tally_is_the_one_that_would_decide(conn: Connection) -> None:
    ada, got = await was_tested(conn)
    test = await the_test(ada, T0 + HOUR)
    assert (test.state, test.ends_at, test.winner, test.got_winner) == ("running", END, None, 0)
    mine, other = (getattr(test, version) for version in (got, "b" if got == "a" else "a"))
    assert (mine.entered, mine.of, mine.people, mine.rate) == (1, 1, 0, 0)
    assert (other.entered, other.of, other.people, other.rate) == (0, 0, 0, None)
    await clicks(ada, got, T0 + HOUR, link="about")
    assert getattr(await the_test(ada, T0 + HOUR), got).people == 0
    await clicks(ada, got, T0 + HOUR)
    await clicks(ada, got, T0 + 2 * HOUR)
    so_far = await the_test(ada, T0 + 2 * HOUR)
    await ada.look(DECIDED)
    decided = await the_test(ada, DECIDED)
    assert (so_far.a, so_far.b) == (decided.a, decided.b)
    assert (decided.state, decided.winner, decided.reason) == ("decided", got, "higher_rate")
    assert decided.decided_at == DECIDED


async def test_W13_what_decided_stays_when_more_happens_afterwards(conn: Connection) -> None:
    ada, got = await was_tested(conn, default="b")
    await ada.look(DECIDED)
    before = await the_test(ada, DECIDED)
    await clicks(ada, got, DECIDED + HOUR)
    assert await the_test(ada, DECIDED + DAY) == before
    assert (before.winner, before.reason, before.p_value) == ("b", "too_few", None)


async def test_W13_N2_a_goal_is_counted_of_those_who_entered(conn: Connection) -> None:
    ada, got = await was_tested(conn, metric={"goal": "order.placed"})
    await ada.does("order.placed", T0 + HOUR, delivery=None)
    test = await the_test(ada, T0 + HOUR)
    mine = getattr(test, got)
    assert (mine.entered, mine.of, mine.people, test.metric.goal) == (1, 1, 1, "order.placed")


async def test_W13_N3_who_tried_a_version_and_who_got_the_winner_are_told_apart(conn: Connection) -> None:
    """Ada is tested; Bob's shard lets him in when it is over. That they are deleted changes no number."""
    ada, got = await was_tested(conn)
    await clicks(ada, got, T0 + HOUR)
    await ada.look(DECIDED)
    bob = await a_contact(conn, "bob", T0)
    await look(conn, bob.shard, DECIDED + HOUR)
    test = await the_test(ada, DECIDED + HOUR)
    assert (test.winner, getattr(test, got).entered, test.got_winner) == (got, 1, 1)

    async def behind(tested: bool | None) -> list[str]:
        number = {"step": "better", "flow": "left", "outcome": got, "tested": tested}
        return sorted(row["key"] or "deleted" for row in await people_behind(conn, ada.version, **number))

    assert [await behind(tested) for tested in (True, False, None)] == [["ada"], ["bob"], ["ada", "bob"]]
    for person in (ada.person, bob):
        await people.delete_person(conn, person)
        await look(conn, person.shard, DECIDED + DAY)
    assert [await behind(tested) for tested in (True, False)] == [["deleted"], ["deleted"]]
    assert await the_test(ada, DECIDED + DAY) == test


@pytest.mark.parametrize(("at", "state"), [(END - SECOND, "running"), (END, "ended"), (END + SECOND, "ended")])
async def test_W13_between_its_end_and_its_decision_a_test_has_ended(conn, at, state):
    ada, _ = await was_tested(conn)
    await ada.look(at)
    assert (await the_test(ada, at)).state == state


async def test_W13_P5_frozen_timers_put_a_test_off_and_its_end_is_told(conn: Connection) -> None:
    ada, _ = await was_tested(conn)
    await life.pause(conn, "launch", "freeze", "bob", T0 + DAY)
    assert (await the_test(ada, T0 + 3 * DAY)).state == "put_off"
    await life.resume(conn, "launch", None, "bob", T0 + 3 * DAY)
    test = await the_test(ada, T0 + 3 * DAY)
    assert (test.state, test.ends_at) == ("running", END + 2 * DAY)


async def test_W13_P6_a_test_of_a_stopped_journey_has_no_winner(conn: Connection) -> None:
    ada, got = await was_tested(conn)
    await publishing.stop(conn, "launch", "bob", T0 + DAY)
    await ada.look(DECIDED)
    test = await the_test(ada, DECIDED)
    assert (test.state, test.winner, getattr(test, got).of) == ("stopped", None, 1)


async def test_W13_J3_each_run_has_its_own_test_the_newest_first(conn: Connection) -> None:
    ada = await enter(conn, waits())
    await publish(conn, daily(), T0)
    for day in range(3):
        await look(conn, ada.person.shard, T0 + day * DAY)
    every = await store.part_of(conn, "daily")
    tests = (await ab_tests(conn, every, "better", DECIDED)).tests
    assert [(test.version, test.run, test.starts_at) for test in tests] == [
        (1, run, T0 + (run - 1) * DAY) for run in (3, 2, 1)
    ]
    second = await store.part_of(conn, "daily", 1, 2)
    assert [test.run for test in (await ab_tests(conn, second, "better", DECIDED)).tests] == [2]


async def test_W13_a_test_that_nobody_came_to_and_a_step_that_is_none_have_nothing_to_tell(conn: Connection) -> None:
    ada = await enter(conn, waits(), compares(share=100))
    assert await told(ada, T0) == await told(ada, T0, "pause") == []
    with pytest.raises(NotFound, match="no step named 'nothing'"):
        await told(ada, T0, "nothing")


async def test_W13_P4_versions_are_told_together_each_with_its_own_metric(conn: Connection) -> None:
    ada = await enter(conn, waits())
    await publish(conn, daily(), T0)
    await look(conn, ada.person.shard, T0)
    await life.new_version(conn, "daily", "bob", T0)
    await journeys.change(conn, "daily", daily(metric={"goal": "order.placed"}))
    await publishing.publish(conn, "daily", "bob", T0 + HOUR)
    await look(conn, ada.person.shard, T0 + DAY)
    both = (await ab_tests(conn, await store.part_of(conn, "daily", "all"), "better", T0 + DAY)).tests
    assert [(test.version, test.run, test.metric.goal) for test in both] == [(2, 1, "order.placed"), (1, 1, None)]
