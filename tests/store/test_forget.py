"""Deleting a person (A4): they leave every journey, what is known of them is erased, and everything still adds up."""

from datetime import timedelta
from typing import Any

import pytest
from test_engine_runs import SHARD, a_neighbour, counted
from test_engine_starts import does, triggered

from builders import (
    a_contact,
    a_workspace,
    asks,
    calls,
    compares,
    journey,
    publish,
    sends,
    splits,
    waits,
    waits_for,
    waits_until,
    waits_until_attribute,
)
from participation import T0, Participation, enter, look
from sojourn.analytics import store as analytics
from sojourn.analytics.verify import verify
from sojourn.channels.inbox import store as inbox
from sojourn.db.connect import Connection, Pool, transaction
from sojourn.delivery import store as delivery
from sojourn.delivery.model import DeliveryKey, EmailMessage, Mailbox
from sojourn.delivery.store import Settlement
from sojourn.journeys import life
from sojourn.journeys.store import Timers
from sojourn.kit.errors import NotFound
from sojourn.kit.ids import Ref
from sojourn.people import store as people
from sojourn.segments import store as segments

HOUR, DAY = timedelta(hours=1), timedelta(days=1)

# Everywhere that somebody can stand: the steps, and whether their mail was handed over.
PLACES: dict[str, tuple[bool, list[dict[str, Any]]]] = {
    "a message that waits": (False, [sends()]),
    "a wait": (False, [waits()]),
    "a date": (False, [waits_until()]),
    "a date of their own": (False, [waits_until_attribute(attribute="due_on")]),
    "a branch": (True, [sends(), asks()]),
    "a wait for a trigger": (False, [waits_for()]),
    "a call of a webhook": (False, [calls()]),
    "a test of two versions": (False, [compares()]),
    "a part of a split": (False, [splits(all=100), waits()]),
}


async def one(conn: Connection, query: str) -> Any:
    row = await (await conn.execute(query.encode())).fetchone()
    assert row is not None
    return row


async def ended(conn: Connection, person: Ref) -> list[str | None]:
    query = "select exit_reason from participant where shard = %s and person = %s order by id"
    return [row["exit_reason"] for row in await (await conn.execute(query, list(person))).fetchall()]


async def traces(conn: Connection) -> dict[str, int]:
    """How many rows still tell something of a person, by what they tell."""
    return dict(
        await one(
            conn,
            """select (select count(*) from person) as people,
                 (select count(*) from visit where cause is not null) as causes,
                 (select count(*) from delivery where num_nonnulls(address, answer, provider_id) > 0) as deliveries,
                 (select count(*) from event where properties <> '{}') as events,
                 (select count(*) from segment_member) as members,
                 (select count(*) from inbox_message) as messages""",
        )
    )


def a_message(key: DeliveryKey) -> EmailMessage:
    texts = {"subject": "News", "html": "<p>Dear Ada</p>", "text": "Dear Ada", "message_id": f"{key}@x.example"}
    return EmailMessage(key=key, to="ada@x.example", sender=Mailbox("news@x.example"), at=T0, **texts)


async def forget(ada: Participation, now: Any) -> None:
    await people.delete_person(ada.conn, ada.person)
    await ada.look(now)


# ---------------------------------------------------------------------------------------------------- participations


@pytest.mark.parametrize("place", PLACES)
async def test_A4_J11_whoever_is_deleted_leaves_at_once_wherever_they_are(pool: Pool, place: str) -> None:
    handed_over, steps = PLACES[place]
    async with transaction(pool) as conn:
        await people.declare_attributes(conn, "contact", {"due_on": "date"})
        ada = await enter(conn, *steps, due_on="2026-12-24")
        if handed_over:
            await ada.hand_over(T0)
        assert await ada.where() is not None
        await forget(ada, T0 + HOUR)
        assert (await ada.where(), await ended(conn, ada.person)) == (None, ["person_deleted"])
        left = await one(conn, "select left_at from participant")
        assert left["left_at"] == T0 + HOUR
        assert not any((await traces(conn)).values())
    assert (await verify(pool, [ada.person.shard])).faults == []


async def test_A4_W2_a_message_that_was_not_handed_over_is_cancelled(conn: Connection) -> None:
    ada = await enter(conn, sends())
    await forget(ada, T0 + HOUR)
    assert await one(conn, "select state, reason, settled_at from delivery") == {
        "state": "blocked", "reason": "person_deleted", "settled_at": T0 + HOUR,
    }  # fmt: skip
    assert await delivery.claim(conn, ada.person.shard, "email", 10, T0 + DAY) == ([], 0)


async def test_A4_D1_the_gate_stops_a_message_although_no_turn_has_looked_yet(conn: Connection) -> None:
    ada = await enter(conn, sends(), waits())
    await people.delete_person(conn, ada.person)
    assert await delivery.claim(conn, ada.person.shard, "email", 10, T0) == ([], 1)
    await ada.look(T0)
    assert await one(conn, "select reason, address from delivery") == {"reason": "person_deleted", "address": None}
    assert await ended(conn, ada.person) == ["person_deleted"]


@pytest.mark.parametrize("timers", ["run_on", "freeze"])
async def test_A4_P5_they_leave_a_journey_that_is_paused(pool: Pool, timers: Timers) -> None:
    async with transaction(pool) as conn:
        ada = await enter(conn, sends(), waits())
        await life.pause(conn, "launch", timers, "bob", T0)
        await forget(ada, T0 + HOUR)
        assert await ended(conn, ada.person) == ["person_deleted"]
        await life.resume(conn, "launch", None, "bob", T0 + DAY)
        await ada.look(T0 + DAY)
    assert (await verify(pool, [ada.person.shard])).faults == []


async def test_A4_they_leave_every_journey_and_nobody_else_does(pool: Pool) -> None:
    async with transaction(pool) as conn:
        others = [await a_contact(conn, f"p{number}", T0) for number in range(100)]
        ada = await enter(conn, waits("first", "2 days"))
        await publish(conn, journey(sends(), name="Second"), T0)
        await publish(conn, journey(waits(), name="Third", frequency="repeating", repeat={"unit": "day"}), T0)
        for shard in {person.shard for person in [*others, ada.person]}:
            await look(conn, shard, T0)
        await forget(ada, T0 + 30 * timedelta(minutes=1))
        assert await ended(conn, ada.person) == ["person_deleted"] * 3
        for other in others:
            assert await ended(conn, other) == [None] * 3
        await look(conn, ada.person.shard, T0 + DAY)
        assert len(await ended(conn, ada.person)) == 3
    assert (await verify(pool)).faults == []


async def test_A4_N1_the_numbers_still_add_up(conn: Connection) -> None:
    ada = await enter(conn, sends(), asks())
    await ada.hand_over(T0)
    await ada.does("email.clicked", T0 + HOUR, link="about")
    before = {step.step: step for step in (await analytics.numbers(conn, ada.version, T0)).steps}
    await forget(ada, T0 + DAY)
    after = {step.step: step for step in (await analytics.numbers(conn, ada.version, T0)).steps}
    assert after["announce"] == before["announce"]
    assert after["announce"].message is not None
    assert after["announce"].message.clicked.people == 1
    clicked = after["clicked"]
    assert (clicked.entered, clicked.here, clicked.left, clicked.exited) == (1, 0, {}, {"person_deleted": 1})


# ---------------------------------------------------------------------------------------------------- who enters


async def test_A4_J11_J10_whom_an_event_would_have_started_is_counted_as_deleted(conn: Connection) -> None:
    ada = await enter(conn, waits("first", "1 minute"))
    await publish(conn, triggered().model_copy(update={"journey": "Second"}), T0)
    await does(conn, ada.person, T0 + HOUR)
    await forget(ada, T0 + HOUR)
    assert await ended(conn, ada.person) == ["person_deleted", "person_deleted"]
    assert await one(conn, "select count(*)::int as n from counter where outcome = 'person_deleted'") == {"n": 2}


async def test_A4_J11_J1_who_is_deleted_while_a_run_admits_has_the_reason(conn: Connection) -> None:
    """The turn had looked at everybody who was touched when the person was deleted."""
    ada = await enter(conn, waits())
    await publish(conn, journey(waits(), name="Second"), T0)
    await conn.execute("delete from person")
    await ada.look(T0)
    assert await ended(conn, ada.person) == [None, "person_deleted"]


async def test_A4_J9_who_waits_for_a_slot_leaves_the_line(pool: Pool) -> None:
    async with transaction(pool) as conn:
        await a_workspace(conn, T0)
        first, second = [await a_neighbour(conn, number) for number in range(2)]
        await publish(conn, journey(waits("pause", "1 day"), rate={"people": 1, "per": "hour"}), T0)
        await look(conn, SHARD, T0)
        await people.delete_person(conn, second)
        await look(conn, SHARD, T0 + timedelta(minutes=1))
        assert (await ended(conn, first), await ended(conn, second)) == ([None], ["person_deleted"])
        assert (await counted(conn, "start"))["start", "exited", "person_deleted"] == 1
        await look(conn, SHARD, T0 + HOUR)
    assert (await verify(pool, [SHARD])).faults == []


async def test_A4_the_same_key_is_another_person_afterwards(conn: Connection) -> None:
    ada = await enter(conn, waits())
    await forget(ada, T0 + HOUR)
    again = await a_contact(conn, "ada", T0 + DAY)
    await look(conn, again.shard, T0 + DAY)
    assert (again.shard, again.id != ada.person.id) == (ada.person.shard, True)
    assert (await analytics.timeline(conn, again, 10)) == ([], [])


# ---------------------------------------------------------------------------------------------------- what is erased


@pytest.fixture
async def ada(conn: Connection) -> Participation:
    """Something is known of Ada in every table that knows something."""
    await people.declare_attributes(conn, "contact", {"due_on": "date"})
    steps = (waits_until_attribute(attribute="due_on"), sends(), asks(no=[waits("after")]))
    ada = await enter(conn, *steps, due_on="2026-12-24")
    await ada.look(T0 + 30 * DAY)
    (claimed,), _ = await delivery.claim(conn, ada.person.shard, "email", 10, T0 + 30 * DAY)
    await inbox.keep(conn, ada.person.shard, "email", [a_message(claimed.key)])
    answer = Settlement(claimed.key, "sent", answer="250 ada@x.example", provider_id="4711")
    await delivery.settle(conn, ada.person.shard, [answer], T0 + 30 * DAY)
    await does(conn, ada.person, T0 + 30 * DAY, properties={"shoe": 38})
    await ada.look(T0 + 30 * DAY)
    return ada


async def test_A4_attributes_addresses_properties_memberships_and_messages_are_erased(ada: Participation) -> None:
    await ada.conn.execute('update person set attributes = attributes || \'{"due_on": "2026-12-24"}\'')
    before = await traces(ada.conn)
    assert min(before.values()) > 0, before
    await forget(ada, T0 + 30 * DAY)
    assert not any((await traces(ada.conn)).values())
    kept = await one(ada.conn, "select count(*)::int as events, min(name) as name from event")
    assert kept == {"events": 1, "name": "cart.abandoned"}


async def test_A4_N4_what_is_left_tells_a_way_and_not_whose(ada: Participation) -> None:
    await forget(ada, T0 + 30 * DAY)
    visits, events = await analytics.timeline(ada.conn, ada.person, 10)
    assert [(visit["step"], visit["outcome"], visit["address"], visit["cause"]) for visit in visits] == [
        ("birthday", "done", None, None), ("announce", "sent", None, None), ("clicked", None, None, None),
    ]  # fmt: skip
    assert [event["properties"] for event in events] == [{}]
    assert "an address that was erased" in " ".join(await analytics.why(ada.conn, ada.version, ada.person))


async def test_A4_what_was_said_of_an_address_stays_with_the_address(ada: Participation) -> None:
    said = {"purpose": "commercial", "state": "opted_out", "source": "letter", "now": T0}
    await people.set_consent(ada.conn, "email", "ada@x.example", **said)  # type: ignore[arg-type]
    await people.suppress(ada.conn, "email", "ada@x.example", "complaint", T0)
    await forget(ada, T0 + 30 * DAY)
    assert len(await people.consents(ada.conn, "email", "ada@x.example")) == 1
    assert len(await people.suppressions(ada.conn, "email", "ada@x.example", "", 10)) == 1


async def test_A4_an_event_that_came_at_the_same_moment_is_erased_too(ada: Participation) -> None:
    """Whoever wrote it had seen the person, and committed only after the turn that erased everything."""
    await forget(ada, T0 + 30 * DAY)
    await does(ada.conn, ada.person, T0 + 30 * DAY, properties={"shoe": 38})
    assert (await traces(ada.conn))["events"] == 1
    await ada.look(T0 + 30 * DAY)
    assert (await traces(ada.conn))["events"] == 0


@pytest.mark.parametrize("answer", ["sent", "failed", "unknown", "queued"])
async def test_A4_D3_what_was_out_when_the_person_was_deleted_is_erased_when_it_comes_back(
    pool: Pool, answer: str
) -> None:
    async with transaction(pool) as conn:
        ada = await enter(conn, sends(), waits())
        ((claimed,), _) = await delivery.claim(conn, ada.person.shard, "email", 10, T0)
        await forget(ada, T0)
        await inbox.keep(conn, ada.person.shard, "email", [a_message(claimed.key)])
        reason = None if answer == "sent" else "refused"
        settlement = Settlement(claimed.key, answer, reason, "no ada@x.example", "4711", T0 + HOUR)
        await delivery.settle(conn, ada.person.shard, [settlement], T0 + HOUR)
        await ada.look(T0 + HOUR)
        assert not any((await traces(conn)).values())
        row = await one(conn, "select state, reason from delivery")
        assert row["state"] == ("blocked" if answer == "queued" else answer)
    assert (await verify(pool, [ada.person.shard])).faults == []


async def test_A4_D3_what_a_lost_worker_left_out_is_erased_too(conn: Connection) -> None:
    ada = await enter(conn, sends())
    ((claimed,), _) = await delivery.claim(conn, ada.person.shard, "email", 10, T0)
    await forget(ada, T0)
    await inbox.keep(conn, ada.person.shard, "email", [a_message(claimed.key)])
    await delivery.take_over(conn, ada.person.shard, ["email"], T0 + HOUR)
    await ada.look(T0 + HOUR)
    assert not any((await traces(conn)).values())
    assert await one(conn, "select state, reason from delivery") == {"state": "blocked", "reason": "person_deleted"}


async def test_A4_G7_a_segment_does_not_find_them_any_more(ada: Participation) -> None:
    everybody = await segments.segment(ada.conn, "everybody")
    assert (await segments.sizes(ada.conn, [everybody]))[everybody.id] == 1
    await forget(ada, T0 + 30 * DAY)
    assert await segments.evaluate_whole(ada.conn, ada.person.shard, everybody, T0 + 31 * DAY) == 0
    assert (await segments.sizes(ada.conn, [everybody]))[everybody.id] == 0


async def test_A4_who_is_not_there_cannot_be_deleted(conn: Connection) -> None:
    ada = await enter(conn, waits())
    await people.delete_person(conn, ada.person)
    with pytest.raises(NotFound, match="no person"):
        await people.delete_person(conn, ada.person)
