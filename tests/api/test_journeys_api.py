"""The routes of journeys, on a real server: from draft to stopped, and everything that is refused on the way."""

from typing import Any

import pytest

from builders import a_contact, a_workspace, asks, sends, texts, waits, waits_until
from participation import T0
from served import Api
from sojourn.db.connect import transaction
from sojourn.db.shards import COUNT
from sojourn.segments.jobs import evaluate_pending

JOURNEYS = "/api/v1/journeys"
SOUND = [sends(), asks(yes=[waits_until(), texts()])]


def document(*steps: dict[str, Any], name: str = "Product launch", **start: Any) -> dict[str, Any]:
    return {"journey": name, "start": {"segment": "everybody", **start}, "steps": list(steps or SOUND)}


@pytest.fixture
async def workspace(api: Api) -> Api:
    """What the sound journey needs is there."""
    async with transaction(api.pool) as conn:
        await a_workspace(conn, T0)
    return api


async def create(api: Api, *steps: dict[str, Any], **given: Any) -> dict[str, Any]:
    answer = await api.client.post(JOURNEYS, json=document(*steps, **given))
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


async def test_a_draft_is_made_read_changed_and_deleted(api: Api) -> None:
    made = await create(api)
    assert (made["id"], made["name"], made["state"], made["version"]) == (
        "product-launch",
        "Product launch",
        "Draft",
        1,
    )
    assert made["document"] == (await api.client.get(f"{JOURNEYS}/product-launch")).json()["document"]
    changed = await api.client.put(f"{JOURNEYS}/product-launch", json=document(waits(), name="Other name"))
    assert (changed.status_code, changed.json()["id"], changed.json()["name"]) == (200, "product-launch", "Other name")
    listed = (await api.client.get(JOURNEYS)).json()["journeys"]
    assert [(journey["id"], journey["name"]) for journey in listed] == [("product-launch", "Other name")]
    assert (await api.client.delete(f"{JOURNEYS}/product-launch")).status_code == 204
    assert (await api.client.get(f"{JOURNEYS}/product-launch")).status_code == 404


async def test_the_document_that_is_answered_can_be_sent_back(api: Api) -> None:
    made = await create(api, *SOUND, at="2026-12-02T09:00", timezone="Europe/Paris")
    again = await api.client.put(f"{JOURNEYS}/product-launch", json=made["document"])
    assert (again.status_code, again.json()["document"]) == (200, made["document"])


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"jurney": "x"}, "/jurney"),
        ({"start": {"segment": "vip", "at": 1764579600}}, "/start/at"),
        ({"start": {"segment": "vip", "at": "2026-12-01T09:00Z"}}, "/start/at"),
        ({"steps": [sends(content=7)]}, "/steps/0/content"),
        ({"steps": [sends(), {"id": "x", "kind": "fax"}]}, "/steps/1"),
        ({"steps": [asks(yes=[waits("x", "2 years")])]}, "/steps/0/yes/0/for"),
        ({"steps": [waits("x", "5201 weeks")]}, "/steps/0/for"),
        ({"steps": "none"}, "/steps"),
    ],
)
async def test_what_is_no_journey_is_refused_with_its_place_and_nothing_is_kept(
    api: Api, change: Any, where: str
) -> None:
    refused = await api.client.post(JOURNEYS, json=document() | change)
    assert (refused.status_code, refused.headers["content-type"]) == (422, "application/problem+json")
    assert [problem["where"] for problem in refused.json()["problems"]] == [where]
    assert (await api.client.get(JOURNEYS)).json() == {"journeys": []}


async def test_P2_publishing_answers_every_problem_at_once_and_changes_nothing(api: Api) -> None:
    await create(api, *SOUND, waits_until("late", "2026-11-30T09:00"))
    found = (await api.client.get(f"{JOURNEYS}/product-launch/problems")).json()["problems"]
    refused = await api.client.post(f"{JOURNEYS}/product-launch/publication")
    assert (refused.status_code, refused.headers["content-type"]) == (422, "application/problem+json")
    answer = refused.json()
    assert {"type", "title", "status", "detail", "code", "problems"} == set(answer)
    assert (answer["status"], answer["code"], answer["problems"]) == (422, "invalid", found)
    assert {(problem["code"], problem["where"]) for problem in found} == {
        ("segment_missing", "start"), ("content_missing", "announce"), ("content_missing", "launched"),
        ("wait_in_past", "late"),
    }  # fmt: skip
    assert all(problem["advice"] for problem in found)
    assert (await api.client.get(f"{JOURNEYS}/product-launch")).json()["state"] == "Draft"
    assert (await api.client.get(f"{JOURNEYS}/product-launch/history")).json() == {"changes": []}


async def test_P2_warnings_and_the_audience_are_told_beside_the_problems_and_do_not_block(workspace: Api) -> None:
    async with transaction(workspace.pool) as conn:
        await a_contact(conn, "ada", T0, phone=None)
        for shard in range(COUNT):
            await evaluate_pending(conn, shard, T0)
    await create(workspace, texts(), {"id": "out", "kind": "exit"}, waits())
    answer = (await workspace.client.get(f"{JOURNEYS}/product-launch/problems")).json()
    assert (answer["problems"], answer["version"]) == ([], 1)
    assert [(warning["code"], warning["where"]) for warning in answer["warnings"]] == [
        ("step_unreachable", "pause"), ("people_without_address", "launched"),
    ]  # fmt: skip
    assert all(warning["message"] and warning["advice"] for warning in answer["warnings"])
    assert answer["audience"] == {"size": 1, "not_entering": {}, "blocked": {"launched": {"address_missing": 1}}}
    assert (await workspace.client.post(f"{JOURNEYS}/product-launch/publication")).status_code == 201


async def test_P3_what_is_live_can_be_changed_published_or_deleted_by_nobody(workspace: Api) -> None:
    await create(workspace)
    published = await workspace.client.post(f"{JOURNEYS}/product-launch/publication")
    assert (published.status_code, published.json()["state"]) == (201, "Live")
    assert (await workspace.client.get(f"{JOURNEYS}/product-launch/problems")).status_code in (200, 409)
    attempts = {
        "change": await workspace.client.put(f"{JOURNEYS}/product-launch", json=document(waits())),
        "publish": await workspace.client.post(f"{JOURNEYS}/product-launch/publication"),
        "delete": await workspace.client.delete(f"{JOURNEYS}/product-launch"),
    }
    assert {name: answer.status_code for name, answer in attempts.items()} == dict.fromkeys(attempts, 409)
    assert all(answer.json()["code"] == "conflict" for answer in attempts.values())
    assert (await workspace.client.get(f"{JOURNEYS}/product-launch")).json()["document"] == published.json()["document"]


async def test_P1_the_history_says_who_did_what_when(workspace: Api) -> None:
    await create(workspace)
    await workspace.client.post(f"{JOURNEYS}/product-launch/publication")
    stopped = await workspace.client.post(f"{JOURNEYS}/product-launch/stopping")
    assert (stopped.status_code, stopped.json()["state"]) == (202, "Stopping")
    again = await workspace.client.post(f"{JOURNEYS}/product-launch/stopping")
    assert (again.status_code, "there is nothing to stop" in again.json()["detail"]) == (409, True)
    changes = (await workspace.client.get(f"{JOURNEYS}/product-launch/history")).json()["changes"]
    assert [(change["who"], change["what"], change["at"]) for change in changes] == [
        ("key tests", "published", "2026-12-01T09:00:00Z"), ("key tests", "stopped", "2026-12-01T09:00:00Z"),
    ]  # fmt: skip


async def test_a_name_is_taken_once(api: Api) -> None:
    await create(api)
    for name in ("Product launch", "Product launch!"):
        refused = await api.client.post(JOURNEYS, json=document(name=name))
        assert (refused.status_code, "product" in refused.json()["detail"].lower()) == (409, True)


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", ""), ("PUT", ""), ("DELETE", ""), ("GET", "/problems"), ("POST", "/publication"), ("POST", "/stopping"),
     ("GET", "/history"), ("GET", "/numbers"), ("GET", "/participants")],
)  # fmt: skip
async def test_a_journey_that_is_not_there_is_not_found(api: Api, method: str, path: str) -> None:
    answer = await api.client.request(method, f"{JOURNEYS}/nothing{path}", json=document() if method == "PUT" else None)
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    assert answer.json()["detail"] == "There is no journey named 'nothing'."


async def test_a_stranger_is_told_nothing(api: Api) -> None:
    await create(api)
    for path in ("", "/product-launch", "/product-launch/numbers"):
        assert (await api.stranger.get(f"{JOURNEYS}{path}")).status_code == 401


@pytest.mark.parametrize("method", ["GET", "PUT"])
async def test_Z1_a_server_in_real_time_has_no_clock_to_move(api: Api, method: str) -> None:
    answer = await api.client.request(method, "/api/v1/clock", json={"now": "2027-01-01T00:00:00Z"})
    assert answer.status_code == 404
