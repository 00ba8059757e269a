"""The routes of segments, from outside."""

from typing import Any

import httpx2
import pytest

from served import Api
from sojourn.db.connect import Connection, transaction
from sojourn.db.shards import COUNT
from sojourn.segments import api as segments
from sojourn.segments.jobs import evaluate_pending

V1 = "/api/v1"
IS_ADA = {"attribute": "first_name", "test": "is", "value": "Ada"}
IS_BOB = {"attribute": "first_name", "test": "is", "value": "Bob"}


async def create(api: Api, condition: Any = IS_ADA, **given: Any) -> httpx2.Response:
    return await api.client.post(
        f"{V1}/segments", json={"name": "adas", "audience": "contact", "condition": condition, **given}
    )


async def people(api: Api, count: int) -> None:
    for number in range(count):
        given = {"audience": "contact", "key": f"p{number}", "attributes": {"first_name": "Ada"}}
        assert (await api.client.post(f"{V1}/people", json=given)).is_success


async def evaluated(api: Api) -> None:
    async with transaction(api.pool) as conn:
        for shard in range(COUNT):
            await evaluate_pending(conn, shard, api.clock.at)


async def test_G4_a_segment_is_made_changed_published_stopped_and_deleted(api: Api):
    made = await create(api)
    assert made.status_code == 201
    assert made.json() == {
        "name": "adas",
        "audience": "contact",
        "condition": IS_ADA,
        "state": "Draft",
        "created_at": "2026-12-01T09:00:00Z",
        "live_at": None,
        "stopped_at": None,
        "members": 0,
    }
    home = f"{V1}/segments/adas"
    changed = await api.client.put(home, json={"audience": "lead", "condition": IS_BOB})
    assert (changed.json()["audience"], changed.json()["condition"]) == ("lead", IS_BOB)
    published = await api.client.post(f"{home}/publication")
    assert (published.status_code, published.json()["state"]) == (201, "Live")
    assert (await api.client.post(f"{home}/publication")).status_code == 409
    assert (await api.client.delete(f"{home}/publication")).json()["state"] == "Stopped"
    assert [one["name"] for one in (await api.client.get(f"{V1}/segments")).json()] == ["adas"]
    assert (await api.client.delete(home)).status_code == 204
    assert (await api.client.get(home)).status_code == 404


async def test_members_are_counted_and_paged(api: Api):
    await people(api, 5)
    assert (await create(api, live=True)).json()["state"] == "Live"
    await evaluated(api)
    home = f"{V1}/segments/adas"
    assert (await api.client.get(home)).json()["members"] == 5
    assert [one["members"] for one in (await api.client.get(f"{V1}/segments")).json()] == [5]
    found, after = [], "0-0"
    while after:
        page = (await api.client.get(f"{home}/members", params={"after": after, "limit": 2})).json()
        found += [(one["key"], one["since"], one["attributes"]) for one in page["members"]]
        after = page["after"]
    assert sorted(found) == [(f"p{n}", "2026-12-01T09:00:00Z", {"first_name": "Ada"}) for n in range(5)]


async def test_G6_a_preview_saves_nothing(api: Api):
    await people(api, 3)
    answer = await api.client.post(f"{V1}/segments/previews", json={"audience": "contact", "condition": IS_ADA})
    assert answer.json()["count"] == 3
    assert sorted(one["key"] for one in answer.json()["sample"]) == ["p0", "p1", "p2"]
    assert (await api.client.get(f"{V1}/segments")).json() == []


async def test_problems_of_a_condition_are_told_with_their_places(api: Api):
    refused = await create(api, {"any": [IS_ADA, {"attribute": "shoe_size", "test": "is", "value": 43}]})
    assert refused.status_code == 422
    assert [(one["where"], one["code"]) for one in refused.json()["problems"]] == [
        ("/condition/any/1/attribute", "attribute_unknown")
    ]
    unknown = await create(api, {"any": [{"all": [{"consent": "commercial"}]}, {**IS_ADA, "test": "resembles"}]})
    assert [one["where"] for one in unknown.json()["problems"]] == ["/condition/any/0/all/0", "/condition/any/1/test"]


@pytest.mark.parametrize("name", ["", "Adas", "a b", "-", "a" * 101])
async def test_a_name_is_words_in_lower_case_joined_by_hyphens(api: Api, name: str):
    assert (await create(api, name=name)).status_code == 422


async def test_G4_a_segment_in_use_is_kept_and_the_answer_names_who_uses_it(api: Api, monkeypatch: pytest.MonkeyPatch):
    async def launch(conn: Connection, name: str) -> list[str]:
        return ["Product launch"] if name == "adas" else []

    monkeypatch.setattr(segments, "users_of_segment", [launch])
    await create(api, live=True)
    for path in ("/segments/adas", "/segments/adas/publication"):
        refused = await api.client.delete(V1 + path)
        assert (refused.status_code, "Product launch" in refused.json()["detail"]) == (409, True)
    assert (await api.client.get(f"{V1}/segments/adas")).json()["state"] == "Live"
