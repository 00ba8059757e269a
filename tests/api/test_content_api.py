"""The routes of content, on a real server."""

from datetime import datetime, timedelta
from typing import Any

from builders import asks, email, push_message, sends, text_message, texts
from served import Api
from sojourn.content.model import AnyDocument
from sojourn.db.connect import transaction
from sojourn.people import store as people

CONTENTS = "/api/v1/contents"
PRODUCT = '<mj-button link="product" href="https://a.example/?n={{ person.last_name }}">Go</mj-button>'


def sent(document: AnyDocument) -> dict[str, Any]:
    return document.model_dump(mode="json", exclude_none=True)


async def with_postal_address(api: Api) -> None:
    async with transaction(api.pool) as conn:
        await conn.execute("update workspace set postal_address = 'Main St 1'")


async def test_an_email_goes_from_draft_to_ready(api: Api) -> None:
    await with_postal_address(api)
    made = await api.client.post(CONTENTS, json=sent(email(PRODUCT)))
    assert made.status_code == 201
    assert (made.json()["state"], made.json()["problems"]) == ("Draft", [])
    assert made.json()["links"] == [
        {"id": "product", "url": "https://a.example/?n={{ person.last_name }}", "text": "Go"}
    ]
    ready = await api.client.post(f"{CONTENTS}/launch-news/readiness")
    assert ready.status_code == 201
    assert (ready.json()["state"], ready.json()["ready_by"]) == ("Ready to send", "key tests")
    listed = (await api.client.get(CONTENTS)).json()
    assert [(item["name"], item["state"], item["version"]) for item in listed] == [("launch-news", "Ready to send", 1)]


async def test_C2_every_problem_is_answered_at_once_and_the_draft_stays(api: Api) -> None:
    await api.client.post(CONTENTS, json={"kind": "email", "name": "launch-news", "audience": "contact"})
    refused = await api.client.post(f"{CONTENTS}/launch-news/readiness")
    assert refused.status_code == 422
    codes = [problem["code"] for problem in refused.json()["problems"]]
    assert codes == ["body_missing", "subject_missing", "sender_missing", "postal_address_unset"]
    read = (await api.client.get(f"{CONTENTS}/launch-news")).json()
    assert (read["state"], [problem["code"] for problem in read["problems"]]) == ("Draft", codes)


async def test_C7_saving_over_what_is_ready_makes_the_next_draft(api: Api) -> None:
    await with_postal_address(api)
    assert (await api.client.put(f"{CONTENTS}/launch-news", json=sent(email()))).json()["version"] == 1
    await api.client.post(f"{CONTENTS}/launch-news/readiness")
    saved = (await api.client.put(f"{CONTENTS}/launch-news", json=sent(email(subject="Later")))).json()
    assert (saved["version"], saved["state"], saved["sendable"]) == (2, "Draft", True)


async def test_a_document_is_saved_under_its_own_name(api: Api) -> None:
    assert (await api.client.put(f"{CONTENTS}/other", json=sent(email()))).status_code == 422
    assert (await api.client.post(CONTENTS, json=sent(email()) | {"colour": "red"})).status_code == 422


async def test_C6_a_preview_shows_what_a_person_would_get(api: Api) -> None:
    greeting = "{% if person.first_name == 'Ann' %}Dear Ann{% else %}Hello{% endif %}"
    document = email(f"<mj-text>{greeting}</mj-text>", PRODUCT, subject="For {{ person.first_name | default: 'you' }}")
    await api.client.post(CONTENTS, json=sent(document))
    async with transaction(api.pool) as conn:
        now = await api.clock.now()
        ann = await people.identify(conn, "contact", "ann", {"first_name": "Ann", "last_name": "O'Hara & Co"}, now)
        lead = await people.identify(conn, "lead", "leo", {"first_name": "Leo"}, now)
    shown = (await api.client.get(f"{CONTENTS}/launch-news/preview", params={"person": str(ann)})).json()
    assert shown["subject"] == "For Ann"
    assert "Dear Ann" in shown["html"]
    assert 'href="https://a.example/?n=O%27Hara%20%26%20Co"' in shown["html"]
    assert shown["text"].startswith("Dear Ann\n\nGo (https://a.example/?n=O%27Hara%20%26%20Co)")
    nobody = (await api.client.get(f"{CONTENTS}/launch-news/preview")).json()
    assert (nobody["subject"], "Hello" in nobody["html"]) == ("For you", True)
    other = await api.client.get(f"{CONTENTS}/launch-news/preview", params={"person": str(lead)})
    assert other.status_code == 409
    assert (await api.client.get(f"{CONTENTS}/launch-news/preview", params={"person": "0-1"})).status_code == 404


async def test_C6_what_cannot_be_shown_says_why(api: Api) -> None:
    await api.client.post(CONTENTS, json=sent(email("<mj-text>{% if %}</mj-text>")))
    refused = await api.client.get(f"{CONTENTS}/launch-news/preview")
    assert refused.status_code == 422
    assert refused.json()["problems"][0]["where"] == "body line 3"


async def test_D7_a_text_message_tells_its_segments(api: Api) -> None:
    made = await api.client.post(CONTENTS, json=sent(text_message("Hello {{ person.first_name }}" + "a" * 160)))
    assert made.json()["length"] == {"encoding": "GSM-7", "characters": 166, "segments": 2}
    shown = (await api.client.get(f"{CONTENTS}/launch-text/preview")).json()
    assert (shown["html"], shown["length"]["segments"]) == (None, 2)


async def test_a_content_is_deleted(api: Api) -> None:
    await api.client.post(CONTENTS, json=sent(email()))
    assert (await api.client.delete(f"{CONTENTS}/launch-news")).status_code == 204
    assert (await api.client.get(f"{CONTENTS}/launch-news")).status_code == 404


async def test_C6_a_preview_of_a_push_message(api: Api) -> None:
    document = push_message("Hello {{ person.first_name }}", link="https://a.example/?n={{ person.first_name }}")
    made = (await api.client.post(CONTENTS, json=sent(document))).json()
    assert (made["kind"], made["links"], made["length"]) == ("push", [], None)
    shown = (await api.client.get(f"{CONTENTS}/launch-push/preview")).json()
    assert (shown["subject"], shown["text"], shown["html"]) == ("News", "Hello", None)
    assert shown["link"] == "https://a.example/?n="


async def previewed(api: Api, document: AnyDocument, person: str | None = None) -> Any:
    given = {"document": sent(document)} | ({"person": person} if person else {})
    return (await api.client.post(f"{CONTENTS}/previews", json=given)).json()


async def test_C6_a_draft_that_is_not_saved_is_previewed_with_its_problems_and_links(api: Api) -> None:
    await with_postal_address(api)
    async with transaction(api.pool) as conn:
        ann = await people.identify(conn, "contact", "ann", {"first_name": "Ann"}, await api.clock.now())
    document = email("<mj-text>Dear {{ person.first_nam }}</mj-text>", PRODUCT, subject="For {{ person.first_name }}")
    answer = await previewed(api, document, str(ann))
    assert (answer["shown"]["subject"], "Dear" in answer["shown"]["html"]) == ("For Ann", True)
    assert [link["id"] for link in answer["links"]] == ["product"]
    assert [(one["code"], one["where"]) for one in answer["problems"]] == [("placeholder_unknown", "body line 3")]
    assert (await api.client.get(CONTENTS)).json() == []


async def test_C6_a_draft_that_cannot_be_shown_says_every_reason(api: Api) -> None:
    await with_postal_address(api)
    answer = await previewed(api, email(body="", subject=""))
    assert (answer["shown"], answer["links"]) == (None, [])
    assert [one["code"] for one in answer["problems"]][:2] == ["body_missing", "subject_missing"]
    answer = await previewed(api, email(body="<mjml>"))
    assert (answer["shown"], [one["code"] for one in answer["problems"]]) == (None, ["mjml_invalid"])
    text = await previewed(api, text_message("Hello {{ person.first_name }}"))
    assert (text["shown"]["text"], text["shown"]["length"]["characters"]) == ("Hello", 5)


async def test_two_who_write_at_once_notice_each_other(api: Api) -> None:
    first = (await api.client.put(f"{CONTENTS}/launch-news", json=sent(email()))).json()
    mine = {"If-Match": first["revision"]}
    second = await api.client.put(f"{CONTENTS}/launch-news", json=sent(email(subject="Theirs")), headers=mine)
    assert second.json()["revision"] != first["revision"]
    refused = await api.client.put(f"{CONTENTS}/launch-news", json=sent(email(subject="Mine")), headers=mine)
    assert refused.status_code == 409
    assert "Somebody else" in refused.json()["detail"]
    again = await api.client.put(f"{CONTENTS}/launch-news", json=sent(email(subject="Theirs")), headers=mine)
    assert again.status_code == 200
    assert (await api.client.get(f"{CONTENTS}/launch-news")).json()["document"]["subject"] == "Theirs"


async def test_a_content_says_when_it_changed_and_who_uses_it(api: Api) -> None:
    await with_postal_address(api)
    begun = await api.clock.now()
    await api.client.post(CONTENTS, json=sent(email()))
    api.clock.at = begun + timedelta(hours=1)
    await api.client.put(f"{CONTENTS}/launch-news", json=sent(email(subject="Later")))
    yes = [sends("again", content="launch-news")]
    steps = [sends(), asks(link=None, event="opened") | {"yes": yes}, texts()]
    for name in ("Spring", "Autumn"):
        journey = {
            "journey": name,
            "start": {"segment": "all", "frequency": "once", "at": "publication"},
            "steps": steps,
        }
        made = await api.client.post("/api/v1/journeys", json=journey)
        assert made.status_code == 201, made.text
    (listed,) = (await api.client.get(CONTENTS)).json()
    assert datetime.fromisoformat(listed["changed_at"]) == begun + timedelta(hours=1)
    users = [{"id": "autumn", "name": "Autumn"}, {"id": "spring", "name": "Spring"}]
    assert listed["used_by"] == users
    await api.client.delete("/api/v1/journeys/autumn")
    assert (await api.client.get(f"{CONTENTS}/launch-news")).json()["used_by"] == users[1:]
