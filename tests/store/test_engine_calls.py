"""Step webhook: one call per visit, through the gate like a message, but with no address of a person to check."""

from datetime import timedelta

import pytest

from builders import calls, waits
from participation import T0, come_again, enter
from sojourn.analytics import store as analytics
from sojourn.delivery import store as delivery
from sojourn.journeys.store import newest

HOUR = timedelta(hours=1)


async def test_W14_a_call_waits_for_its_turn_and_goes_on_when_it_was_taken(conn):
    ada = await enter(conn, calls(), waits(), email=None)
    assert await ada.where() == "call"
    (claimed,), blocked = await delivery.claim(conn, ada.person.shard, "webhook", 100, T0)
    assert (claimed.key, claimed.content, blocked) == (ada.key("call"), None, 0)
    assert (claimed.address, claimed.person) == ("https://hooks.example/sojourn", "ada")
    await delivery.settle(conn, ada.person.shard, [delivery.Settlement(claimed.key, "sent")], T0 + HOUR)
    await ada.look(T0 + HOUR)
    visit = await ada.visit("call")
    assert (visit["outcome"], visit["cause"], await ada.where()) == ("done", {"delivery": "sent"}, "pause")


@pytest.mark.parametrize(("state", "outcome"), [("unknown", "done"), ("failed", "failed")])
async def test_W14_a_call_that_failed_does_not_end_the_journey(conn, state, outcome):
    ada = await enter(conn, calls(), waits())
    await ada.hand_over(T0, state, "webhook", reason="refused")
    visit = await ada.visit("call")
    assert (visit["outcome"], visit["cause"]) == (outcome, {"delivery": state, "reason": "refused"})
    assert await ada.where() == "pause"


async def test_W14_nobody_is_told_of_somebody_who_was_deleted(conn):
    ada = await enter(conn, calls(), waits())
    await conn.execute("delete from person where id = %s", [ada.person.id])
    await ada.hand_over(T0, kind="webhook")
    visit = await ada.visit("call")
    assert (visit["outcome"], visit["cause"]) == ("failed", {"delivery": "blocked", "reason": "person_deleted"})


async def test_W14_coming_again_opens_no_second_call(conn):
    ada = await enter(conn, calls(), waits())
    await ada.hand_over(T0, kind="webhook")
    await come_again(ada, "call", T0 + HOUR)
    (row,) = await (await conn.execute("select count(*) as n from delivery")).fetchall()
    assert (row["n"], await ada.where()) == (1, "pause")


async def test_N2_calls_are_counted_like_messages(conn):
    ada = await enter(conn, calls(), waits())
    await ada.hand_over(T0, "failed", "webhook", reason="gave_up")
    numbers = {step.step: step for step in (await analytics.numbers(conn, await newest(conn, "launch"), T0)).steps}
    assert numbers["call"].message is not None
    assert numbers["call"].message.failed == {"gave_up": 1}


async def test_D3_a_call_that_was_out_when_its_worker_was_lost_is_made_again_with_the_same_id(conn):
    ada = await enter(conn, calls(), waits())
    (first,), _ = await delivery.claim(conn, ada.person.shard, "webhook", 100, T0)
    await delivery.take_over(conn, ada.person.shard, ["webhook", "text"], T0)
    (again,), _ = await delivery.claim(conn, ada.person.shard, "webhook", 100, T0)
    assert (again.key, again.attempts) == (first.key, 2)
