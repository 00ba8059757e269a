"""Journey-wide exits (W15): on an event, or on becoming a member of a segment, wherever the participant is and at once.
The engine's own statements, called at given times."""

from datetime import timedelta
from typing import Any

import pytest
from psycopg.errors import RestrictViolation
from test_engine_runs import KEYS, SHARD, a_neighbour, counted

from builders import a_contact, a_workspace, asks, calls, journey, publish, raises, sends, texts, waits
from participation import T0, Participation, enter_as, look
from sojourn.analytics import store as analytics
from sojourn.db.connect import Connection, Row
from sojourn.delivery import store as delivery
from sojourn.engine.jobs import finish_versions
from sojourn.events.model import Event
from sojourn.events.store import append
from sojourn.journeys import life
from sojourn.journeys import publish as publishing
from sojourn.journeys.model import JourneyDocument
from sojourn.journeys.store import newest, numbered, users_of_segment, users_of_trigger
from sojourn.kit.errors import Invalid
from sojourn.kit.ids import Ref, new_event_id
from sojourn.people import store as people
from sojourn.segments import store as segments
from sojourn.segments.model import CONDITION

SECOND, HOUR, DAY = timedelta(seconds=1), timedelta(hours=1), timedelta(days=1)
TICK = timedelta(microseconds=1)
LARGE = [{"property": "amount", "test": "at_least", "value": 50}]
ORDERED = {"exits": [{"trigger": "order.placed", "where": LARGE}]}
CUSTOMERS = {"exits": [{"segment": "customers"}]}


async def a_town(conn: Connection) -> None:
    """Members of `customers` are those whose first name is Ada."""
    await a_workspace(conn, T0)
    condition = CONDITION.validate_python({"attribute": "first_name", "test": "is", "value": "Ada"})
    await segments.create(conn, "customers", "contact", condition, T0, live=True)


async def inside(conn: Connection, *steps: dict[str, Any], watched: dict[str, Any] = ORDERED) -> Participation:
    await a_town(conn)
    return await enter_as(conn, await a_contact(conn, "ada", T0, first_name="Ida"), *steps, watched=watched)


async def orders(ada: Participation, at: Any, received: Any = None, amount: int = 60, **what: Any) -> None:
    await ada.does("order.placed", at, received, delivery=None, properties={"amount": amount}, **what)


async def is_called(ada: Participation, first_name: str, at: Any) -> None:
    await people.identify(ada.conn, "contact", "ada", {"first_name": first_name}, at)
    await ada.look(at)


async def ended(conn: Connection) -> list[tuple[Any, ...]]:
    """(run's number, left_at, exit_reason) of all participants, in the order in which they entered."""
    rows = await conn.execute(
        "select r.number, t.left_at, t.exit_reason from participant t join run r on r.id = t.run order by t.id"
    )
    return [tuple(row.values()) for row in await rows.fetchall()]


async def faults(ada: Participation) -> list[Row]:
    """What `verify` would find."""
    found: list[Row] = []
    for query in ("recount", "unexplained", "strays"):
        rows = await ada.conn.execute(analytics.queries[query], {"shard": ada.person.shard})
        found += await rows.fetchall()
    return found


async def sent(conn: Connection) -> list[Row]:
    return await (await conn.execute("select state, reason from delivery order by participant, step")).fetchall()


# ---------------------------------------------------------------------------------------------------- on an event


async def test_W15_who_does_it_leaves_at_once_with_the_event_as_the_cause(conn):
    ada = await inside(conn, waits("pause", "1 day"), sends())
    await orders(ada, T0 + HOUR)
    visit = await ada.visit("pause")
    assert (visit["exit_reason"], visit["outcome"], visit["left_at"]) == ("exit_event", None, T0 + HOUR)
    assert (visit["cause"]["name"], set(visit["cause"])) == ("order.placed", {"event", "name", "at"})
    assert await ended(conn) == [(1, T0 + HOUR, "exit_event")]
    await ada.look(T0 + 2 * DAY)
    assert (await ada.where(), await sent(conn)) == (None, [])


async def test_W15_G2_the_filter_holds_for_the_event_that_ends_it(conn):
    ada = await inside(conn, waits("pause", "1 day"))
    await orders(ada, T0 + HOUR, amount=10)
    await ada.does("cart.left", T0 + HOUR, delivery=None, properties={"amount": 60})
    await orders(ada, T0 + HOUR, automated=True)
    assert await ada.where() == "pause"
    await orders(ada, T0 + 2 * HOUR)
    assert await ended(conn) == [(1, T0 + 2 * HOUR, "exit_event")]


@pytest.mark.parametrize(("at", "leaves"), [(T0 - TICK, False), (T0, True)])
async def test_W15_W5_it_has_to_happen_since_they_entered_whenever_it_arrives(conn, at, leaves):
    ada = await inside(conn, waits("pause", "1 day"))
    await orders(ada, at, T0 + HOUR)
    assert (await ada.where() is None) == leaves


async def test_W15_what_another_person_does_ends_nothing(conn):
    ada = await inside(conn, waits("pause", "1 day"))
    bob = await a_contact(conn, "bob", T0)
    await append(conn, [Event("e", bob, "order.placed", T0 + HOUR, {"amount": 60})], T0 + HOUR)
    for shard in {bob.shard, ada.person.shard}:
        await look(conn, shard, T0 + HOUR)
    assert await ada.where() == "pause"


async def test_W15_an_exit_that_is_due_at_the_same_moment_wins_over_going_on(conn):
    ada = await inside(conn, waits("pause", "1 hour"), sends())
    await orders(ada, T0 + HOUR)
    assert await ended(conn) == [(1, T0 + HOUR, "exit_event")]
    assert await sent(conn) == []


async def test_W15_it_wins_over_the_step_that_waits_for_the_same_event(conn):
    step = {"id": "bought", "kind": "wait_for", "trigger": "order.placed", "within": "1 day", "yes": [sends()]}
    ada = await inside(conn, step)
    await orders(ada, T0 + HOUR)
    assert ((await ada.visit("bought"))["exit_reason"], await sent(conn)) == ("exit_event", [])


async def test_W15_of_several_exits_the_first_in_the_document_is_the_reason(conn):
    both = {"exits": [{"trigger": "cart.left"}, *ORDERED["exits"]]}
    ada = await inside(conn, waits("pause", "1 day"), watched=both)
    events = [
        Event(name, ada.person, name, T0 + at * HOUR, {"amount": 60})
        for at, name in ((1, "order.placed"), (2, "cart.left"))
    ]
    await append(conn, events, T0 + 2 * HOUR)
    await ada.look(T0 + 2 * HOUR)
    assert (await ada.visit("pause"))["cause"]["name"] == "cart.left"


@pytest.mark.parametrize(("first", "reason"), [(ORDERED, "exit_event"), (CUSTOMERS, "exit_segment")])
async def test_W15_also_of_an_event_and_a_segment_that_are_seen_together(conn, first, reason):
    both = {"exits": sorted(ORDERED["exits"] + CUSTOMERS["exits"], key=lambda one: one not in first["exits"])}
    ada = await inside(conn, waits("pause", "1 day"), watched=both)
    await people.identify(conn, "contact", "ada", {"first_name": "Ada"}, T0 + HOUR)
    await orders(ada, T0 + HOUR)
    assert await ended(conn) == [(1, T0 + HOUR, reason)]


async def test_W15_an_interaction_with_a_message_can_end_it(conn):
    ada = await inside(conn, sends(), asks(), watched={"exits": [{"trigger": "email.unsubscribed"}]})
    await ada.hand_over(T0)
    await ada.does("email.unsubscribed", T0 + HOUR)
    assert (await ada.visit("clicked"))["exit_reason"] == "exit_event"


async def test_W15_W14_a_trigger_that_a_step_raises_ends_it(conn):
    ada = await inside(conn, raises("tell", "order.placed", amount=60), waits("pause", "1 day"))
    await ada.look(T0)
    assert await ended(conn) == [(1, T0, "exit_event")]


# ---------------------------------------------------------------------------------------------------- messages


@pytest.mark.parametrize("step", [sends(), texts("announce"), calls("announce")])
async def test_W15_D2_a_message_not_yet_handed_over_is_cancelled(conn, step):
    ada = await inside(conn, step, waits("after"))
    assert await ada.where() == "announce"
    await orders(ada, T0 + SECOND)
    assert await sent(conn) == [{"state": "blocked", "reason": "exit_event"}]
    numbers = await counted(conn, "announce")
    flows = (("entered", ""), ("exited", "exit_event"), ("blocked", "exit_event"))
    assert numbers == {("announce", *flow): 1 for flow in flows}
    assert await delivery.claim(conn, ada.person.shard, "email", 10, T0 + HOUR) == ([], 0)


async def test_W15_D3_a_message_that_is_being_handed_over_is_not_cancelled(conn):
    ada = await inside(conn, sends(), waits("after"))
    (item,), _ = await delivery.claim(conn, ada.person.shard, "email", 10, T0)
    await orders(ada, T0 + SECOND)
    assert (await ada.where(), await sent(conn)) == (None, [{"state": "sending", "reason": None}])
    await delivery.settle(conn, ada.person.shard, [delivery.Settlement(item.key, "sent")], T0 + 2 * SECOND)
    await ada.look(T0 + HOUR)
    assert await sent(conn) == [{"state": "sent", "reason": None}]
    assert ("after", "entered", "") not in await counted(conn)
    assert await faults(ada) == []


async def test_W15_D1_a_message_that_was_put_off_is_not_tried_again(conn):
    ada = await inside(conn, sends(), waits("after"))
    (item,), _ = await delivery.claim(conn, ada.person.shard, "email", 10, T0)
    await orders(ada, T0 + SECOND)
    put_off = delivery.Settlement(item.key, "queued", "put_off", retry_at=T0 + HOUR)
    await delivery.settle(conn, ada.person.shard, [put_off], T0 + 2 * SECOND)
    assert await delivery.claim(conn, ada.person.shard, "email", 10, T0 + HOUR) == ([], 1)
    assert await sent(conn) == [{"state": "blocked", "reason": "exit_event"}]
    assert await faults(ada) == []


# ---------------------------------------------------------------------------------------------------- on membership


async def test_W15_who_becomes_a_member_leaves_with_the_segment_as_the_cause(conn):
    ada = await inside(conn, waits("pause", "1 day"), watched=CUSTOMERS)
    await ada.look(T0 + HOUR)
    assert await ada.where() == "pause"
    await is_called(ada, "Ada", T0 + 2 * HOUR)
    visit = await ada.visit("pause")
    assert (visit["exit_reason"], visit["cause"]["segment"], visit["left_at"]) == (
        "exit_segment", "customers", T0 + 2 * HOUR,
    )  # fmt: skip
    assert await ended(conn) == [(1, T0 + 2 * HOUR, "exit_segment")]


async def test_W15_G5_also_when_time_or_an_edited_condition_makes_them_one(conn):
    ada = await inside(conn, waits("pause", "1 day"), watched=CUSTOMERS)
    await segments.change(conn, "customers", "contact", CONDITION.validate_python({"all": []}))
    await ada.look(T0 + HOUR)
    assert await ended(conn) == [(1, T0 + HOUR, "exit_segment")]


async def test_W15_J11_who_is_a_member_already_does_not_enter(conn):
    await a_town(conn)
    await a_neighbour(conn, 0, first_name="Ada")
    await a_neighbour(conn, 1, first_name="Ida")
    await look(conn, SHARD, T0)
    await publish(conn, journey(waits("pause", "1 day"), watched=CUSTOMERS), T0)
    await look(conn, SHARD, T0)
    assert await ended(conn) == [(1, T0, "excluded"), (1, None, None)]


async def test_W15_who_was_a_member_once_enters_and_stays(conn):
    await a_town(conn)
    person = await a_contact(conn, "ada", T0, first_name="Ada")
    await look(conn, person.shard, T0)
    await people.identify(conn, "contact", "ada", {"first_name": "Ida"}, T0)
    ada = await enter_as(conn, person, waits("pause", "1 day"), watched=CUSTOMERS)
    await ada.look(T0 + HOUR)
    assert await ada.where() == "pause"


async def test_W15_nobody_enters_before_the_exit_segment_was_asked(conn):
    """Its members would get what is sent first."""
    await a_workspace(conn, T0)
    await a_neighbour(conn, 0, first_name="Ada")
    await look(conn, SHARD, T0)
    everybody = CONDITION.validate_python({"all": []})
    await segments.create(conn, "customers", "contact", everybody, T0 + SECOND, live=True)
    await publish(conn, journey(sends(), watched=CUSTOMERS), T0 + SECOND)
    await look(conn, SHARD, T0 + 2 * SECOND)
    assert ([reason for _, _, reason in await ended(conn)], await sent(conn)) == (["excluded"], [])


async def test_W15_W16_leaving_the_exit_segment_or_the_entry_segment_changes_nothing(conn):
    await a_town(conn)
    ada = await enter_as(conn, await a_contact(conn, "ada", T0), waits("pause", "1 day"), watched=CUSTOMERS)
    condition = CONDITION.validate_python({"any": []})
    await segments.change(conn, "everybody", "contact", condition)
    await ada.look(T0 + HOUR)
    assert await ada.where() == "pause"


# ---------------------------------------------------------------------------------------------------- participations


async def test_W15_all_participations_of_the_person_end_and_nobody_elses(conn):
    await a_town(conn)
    document = journey(waits("pause", "10 days"), frequency="repeating", repeat={"unit": "day"}, watched=ORDERED)
    ann, _ = await a_neighbour(conn, 0), await a_neighbour(conn, 1)
    await publish(conn, document, T0)
    for day in range(2):
        await look(conn, SHARD, T0 + day * DAY)
    await append(conn, [Event("e", ann, "order.placed", T0 + DAY + HOUR, {"amount": 60})], T0 + DAY + HOUR)
    await look(conn, SHARD, T0 + DAY + HOUR)
    left = T0 + DAY + HOUR
    assert await ended(conn) == [(1, left, "exit_event"), (1, None, None), (2, left, "exit_event"), (2, None, None)]
    assert (await counted(conn, "pause"))["pause", "exited", "exit_event"] == 2


async def test_W15_an_event_counts_for_the_participations_that_began_before_it(conn):
    await a_town(conn)
    document = journey(waits("pause", "10 days"), frequency="repeating", repeat={"unit": "day"}, watched=ORDERED)
    ann = await a_neighbour(conn, 0)
    await publish(conn, document, T0)
    for day in range(2):
        await look(conn, SHARD, T0 + day * DAY)
    await append(conn, [Event("e", ann, "order.placed", T0 + HOUR, {"amount": 60})], T0 + DAY + HOUR)
    await look(conn, SHARD, T0 + DAY + HOUR)
    assert [reason for _, _, reason in await ended(conn)] == ["exit_event", None]


async def started(conn: Connection, *happened: tuple[str, Any], trigger: str = "order.placed") -> Ref:
    """These events of somebody are seen together, by a journey that carts start and orders end."""
    await a_town(conn)
    ann = await a_neighbour(conn, 0)
    await look(conn, SHARD, T0)
    start = {"trigger": "cart.left", "audience": "contact"}
    given = {"journey": "Launch", "start": start, "steps": [waits("pause", "1 day")], "exits": [{"trigger": trigger}]}
    await publish(conn, JourneyDocument.model_validate(given), T0)
    await look(conn, SHARD, T0)
    await append(conn, [Event(new_event_id(), ann, name, at) for name, at in happened], T0 + HOUR)
    await look(conn, SHARD, T0 + HOUR)
    return ann


@pytest.mark.parametrize(("minutes", "reason"), [(-1, None), (1, "exit_event")])
async def test_W15_J10_who_was_started_by_an_event_leaves_for_what_happened_after_it(conn, minutes, reason):
    """Both were seen together, after a while in which no worker was there."""
    cart = T0 + HOUR / 2
    await started(conn, ("cart.left", cart), ("order.placed", cart + timedelta(minutes=minutes)))
    assert [row[2] for row in await ended(conn)] == [reason]


async def test_W15_J10_the_event_that_was_seen_before_the_one_that_starts_counts(conn):
    ann = await started(conn, ("order.placed", T0 + HOUR))
    await append(conn, [Event("late", ann, "cart.left", T0 + HOUR / 2)], T0 + 2 * HOUR)
    await look(conn, SHARD, T0 + 2 * HOUR)
    assert await ended(conn) == [(1, T0 + 2 * HOUR, "exit_event")]


async def test_W15_J10_an_event_that_starts_does_not_end_what_it_started_but_what_began_before(conn):
    ann = await started(conn, ("cart.left", T0 + HOUR), trigger="cart.left")
    assert [row[2] for row in await ended(conn)] == [None]
    await append(conn, [Event("again", ann, "cart.left", T0 + 2 * HOUR)], T0 + 2 * HOUR)
    await look(conn, SHARD, T0 + 2 * HOUR)
    assert [row[2] for row in await ended(conn)] == ["exit_event", None]


async def test_W15_J9_who_waits_at_the_start_for_their_slot_leaves_too(conn):
    await a_town(conn)
    crowd = {who.id: who for who in (await a_neighbour(conn, 0), await a_neighbour(conn, 1))}
    await look(conn, SHARD, T0)
    await publish(conn, journey(waits("pause", "1 day"), rate={"people": 1, "per": "hour"}, watched=ORDERED), T0)
    await look(conn, SHARD, T0)
    row = await (await conn.execute("select person from visit where left_at is null order by step limit 1")).fetchone()
    assert row is not None
    order = Event("e", crowd[row["person"]], "order.placed", T0 + HOUR / 2, {"amount": 60})
    await append(conn, [order], T0 + HOUR / 2)
    await look(conn, SHARD, T0 + HOUR / 2)
    assert (await counted(conn, "start"))["start", "exited", "exit_event"] == 1
    (said,) = await analytics.why(conn, await newest(conn, "launch"), crowd[row["person"]])
    assert "did not enter: something happened that ends the journey: order.placed" in said


# ---------------------------------------------------------------------------------------------------- life


@pytest.mark.parametrize("timers", ["run_on", "freeze"])
async def test_W15_P5_exits_go_on_while_the_journey_is_paused(conn, timers):
    ada = await inside(conn, waits("pause", "1 day"), sends())
    await life.pause(conn, "launch", timers, "bob", T0 + HOUR)
    await orders(ada, T0 + 2 * HOUR)
    assert await ended(conn) == [(1, T0 + 2 * HOUR, "exit_event")]


async def test_W15_P5_a_message_that_a_pause_holds_back_is_cancelled(conn):
    ada = await inside(conn, sends())
    await life.pause(conn, "launch", "freeze", "bob", T0)
    await ada.hand_over(T0)
    await orders(ada, T0 + HOUR)
    assert await sent(conn) == [{"state": "blocked", "reason": "exit_event"}]


async def test_W15_P4_each_version_has_its_own_exits(conn):
    await a_town(conn)
    ann = await a_neighbour(conn, 0)
    goes_on = {"segment": "everybody", "frequency": "newly_added"}
    await publish(conn, journey(waits("pause", "10 days"), watched=ORDERED, **goes_on), T0)
    await look(conn, SHARD, T0)
    await life.new_version(conn, "launch", "bob", T0)
    await publishing.store.change(conn, "launch", journey(waits("pause", "10 days"), **goes_on))
    await publishing.publish(conn, "launch", "bob", T0 + HOUR)
    bea = await a_neighbour(conn, 1, T0 + HOUR)
    await look(conn, SHARD, T0 + HOUR)
    events = [Event(f"e{who.id}", who, "order.placed", T0 + 2 * HOUR, {"amount": 60}) for who in (ann, bea)]
    await append(conn, events, T0 + 2 * HOUR)
    await look(conn, SHARD, T0 + 2 * HOUR)
    assert [reason for _, _, reason in await ended(conn)] == ["exit_event", None]
    first, second = [await numbered(conn, "launch", number) for number in (1, 2)]
    exited = [(await analytics.numbers(conn, version, T0)).steps[1].exited for version in (first, second)]
    assert exited == [{"exit_event": 1}, {}]


async def test_W15_P3_what_a_published_version_watches_for_cannot_be_changed(conn):
    await inside(conn, waits())
    for statement in ("delete from watch", "update watch set event = 'other'"):
        with pytest.raises(RestrictViolation, match="cannot be modified"):
            async with conn.transaction():
                await conn.execute(statement.encode())


async def test_W15_P7_the_journey_is_over_when_everybody_has_left(conn):
    ada = await inside(conn, waits("pause", "10 days"))
    await orders(ada, T0 + HOUR)
    for shard in range(64):
        await look(conn, shard, T0 + HOUR)
    await finish_versions(conn, T0 + HOUR)
    assert (await newest(conn, "launch")).state == "Completed"


async def test_W15_G4_the_segment_of_an_exit_is_in_use(conn):
    await inside(conn, waits("pause", "1 day"), watched=CUSTOMERS)
    assert await users_of_segment(conn, "customers") == ["Launch"]


async def test_W15_J10_the_trigger_of_an_exit_or_a_goal_is_in_use(conn):
    watched = ORDERED | {"goal": {"name": "left", "trigger": "cart.left"}}
    await inside(conn, waits("pause", "1 day"), watched=watched)
    for trigger in ("order.placed", "cart.left"):
        assert await users_of_trigger(conn, trigger) == ["Launch"]


async def test_W15_P2_the_segment_of_an_exit_has_to_be_live(conn):
    await a_town(conn)
    await segments.stop(conn, "customers", T0, [])
    with pytest.raises(Invalid) as refused:
        await publish(conn, journey(waits(), watched=CUSTOMERS), T0)
    assert [(problem.code, problem.where) for problem in refused.value.problems] == [("segment_not_live", "exits/0")]


# ---------------------------------------------------------------------------------------------------- told


async def test_W15_N1_N4_the_numbers_add_up_and_why_tells_what_ended_it(conn):
    ada = await inside(conn, waits("pause", "1 day"))
    await orders(ada, T0 + HOUR)
    (_, pause) = (await analytics.numbers(conn, await newest(conn, "launch"), T0)).steps
    assert (pause.entered, pause.here, pause.left, pause.exited) == (1, 0, {}, {"exit_event": 1})
    (said,) = await analytics.why(conn, ada.version, ada.person)
    assert "something happened that ends the journey: order.placed (event " in said
    assert await faults(ada) == []


async def test_W15_N4_why_names_the_segment(conn):
    ada = await inside(conn, waits("pause", "1 day"), watched=CUSTOMERS)
    await is_called(ada, "Ada", T0 + HOUR)
    (said,) = await analytics.why(conn, ada.version, ada.person)
    assert "a member of a segment that ends the journey: customers, since 2026-12-01T10:00" in said


async def test_W15_many_leave_in_one_statement(conn):
    await a_town(conn)
    crowd = [await a_contact(conn, key, T0) for key in KEYS[:10]]
    await look(conn, SHARD, T0)
    await publish(conn, journey(waits("pause", "1 day"), watched=ORDERED), T0)
    await look(conn, SHARD, T0)
    await append(
        conn, [Event(f"e{who.id}", who, "order.placed", T0 + HOUR, {"amount": 60}) for who in crowd], T0 + HOUR
    )
    await look(conn, SHARD, T0 + HOUR)
    assert {reason for _, _, reason in await ended(conn)} == {"exit_event"}
    assert (await counted(conn, "pause"))["pause", "exited", "exit_event"] == 10
