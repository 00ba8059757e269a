"""What each kind of step decides, asked of the real outcome queries, one participant at a time."""

from datetime import UTC, datetime, timedelta

import pytest

from builders import a_contact, asks, sends, texts, waits, waits_until
from participation import T0, come_again, enter, look
from sojourn.db.shards import shard_of
from sojourn.delivery import store as delivery
from sojourn.events.model import DeliveryRef
from sojourn.kit.ids import Ref

SECOND, HOUR, DAY = timedelta(seconds=1), timedelta(hours=1), timedelta(days=1)
TICK = timedelta(microseconds=1)
GRACE = 5 * SECOND


# ---------------------------------------------------------------------------------------------------- messages


async def test_W2_whoever_is_looked_at_again_stays_until_the_message_has_its_answer(conn):
    ada = await enter(conn, sends(), waits())
    for state in ("queued", "sending"):
        await come_again(ada, "announce", T0)
        assert await ada.where() == "announce", state
        if state == "queued":
            await delivery.claim(conn, ada.person.shard, "email", 10, T0)


async def test_W2_a_participant_stays_until_the_message_is_handed_over(conn):
    ada = await enter(conn, sends(), waits())
    assert await ada.where() == "announce"
    await ada.look(T0 + 100 * DAY)
    assert await ada.where() == "announce"
    await ada.hand_over(T0 + 100 * DAY)
    assert await ada.where() == "pause"
    visit = await ada.visit("announce")
    assert (visit["outcome"], visit["left_at"], visit["cause"]) == ("sent", T0 + 100 * DAY, {"delivery": "sent"})


@pytest.mark.parametrize(
    ("state", "outcome", "cause"),
    [
        ("failed", "failed", {"delivery": "failed", "reason": "refused"}),
        ("unknown", "sent", {"delivery": "unknown", "reason": "answer_lost"}),
    ],
)
async def test_W2_a_message_that_failed_or_is_in_doubt_holds_up_nobody(conn, state, outcome, cause):
    ada = await enter(conn, sends(), waits())
    await ada.hand_over(T0 + SECOND, state, reason=cause["reason"])
    visit = await ada.visit("announce")
    assert (visit["outcome"], visit["cause"], await ada.where()) == (outcome, cause, "pause")


async def test_W2_a_blocked_message_holds_up_nobody(conn):
    ada = await enter(conn, sends(), waits(), email=None)
    await ada.hand_over(T0 + SECOND)
    visit = await ada.visit("announce")
    assert (visit["outcome"], visit["cause"]["reason"], await ada.where()) == ("blocked", "address_missing", "pause")


async def test_W2_D4_a_message_that_is_put_off_keeps_the_participant(conn):
    ada = await enter(conn, sends(), waits())
    await ada.hand_over(T0 + SECOND, "queued", retry_at=T0 + HOUR)
    assert await ada.where() == "announce"
    await ada.hand_over(T0 + HOUR - TICK)
    assert await ada.where() == "announce"
    await ada.hand_over(T0 + HOUR)
    assert await ada.where() == "pause"


# ---------------------------------------------------------------------------------------------------- if/then


async def answered(conn, *steps, sent_at=T0, **branch):
    """Ada was sent the message and has come to the branch."""
    ada = await enter(conn, sends(), *steps, asks(yes=[waits("after-yes")], no=[waits("after-no")], **branch))
    await ada.hand_over(sent_at)
    return ada


async def test_W3_yes_at_once_when_it_happens(conn):
    ada = await answered(conn)
    assert await ada.where() == "clicked"
    await ada.does("email.clicked", T0 + HOUR, link="product")
    visit = await ada.visit("clicked")
    assert (visit["outcome"], visit["left_at"], await ada.where()) == ("yes", T0 + HOUR, "after-yes")
    assert datetime.fromisoformat(visit["cause"]["at"]) == T0 + HOUR
    assert set(visit["cause"]) == {"event", "at"}


async def test_W3_no_when_the_limit_and_its_grace_have_passed(conn):
    ada = await answered(conn)
    await ada.look(T0 + DAY + GRACE - TICK)
    assert await ada.where() == "clicked"
    await ada.look(T0 + DAY + GRACE)
    visit = await ada.visit("clicked")
    assert (visit["outcome"], visit["cause"]["reason"], await ada.where()) == ("no", "limit_passed", "after-no")
    assert datetime.fromisoformat(visit["cause"]["deadline"]) == T0 + DAY


async def test_W3_without_a_link_any_link_counts(conn):
    ada = await answered(conn, link=None)
    await ada.does("email.clicked", T0 + HOUR, link="about")
    assert await ada.where() == "after-yes"


@pytest.mark.parametrize(("name", "link"), [("email.opened", None), ("email.clicked", "about")])
async def test_W3_another_link_or_interaction_does_not_count(conn, name, link):
    ada = await answered(conn)
    await ada.does(name, T0 + HOUR, link=link)
    assert await ada.where() == "clicked"


async def test_W4_the_limit_counts_from_handing_over(conn):
    ada = await answered(conn, waits("pause", "2 hours"), sent_at=T0 + HOUR)
    await ada.look(T0 + 3 * HOUR)
    await ada.look(T0 + HOUR + DAY + GRACE - TICK)
    assert await ada.where() == "clicked"
    await ada.look(T0 + HOUR + DAY + GRACE)
    assert await ada.where() == "after-no"


async def test_W4_what_happened_before_the_branch_was_reached_counts(conn):
    ada = await answered(conn, waits("pause", "2 hours"))
    await ada.does("email.clicked", T0 + HOUR, link="product")
    assert await ada.where() == "pause"
    await ada.look(T0 + 2 * HOUR)
    assert ((await ada.visit("clicked"))["left_at"], await ada.where()) == (T0 + 2 * HOUR, "after-yes")


async def test_W4_a_branch_reached_after_its_limit_is_decided_at_once(conn):
    ada = await answered(conn, waits("pause", "2 days"))
    await ada.look(T0 + 2 * DAY)
    assert ((await ada.visit("clicked"))["left_at"], await ada.where()) == (T0 + 2 * DAY, "after-no")


async def test_W4_somebody_elses_message_does_not_count(conn):
    ada = await answered(conn)
    other = DeliveryRef(Ref(ada.person.shard, ada.participant + 1), ada.steps["announce"])
    await ada.does("email.clicked", T0 + HOUR, link="product", delivery=other)
    assert await ada.where() == "clicked"


async def test_W4_another_message_of_the_same_journey_does_not_count(conn):
    ada = await enter(conn, sends(), sends("again"), asks(yes=[waits("after-yes")]))
    await ada.hand_over(T0)
    await ada.hand_over(T0)
    await ada.does("email.clicked", T0 + HOUR, link="product", delivery=ada.delivery("again"))
    assert await ada.where() == "clicked"


@pytest.mark.parametrize(
    ("after_deadline", "received", "where"),
    [
        (timedelta(0), timedelta(0), "after-yes"),
        (timedelta(0), GRACE, "after-yes"),
        (TICK, TICK, "clicked"),
        (-TICK, GRACE - TICK, "after-yes"),
    ],
    ids=["at the deadline", "at the deadline, late", "a microsecond after", "late within the grace"],
)
async def test_W5_event_time_decides_to_the_microsecond(conn, after_deadline, received, where):
    ada = await answered(conn)
    deadline = T0 + DAY
    await ada.does("email.clicked", deadline + after_deadline, deadline + received, link="product")
    assert await ada.where() == where


async def test_W5_a_worker_that_looks_too_late_still_sees_what_came_in_time(conn):
    ada = await answered(conn)
    await ada.does("email.clicked", T0 + HOUR, T0 + 3 * DAY, link="product")
    assert await ada.where() == "after-yes"


async def test_W5_W6_what_happens_after_no_moves_nobody(conn):
    ada = await answered(conn)
    await ada.look(T0 + DAY + GRACE)
    await ada.does("email.clicked", T0 + HOUR, T0 + DAY + GRACE, link="product")
    assert ((await ada.visit("clicked"))["outcome"], await ada.where()) == ("no", "after-no")


async def test_W7_the_earliest_event_is_the_cause(conn):
    ada = await answered(conn, waits("pause", "2 hours"))
    for hour in (1.5, 1.0, 1.2):
        await ada.does("email.clicked", T0 + hour * HOUR, T0 + 1.6 * HOUR, link="product")
    await ada.look(T0 + 2 * HOUR)
    assert datetime.fromisoformat((await ada.visit("clicked"))["cause"]["at"]) == T0 + HOUR


@pytest.mark.parametrize("state", ["blocked", "failed"])
async def test_W8_without_a_message_no_at_once(conn, state):
    ada = await enter(conn, sends(), asks(no=[waits("after-no")]), email=None if state == "blocked" else "a@x.example")
    await ada.hand_over(T0 + HOUR, "failed", reason="refused")
    visit = await ada.visit("clicked")
    assert (visit["outcome"], visit["left_at"], visit["cause"]) == ("no", T0 + HOUR, {"reason": "not_sent"})


async def test_W8_a_message_whose_record_is_gone_is_one_that_was_not_sent(conn):
    ada = await answered(conn)
    await conn.execute("delete from delivery")
    await conn.execute("update visit set due = %s where left_at is null", [T0 + HOUR])
    await ada.look(T0 + HOUR)
    assert ((await ada.visit("clicked"))["cause"], await ada.where()) == ({"reason": "not_sent"}, "after-no")


async def test_D3_a_message_in_doubt_can_still_be_answered(conn):
    ada = await enter(conn, sends(), asks(yes=[waits("after-yes")]))
    await ada.hand_over(T0, "unknown", reason="answer_lost")
    await ada.does("email.clicked", T0 + HOUR, link="product")
    assert await ada.where() == "after-yes"


async def test_T3_machines_move_nobody(conn):
    ada = await answered(conn)
    await ada.does("email.clicked", T0 + HOUR, link="product", automated=True)
    assert await ada.where() == "clicked"
    await ada.does("email.clicked", T0 + 2 * HOUR, link="product")
    assert ((await ada.visit("clicked"))["left_at"], await ada.where()) == (T0 + 2 * HOUR, "after-yes")


async def test_W3_a_text_message_can_be_answered(conn):
    ada = await enter(conn, texts("announce"), asks(event="replied", link=None, yes=[waits("after-yes")]))
    await ada.hand_over(T0, kind="text")
    await ada.does("text.replied", T0 + HOUR)
    assert await ada.where() == "after-yes"


# ---------------------------------------------------------------------------------------------------- waits


async def test_W10_a_date_is_on_the_wall_clock_of_the_journey(conn):
    ada = await enter(conn, waits_until(at="2026-12-05T09:00"), waits(), zone="Europe/Paris")
    launch = datetime(2026, 12, 5, 8, tzinfo=UTC)
    await ada.look(launch - TICK)
    assert await ada.where() == "launch"
    await ada.look(launch)
    assert ((await ada.visit("launch"))["left_at"], await ada.where()) == (launch, "pause")


async def test_W10_a_date_that_has_passed_holds_up_nobody(conn):
    ada = await enter(conn, waits("pause", "10 days"), waits_until(at="2026-12-05T09:00"), waits("after"))
    await ada.look(T0 + 10 * DAY)
    visit = await ada.visit("launch")
    assert (visit["outcome"], visit["left_at"], await ada.where()) == ("done", T0 + 10 * DAY, "after")


@pytest.mark.parametrize(
    ("duration", "until"),
    [
        ("24 hours", "2027-03-28T18:30+02:00"),  # elapsed: the night in between has 23 hours
        ("1 day", "2027-03-28T17:30+02:00"),  # the same time on the wall clock
        ("1440 minutes", "2027-03-28T18:30+02:00"),
        ("1 week", "2027-04-03T17:30+02:00"),
        ("1 month", "2027-04-27T17:30+02:00"),
    ],
)
async def test_W11_hours_are_elapsed_time_and_days_keep_the_wall_clock(conn, duration, until):
    ada = await enter(
        conn, waits_until("start-here", "2027-03-27T17:30"), waits("pause", duration), waits("after"),
        zone="Europe/Paris",
    )  # fmt: skip
    await ada.look(datetime.fromisoformat("2027-03-27T17:30+01:00"))
    assert await ada.where() == "pause"
    await ada.look(datetime.fromisoformat(until) - TICK)
    assert await ada.where() == "pause"
    await ada.look(datetime.fromisoformat(until))
    assert await ada.where() == "after"


async def test_W11_a_wait_of_nothing_holds_up_nobody_and_the_longest_one_can_be_told(conn):
    ada = await enter(conn, waits("none", "0 days"), waits("long", "1200 months"))
    assert (await ada.where(), (await ada.visit("long"))["due"]) == ("long", T0.replace(year=2126))


# ---------------------------------------------------------------------------------------------------- at the end


async def test_W1_after_the_last_step_the_participation_is_over(conn):
    ada = await enter(conn, waits())
    await ada.look(T0 + HOUR)
    row = await (await conn.execute("select left_at, exit_reason from participant")).fetchone()
    assert (row, await ada.where()) == ({"left_at": T0 + HOUR, "exit_reason": None}, None)


async def test_D2_the_reason_of_a_put_off_message_does_not_outlive_its_sending(conn):
    ada = await enter(conn, sends())
    await ada.hand_over(T0, "queued", reason="put_off", answer="421 busy", retry_at=T0 + HOUR)
    await ada.hand_over(T0 + HOUR, provider_id="abc")
    row = await (await conn.execute("select * from delivery")).fetchone()
    assert (row["state"], row["reason"], row["attempts"], row["provider_id"]) == ("sent", None, 2, "abc")
    assert (row["handed_at"], row["settled_at"]) == (T0 + HOUR, T0 + HOUR)


async def test_somebody_elses_way_in_the_same_shard_is_their_own(conn):
    ada = await answered(conn)
    key = next(f"bob{number}" for number in range(1000) if shard_of("contact", f"bob{number}") == ada.person.shard)
    bob = await a_contact(conn, key, T0)
    await look(conn, bob.shard, T0)
    assert (await delivery.claim(conn, bob.shard, "email", 10, T0))[0] == []
    assert await ada.where() == "clicked"
