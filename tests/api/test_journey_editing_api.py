"""What an editor of journeys stands on: unfinished drafts are kept, nobody overwrites what somebody else has saved, and
a repeating start says when it would run."""

from typing import Any

import pytest

from builders import a_workspace, asks, sends, waits
from participation import T0
from served import Api
from sojourn.db.connect import transaction

LAUNCH = "/api/v1/journeys/launch"


def document(*steps: dict[str, Any], **start: Any) -> dict[str, Any]:
    return {"journey": "Launch", "start": {"segment": "everybody", **start}, "steps": list(steps)}


@pytest.fixture
async def draft(api: Api) -> Api:
    """A draft, in a workspace that has what it needs."""
    async with transaction(api.pool) as conn:
        await a_workspace(conn, T0)
    made = await api.client.post("/api/v1/journeys", json=document(waits()))
    assert (made.status_code, made.json()["revision"]) == (201, 1), made.text
    return api


async def test_each_change_of_a_draft_has_a_revision_of_its_own(draft: Api) -> None:
    read = await draft.client.get(LAUNCH)
    assert (read.json()["revision"], read.headers["etag"]) == (1, '"1"')
    saved = await draft.client.put(LAUNCH, json=document(sends()), headers={"If-Match": read.headers["etag"]})
    assert (saved.status_code, saved.json()["revision"], saved.headers["etag"]) == (200, 2, '"2"')


async def test_who_has_not_seen_what_another_saved_overwrites_nothing(draft: Api) -> None:
    await draft.client.put(LAUNCH, json=document(sends()), headers={"If-Match": '"1"'})
    refused = await draft.client.put(LAUNCH, json=document(waits("mine")), headers={"If-Match": '"1"'})
    assert (refused.status_code, refused.json()["code"]) == (409, "conflict")
    assert "Somebody else has changed" in refused.json()["detail"]
    kept = (await draft.client.get(LAUNCH)).json()
    assert [step["id"] for step in kept["document"]["steps"]] == ["announce"]


async def test_P4_who_edits_a_draft_that_was_published_does_not_overwrite_the_next_one(draft: Api) -> None:
    goes_on = {"frequency": "newly_added"}
    await draft.client.put(LAUNCH, json=document(waits(), **goes_on), headers={"If-Match": '"1"'})
    await draft.client.post(f"{LAUNCH}/publication")
    await draft.client.post(f"{LAUNCH}/versions")
    for revision in (1, 2):
        headers = {"If-Match": f'"{revision}"'}
        refused = await draft.client.put(LAUNCH, json=document(waits("mine"), **goes_on), headers=headers)
        assert (refused.status_code, refused.json()["code"]) == (409, "conflict")
    saved = await draft.client.put(LAUNCH, json=document(sends(), **goes_on), headers={"If-Match": '"3"'})
    assert (saved.status_code, saved.json()["version"], saved.json()["revision"]) == (200, 2, 4)


async def test_P2_what_is_published_is_what_was_looked_at(draft: Api) -> None:
    await draft.client.put(LAUNCH, json=document(sends()))
    refused = await draft.client.post(f"{LAUNCH}/publication", headers={"If-Match": '"1"'})
    assert (refused.status_code, refused.json()["code"]) == (409, "conflict")
    assert (await draft.client.get(LAUNCH)).json()["state"] == "Draft"
    seen = await draft.client.post(f"{LAUNCH}/publication", headers={"If-Match": '"2"'})
    assert seen.status_code == 201, seen.text


@pytest.mark.parametrize("headers", [{}, {"If-Match": "*"}, {"If-Match": 'W/"2"'}])
async def test_who_does_not_ask_for_it_or_has_seen_all_saves(draft: Api, headers: dict[str, str]) -> None:
    await draft.client.put(LAUNCH, json=document(sends()))
    saved = await draft.client.put(LAUNCH, json=document(waits("last")), headers=headers)
    assert (saved.status_code, saved.json()["revision"]) == (200, 3)


@pytest.mark.parametrize("tag", ['"one"', "99999999999999999999", '"\u0665"'])
async def test_a_tag_that_was_never_answered_is_refused(draft: Api, tag: str) -> None:
    refused = await draft.client.put(LAUNCH, json=document(waits()), headers={"If-Match": tag.encode()})
    assert (refused.status_code, refused.json()["code"]) in [(422, "invalid"), (409, "conflict")]


UNFINISHED = [
    sends(content="", to=""),
    asks(of=""),
    {"id": "joined", "kind": "wait_for", "segment": "", "within": "1 day"},
    {"id": "birthday", "kind": "wait_until", "attribute": ""},
    {"id": "try", "kind": "ab_test", "share": 20, "end": {"after": "1 day"}, "default": "a",
     "metric": {"event": "opened", "of": {"a": "", "b": ""}}},
    {"id": "mark", "kind": "set", "attribute": "", "value": "x"},
    {"id": "tell", "kind": "raise", "trigger": ""},
    {"id": "call", "kind": "webhook", "url": ""},
    {"id": "reached", "kind": "goal", "name": ""},
]  # fmt: skip


async def test_P2_an_unfinished_draft_is_kept_and_says_what_is_not_chosen(draft: Api) -> None:
    saved = await draft.client.put(LAUNCH, json=document(*UNFINISHED, segment=""))
    assert saved.status_code == 200, saved.text
    assert saved.json()["document"]["steps"][0]["content"] == ""
    found = (await draft.client.get(f"{LAUNCH}/problems")).json()["problems"]
    assert {problem["code"] for problem in found} == {"not_chosen"}
    told = [(problem["where"], problem["message"]) for problem in found]
    assert told == [
        ("start", "No segment is chosen yet."),
        ("announce", "No content is chosen yet."),
        ("announce", "No attribute to send to is chosen yet."),
        ("clicked", "No message is chosen yet."),
        ("joined", "No segment is chosen yet."),
        ("birthday", "No attribute is chosen yet."),
        ("try", "No message of version a is chosen yet."),
        ("try", "No message of version b is chosen yet."),
        ("mark", "No attribute is chosen yet."),
        ("tell", "No trigger is chosen yet."),
        ("call", "No address is chosen yet."),
        ("reached", "No name is chosen yet."),
    ]
    assert (await draft.client.post(f"{LAUNCH}/publication")).status_code == 422


async def test_P2_a_start_by_no_trigger_says_so(draft: Api) -> None:
    unfinished = {"journey": "Launch", "start": {"trigger": "", "audience": ""}, "steps": [waits()]}
    assert (await draft.client.put(LAUNCH, json=unfinished)).status_code == 200
    found = (await draft.client.get(f"{LAUNCH}/problems")).json()["problems"]
    assert [(problem["where"], problem["message"]) for problem in found] == [
        ("start", "No trigger is chosen yet."),
        ("start", "No audience is chosen yet."),
    ]


async def occurrences(api: Api, **start: Any) -> Any:
    given = {"segment": "", "frequency": "repeating", **start}
    return (await api.client.post("/api/v1/journeys/occurrences", json=given)).json()


async def test_J3_a_repeating_start_says_when_it_would_run_next(draft: Api) -> None:
    """The server's clock shows 2026-12-01 09:00 UTC, a Tuesday."""
    weekly = {"unit": "week", "weekdays": ["mon", "thu"]}
    told = await occurrences(draft, at="2026-12-03T10:00", timezone="Europe/Paris", repeat=weekly)
    assert told == {
        "zone": "Europe/Paris",
        "occurrences": [f"2026-12-{day:02}T09:00:00Z" for day in (3, 7, 10, 14, 17)],
    }
    ending = await occurrences(draft, at="publication", end="2026-12-03T00:00", repeat={"unit": "day"})
    assert ending == {"zone": "UTC", "occurrences": ["2026-12-01T09:00:00Z", "2026-12-02T09:00:00Z"]}
    running = await occurrences(draft, at="2026-01-31T08:00", repeat={"unit": "month"})
    assert running["occurrences"][:3] == ["2026-12-31T08:00:00Z", "2027-01-31T08:00:00Z", "2027-02-28T08:00:00Z"]


async def test_what_does_not_repeat_has_no_occurrences(draft: Api) -> None:
    once = {"segment": "everybody"}
    answer = await draft.client.post("/api/v1/journeys/occurrences", json=once)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")
    assert (await occurrences(draft, timezone="Mars/Base", repeat={"unit": "day"}))["code"] == "invalid"
