"""If/then with several interactions, each with an outcome of its own: who did what first, to the microsecond (W7)."""

from datetime import datetime, timedelta

import pytest

from builders import sends, waits
from participation import T0, enter

SECOND, HOUR, DAY = timedelta(seconds=1), timedelta(hours=1), timedelta(days=1)
TICK = timedelta(microseconds=1)
GRACE = 5 * SECOND

CASES = [
    {"outcome": "clicked-product", "event": "link_clicked", "link": "product", "then": [waits("after-product")]},
    {"outcome": "clicked", "event": "link_clicked", "then": [waits("after-click")]},
    {"outcome": "opened", "event": "opened", "then": [waits("after-open")]},
]


async def answered(conn, *steps, cases=CASES, **attributes):
    """Ada was sent the message and has come to the branch."""
    branch = {"id": "branch", "kind": "if", "of": "announce", "within": "1 day", "cases": cases}
    ada = await enter(conn, sends(), *steps, branch | {"no": [waits("after-no")]}, **attributes)
    await ada.hand_over(T0)
    return ada


@pytest.mark.parametrize(
    ("event", "link", "outcome", "where"),
    [
        ("email.clicked", "product", "clicked-product", "after-product"),
        ("email.clicked", "about", "clicked", "after-click"),
        ("email.opened", None, "opened", "after-open"),
    ],
)
async def test_W7_each_interaction_has_its_outcome_at_once(conn, event, link, outcome, where):
    ada = await answered(conn)
    await ada.does(event, T0 + HOUR, link=link)
    visit = await ada.visit("branch")
    assert (visit["outcome"], visit["left_at"], await ada.where()) == (outcome, T0 + HOUR, where)
    assert datetime.fromisoformat(visit["cause"]["at"]) == T0 + HOUR


@pytest.mark.parametrize(
    ("opened_after", "outcome"), [(-TICK, "opened"), (timedelta(0), "clicked-product"), (TICK, "clicked-product")]
)
async def test_W7_the_earliest_wins_and_of_two_at_one_instant_the_one_named_first(conn, opened_after, outcome):
    ada = await answered(conn, waits("pause", "2 hours"))
    clicked = T0 + HOUR
    await ada.does("email.opened", clicked + opened_after, clicked + SECOND)
    await ada.does("email.clicked", clicked, clicked + SECOND, link="product")
    await ada.look(T0 + 2 * HOUR)
    assert (await ada.visit("branch"))["outcome"] == outcome


async def test_W7_an_event_that_two_cases_await_is_the_first_ones(conn):
    ada = await answered(conn, cases=[CASES[1], CASES[0]])
    await ada.does("email.clicked", T0 + HOUR, link="product")
    assert (await ada.visit("branch"))["outcome"] == "clicked"


async def test_W7_a_case_without_steps_goes_on_to_what_stands_after_the_branch(conn):
    cases = [{"outcome": "opened", "event": "opened"}]
    branch = {"id": "branch", "kind": "if", "of": "announce", "within": "1 day", "cases": cases}
    ada = await enter(conn, sends(), branch, waits("after"))
    await ada.hand_over(T0)
    await ada.does("email.opened", T0 + HOUR)
    assert ((await ada.visit("branch"))["outcome"], await ada.where()) == ("opened", "after")


async def test_W7_W5_at_the_deadline_is_in_time_and_a_microsecond_later_is_not(conn):
    ada = await answered(conn)
    await ada.does("email.clicked", T0 + DAY + TICK, T0 + DAY + TICK, link="product")
    assert await ada.where() == "branch"
    await ada.does("email.opened", T0 + DAY, T0 + DAY + GRACE - TICK)
    assert await ada.where() == "after-open"


async def test_W7_W3_no_when_the_limit_and_its_grace_have_passed(conn):
    ada = await answered(conn)
    await ada.look(T0 + DAY + GRACE)
    visit = await ada.visit("branch")
    assert (visit["outcome"], visit["cause"]["reason"], await ada.where()) == ("no", "limit_passed", "after-no")


async def test_W7_W8_without_a_message_no_at_once(conn):
    ada = await answered(conn, email=None)
    visit = await ada.visit("branch")
    assert (visit["outcome"], visit["cause"], await ada.where()) == ("no", {"reason": "not_sent"}, "after-no")


async def test_W7_what_machines_do_moves_nobody(conn):
    ada = await answered(conn)
    await ada.does("email.clicked", T0 + HOUR, link="product", automated=True)
    assert await ada.where() == "branch"
