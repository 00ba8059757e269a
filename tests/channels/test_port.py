"""What every channel keeps to, whatever is behind it: one suite, run on each of them."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any

import pytest
from mail_server import mail_server
from messages import AT, a_push, a_text, an_email

from hook_server import hook_server
from sojourn.channels.inbox import store
from sojourn.channels.inbox.send import InboxChannel
from sojourn.channels.smtp.model import Server
from sojourn.channels.smtp.send import SmtpChannel
from sojourn.channels.webhook.model import Allowed
from sojourn.channels.webhook.send import WebhookChannel
from sojourn.db.connect import open_pool, transaction
from sojourn.delivery.model import Accepted, Channel, DeliveryKey, Message, Refused, TryLater, WebhookMessage


@dataclass
class Outside:
    """A channel, the world behind it, and how to take the world away."""

    channel: Channel
    message: Callable[..., Message]
    body: str
    arrived: Callable[[], Awaitable[list[tuple[str, str]]]]
    unplug: Callable[[], Awaitable[object]]


@pytest.fixture(params=["smtp", "webhook", "inbox of emails", "inbox of texts", "inbox of pushes"])
async def outside(request: pytest.FixtureRequest) -> AsyncIterator[Outside]:
    async with AsyncExitStack() as stack:
        if request.param == "smtp":
            made = await _smtp(stack)
        elif request.param == "webhook":
            made = await _webhook(stack)
        else:
            made = await _inbox(stack, request.getfixturevalue("database"), request.param)
        yield made
        await made.channel.close()


async def _smtp(stack: AsyncExitStack) -> Outside:
    world = AsyncExitStack()
    mails = await world.enter_async_context(mail_server())
    stack.push_async_callback(world.aclose)

    async def arrived() -> list[tuple[str, str]]:
        bodies = [mail.get_body(("plain",)) for mail in mails.mails]
        return list(
            zip(mails.addresses, [body.get_content().replace("\r", "") for body in bodies if body], strict=True)
        )

    server = Server.parse(f"smtp://127.0.0.1:{mails.port}")
    return Outside(SmtpChannel(server, connections=3), an_email, "text", arrived, world.aclose)


async def _webhook(stack: AsyncExitStack) -> Outside:
    world = AsyncExitStack()
    hooks = await world.enter_async_context(hook_server())
    stack.push_async_callback(world.aclose)

    async def secret() -> bytes:
        return b"s" * 32

    def a_call(number: int, **changes: Any) -> Message:
        address = f"http://127.0.0.1:{hooks.port}/{number}"
        return WebhookMessage(DeliveryKey(number % 64, number, 6), address, f"{{{number}}}", AT)._replace(**changes)

    async def arrived() -> list[tuple[str, str]]:
        """As whoever is called counts: by id."""
        calls = {call.headers["webhook-id"]: call for call in hooks.calls}.values()
        return [(f"http://127.0.0.1:{hooks.port}{call.line.split()[1]}", call.body.decode()) for call in calls]

    channel = WebhookChannel(secret, Allowed.parse("127.0.0.1"))
    return Outside(channel, a_call, "body", arrived, world.aclose)


async def _inbox(stack: AsyncExitStack, database: str, what: str) -> Outside:
    pool = await stack.enter_async_context(open_pool(database, size=2))
    reading = await stack.enter_async_context(open_pool(database, size=1))

    async def arrived() -> list[tuple[str, str]]:
        async with transaction(reading) as conn:
            rows = [
                (row, await store.message(conn, _key(row))) for row in await store.latest(conn, 1000, store.Wanted())
            ]
        return [(row["address"], message["body"]) for row, message in rows if message]

    if what.endswith("emails"):
        return Outside(InboxChannel(pool, "email"), an_email, "text", arrived, pool.close)
    if what.endswith("pushes"):
        return Outside(InboxChannel(pool, "push"), a_push, "body", arrived, pool.close)
    return Outside(InboxChannel(pool, "text"), a_text, "body", arrived, pool.close)


def _key(row: dict[str, int]) -> store.DeliveryKey:
    return store.DeliveryKey(row["shard"], row["participant"], row["step"])


async def test_every_message_of_a_batch_arrives_once_at_its_own_address(outside: Outside) -> None:
    batch = [outside.message(number) for number in range(200)]
    results = await outside.channel.send(batch)
    assert all(isinstance(result, Accepted) for result in results)
    expected = [(message.to, getattr(message, outside.body)) for message in batch]
    assert sorted(await outside.arrived()) == sorted(expected)


async def test_nothing_to_send_is_no_work(outside: Outside) -> None:
    assert list(await outside.channel.send([])) == []
    await outside.channel.close()


async def test_a_faulty_message_is_refused_in_its_place_and_the_others_go_out(outside: Outside) -> None:
    faulty = outside.message(2, **{outside.body: "zero \x00 byte"})
    results = await outside.channel.send([outside.message(1), faulty, outside.message(3)])
    assert [type(result) for result in results] == [Accepted, Refused, Accepted]
    assert len(await outside.arrived()) == 2


async def test_where_the_same_key_twice_is_one_message_the_channel_says_so(outside: Outside) -> None:
    for _ in range(2):
        assert [type(result) for result in await outside.channel.send([outside.message(1)])] == [Accepted]
    assert len(await outside.arrived()) == (1 if outside.channel.repeatable else 2)


async def test_the_other_side_gone_is_for_later(outside: Outside) -> None:
    await outside.unplug()
    results = await outside.channel.send([outside.message(number) for number in range(10)])
    assert [type(result) for result in results] == [TryLater] * 10
    assert all(result.reason for result in results if isinstance(result, TryLater))


async def test_a_closed_channel_can_be_closed_again(outside: Outside) -> None:
    await outside.channel.send([outside.message(1)])
    await outside.channel.close()
    await outside.channel.close()
