"""The routes of senders, on a real server: from whom emails can be, and which emails are."""

from typing import Any

from builders import email
from served import Api

SENDERS = "/api/v1/senders"
CONTENTS = "/api/v1/contents"
NEWS = {"name": "Contoso", "address": "news@contoso.example"}
HELP = {"name": "Contoso Help", "address": "help@contoso.example", "reply_to": "desk@contoso.example"}


async def made(api: Api, given: dict[str, Any]) -> Any:
    answer = await api.client.post(SENDERS, json=given)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def defaults(api: Api) -> list[str]:
    return [one["name"] for one in (await api.client.get(SENDERS)).json() if one["default"]]


async def written(api: Api, name: str, sender: str) -> None:
    document = email(name=name, sender=sender).model_dump(mode="json", exclude_none=True)
    assert (await api.client.put(f"{CONTENTS}/{name}", json=document)).status_code == 200


async def test_a_sender_is_made_read_changed_and_deleted(api: Api) -> None:
    assert (await api.client.get(SENDERS)).json() == []
    sender = await made(api, HELP | {"address": " help@Contoso.Example "})
    assert sender == HELP | {
        "id": sender["id"],
        "default": True,
        "line": "Contoso Help <help@contoso.example>",
        "used_by": [],
    }
    address = f"{SENDERS}/{sender['id']}"
    changed = await api.client.put(address, json=NEWS)
    assert (changed.json()["line"], changed.json()["reply_to"]) == ("Contoso <news@contoso.example>", None)
    assert (await api.client.get(address)).json() == changed.json()
    assert (await api.client.delete(address)).status_code == 204
    for answer in (
        await api.client.get(address),
        await api.client.put(address, json=NEWS),
        await api.client.delete(address),
    ):
        assert answer.status_code == 404, answer.text


async def test_one_sender_at_most_is_the_default_and_the_first_one_is(api: Api) -> None:
    news, helping = await made(api, NEWS), await made(api, HELP)
    assert await defaults(api) == ["Contoso"]
    await api.client.put(f"{SENDERS}/{helping['id']}", json=HELP | {"default": True})
    assert await defaults(api) == ["Contoso Help"]
    await api.client.put(f"{SENDERS}/{helping['id']}", json=HELP)
    assert await defaults(api) == ["Contoso Help"], "left out, it stays"
    await made(api, {"name": "Ada", "address": "ada@contoso.example", "default": True})
    assert await defaults(api) == ["Ada"]
    await api.client.put(f"{SENDERS}/{news['id']}", json=NEWS | {"default": True})
    await api.client.delete(f"{SENDERS}/{news['id']}")
    assert await defaults(api) == []
    await made(api, NEWS | {"default": False})
    assert await defaults(api) == []


async def test_the_same_sender_is_not_saved_twice(api: Api) -> None:
    await made(api, NEWS)
    helping = await made(api, HELP)
    await made(api, NEWS | {"name": "Ada of Contoso"})
    for answer in (
        await api.client.post(SENDERS, json=NEWS),
        await api.client.put(f"{SENDERS}/{helping['id']}", json=NEWS),
    ):
        assert answer.status_code == 409
        assert "'Contoso' with the address news@contoso.example" in answer.json()["detail"]


async def test_what_cannot_be_a_sender_is_refused_with_every_place(api: Api) -> None:
    wrong = {"name": 'The "Best"', "address": "news", "reply_to": "help@", "default": "yes"}
    refused = await api.client.post(SENDERS, json=wrong)
    assert refused.status_code == 422
    places = [problem["where"] for problem in refused.json()["problems"]]
    assert places == ["/name", "/address", "/reply_to", "/default"]
    for change in ({"name": " "}, {"name": "Two\nlines"}, {"address": ""}, {"colour": "red"}):
        assert (await api.client.post(SENDERS, json=NEWS | change)).status_code == 422, change


async def test_C7_a_sender_tells_which_emails_have_a_copy_and_none_changes_with_it(api: Api) -> None:
    await api.client.patch("/api/v1/workspace", json={"postal_address": "Contoso, 1 Main Street"})
    line = "Contoso <news@contoso.example>"
    await written(api, "spring-news", '"Contoso"  <news@contoso.example>')
    await written(api, "launch-news", line)
    await api.client.post(f"{CONTENTS}/launch-news/readiness")
    await written(api, "launch-news", "Ada <ada@contoso.example>")
    await written(api, "other-news", "Contoso <other@contoso.example>")
    sender = await made(api, NEWS)
    assert sender["used_by"] == ["launch-news", "spring-news"], "launch-news is still sent by it"
    changed = await api.client.put(f"{SENDERS}/{sender['id']}", json=NEWS | {"name": "Contoso Shop"})
    assert changed.json()["used_by"] == []
    await api.client.delete(f"{SENDERS}/{sender['id']}")
    kept = (await api.client.get(f"{CONTENTS}/spring-news")).json()["document"]
    assert kept["sender"] == '"Contoso"  <news@contoso.example>'
