"""Rule C6: a test send, of a content or of a sender, goes through the real channel, marked [Test], and leaves no trace
in any number."""

import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from mail_server import MailServer, mail_server

from builders import FOOTER, email, mjml, push_message, text_message
from served import Api, served
from sojourn.content.model import AnyDocument
from sojourn.db.connect import Pool, transaction
from sojourn.kit.settings import Settings
from sojourn.people import store as people

PARTS = (
    "<mj-text>Dear {{ person.first_name | default: 'friend' }}</mj-text>",
    '<mj-button link="product" href="https://a.example/?n={{ person.first_name }}">Go</mj-button>',
)


@pytest.fixture
async def mails() -> AsyncIterator[MailServer]:
    async with mail_server() as server:
        yield server


@pytest.fixture
async def api(pool: Pool, tmp_path: Path, mails: MailServer) -> AsyncIterator[Api]:
    """A server whose emails go to a mail server."""
    url = f"smtp://127.0.0.1:{mails.port}?tls=none"
    settings = Settings(data=tmp_path, email="smtp", smtp_url=url, public_url="http://go.example")
    async with served(pool, settings) as api:
        yield api


async def tried(api: Api, document: AnyDocument, *to: str, person: str | None = None) -> Any:
    made = await api.client.put(
        f"/api/v1/contents/{document.name}", json=document.model_dump(mode="json", exclude_none=True)
    )
    assert made.status_code == 200, made.text
    given = {"to": list(to)} | ({"person": person} if person else {})
    return await api.client.post(f"/api/v1/contents/{document.name}/test-sends", json=given)


async def a_person(api: Api, audience: str = "contact") -> str:
    async with transaction(api.pool) as conn:
        attributes = {"first_name": "Ann", "email": "ann@x.example"}
        return str(await people.identify(conn, audience, "ann", attributes, await api.clock.now()))


async def test_C6_a_test_goes_to_given_addresses_marked_and_as_a_person_would_get_it(
    api: Api, mails: MailServer
) -> None:
    document = email(*PARTS, subject="For {{ person.first_name | default: 'you' }}", reply_to="help@contoso.example")
    answer = await tried(api, document, "Ed@Contoso.example", "flo@contoso.example", person=await a_person(api))
    assert answer.status_code == 201, answer.text
    assert [(one["to"], one["result"]) for one in answer.json()["results"]] == [
        ("ed@contoso.example", "accepted"),
        ("flo@contoso.example", "accepted"),
    ]
    assert sorted(mails.addresses) == ["ed@contoso.example", "flo@contoso.example"]
    first, second = mails.mails
    assert (first["Subject"], first["From"]) == ("[Test] For Ann", "Contoso <news@contoso.example>")
    assert first["Reply-To"] == "help@contoso.example"
    assert first["Message-ID"] != second["Message-ID"]
    html = first.get_body(("html",))
    assert html is not None
    assert "Dear Ann" in html.get_content()


async def test_C6_links_of_a_test_lead_straight_there_and_no_picture_is_asked_for(api: Api, mails: MailServer) -> None:
    await tried(api, email(*PARTS), "ed@contoso.example", person=await a_person(api))
    (mail,) = mails.mails
    html = mail.get_body(("html",))
    assert html is not None
    links = set(re.findall(r'href="(http[^"]+)"', html.get_content()))
    assert links == {"https://a.example/?n=Ann", "http://go.example/u/test"}
    assert "/o/" not in html.get_content()


async def test_C6_the_way_out_of_a_test_is_there_and_unsubscribes_nobody(api: Api, mails: MailServer) -> None:
    await tried(api, email(), "ed@contoso.example")
    (mail,) = mails.mails
    assert mail["List-Unsubscribe"] == "<http://go.example/u/test>"
    for method in ("GET", "POST"):
        answer = await api.stranger.request(method, "/u/test")
        assert (answer.status_code, "This was a test" in answer.text) == (200, True)
    async with transaction(api.pool) as conn:
        assert await (await conn.execute("select from consent")).fetchall() == []


async def test_C6_a_test_stands_in_no_numbers(api: Api) -> None:
    await tried(api, email(), "ed@contoso.example")
    async with transaction(api.pool) as conn:
        for table in ("delivery", "visit", "participant", "counter", "event"):
            assert await (await conn.execute(f"select from {table}".encode())).fetchall() == []


async def test_C6_texts_and_push_messages_are_tested_too(api: Api) -> None:
    await tried(api, text_message("Hello {{ person.first_name }}"), "+33 6 12 34 56 78")
    answer = await tried(api, push_message("It is here", link="https://a.example/"), "device-1")
    key = answer.json()["results"][0]["key"]
    push = (await api.client.get(f"/api/v1/inbox/{key}")).json()
    assert (push["subject"], push["text"], push["link"]) == ("[Test] News", "It is here", "https://a.example/")
    assert push["origin"] is None
    text = (await api.client.get("/api/v1/inbox", params={"channel": "text"})).json()["messages"][0]
    assert text["address"] == "+33612345678"
    assert (await api.client.get(f"/api/v1/inbox/{text['key']}")).json()["text"] == "[Test] Hello"


async def test_C6_a_draft_with_problems_can_be_tested_if_it_can_be_sent(api: Api, mails: MailServer) -> None:
    draft = email(subject="{{ person.shoe_size }}", body=mjml("<mj-text>No way out</mj-text>"))
    assert (await tried(api, draft, "ed@contoso.example")).status_code == 201
    assert mails.mails[0]["Subject"].strip() == "[Test]"
    refused = await tried(api, email(sender=""), "ed@contoso.example")
    assert [problem["code"] for problem in refused.json()["problems"]] == ["sender_missing"]
    refused = await tried(api, email(body="<mjml>"), "ed@contoso.example")
    assert [problem["code"] for problem in refused.json()["problems"]] == ["mjml_invalid"]
    assert len(mails.mails) == 1


async def test_C6_addresses_that_cannot_be_sent_to_are_named(api: Api, mails: MailServer) -> None:
    refused = await tried(api, email(), "ed@contoso.example", "ed", "@")
    assert refused.status_code == 422
    assert [(one["code"], one["where"]) for one in refused.json()["problems"]] == [
        ("address_invalid", "/to/1"),
        ("address_invalid", "/to/2"),
    ]
    assert (await tried(api, email())).status_code == 422
    assert (await tried(api, email(), *[f"a{number}@x.example" for number in range(11)])).status_code == 422
    assert mails.mails == []


async def test_C6_a_person_of_another_audience_is_refused(api: Api) -> None:
    refused = await tried(api, email(), "ed@contoso.example", person=await a_person(api, "lead"))
    assert refused.status_code == 409
    assert (await api.client.post("/api/v1/contents/none/test-sends", json={"to": ["a@x.example"]})).status_code == 404


async def test_C6_what_the_mail_server_says_is_answered(api: Api, mails: MailServer) -> None:
    mails.rcpt = lambda address: "550 5.1.1 No such user" if address.startswith("no") else None
    answer = await tried(api, email(*PARTS, FOOTER), "nobody@contoso.example", "ed@contoso.example")
    results = {one["to"]: one for one in answer.json()["results"]}
    assert results["nobody@contoso.example"]["result"] == "refused"
    assert "No such user" in results["nobody@contoso.example"]["answer"]
    assert results["ed@contoso.example"]["result"] == "accepted"


async def test_C6_the_same_address_gets_one_test(api: Api, mails: MailServer) -> None:
    await tried(api, email(), "ed@contoso.example", "ED@contoso.example ")
    assert mails.addresses == ["ed@contoso.example"]


async def test_C6_without_a_channel_nothing_is_tested(pool: Pool, tmp_path: Path) -> None:
    async with served(pool, Settings(data=tmp_path, text="none", email="none")) as api:
        refused = await tried(api, text_message(), "+33612345678")
        unsent = await tried_sender(api, "ed@contoso.example")
    assert (refused.status_code, unsent.status_code) == (409, 409)
    assert "SOJOURN_TEXT" in refused.json()["detail"]
    assert "SOJOURN_EMAIL" in unsent.json()["detail"]


async def tried_sender(api: Api, *to: str, **changes: str) -> Any:
    given = {"name": "Tom & Jane", "address": "news@contoso.example"} | changes
    made = await api.client.post("/api/v1/senders", json=given)
    assert made.status_code == 201, made.text
    return await api.client.post(f"/api/v1/senders/{made.json()['id']}/test-sends", json={"to": list(to)})


async def test_C6_a_sender_is_tried_out_by_a_few_words_to_an_address(api: Api, mails: MailServer) -> None:
    answer = await tried_sender(api, " Ed@Contoso.example", reply_to="help@contoso.example")
    assert answer.status_code == 201, answer.text
    (result,) = answer.json()["results"]
    assert (result["to"], result["result"]) == ("ed@contoso.example", "accepted")
    assert "queued as 1A2B3C" in result["answer"]
    (mail,) = mails.mails
    assert mails.envelopes[0].mail_from == "news@contoso.example"
    assert (mail["From"], mail["Reply-To"]) == ("Tom & Jane <news@contoso.example>", "help@contoso.example")
    assert (mail["Subject"], mail["List-Unsubscribe"]) == ("[Test] An email from Tom & Jane", None)
    html, text = mail.get_body(("html",)), mail.get_body(("plain",))
    assert html is not None
    assert text is not None
    assert "Tom &amp; Jane &lt;news@contoso.example&gt;" in html.get_content()
    assert "Answers to it go to help@contoso.example." in text.get_content()
    async with transaction(api.pool) as conn:
        for table in ("delivery", "visit", "participant", "counter", "event"):
            assert await (await conn.execute(f"select from {table}".encode())).fetchall() == []


async def test_C6_a_sender_that_the_mail_server_does_not_know_is_told_in_its_words(api: Api, mails: MailServer) -> None:
    mails.mail = lambda address: f"553 5.7.1 <{address}>: Sender address rejected: not owned by user"
    (result,) = (await tried_sender(api, "ed@contoso.example")).json()["results"]
    assert result["result"] == "refused"
    assert "Sender address rejected: not owned by user" in result["answer"]
    assert mails.mails == []


async def test_C6_a_sender_is_tried_out_at_addresses_that_can_be_sent_to(api: Api, mails: MailServer) -> None:
    refused = await tried_sender(api, "ed")
    assert [(one["code"], one["where"]) for one in refused.json()["problems"]] == [("address_invalid", "/to/0")]
    missing = await api.client.post("/api/v1/senders/99/test-sends", json={"to": ["ed@contoso.example"]})
    assert missing.status_code == 404
    assert mails.mails == []
