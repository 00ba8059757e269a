"""Links come back: what people do is an event, what machines do is one that moves nobody, what is forged is nothing."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from sojourn.db.connect import Pool, transaction
from sojourn.delivery.model import DeliveryKey
from sojourn.events.model import Event
from sojourn.events.store import append
from sojourn.kit.ids import Ref
from tracked import AT, Served, a_delivery, served

PROXY = {"User-Agent": "Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)"}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@pytest.fixture
async def links(pool: Pool, tmp_path: Path) -> AsyncIterator[Served]:
    async with served(pool, tmp_path) as made:
        yield made


async def consents(pool: Pool) -> list[tuple[str, ...]]:
    async with transaction(pool) as conn:
        rows = await (await conn.execute("select channel, address, purpose, state, source from consent")).fetchall()
    return [tuple(row.values()) for row in rows]


async def test_T1_a_click_leads_to_the_published_address_and_is_an_event_of_that_moment(links: Served) -> None:
    key = await a_delivery(links.pool)
    answer = await links.client.get(links.click(key))
    assert answer.status_code == 302
    assert answer.headers["location"] == "https://shop.example/product?a=1&b=%C3%BC"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-robots-tag"] == "noindex"
    (event,) = await links.events()
    assert (event["name"], event["at"], event["link"], event["automated"]) == ("email.clicked", AT, "product", False)
    assert (event["shard"], event["participant"], event["step"], event["person"]) == (*key, 1)
    assert event["properties"] == {}


async def test_T1_many_clicks_at_once_are_all_there(links: Served) -> None:
    keys = [await a_delivery(links.pool, number) for number in range(40)]
    answers = await asyncio.gather(*(links.client.get(links.click(key)) for key in keys * 5))
    assert {answer.status_code for answer in answers} == {302}
    assert len(await links.events()) == 200


async def test_a_link_made_from_attributes_leads_where_this_person_is_meant_to_go(links: Served) -> None:
    key = await a_delivery(links.pool)
    assert (await links.client.get(links.click(key, 1))).headers["location"] == "https://shop.example/Zo%C3%AB%2F1"


async def test_J10_a_link_made_from_the_event_that_started_somebody_says_what_it_said(links: Served) -> None:
    key = await a_delivery(links.pool)
    assert (await links.client.get(links.click(key, 2))).headers["location"] == "https://shop.example/?worth="
    async with transaction(links.pool) as conn:
        await append(conn, [Event("cart", Ref(key.shard, 1), "cart.abandoned", AT, {"amount": "5 & 10"})], AT)
        await conn.execute(
            "insert into participant (shard, id, run, person, trigger, entered_at) values (%s, %s, 1, 1, 'cart', %s)",
            [key.shard, key.participant, AT],
        )
    assert (await links.client.get(links.click(key, 2))).headers[
        "location"
    ] == "https://shop.example/?worth=5%20%26%2010"


async def test_T2_a_forged_link_leads_nowhere_and_leaves_nothing(links: Served) -> None:
    key = await a_delivery(links.pool)
    true = links.click(key)
    for path in (true[:-1] + ("A" if true[-1] != "A" else "B"), "/c/https:%2F%2Fevil.example", "/c/" + "A" * 30):
        assert (await links.client.get(path)).status_code == 404
    for forged in (true.replace("/c/", "/o/") + ".gif", true.replace("/c/", "/u/")):
        assert (await links.client.get(forged)).status_code == 404
    assert (await links.client.post(true.replace("/c/", "/u/"))).status_code == 404
    assert (await links.client.get(links.click(key, 7))).status_code == 404
    assert await links.events() == []


async def test_T3_a_click_by_a_machine_still_leads_there_and_is_marked(links: Served) -> None:
    key = await a_delivery(links.pool)
    scanner = {"User-Agent": "Mozilla/5.0 (compatible; Barracuda Sentinel)"}
    assert (await links.client.head(links.click(key))).status_code == 302
    assert (await links.client.get(links.click(key), headers=scanner)).status_code == 302
    soon = await a_delivery(links.pool, 2, handed_at=AT - timedelta(seconds=4))
    assert (await links.client.get(links.click(soon))).status_code == 302
    assert {(event["automated"], event["properties"]["automated_by"]) for event in await links.events()} == {
        (True, "head_request"),
        (True, "scanner"),
        (True, "too_soon"),
    }


async def test_T3_an_open_through_a_privacy_proxy_is_an_open_that_says_so(links: Served) -> None:
    key = await a_delivery(links.pool)
    for headers in ({}, PROXY):
        answer = await links.client.get(links.picture(key), headers=headers)
        assert (answer.status_code, answer.headers["content-type"], len(answer.content)) == (200, "image/gif", 43)
    events = await links.events()
    assert {event["name"] for event in events} == {"email.opened"}
    assert sorted(str(event["properties"]) for event in events) == ["{'proxy': True}", "{}"]
    assert not any(event["automated"] for event in events)


async def test_T4_asking_for_the_way_out_is_not_taking_it(links: Served) -> None:
    key = await a_delivery(links.pool)
    page = await links.client.get(links.way_out(key))
    assert (page.status_code, '<form method="post">' in page.text, "<script" in page.text) == (200, True, False)
    assert (await links.client.head(links.way_out(key))).status_code == 200
    assert (await consents(links.pool), await links.events()) == ([], [])


async def test_T4_the_page_unsubscribes_the_address_the_message_went_to(links: Served) -> None:
    key = await a_delivery(links.pool)
    answer = await links.client.post(links.way_out(key))
    assert (answer.status_code, "unsubscribed" in answer.text) == (200, True)
    assert await consents(links.pool) == [("email", "person1@example.com", "commercial", "opted_out", "page")]
    (event,) = await links.events()
    assert (event["name"], event["properties"], event["automated"]) == ("email.unsubscribed", {"source": "page"}, False)


@pytest.mark.parametrize("as_multipart", [False, True])
async def test_T4_one_click_acts_at_once_and_again_without_harm(links: Served, as_multipart: bool) -> None:
    key = await a_delivery(links.pool)
    field = {"List-Unsubscribe": "One-Click"}
    body = {"files": {name: (None, value) for name, value in field.items()}} if as_multipart else {"data": field}
    for _ in range(2):
        answer = await links.client.post(links.way_out(key), headers={"User-Agent": ""}, **body)
        assert (answer.status_code, "set-cookie" in answer.headers) == (200, False)
    assert await consents(links.pool) == [("email", "person1@example.com", "commercial", "opted_out", "one_click")]
    assert [event["automated"] for event in await links.events()] == [False]


async def test_A4_a_person_who_was_deleted_still_gets_where_they_clicked_and_has_no_more_events(links: Served) -> None:
    key = await a_delivery(links.pool)
    async with transaction(links.pool) as conn:
        await conn.execute("delete from person")
    assert (await links.client.get(links.click(key))).status_code == 302
    assert (await links.client.get(links.click(key, 1))).headers["location"] == "https://shop.example/"
    assert (await links.client.post(links.way_out(key))).status_code == 200
    assert (await links.events(), await consents(links.pool)) == ([], [])


async def test_a_link_of_a_delivery_that_never_was_still_leads_there(links: Served) -> None:
    assert (await links.client.get(links.click(DeliveryKey(1, 1, 1)))).status_code == 302
    assert await links.events() == []


async def test_T1_what_a_browser_calls_itself_cannot_spoil_the_clicks_of_others(links: Served) -> None:
    keys = [await a_delivery(links.pool, number) for number in range(3)]
    agents = ["bot \x00", "bot ' ü \\u0000 \"", "bot " + "x" * 5000]
    clicks = [
        links.client.get(links.click(key), headers={"User-Agent": agent.encode("latin-1")})
        for key, agent in zip(keys, agents, strict=True)
    ]
    assert {answer.status_code for answer in await asyncio.gather(*clicks)} == {302}
    assert len(await links.events()) == 3
