"""What steps do to people: set changes an attribute, raise writes an event (W14). Doing it twice is doing it once."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from builders import raises, sets, waits
from participation import T0, Participation, come_again, enter
from sojourn.db.connect import Connection, Row
from sojourn.db.shards import shard_of
from sojourn.events.store import take_touched
from sojourn.people import store as people
from sojourn.segments import store as segments
from sojourn.segments.model import CONDITION

HOUR = timedelta(hours=1)


async def touches(conn: Connection, shard: int) -> list[str]:
    """The events for which somebody has to be looked at; an empty name for a change of the person."""
    return [event for _, event in await take_touched(conn, shard, 100)]


async def person(ada: Participation) -> Row:
    return await people.person(ada.conn, ada.person)


async def raised(ada: Participation) -> list[Row]:
    query = "select id, name, at, received_at, properties, automated from event where person = %s order by id"
    return await (await ada.conn.execute(query, [ada.person.id])).fetchall()


# ---------------------------------------------------------------------------------------------------- set


async def test_W14_an_attribute_is_set(conn):
    ada = await enter(conn, waits("before"), sets(), waits(), first_name="Ada", last_name="Lovelace")
    await touches(conn, ada.person.shard)
    await ada.look(T0 + HOUR)
    changed = await person(ada)
    assert (changed["attributes"]["first_name"], changed["changed_at"]) == ("Countess", T0 + HOUR)
    assert (changed["attributes"]["last_name"], changed["created_at"]) == ("Lovelace", T0)
    visit = await ada.visit("rename")
    assert (visit["outcome"], visit["cause"]) == ("done", {"attribute": "first_name", "value": "Countess"})
    assert (await ada.where(), await touches(conn, ada.person.shard)) == ("pause", [""])


@pytest.mark.parametrize("nothing", [None, "", "  "])
async def test_W14_an_attribute_is_removed(conn, nothing):
    ada = await enter(conn, sets(value=nothing), waits(), first_name="Ada")
    assert "first_name" not in (await person(ada))["attributes"]
    assert (await ada.visit("rename"))["cause"] == {"attribute": "first_name", "value": None}


@pytest.mark.parametrize(
    ("kind", "given", "kept"),
    [
        ("number", 12.5, 12.5),
        ("boolean", False, False),
        ("date", "2026-12-31", "2026-12-31"),
        ("datetime", "2026-12-31T18:00:00+01:00", "2026-12-31T17:00:00Z"),
        ("zone", "europe/paris", "Europe/Paris"),
        ("email", " Ada@X.example", "ada@x.example"),
    ],
)
async def test_W14_a_value_is_kept_in_the_form_of_its_type(conn, kind, given, kept):
    await people.declare_attributes(conn, "contact", {"given": kind})
    ada = await enter(conn, sets("note", "given", given), waits())
    assert (await person(ada))["attributes"]["given"] == kept


async def test_W14_who_has_the_value_already_is_not_changed(conn):
    ada = await enter(conn, waits("before"), sets(), waits(), first_name="Countess")
    await touches(conn, ada.person.shard)
    await ada.look(T0 + HOUR)
    assert ((await person(ada))["changed_at"], await ada.where()) == (T0, "pause")
    assert await touches(conn, ada.person.shard) == []


async def test_W14_setting_twice_is_setting_once(conn):
    ada = await enter(conn, sets(), waits(), first_name="Ada")
    await touches(conn, ada.person.shard)
    await come_again(ada, "rename", T0 + HOUR)
    assert ((await person(ada))["changed_at"], await ada.where()) == (T0, "pause")


async def test_W14_segments_follow_what_was_set(conn):
    is_countess = {"attribute": "first_name", "test": "is", "value": "Countess"}
    await segments.create(conn, "countesses", "contact", CONDITION.validate_python(is_countess), T0, live=True)
    ada = await enter(conn, sets(), waits(), first_name="Ada")
    await ada.look(T0)
    query = "select m.since from segment_member m join segment s on s.id = m.segment where s.name = 'countesses'"
    assert await (await conn.execute(query)).fetchall() == [{"since": T0}]


async def test_W14_nothing_is_set_of_somebody_who_was_deleted(conn):
    ada = await enter(conn, waits("before"), sets(), waits())
    await conn.execute("delete from person")
    await ada.look(T0 + HOUR)
    assert ((await ada.visit("rename"))["cause"], await ada.where()) == ({"reason": "person_deleted"}, "pause")
    assert await touches(conn, ada.person.shard) == []


async def test_W14_only_those_who_come_there_are_changed(conn):
    ada = await enter(conn, sets(), waits(), first_name="Ada")
    key = next(f"bob{number}" for number in range(1000) if shard_of("contact", f"bob{number}") == ada.person.shard)
    bob = await people.identify(conn, "contact", key, {"first_name": "Bob"}, T0 + HOUR)
    await come_again(ada, "rename", T0 + HOUR)
    assert (await people.person(conn, bob))["attributes"]["first_name"] == "Bob"


# ---------------------------------------------------------------------------------------------------- raise


async def test_W14_a_trigger_is_an_event_of_the_person(conn):
    ada = await enter(conn, waits("before"), raises(amount=5, note="50%"), waits())
    await touches(conn, ada.person.shard)
    await ada.look(T0 + HOUR)
    known_as = f"raised:{ada.participant}:{ada.steps['nudge']}"
    told: dict[str, Any] = {"properties": {"amount": 5, "note": "50%"}, "automated": False}
    assert await raised(ada) == [
        {"id": known_as, "name": "cart.nudged", "at": T0 + HOUR, "received_at": T0 + HOUR} | told
    ]
    visit = await ada.visit("nudge")
    assert (visit["outcome"], visit["cause"]["event"], await ada.where()) == ("done", known_as, "pause")
    assert datetime.fromisoformat(visit["cause"]["at"]) == T0 + HOUR
    assert await touches(conn, ada.person.shard) == ["cart.nudged"]


async def test_W14_T6_raising_twice_is_one_event(conn):
    ada = await enter(conn, raises(), waits())
    await touches(conn, ada.person.shard)
    await come_again(ada, "nudge", T0 + HOUR)
    assert [event["at"] for event in await raised(ada)] == [T0]
    assert (await touches(conn, ada.person.shard), await ada.where()) == ([], "pause")


async def test_W14_two_steps_raise_two_events(conn):
    ada = await enter(conn, raises("first"), raises("second"), waits())
    assert len(await raised(ada)) == 2


async def test_W14_segments_count_what_was_raised(conn):
    nudged = CONDITION.validate_python({"did": "cart.nudged"})
    await segments.create(conn, "nudged", "contact", nudged, T0, live=True)
    ada = await enter(conn, raises(), waits())
    await ada.look(T0)
    query = "select m.since from segment_member m join segment s on s.id = m.segment where s.name = 'nudged'"
    assert await (await conn.execute(query)).fetchall() == [{"since": T0}]


async def test_W14_nothing_is_raised_for_somebody_who_was_deleted(conn):
    ada = await enter(conn, waits("before"), raises(), waits())
    await conn.execute("delete from person")
    await ada.look(T0 + HOUR)
    assert ((await ada.visit("nudge"))["cause"], await ada.where()) == ({"reason": "person_deleted"}, "pause")
    assert (await raised(ada), await touches(conn, ada.person.shard)) == ([], [])


# ---------------------------------------------------------------------------------------------------- goal, exit


async def test_W14_a_goal_is_noted_by_its_name_and_everybody_goes_on(conn):
    ada = await enter(conn, {"id": "bought", "kind": "goal", "name": "purchased"}, waits())
    visit = await ada.visit("bought")
    assert (visit["outcome"], visit["cause"], await ada.where()) == ("reached", {"goal": "purchased"}, "pause")
