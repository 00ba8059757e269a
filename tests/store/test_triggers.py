"""Declared events: their life, who keeps them from changing, and what publishing asks of them (J10, P2)."""

from typing import Any

import pytest

from builders import a_contact, a_trigger, a_workspace, journey, publish, raises, waits, waits_for
from participation import T0, enter, look
from sojourn.db.connect import Connection
from sojourn.engine.jobs import finish_versions
from sojourn.events import store
from sojourn.events.model import Event, TriggerDeclaration
from sojourn.journeys import publish as publishing
from sojourn.journeys import store as journeys
from sojourn.journeys.model import JourneyDocument
from sojourn.journeys.store import users_of_trigger
from sojourn.kit.errors import Conflict, Invalid, NotFound


def declares(audience: str = "contact", **attributes: Any) -> TriggerDeclaration:
    return TriggerDeclaration.model_validate({"audience": audience, "attributes": attributes})


def started_by(trigger: str, *steps: dict[str, Any], **start: Any) -> JourneyDocument:
    given = {"journey": "Launch", "start": {"trigger": trigger, "audience": "contact"} | start}
    return JourneyDocument.model_validate(given | {"steps": list(steps or [waits()])})


async def change(conn: Connection, name: str, declaration: TriggerDeclaration) -> dict[str, str]:
    await store.change_trigger(conn, name, declaration, await users_of_trigger(conn, name))
    return dict((await store.trigger(conn, name)).declaration.attributes)


async def problems(conn: Connection, document: JourneyDocument) -> list[tuple[str, str]]:
    await journeys.create(conn, document, T0)
    return await problems_now(conn)


async def problems_now(conn: Connection) -> list[tuple[str, str]]:
    found, _ = await publishing.examine(conn, await journeys.newest(conn, "launch"), T0)
    assert all(problem.advice for problem in found)
    return [(problem.code, problem.where) for problem in found]


async def test_J10_a_trigger_is_a_draft_until_it_is_made_ready_to_use(conn):
    made = await store.create_trigger(conn, "shop.visited", declares(minutes="number"), T0)
    assert (made.state, made.created_at, made.ready_at) == ("Draft", T0, None)
    assert await store.ready_triggers(conn, ["shop.visited"]) == {}
    ready = await store.make_trigger_ready(conn, "shop.visited", "ada", T0)
    assert (ready.state, ready.ready_at, ready.ready_by) == ("Ready to use", T0, "ada")
    assert await store.ready_triggers(conn, ["shop.visited", "other"]) == {"shop.visited": {"minutes": "number"}}
    with pytest.raises(Conflict, match="Ready to use already"):
        await store.make_trigger_ready(conn, "shop.visited", "ada", T0)
    with pytest.raises(Conflict, match="already"):
        await store.create_trigger(conn, "shop.visited", declares(), T0)
    await store.delete_trigger(conn, "shop.visited", [])
    with pytest.raises(NotFound):
        await store.trigger(conn, "shop.visited")


@pytest.mark.parametrize(
    ("name", "attributes", "code"),
    [
        ("Shop visited", {}, "name_invalid"),
        ("x" * 101, {}, "name_invalid"),
        ("email.clicked", {}, "name_reserved"),
        ("shop.visited", {"Minutes": "number"}, "name_invalid"),
    ],
)
async def test_J10_names_are_those_of_events_and_attributes(conn, name, attributes, code):
    with pytest.raises(Invalid) as refused:
        await store.create_trigger(conn, name, declares(**attributes), T0)
    assert [problem.code for problem in refused.value.problems] == [code]
    with pytest.raises(NotFound, match="audience"):
        await store.create_trigger(conn, "shop.visited", declares("nobody"), T0)


@pytest.mark.parametrize(
    "document",
    [
        started_by("shop.visited"),
        journey(waits_for(trigger="shop.visited", where=[])),
        journey(raises("nudge", "shop.visited")),
    ],
)
async def test_J10_a_live_journey_keeps_what_its_trigger_declares(conn, document):
    await a_workspace(conn, T0)
    await a_trigger(conn, "shop.visited", T0, minutes="number")
    await publish(conn, document, T0)
    assert await change(conn, "shop.visited", declares(minutes="number", town="text")) == {
        "minutes": "number",
        "town": "text",
    }
    with pytest.raises(Conflict, match="used by: Launch") as refused:
        await change(conn, "shop.visited", declares("lead", minutes="text"))
    assert {(one.code, one.where) for one in refused.value.problems} == {
        ("audience_fixed", "/audience"),
        ("type_fixed", "/attributes/minutes"),
        ("attribute_kept", "/attributes/town"),
    }
    with pytest.raises(Conflict, match="used by: Launch"):
        await store.delete_trigger(conn, "shop.visited", await users_of_trigger(conn, "shop.visited"))
    await publishing.stop(conn, "launch", "ada", T0)
    for shard in range(64):
        await look(conn, shard, T0)
    await finish_versions(conn, T0)
    assert await users_of_trigger(conn, "shop.visited") == []
    assert await change(conn, "shop.visited", declares("lead", minutes="text")) == {"minutes": "text"}
    await store.delete_trigger(conn, "shop.visited", [])


async def test_J10_a_draft_of_a_journey_keeps_nothing(conn):
    await a_workspace(conn, T0)
    await a_trigger(conn, "shop.visited", T0, minutes="number")
    await journeys.create(conn, started_by("shop.visited"), T0)
    assert await change(conn, "shop.visited", declares()) == {}


async def test_P2_J10_a_start_needs_a_trigger_that_is_ready_to_use(conn):
    await a_workspace(conn, T0)
    document = started_by("shop.visited", where=[{"property": "town", "test": "is", "value": 5}])
    assert await problems(conn, document) == [("trigger_missing", "start/trigger")]
    await a_trigger(conn, "shop.visited", T0, audience="lead", ready=False, minutes="number")
    assert await problems_now(conn) == [
        ("attribute_unknown", "start/where/0/property"),
        ("trigger_not_ready", "start/trigger"),
        ("trigger_other_audience", "start/trigger"),
    ]
    await change(conn, "shop.visited", declares(town="number"))
    await store.make_trigger_ready(conn, "shop.visited", "ada", T0)
    assert (await publishing.publish(conn, "launch", "ada", T0)).state == "Live"


async def test_P2_J10_interactions_need_no_declaration(conn):
    await a_workspace(conn, T0)
    anything = [{"property": "user_agent", "test": "is_set"}]
    assert await problems(conn, started_by("email.clicked", where=anything)) == []


async def test_J10_W14_what_is_raised_has_the_form_of_its_declared_types(conn):
    ada = await a_contact(conn, "ada", T0)
    raised = raises("tell", "cart.paid", ships_at="2026-12-02T10:00:00+01:00", currency="", amount=5)
    ada = await enter(conn, raised, waits())
    (event,) = await store.newest_events(conn, ada.person, 10)
    assert event["properties"] == {"ships_at": "2026-12-02T09:00:00Z", "amount": 5}


async def test_J10_a_preview_asks_for_the_newest_event_of_a_name(conn):
    ada = await a_contact(conn, "ada", T0)
    assert await store.newest_properties(conn, ada, "cart.paid") is None
    await store.append(conn, [Event("e1", ada, "cart.paid", T0, {"amount": 1}), Event("e2", ada, "else", T0)], T0)
    assert await store.newest_properties(conn, ada, "cart.paid") == {"amount": 1}
