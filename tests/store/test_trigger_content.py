"""What the event said that started somebody, in what is sent to them (J10): as it was claimed, written and followed."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from builders import a_contact, a_workspace, calls, email, journey, publish, sends, text_message, texts, waits
from participation import T0, look
from sojourn.content import store as contents
from sojourn.db.connect import Connection
from sojourn.delivery import store as delivery
from sojourn.delivery.write import Addresses, Writer
from sojourn.events.jobs import keep_partitions
from sojourn.events.model import Event
from sojourn.events.store import append
from sojourn.journeys.model import JourneyDocument
from sojourn.kit.ids import Ref

HOUR = timedelta(hours=1)
ADDRESSES = Addresses(
    click=lambda *_: "https://go/c", open=lambda _: "https://go/o", unsubscribe=lambda _: "https://go/u"
)
WORTH = "It is worth {{ trigger.amount }}"


def started(*steps: dict[str, Any]) -> JourneyDocument:
    start = {"trigger": "cart.abandoned", "audience": "contact"}
    return JourneyDocument.model_validate({"journey": "Launch", "start": start, "steps": list(steps)})


@pytest.fixture
async def ada(conn: Connection) -> Ref:
    await a_workspace(conn, T0)
    return await a_contact(conn, "ada", T0)


async def ready(conn: Connection, document: Any) -> None:
    await contents.create(conn, document, T0)
    await contents.make_ready(conn, document.name, "ada", T0)


async def abandons(conn: Connection, ada: Ref, known_as: str, at: datetime, **properties: Any) -> None:
    await append(conn, [Event(known_as, ada, "cart.abandoned", at, properties)], at)
    await look(conn, ada.shard, at)


async def written(conn: Connection, shard: int, channel: str, now: datetime) -> list[Any]:
    claimed, _ = await delivery.claim(conn, shard, channel, 100, now)
    versions = {item.content for item in claimed if item.content is not None}
    steps = {item.key.step for item in claimed if item.content is None}
    prepared = await Writer(ADDRESSES, "https://go.example", b"k" * 32).prepare(conn, versions, steps)
    return [prepared.write(item, now) for item in claimed]


async def test_J10_each_message_says_what_its_own_event_said(conn, ada):
    await ready(conn, text_message(WORTH, name="worth", trigger="cart.abandoned"))
    await keep_partitions(conn, T0)
    await publish(conn, started(texts(content="worth")), T0)
    for hour, amount in ((1, 12.5), (24 * 40, 99)):  # in two months, each of its own partition
        await abandons(conn, ada, f"cart-{hour}", T0 + hour * HOUR, amount=amount)
    messages = await written(conn, ada.shard, "text", T0 + 2000 * HOUR)
    assert sorted(message.body for message in messages) == ["It is worth 12.5", "It is worth 99"]


async def test_J10_an_email_and_its_links_say_what_the_event_said(conn, ada):
    link = '<mj-text><a link="cart" href="https://contoso.example/cart?worth={{ trigger.amount }}">Cart</a></mj-text>'
    document = email(f"<mj-text>{WORTH}</mj-text>", link, name="worth", subject=WORTH, trigger="cart.abandoned")
    await ready(conn, document)
    await publish(conn, started(sends(content="worth")), T0)
    await conn.execute("update purpose set enforcement = 'restrictive' where name = 'tracking'")  # links are plain
    await abandons(conn, ada, "this", T0 + HOUR, amount=5)
    (message,) = await written(conn, ada.shard, "email", T0 + HOUR)
    assert message.subject == "It is worth 5"
    assert "https://contoso.example/cart?worth=5" in message.html
    said = await delivery.triggers(conn, ada.shard, [message.key.participant])
    assert said == {message.key.participant: {"amount": 5}}


async def test_J10_W14_a_webhook_says_what_the_event_said(conn, ada):
    await publish(conn, started(calls(body={"worth": "{{ trigger.amount }}"})), T0)
    await abandons(conn, ada, "this", T0 + HOUR, amount=5)
    (call,) = await written(conn, ada.shard, "webhook", T0 + HOUR)
    assert '"worth":"5"' in call.body


async def test_J10_content_with_defaults_is_for_every_journey(conn, ada):
    await ready(conn, text_message("Worth {{ trigger.amount | default: 'a look' }}", name="worth"))
    await publish(conn, journey(texts(content="worth"), name="For all"), T0)
    await publish(conn, started(texts(content="worth")), T0)
    await look(conn, ada.shard, T0)
    await abandons(conn, ada, "this", T0 + HOUR, amount=5)
    messages = await written(conn, ada.shard, "text", T0 + HOUR)
    assert sorted(message.body for message in messages) == ["Worth 5", "Worth a look"]


async def test_J10_what_asks_for_no_trigger_is_claimed_without_one(conn, ada):
    await publish(conn, started(texts(), waits()), T0)
    await abandons(conn, ada, "this", T0 + HOUR, amount=5)
    ((item,), _) = await delivery.claim(conn, ada.shard, "text", 100, T0 + HOUR)
    assert item.trigger == {}


async def test_J10_C6_a_preview_says_what_the_newest_event_said_or_a_sample(conn, ada):
    document = text_message(WORTH, name="worth", trigger="cart.abandoned")
    assert await contents.trigger_values(conn, document, None) == {}
    assert (await contents.trigger_values(conn, document, ada))["amount"] == 42
    await append(conn, [Event("e", ada, "cart.abandoned", T0, {"amount": 7})], T0)
    assert await contents.trigger_values(conn, document, ada) == {"amount": 7}


async def test_J10_only_the_month_of_each_event_is_looked_into(conn, ada):
    """In a table of many months the events are found by their whole key, one probe each."""
    await keep_partitions(conn, T0)
    await publish(conn, started(waits()), T0)
    for number in range(3):
        await abandons(conn, ada, f"cart-{number}", T0 + number * HOUR, amount=number)
    rows = await (await conn.execute("select id from participant")).fetchall()
    asked = {"shard": ada.shard, "participants": [row["id"] for row in rows]}
    plan = await conn.execute(f"explain (analyze, costs off) {delivery.queries['triggers']}", asked)
    lines = [row["QUERY PLAN"] for row in await plan.fetchall()]
    looked = {line.split(" on ")[1].split()[0] for line in lines if " on event_2" in line and "never" not in line}
    assert (len(rows), looked) == (3, {"event_2026_12"})
