"""Webhooks and push messages over the whole machine: a real server is told, again and again until it has taken it."""

import json
import ssl
from collections.abc import AsyncIterator, Sequence
from datetime import timedelta
from pathlib import Path

import pytest
from machine import T0, Machine, machine

from builders import calls, journey, push_message, pushes, waits
from hook_server import Hooks, hook_server
from sojourn.channels.inbox import store as inbox
from sojourn.channels.webhook import store as webhooks
from sojourn.channels.webhook.model import Allowed
from sojourn.channels.webhook.send import WebhookChannel
from sojourn.content import store as contents
from sojourn.db.connect import Pool, transaction
from sojourn.delivery.model import DeliveryKey


@pytest.fixture
async def hooks(server_tls: ssl.SSLContext) -> AsyncIterator[Hooks]:
    async with hook_server(server_tls) as made:
        yield made


@pytest.fixture
async def house(pool: Pool, certificate: Path) -> AsyncIterator[Machine]:
    async def secret() -> bytes:
        async with transaction(pool) as conn:
            return await webhooks.secret(conn)

    async def resolve(_host: str, _port: int) -> Sequence[str]:
        return ["127.0.0.1"]

    trust = ssl.create_default_context(cafile=str(certificate))
    channel = WebhookChannel(secret, Allowed.parse("127.0.0.1"), resolve=resolve, trust=trust)
    async with machine(pool, channels=[channel]) as made:
        yield made
    await channel.close()


async def test_W14_D4_everybody_is_told_of_once_however_often_it_takes(house: Machine, hooks: Hooks) -> None:
    await house.prepare(people=5)
    url, body = f"https://localhost:{hooks.port}/hook", {"text": "{{ participant.key }}: {{ person.email }}"}
    hooks.answers = [["503 Busy"]] * 3 + [["410 Gone"]]
    await house.launch(journey(calls(url=url, body=body), waits()))
    await house.move_to(T0 + timedelta(days=1))
    told = {call.headers["webhook-id"]: json.loads(call.body)["text"] for call in hooks.calls}
    assert sorted(told.values()) == [f"p{number}: p{number}@x.example" for number in range(5)]
    assert len(hooks.calls) == 8
    assert (await house.numbers())["call"].left == {"done": 4, "failed": 1}
    states = await house.rows("select state, reason, count(*) as n from delivery group by 1, 2 order by 3")
    assert [(row["state"], row["reason"], row["n"]) for row in states] == [("failed", "refused", 1), ("sent", None, 4)]
    assert await house.faults() == []


async def test_W14_without_a_body_it_says_who_came_where(house: Machine, hooks: Hooks) -> None:
    await house.prepare(people=1)
    await house.launch(journey(calls(url=f"https://localhost:{hooks.port}/"), waits()))
    (call,) = hooks.calls
    said = json.loads(call.body)
    key = call.headers["webhook-id"]
    assert (said["type"], said["timestamp"]) == ("journey.step", T0.isoformat())
    assert said["data"] == {"journey": "Launch", "step": "call", "audience": "contact", "delivery": key, "key": "p0"}


async def test_W2_a_push_message_is_kept_in_the_inbox(house: Machine) -> None:
    await house.prepare(people=2)
    async with house.transaction() as conn:
        document = push_message("Hi {{ person.email }}", link="https://x.example/")
        await contents.create(conn, document, T0)
        await contents.make_ready(conn, document.name, "ada", T0)
        await conn.execute(
            """update person set attributes = attributes || '{"first_name": "subscription-0"}' where key = 'p0'"""
        )
    await house.launch(journey(pushes(), waits()))
    async with house.transaction() as conn:
        (line,) = await inbox.latest(conn, 10, inbox.Wanted())
        message = await inbox.message(conn, DeliveryKey(line["shard"], line["participant"], line["step"]))
    assert message is not None
    assert (message["channel"], message["address"]) == ("push", "subscription-0")
    assert (message["subject"], message["body"], message["link"]) == ("News", "Hi p0@x.example", "https://x.example/")
    numbers = (await house.numbers())["shown"]
    assert numbers.left == {"sent": 1, "blocked": 1}
    assert numbers.message is not None
    assert numbers.message.blocked == {"address_missing": 1}
    assert await house.faults() == []
