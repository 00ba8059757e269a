"""The life of a journey from outside: pausing and resuming, new versions beside a live one, copies, numbers of each."""

from typing import Any

import pytest

from builders import a_contact, a_workspace, journey, waits
from participation import T0, look
from served import Api
from sojourn.db.connect import transaction
from sojourn.db.shards import COUNT
from sojourn.journeys.model import JourneyDocument

V1 = "/api/v1/journeys"
HOME = f"{V1}/launch"


def document(*steps: dict[str, Any], **start: Any) -> dict[str, Any]:
    made = journey(*(steps or [waits()]), **({"frequency": "newly_added"} | start))
    return made.model_dump(mode="json", by_alias=True, exclude_unset=True)


def read(given: dict[str, Any]) -> JourneyDocument:
    return JourneyDocument.model_validate(given.get("document", given))


async def call(api: Api, method: str, path: str, status: int, given: Any = None) -> Any:
    answer = await api.client.request(method, path, json=given)
    assert answer.status_code == status, answer.text
    return answer.json() if answer.content else None


async def turns(api: Api) -> None:
    async with transaction(api.pool) as conn:
        for shard in range(COUNT):
            await look(conn, shard, api.clock.at)


@pytest.fixture
async def live(api: Api) -> Api:
    """Ada is in a journey that goes on."""
    async with transaction(api.pool) as conn:
        await a_workspace(conn, T0)
        await a_contact(conn, "ada", T0)
    await call(api, "POST", V1, 201, document())
    await call(api, "POST", f"{HOME}/publication", 201)
    await turns(api)
    return api


async def test_P5_a_journey_is_paused_and_resumed(live: Api) -> None:
    paused = await call(live, "POST", f"{HOME}/pause", 201, {"timers": "freeze"})
    assert (paused["state"], paused["timers"], paused["paused_at"]) == ("Paused", "freeze", "2026-12-01T09:00:00Z")
    await call(live, "POST", f"{HOME}/pause", 409, {})
    await call(live, "POST", f"{HOME}/resume", 422, {"rate": {"people": 0, "per": "day"}})
    resumed = await call(live, "POST", f"{HOME}/resume", 201, {"rate": {"people": 100, "per": "hour"}})
    assert (resumed["state"], resumed["paused_at"]) == ("Live", None)
    await call(live, "POST", f"{HOME}/resume", 409, {})
    history = (await call(live, "GET", f"{HOME}/history", 200))["changes"]
    assert [change["what"] for change in history] == [
        "published", "paused: timers freeze", "resumed: 100 people per hour",
    ]  # fmt: skip


async def test_P4_a_new_version_is_edited_beside_the_live_one_and_takes_over(live: Api) -> None:
    made = await call(live, "POST", f"{HOME}/versions", 201)
    assert (made["version"], made["state"], read(made)) == (2, "Draft", read(document()))
    await call(live, "POST", f"{HOME}/versions", 409)
    changed = await call(live, "PUT", HOME, 200, document(waits("other"), waits()))
    assert (changed["version"], [step["id"] for step in changed["document"]["steps"]]) == (2, ["other", "pause"])
    before = await call(live, "GET", HOME, 200)
    assert (before["version"], before["draft"], read(before)) == (1, 2, read(document()))
    assert (await call(live, "GET", f"{HOME}/problems", 200))["problems"] == []
    published = await call(live, "POST", f"{HOME}/publication", 201)
    assert (published["version"], published["draft"], published["state"]) == (2, None, "Live")
    found = (await call(live, "GET", f"{HOME}/versions", 200))["versions"]
    assert [(one["version"], one["state"]) for one in found] == [(1, "Completing"), (2, "Live")]
    assert read(await call(live, "GET", f"{HOME}?version=1", 200)) == read(document())
    await call(live, "GET", f"{HOME}?version=3", 404)


async def test_P4_N1_each_version_has_its_numbers_and_all_have_them_together(live: Api) -> None:
    await call(live, "POST", f"{HOME}/versions", 201)
    await call(live, "PUT", HOME, 200, document(waits("other"), waits()))
    await call(live, "POST", f"{HOME}/publication", 201)
    async with transaction(live.pool) as conn:
        await a_contact(conn, "bob", live.clock.at)
    await turns(live)

    async def entered(version: str) -> list[tuple[str, int]]:
        numbers = await call(live, "GET", f"{HOME}/numbers{version}", 200)
        return [(step["step"], step["entered"]) for step in numbers["steps"]]

    assert await entered("") == await entered("?version=2") == [("start", 1), ("other", 1), ("pause", 0)]
    assert await entered("?version=1") == [("start", 1), ("pause", 1)]
    assert await entered("?version=all") == [("start", 2), ("other", 1), ("pause", 1)]
    for version, key in ((1, "ada"), (2, "bob")):
        people = await call(live, "GET", f"{HOME}/participants?version={version}&limit=1", 200)
        assert [one["key"] for one in people["participants"]] == [key]


async def test_P4_a_draft_can_be_given_up(live: Api) -> None:
    await call(live, "POST", f"{HOME}/versions", 201)
    await call(live, "DELETE", f"{HOME}/versions/2", 204)
    await call(live, "DELETE", f"{HOME}/versions/1", 409)
    assert (await call(live, "GET", HOME, 200))["draft"] is None


async def test_P7_a_journey_is_copied(live: Api) -> None:
    made = await call(live, "POST", f"{HOME}/copies", 201, {"name": "Lunch"})
    assert (made["id"], made["state"], read(made)) == ("lunch", "Draft", read(document() | {"journey": "Lunch"}))
    await call(live, "POST", f"{HOME}/copies", 409, {"name": "Lunch"})
    await call(live, "POST", f"{HOME}/copies", 422, {"name": ""})
