"""The inbox over HTTP: newest first, page by page, and each message in whole."""

from datetime import timedelta

from served import Api
from sojourn.channels.inbox.send import InboxChannel
from sojourn.delivery.model import DeliveryKey, EmailMessage, Mailbox, TextMessage


async def kept(api: Api, count: int) -> None:
    emails = [
        EmailMessage(
            key=DeliveryKey(number % 64, number, 5),
            to=f"person{number}@example.com",
            sender=Mailbox("news@example.com"),
            subject=f"Hello {number}",
            html="<p>Hello</p>",
            text="Hello",
            at=api.clock.at + timedelta(seconds=number // 2),  # two of each moment
            message_id=f"{number}@example.com",
        )
        for number in range(count)
    ]
    await InboxChannel(api.pool, "email").send(emails)


async def test_messages_come_newest_first_and_every_page_goes_on_where_the_last_one_ended(api: Api) -> None:
    await kept(api, 7)
    found, after = [], None
    while True:
        page = (await api.client.get("/api/v1/inbox", params={"limit": 3} | ({"after": after} if after else {}))).json()
        found += [message["subject"] for message in page["messages"]]
        if (after := page["next"]) is None:
            break
    assert found == [f"Hello {number}" for number in (6, 5, 4, 3, 2, 1, 0)]


async def test_the_messages_to_one_address(api: Api) -> None:
    await kept(api, 3)
    answer = await api.client.get("/api/v1/inbox", params={"to": "person1@example.com"})
    (message,) = answer.json()["messages"]
    assert (message["key"], message["channel"], message["address"]) == ("1-1.5", "email", "person1@example.com")


async def test_one_message_in_whole(api: Api) -> None:
    await kept(api, 1)
    key, later = DeliveryKey(3, 9, 6), api.clock.at + timedelta(hours=1)
    await InboxChannel(api.pool, "text").send([TextMessage(key, "+4915112345678", "Größe", later)])
    text = (await api.client.get("/api/v1/inbox/3-9.6")).json()
    assert (text["channel"], text["subject"], text["text"], text["html"]) == ("text", None, "Größe", None)
    email = (await api.client.get("/api/v1/inbox/0-0.5")).json()
    assert (email["subject"], email["text"], email["html"]) == ("Hello 0", "Hello", "<p>Hello</p>")


async def test_what_is_not_there_and_what_is_no_place_in_the_list(api: Api) -> None:
    assert (await api.client.get("/api/v1/inbox/3-9.6")).status_code == 404
    assert (await api.client.get("/api/v1/inbox/hello")).status_code == 404
    assert (await api.client.get("/api/v1/inbox", params={"after": "yesterday"})).status_code == 422
    assert (await api.stranger.get("/api/v1/inbox")).status_code == 401


async def test_messages_are_found_by_channel_and_by_what_stands_in_them(api: Api) -> None:
    await kept(api, 3)
    key, later = DeliveryKey(3, 9, 6), api.clock.at + timedelta(hours=1)
    await InboxChannel(api.pool, "text").send([TextMessage(key, "+4915112345678", "Now 100% new", later)])

    async def found(**wanted: str) -> list[str]:
        page = (await api.client.get("/api/v1/inbox", params=wanted)).json()
        return [message["key"] for message in page["messages"]]

    assert await found(channel="text") == ["3-9.6"]
    assert await found(channel="email") == ["2-2.5", "1-1.5", "0-0.5"]
    assert await found(search="PERSON1@") == ["1-1.5"]
    assert await found(search="hello 2") == ["2-2.5"]
    assert await found(search="100%") == ["3-9.6"]
    assert await found(search="%", channel="email") == []


async def test_an_email_shows_its_headers(api: Api) -> None:
    await kept(api, 1)
    message = (await api.client.get("/api/v1/inbox/0-0.5")).json()
    assert message["headers"] == {
        "From": "news@example.com",
        "To": "person0@example.com",
        "Message-ID": "<0@example.com>",
    }
    assert message["origin"] is None
