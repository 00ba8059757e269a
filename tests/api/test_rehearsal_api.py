"""A rehearsal over HTTP: the whole result in one answer."""

from builders import a_contact, a_workspace, asks, journey, sends
from served import Api
from sojourn.db.connect import transaction


async def test_a_draft_is_rehearsed_and_stays_a_draft(api: Api) -> None:
    document = journey(sends(), asks()).model_dump(mode="json", by_alias=True, exclude_unset=True)
    async with transaction(api.pool) as conn:
        await a_workspace(conn, api.clock.at)
        for number in range(3):
            await a_contact(conn, f"p{number}", api.clock.at)
    await api.client.post("/api/v1/journeys", json=document)
    engagement = {"messages": {"links": {"product": 1}, "delay": {"median": "1 hour", "nine_of_ten": "1 hour"}}}
    answer = await api.client.post("/api/v1/journeys/launch/rehearsals", json=engagement)
    assert answer.status_code == 200, answer.text
    found = answer.json()
    assert found["entered"] == 3
    assert [step["left"] for step in found["steps"]] == [{"entered": 3}, {"sent": 3}, {"yes": 3}]
    assert found["messages_by_hour"] == [{"hour": "2026-12-01T09:00:00Z", "channel": "email", "messages": 3}]
    assert (await api.client.get("/api/v1/journeys/launch")).json()["state"] == "Draft"
    assert (await api.client.get("/api/v1/inbox")).json()["messages"] == []


async def test_what_is_wrong_with_an_engagement_is_told_by_its_place(api: Api) -> None:
    answer = await api.client.post("/api/v1/journeys/launch/rehearsals", json={"messages": {"opened": 1.5}})
    assert answer.status_code == 422
    assert [problem["where"] for problem in answer.json()["problems"]] == ["/messages/opened"]


async def test_a_journey_that_is_not_there(api: Api) -> None:
    assert (await api.client.post("/api/v1/journeys/launch/rehearsals")).status_code == 404
