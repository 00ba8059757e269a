"""The routes of events, from outside: all of a call is written, or nothing."""

from typing import Any

import httpx2
import pytest

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
