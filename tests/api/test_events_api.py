"""The routes of events, from outside: all of a call is written, or nothing."""

from typing import Any

import httpx2
import pytest

from builders import a_workspace, journey, publish, waits_for
from served import Api
from sojourn.db.connect import transaction

V1 = "/api/v1"


@pytest.fixture
async def ada(api: Api) -> str:
    made = await api.client.post(f"{V1}/people", json={"audience": "contact", "key": "crm-1"})
    return made.json()["id"]


async def send(api: Api, events: Any) -> httpx2.Response:
    return await api.client.post(f"{V1}/events", json=events)


async def events_of(api: Api, person: str) -> list[dict[str, Any]]:
    return (await api.client.get(f"{V1}/events", params={"person": person})).json()


async def deliver_to(api: Api, person: str) -> str:
    shard, _, number = person.partition("-")
    async with transaction(api.pool) as conn:
        await conn.execute(
            "insert into delivery (shard, participant, step, run, person, channel, content, state, not_before)"
            " values (%s, 9, 4, 1, %s, 'email', 1, 'queued', %s)",
            [int(shard), int(number), api.clock.at],
        )
    return f"{shard}-9.4"


async def test_an_event_is_recorded_and_listed(api: Api, ada):
    answer = await send(api, {"person": ada, "name": "cart.abandoned", "properties": {"total": 12.5}})
    assert answer.status_code == 201, answer.text
    (event_id,) = answer.json()["ids"]
    assert answer.json() == {"accepted": 1, "duplicates": 0, "ids": [event_id]}
    now = api.clock.at.isoformat().replace("+00:00", "Z")
    assert await events_of(api, ada) == [
        {
            "id": event_id,
            "name": "cart.abandoned",
            "at": now,
            "received_at": now,
            "properties": {"total": 12.5},
            "delivery": None,
            "link": None,
            "automated": False,
        }
    ]


async def test_people_are_named_by_reference_or_by_key(api: Api, ada):
    by_key = {"person": {"audience": "contact", "key": "crm-1"}, "name": "paid", "at": "2026-11-30T10:00:00+01:00"}
    assert (await send(api, [by_key, {"person": ada, "name": "paid"}])).json()["accepted"] == 2
    assert [one["at"] for one in await events_of(api, ada)] == ["2026-12-01T09:00:00Z", "2026-11-30T09:00:00Z"]


async def test_T6_a_call_can_be_repeated(api: Api, ada):
    given = [{"person": ada, "name": "paid", "id": "order-1"}, {"person": ada, "name": "paid", "id": "order-1"}]
    assert (await send(api, given)).json() == {"accepted": 1, "duplicates": 1, "ids": ["order-1", "order-1"]}
    assert (await send(api, given[:1])).json()["duplicates"] == 1


async def test_nothing_is_written_when_one_event_is_bad_and_each_is_explained(api: Api, ada):
    good = {"person": ada, "name": "paid"}
    bad = [
        {**good, "name": "Paid"},
        {**good, "name": "email.clicked"},
        {**good, "person": "3-999"},
        {**good, "person": {"audience": "contact", "key": "crm-2"}},
        {**good, "person": "ada"},
        {**good, "at": "2026-12-01T09:05:01Z"},
        {**good, "delivery": "3-1.1"},
        {**good, "delivery": "first"},
        {**good, "id": ""},
        {**good, "properties": {"a": "x" * 20_000}},
    ]
    refused = await send(api, [good, *bad])
    assert refused.status_code == 422
    assert [(problem["where"], problem["code"]) for problem in refused.json()["problems"]] == [
        ("/1/name", "name_invalid"),
        ("/2/delivery", "delivery_missing"),
        ("/3/person", "person_unknown"),
        ("/4/person", "person_unknown"),
        ("/5/person", "person_unknown"),
        ("/6/at", "time_in_future"),
        ("/7/delivery", "delivery_unknown"),
        ("/8/delivery", "delivery_unknown"),
        ("/9/id", "id_invalid"),
        ("/10/properties", "properties_too_large"),
    ]
    assert await events_of(api, ada) == []


@pytest.mark.parametrize(
    ("given", "where"),
    [
        ([], "/"),
        ("paid", "/"),
        ([{"person": "3-1"}], "/0/name"),
        ([{"person": {"key": "1"}, "name": "paid"}], "/0/person/audience"),
        ({"person": "3-1", "name": "paid", "at": "2026-12-01T09:00:00"}, "/at"),
        ({"person": "3-1", "name": "paid", "automated": True}, "/automated"),
        ([{"person": "3-1", "name": "paid"}] * 1001, "/"),
    ],
)
async def test_what_has_not_the_form_of_an_event_is_refused_with_its_place(api: Api, given, where):
    refused = await send(api, given)
    assert refused.status_code == 422
    assert where in {problem["where"] for problem in refused.json()["problems"]}


async def test_W4_an_interaction_names_a_delivery_of_its_own_person(api: Api, ada):
    delivery = await deliver_to(api, ada)
    clicked = {"person": ada, "name": "email.clicked", "delivery": delivery, "link": "product"}
    assert (await send(api, clicked)).status_code == 201
    (kept,) = await events_of(api, ada)
    assert (kept["delivery"], kept["link"]) == (delivery, "product")
    bob = (await api.client.post(f"{V1}/people", json={"audience": "contact", "key": "crm-2"})).json()["id"]
    refused = await send(api, {**clicked, "person": bob})
    assert [problem["code"] for problem in refused.json()["problems"]] == ["delivery_of_another"]


async def test_events_are_listed_for_people_who_exist(api: Api, ada):
    await send(api, [{"person": ada, "name": f"n{number}"} for number in range(5)])
    limited = await api.client.get(f"{V1}/events", params={"person": ada, "limit": 2})
    assert len(limited.json()) == 2
    assert (await api.client.get(f"{V1}/events", params={"person": "3-999"})).status_code == 404
    assert (await api.client.get(f"{V1}/events")).status_code == 422


# ---------------------------------------------------------------------------------------------------- triggers


async def declare(api: Api, **given: Any) -> httpx2.Response:
    declared = {"name": "order.placed", "audience": "contact", "attributes": {"amount": "number", "due_at": "datetime"}}
    return await api.client.post(f"{V1}/triggers", json=declared | given)


async def test_J10_a_trigger_is_declared_changed_made_ready_listed_and_deleted(api: Api):
    made = await declare(api, description="An order was paid")
    assert made.status_code == 201, made.text
    assert made.json() == {
        "name": "order.placed",
        "audience": "contact",
        "description": "An order was paid",
        "attributes": {"amount": "number", "due_at": "datetime"},
        "state": "Draft",
        "created_at": "2026-12-01T09:00:00Z",
        "ready_at": None,
        "ready_by": None,
    }
    home = f"{V1}/triggers/order.placed"
    changed = await api.client.put(home, json={"audience": "lead", "attributes": {"town": "text"}})
    assert (changed.json()["audience"], changed.json()["attributes"]) == ("lead", {"town": "text"})
    ready = await api.client.post(f"{home}/readiness")
    assert (ready.status_code, ready.json()["state"]) == (201, "Ready to use")
    assert (await api.client.post(f"{home}/readiness")).status_code == 409
    assert (await api.client.get(home)).json() == ready.json()
    assert [one["name"] for one in (await api.client.get(f"{V1}/triggers")).json()] == ["order.placed"]
    assert (await api.client.delete(home)).status_code == 204
    for method in ("get", "delete"):
        assert (await getattr(api.client, method)(home)).status_code == 404


async def test_J10_a_type_that_does_not_exist_is_refused_with_its_place(api: Api):
    answer = await declare(api, attributes={"amount": "money"})
    assert answer.status_code == 422
    assert [one["where"] for one in answer.json()["problems"]] == ["/attributes/amount"]


async def test_J10_events_of_a_ready_trigger_have_its_types_and_may_say_more(api: Api, ada):
    told = {"person": ada, "name": "order.placed"}
    await declare(api, ready=True)
    wrong = [told | {"properties": {"amount": 5}}, told | {"properties": {"amount": "5", "due_at": "soon", "more": 1}}]
    refused = await send(api, wrong)
    assert refused.status_code == 422
    assert [(one["code"], one["where"]) for one in refused.json()["problems"]] == [
        ("value_not_understood", "/1/properties/amount"),
        ("value_not_understood", "/1/properties/due_at"),
    ]
    assert await events_of(api, ada) == []
    said = {"amount": 12.5, "due_at": "2026-12-03T10:00:00+01:00", "lines": [{"sku": "7"}], "note": None}
    assert (await send(api, told | {"properties": said})).status_code == 201
    (event,) = await events_of(api, ada)
    assert event["properties"] == said | {"due_at": "2026-12-03T09:00:00Z"}
    assert (await send(api, told | {"id": "none", "properties": {"amount": None, "due_at": ""}})).status_code == 201
    assert {one["id"]: one["properties"] for one in await events_of(api, ada)}["none"] == {}


async def test_J10_drafts_and_names_that_nobody_declared_ask_nothing(api: Api, ada):
    await declare(api)
    for name in ("order.placed", "order.packed"):
        assert (await send(api, {"person": ada, "name": name, "properties": {"amount": "5"}})).status_code == 201


async def test_J10_a_trigger_that_a_live_journey_uses_stays_and_the_journey_is_named(api: Api):
    async with transaction(api.pool) as conn:
        await a_workspace(conn, api.clock.at)
        await publish(conn, journey(waits_for(trigger="cart.left", where=[])), api.clock.at)
    refused = await api.client.delete(f"{V1}/triggers/cart.left")
    assert (refused.status_code, "Launch" in refused.json()["detail"]) == (409, True)
    assert (await api.client.put(f"{V1}/triggers/cart.left", json={"audience": "lead"})).status_code == 409
    more = {"audience": "contact", "attributes": {"amount": "number"}}
    assert (await api.client.put(f"{V1}/triggers/cart.left", json=more)).status_code == 200
