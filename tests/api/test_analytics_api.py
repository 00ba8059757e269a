"""The routes of numbers, of the people behind them, and of one person's way, on a real server."""

from datetime import timedelta
from typing import Any

import pytest

from builders import a_contact, a_workspace, asks, compares, sends, waits
from participation import T0, Participation, enter, enter_as, look
from served import Api
from sojourn.db.connect import transaction

LAUNCH = "/api/v1/journeys/launch"


@pytest.fixture
async def ada(api: Api) -> Participation:
    """Ada was sent the mail and clicked; Bob has no address."""
    async with transaction(api.pool) as conn:
        bob = await a_contact(conn, "bob", T0, email=None)
        ada = await enter(conn, sends(), asks(yes=[waits()]))
        await look(conn, bob.shard, T0)
        await ada.hand_over(T0)
        await ada.does("email.clicked", T0 + timedelta(hours=1), link="product")
    return ada


async def get(api: Api, path: str, **params: Any) -> Any:
    answer = await api.client.get(path, params=params)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_N1_N2_the_numbers_of_every_step_add_up(api: Api, ada: Participation) -> None:
    numbers = await get(api, f"{LAUNCH}/numbers")
    assert (numbers["journey"], numbers["version"], numbers["state"]) == ("launch", 1, "Live")
    assert [step["step"] for step in numbers["steps"]] == ["start", "announce", "clicked", "pause"]
    for step in numbers["steps"]:
        assert step["entered"] == step["here"] + sum(step["left"].values()) + sum(step["exited"].values())
    message = numbers["steps"][1]["message"]
    assert (message["sent"], message["queued"], message["delivered"]) == (1, 1, 1)
    assert message["links"] == {"product": {"people": 1, "total": 1, "automated": 0}}
    assert numbers["steps"][0]["message"] is None


async def test_N1_every_journey_in_three_numbers(api: Api, ada: Participation) -> None:
    assert await get(api, "/api/v1/overview") == {
        "journeys": [{"journey": "launch", "entered": 2, "inside": 2, "sent": 1}]
    }


async def test_N1_a_draft_has_no_numbers_yet(api: Api) -> None:
    draft = {"journey": "Launch", "start": {"segment": "vip"}, "steps": []}
    await api.client.post("/api/v1/journeys", json=draft)
    assert (await get(api, f"{LAUNCH}/numbers"))["steps"] == []
    assert await get(api, f"{LAUNCH}/participants") == {"participants": [], "next": None}


@pytest.mark.parametrize(
    ("filters", "keys"),
    [
        ({}, {"ada", "bob"}),
        ({"step": "start"}, {"ada", "bob"}),
        ({"step": "announce"}, {"ada", "bob"}),
        ({"step": "announce", "flow": "left"}, {"ada"}),
        ({"step": "announce", "flow": "left", "outcome": "sent"}, {"ada"}),
        ({"step": "announce", "flow": "queued"}, {"bob"}),
        ({"step": "announce", "flow": "delivered"}, {"ada"}),
        ({"step": "announce", "flow": "clicked", "link": "product"}, {"ada"}),
        ({"step": "announce", "flow": "clicked", "link": "other"}, set()),
        ({"step": "announce", "flow": "clicked", "automated": True}, set()),
        ({"step": "announce", "flow": "opened", "version": "all"}, set()),
        ({"step": "announce", "version": "all", "flow": "sent"}, {"ada"}),
        ({"run": 1, "flow": "here"}, {"ada", "bob"}),
        ({"step": "announce", "flow": "here"}, {"bob"}),
        ({"step": "clicked", "outcome": "yes"}, {"ada"}),
        ({"step": "clicked", "outcome": "no"}, set()),
        ({"flow": "here"}, {"ada", "bob"}),
    ],
)
async def test_N3_a_number_opens_the_people_behind_it(
    api: Api, ada: Participation, filters: Any, keys: set[str]
) -> None:
    found = (await get(api, f"{LAUNCH}/participants", **filters))["participants"]
    assert {one["key"] for one in found} == keys
    if "ada" in keys:
        (one,) = [one for one in found if one["key"] == "ada"]
        assert (one["person"], one["at"], one["left_at"]) == (str(ada.person), "pause", None)


async def test_N3_pages_follow_each_other_to_the_end(api: Api, ada: Participation) -> None:
    seen, page = [], await get(api, f"{LAUNCH}/participants", limit=1)
    while page["participants"]:
        seen += [one["key"] for one in page["participants"]]
        page = await get(api, f"{LAUNCH}/participants", limit=1, after=page["next"]) if page["next"] else page
        if page["next"] is None:
            break
    assert sorted(seen) == ["ada", "bob"]


async def test_W13_how_a_test_stands_is_told_by_run(api: Api) -> None:
    async with transaction(api.pool) as conn:
        ada = await enter(conn, compares(share=100), waits())
        await ada.hand_over(T0)
    told = await get(api, f"{LAUNCH}/ab-tests/better")
    (test,) = told["tests"]
    assert (test["version"], test["run"], test["state"], test["winner"], test["zone"]) == (1, 1, "running", None, "UTC")
    assert test["metric"]["of"] == {"a": "better-a", "b": "better-b"}
    tallies = [test[version] for version in ("a", "b")]
    assert {"entered": 1, "of": 1, "people": 0, "rate": 0.0} in tallies
    assert {"entered": 0, "of": 0, "people": 0, "rate": None} in tallies
    assert (await get(api, f"{LAUNCH}/ab-tests/pause"))["tests"] == []
    assert len((await get(api, f"{LAUNCH}/participants", step="better", tested=True))["participants"]) == 1
    assert (await get(api, f"{LAUNCH}/participants", step="better", tested=False))["participants"] == []
    assert (await api.client.get(f"{LAUNCH}/ab-tests/nothing")).status_code == 404


@pytest.mark.parametrize(
    ("filters", "status"),
    [
        ({"step": "nothing"}, 404),
        ({"after": "nobody"}, 404),
        ({"limit": 0}, 422),
        ({"flow": "sent"}, 422),
        ({"run": 2}, 404),
        ({"run": 1, "version": "all"}, 422),
        ({"limit": 1001}, 422),
    ],
)
async def test_N3_what_cannot_be_asked_is_refused(api: Api, ada: Participation, filters: Any, status: int) -> None:
    assert (await api.client.get(f"{LAUNCH}/participants", params=filters)).status_code == status


async def test_N4_the_way_of_a_person_says_what_decided(api: Api, ada: Participation) -> None:
    way = await get(api, f"/api/v1/people/{ada.person}/timeline")
    assert [(visit["journey"], visit["step"], visit["outcome"]) for visit in way["visits"]] == [
        ("launch", "announce", "sent"), ("launch", "clicked", "yes"), ("launch", "pause", None),
    ]  # fmt: skip
    announce, clicked, _ = way["visits"]
    assert (announce["delivery"], announce["delivery_state"]) == (str(ada.key("announce")), "sent")
    assert (announce["address"], announce["reason"], clicked["delivery"]) == ("ada@x.example", None, None)
    (event,) = way["events"]
    assert clicked["cause"] == {"event": event["id"], "at": "2026-12-01T10:00:00+00:00"}
    assert (event["name"], event["journey"], event["step"], event["link"]) == (
        "email.clicked",
        "launch",
        "announce",
        "product",
    )


async def test_N4_somebody_whose_mail_is_under_way_can_be_looked_at(api: Api, ada: Participation) -> None:
    (bob,) = [one for one in (await get(api, f"{LAUNCH}/participants"))["participants"] if one["key"] == "bob"]
    way = await get(api, f"/api/v1/people/{bob['person']}/timeline")
    assert [(visit["step"], visit["delivery_state"]) for visit in way["visits"]] == [("announce", "queued")]


@pytest.mark.parametrize("person", ["3-999999", "99-1", "ada", "-1-0"])
async def test_N4_who_is_nobody_is_not_found(api: Api, person: str) -> None:
    answer = await api.client.get(f"/api/v1/people/{person}/timeline")
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


async def test_W14_N3_the_goal_is_a_number_with_the_people_behind_it(api: Api) -> None:
    goal = {"goal": {"name": "purchased", "trigger": "order.placed"}}
    async with transaction(api.pool) as conn:
        await a_workspace(conn, T0)
        ada = await enter_as(conn, await a_contact(conn, "ada", T0), waits(duration="1 day"), watched=goal)
    assert (await get(api, f"{LAUNCH}/numbers"))["goal"] == {
        "name": "purchased",
        "reached": 0,
        "of": 1,
        "rate": 0,
        "held_out": None,
    }
    async with transaction(api.pool) as conn:
        ada.conn = conn
        await ada.does("order.placed", T0 + timedelta(hours=1), delivery=None)
    for version in (1, "all"):
        numbers = await get(api, f"{LAUNCH}/numbers", version=version)
        assert numbers["goal"] == {"name": "purchased", "reached": 1, "of": 1, "rate": 1, "held_out": None}
    (found,) = (await get(api, f"{LAUNCH}/participants", flow="reached"))["participants"]
    assert (found["key"], found["reached_at"], found["at"]) == ("ada", "2026-12-01T10:00:00Z", "pause")
