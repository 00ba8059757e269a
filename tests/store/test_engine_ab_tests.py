"""A/B tests (W13): who is tested, how long the rest waits, what decides; one contact on one connection."""

from datetime import timedelta
from typing import Any

import pytest
from psycopg.types.json import Jsonb

from builders import compares, waits
from participation import T0, Participation, come_again, enter
from share import share_of
from sojourn.db.connect import Connection, Row
from sojourn.engine import store as engine
from sojourn.journeys import life
from sojourn.journeys import publish as publishing
from sojourn.journeys.store import changes, newest

SECOND, HOUR, DAY = timedelta(seconds=1), timedelta(hours=1), timedelta(days=1)
TICK, GRACE = timedelta(microseconds=1), 5 * SECOND
END = T0 + 2 * DAY
LEAST = 0.0001  # of a hundred: in these tests nobody is tested


async def entered(conn: Connection, *, email: str | None = "ada@x.example", **changes: Any) -> Participation:
    return await enter(conn, compares(**changes), waits(), email=email)


async def the_test(conn: Connection) -> Row:
    row = await (await conn.execute("select * from ab_test")).fetchone()
    assert row is not None
    return row


def shared(ada: Participation) -> float:
    return float(share_of(f"{ada.person.shard}-{ada.person.id}:Launch/better"))


# ---------------------------------------------------------------------------------------------------- who is tested


async def test_W13_who_is_tested_gets_a_version_at_once_by_their_share(conn):
    ada = await entered(conn, share=100)
    visit = await ada.visit("better")
    assert visit["outcome"] == ("a" if shared(ada) < 0.5 else "b")
    assert (visit["left_at"], visit["cause"]) == (T0, {"share": pytest.approx(shared(ada))})
    assert await ada.where() == f"better-{visit['outcome']}"


async def test_W13_half_of_the_share_gets_each_version_and_the_rest_waits(conn):
    """Ada's share stays; the test is of more and more people until it is of her."""
    ada = await entered(conn, share=LEAST)
    fall = shared(ada) * 100
    for share, found in ((fall * 0.99, None), (fall * 1.01, "b"), (fall * 1.99, "b"), (fall * 2.01, "a")):
        await conn.execute("alter table step disable trigger step_frozen")
        await conn.execute(
            "update step set settings = settings || jsonb_build_object('share', %s::numeric) where name = 'better'",
            [share],
        )
        await come_again(ada, "better", T0)
        assert (await ada.visit("better"))["outcome"] == found


async def test_W13_both_versions_lead_on_to_what_stands_after_the_test(conn):
    ada = await entered(conn, share=100)
    await ada.hand_over(T0)
    assert await ada.where() == "pause"


# ---------------------------------------------------------------------------------------------------- the end


async def test_W13_the_rest_stays_until_the_end_and_its_grace_and_gets_the_winner(conn):
    ada = await entered(conn, share=LEAST, default="b")
    await ada.look(END + GRACE - TICK)
    assert await ada.where() == "better"
    await ada.look(END + GRACE)
    visit = await ada.visit("better")
    assert (visit["outcome"], visit["left_at"], await ada.where()) == ("b", END + GRACE, "better-b")
    assert visit["cause"] == {"winner": "b", "reason": "too_few", "rates": {"a": 0, "b": 0}}


async def test_W13_the_winner_is_decided_once_and_the_history_says_so(conn):
    ada = await entered(conn, share=LEAST)
    await ada.look(END + GRACE)
    decided = await the_test(conn)
    assert (decided["winner"], decided["decided_at"], decided["cause"]["of"]) == ("a", END + GRACE, {"a": 0, "b": 0})
    await ada.look(END + DAY)
    about = {"run": decided["run"], "step": decided["step"], "now": END + DAY}
    await conn.execute(engine.queries["decide_test"], {**about, "winner": "b", "cause": Jsonb({})})
    assert await the_test(conn) == decided
    history = await changes(conn, ada.version.journey)
    assert [(row["who"], row["what"]) for row in history if "A/B" in row["what"]] == [
        ("Sojourn", "A/B test 'better': version a is the winner")
    ]


async def test_W13_an_end_can_be_a_time_on_the_journeys_wall_clock(conn):
    ada = await enter(conn, compares(share=LEAST, end="2026-12-02T09:00"), waits(), zone="Europe/Paris")
    at = T0 + 23 * HOUR
    assert ((await the_test(conn))["ends_at"], (await the_test(conn))["since"]) == (at, None)
    await ada.look(at + GRACE - TICK)
    assert await ada.where() == "better"
    await ada.look(at + GRACE)
    assert await ada.where() == "better-a"


async def test_W13_who_arrives_after_the_end_gets_the_winner_at_once(conn):
    ada = await entered(conn, share=100, default="b")
    await ada.look(END + GRACE)
    await come_again(ada, "better", END + DAY)
    visit = await ada.visit("better")
    assert (visit["outcome"], visit["cause"]["winner"], visit["left_at"]) == ("b", "b", END + DAY)


async def test_W13_who_arrives_between_the_end_and_the_decision_waits_for_it(conn):
    ada = await entered(conn, share=100)
    await come_again(ada, "better", END)
    assert await ada.where() == "better"
    await ada.look(END + GRACE)
    assert (await ada.visit("better"))["cause"]["winner"] == "a"


async def test_W13_who_comes_first_after_the_end_is_not_kept_long(conn):
    """Nobody was there in time, so that the test begins and is over with them."""
    ada = await enter(conn, waits("pause", "2 days"), compares(share=100, end="2026-12-02T09:00", default="b"))
    await ada.look(T0 + 2 * DAY)
    assert await ada.where() == "better"
    await ada.look(T0 + 2 * DAY + SECOND)
    assert await ada.where() == "better-b"


# ---------------------------------------------------------------------------------------------------- what decides


async def was_tested(conn: Connection, **changes: Any) -> tuple[Participation, str, str]:
    """Ada is tested and was sent the message of one version; the default is the other."""
    ada = await entered(conn, share=100, **changes)
    await ada.hand_over(T0)
    got = (await ada.visit("better"))["outcome"]
    other = "b" if got == "a" else "a"
    await conn.execute("alter table step disable trigger step_frozen")
    await conn.execute(
        "update step set settings = settings || jsonb_build_object('default', %s::text) where name = 'better'", [other]
    )
    return ada, got, other


async def test_W13_W5_what_happened_up_to_the_end_counts_whenever_it_arrives(conn):
    ada, got, other = await was_tested(conn)
    message = ada.delivery(f"better-{got}")
    await ada.does("email.clicked", END, received=END + GRACE - TICK, delivery=message, link="product")
    await ada.does("email.clicked", END, received=END + GRACE - TICK, delivery=message, link="product")
    await ada.look(END + GRACE)
    decided = await the_test(conn)
    assert (decided["winner"], decided["cause"]["reason"]) == (got, "higher_rate")
    assert decided["cause"]["rates"] == {got: 1, other: 0}
    assert decided["cause"]["people"] == decided["cause"]["of"] == {got: 1, other: 0}


@pytest.mark.parametrize(
    ("name", "after", "what"),
    [
        ("email.clicked", 2 * DAY + TICK, {"link": "product"}),
        ("email.clicked", HOUR, {"link": "about"}),
        ("email.clicked", HOUR, {"link": "product", "automated": True}),
        ("email.opened", HOUR, {}),
    ],
)
async def test_W13_what_is_late_or_another_thing_does_not_count(conn, name, after, what):
    ada, got, other = await was_tested(conn)
    await ada.does(name, T0 + after, delivery=ada.delivery(f"better-{got}"), **what)
    await ada.look(END + GRACE)
    assert ((await the_test(conn))["winner"], (await the_test(conn))["cause"]["reason"]) == (other, "too_few")


async def test_W13_without_a_link_any_click_counts_and_so_may_opening(conn):
    of = {"a": "better-a", "b": "better-b"}
    ada, got, _ = await was_tested(conn, metric={"event": "opened", "of": of})
    await ada.does("email.opened", T0 + HOUR, delivery=ada.delivery(f"better-{got}"))
    await ada.look(END + GRACE)
    assert (await the_test(conn))["winner"] == got


async def test_W13_a_message_that_was_not_sent_is_not_counted(conn):
    ada = await entered(conn, share=100, email=None)
    await ada.hand_over(T0)
    assert await ada.where() == "pause"
    await ada.look(END + GRACE)
    assert (await the_test(conn))["cause"]["of"] == {"a": 0, "b": 0}


@pytest.mark.parametrize(("at", "wins"), [(T0 - TICK, False), (T0, True), (END, True), (END + TICK, False)])
async def test_W13_a_goal_counts_for_each_who_entered_the_version_from_then_to_the_end(conn, at, wins):
    ada, got, other = await was_tested(conn, metric={"goal": "order.placed"})
    await ada.does("order.placed", at, received=max(at, T0), delivery=None)
    await ada.look(END + GRACE)
    decided = await the_test(conn)
    assert (decided["winner"], decided["cause"]["of"]) == (got if wins else other, {got: 1, other: 0})


# ---------------------------------------------------------------------------------------------------- life


async def test_W13_P5_frozen_timers_put_the_end_off(conn):
    ada = await entered(conn, share=LEAST)
    await life.pause(conn, "launch", "freeze", "bob", T0 + DAY)
    await ada.look(T0 + 5 * DAY)
    assert ((await the_test(conn))["winner"], await ada.where()) == (None, "better")
    await life.resume(conn, "launch", None, "bob", T0 + 5 * DAY)
    await ada.look(END + 4 * DAY + GRACE - TICK)
    assert await ada.where() == "better"
    await ada.look(END + 4 * DAY + GRACE)
    assert await ada.where() == "better-a"


async def test_W13_P6_a_stopped_journey_needs_no_winner(conn):
    ada = await entered(conn, share=LEAST)
    await publishing.stop(conn, "launch", "bob", T0 + DAY)
    await ada.look(END + GRACE)
    assert (await the_test(conn))["winner"] is None
    assert (await newest(conn, "launch")).stopping_at == T0 + DAY
