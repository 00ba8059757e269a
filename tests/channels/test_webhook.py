"""Webhooks on a real server: signed so that the library believes it, made again until taken, never inside the house."""

import ssl
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from messages import AT
from standardwebhooks import Webhook, WebhookVerificationError

from hook_server import Hooks, hook_server
from sojourn.channels.webhook.model import Allowed
from sojourn.channels.webhook.send import WebhookChannel
from sojourn.delivery.model import Accepted, DeliveryKey, Refused, Result, TryLater, WebhookMessage
from sojourn.kit.clock import machine_time

SECRET = b"s" * 32
LOOPBACK = Allowed.parse("127.0.0.0/8")


async def secret() -> bytes:
    return SECRET


def a_call(url: str, number: int = 1, **changes: Any) -> WebhookMessage:
    return WebhookMessage(DeliveryKey(7, number, 5), url, '{"n":"Größe"}', AT)._replace(**changes)


@pytest.fixture
async def hooks() -> AsyncIterator[Hooks]:
    async with hook_server() as made:
        yield made


@pytest.fixture
async def channel() -> AsyncIterator[WebhookChannel]:
    made = WebhookChannel(secret, LOOPBACK)
    yield made
    await made.close()


async def one(channel: WebhookChannel, message: WebhookMessage) -> Result:
    (result,) = await channel.send([message])
    return result


def at(hooks: Hooks) -> str:
    return f"http://127.0.0.1:{hooks.port}/hook?a=1"


async def test_W14_a_call_is_signed_and_named_by_its_delivery(channel: WebhookChannel, hooks: Hooks) -> None:
    assert await one(channel, a_call(at(hooks), at=machine_time())) == Accepted(None)
    (call,) = hooks.calls
    assert (call.line, call.body.decode()) == ("POST /hook?a=1 HTTP/1.1", '{"n":"Größe"}')
    assert (call.headers["content-type"], call.headers["webhook-id"]) == ("application/json", "7-1.5")
    assert Webhook(SECRET).verify(call.body, call.headers) == {"n": "Größe"}
    with pytest.raises(WebhookVerificationError, match="No matching signature"):
        Webhook(b"x" * 32).verify(call.body, call.headers)


@pytest.mark.parametrize("status", ["500 Oops", "503 Busy", "429 Slowly"])
async def test_D4_a_call_is_put_off_until_it_is_taken(channel: WebhookChannel, hooks: Hooks, status: str) -> None:
    hooks.answers = [[status], [status]]
    told = [await one(channel, a_call(at(hooks))) for _ in range(3)]
    assert told == [TryLater(f"answered {status[:3]}")] * 2 + [Accepted(None)]
    assert {call.headers["webhook-id"] for call in hooks.calls} == {"7-1.5"}


@pytest.mark.parametrize(
    ("asked", "seconds"),
    [("120", 120.0), ("Mon, 23 Nov 2026 09:01:00 GMT", 60.0), ("Mon, 23 Nov 2026 08:00:00 GMT", 0.0), ("soon", None)],
)
async def test_D4_the_other_side_says_how_long_to_wait(
    channel: WebhookChannel, hooks: Hooks, asked: str, seconds: float | None
) -> None:
    hooks.answers = [["429 Slowly", f"Retry-After: {asked}"]]
    assert await one(channel, a_call(at(hooks))) == TryLater("answered 429", seconds)


@pytest.mark.parametrize("status", ["400 No", "401 Who", "404 Where", "410 Gone"])
async def test_W14_what_the_other_side_refuses_is_not_tried_again(
    channel: WebhookChannel, hooks: Hooks, status: str
) -> None:
    hooks.answers = [[status]]
    result = await one(channel, a_call(at(hooks)))
    assert isinstance(result, Refused)
    assert status[:3] in result.reason


async def test_a_redirect_is_not_followed(channel: WebhookChannel, hooks: Hooks) -> None:
    hooks.answers = [["307 There", f"Location: http://127.0.0.1:{hooks.port}/other"]]
    result = await one(channel, a_call(at(hooks)))
    assert isinstance(result, Refused)
    assert "redirects are not followed" in result.reason
    assert len(hooks.calls) == 1


async def test_nobody_there_and_no_answer_are_for_later(hooks: Hooks) -> None:
    hooks.silent = True
    channel = WebhookChannel(secret, LOOPBACK, within=0.2)
    assert await one(channel, a_call(at(hooks))) == TryLater("no answer within 0.2 seconds")
    assert isinstance(await one(channel, a_call("http://127.0.0.1:1/")), TryLater)
    await channel.close()


async def test_of_a_long_answer_the_status_is_enough(channel: WebhookChannel, hooks: Hooks) -> None:
    hooks.answers, hooks.filler = [["200 OK"], ["200 OK"]], 20_000_000
    assert await one(channel, a_call(at(hooks))) == Accepted(None)
    assert await one(channel, a_call(at(hooks))) == Accepted(None)


async def test_a_batch_is_answered_in_its_order(channel: WebhookChannel, hooks: Hooks) -> None:
    good, bad = a_call(at(hooks), 1), a_call(at(hooks), 2, body="half \ud800 character")
    told = await channel.send([good, bad, a_call(at(hooks), 3)])
    assert [type(result) for result in told] == [Accepted, Refused, Accepted]
    assert sorted(call.headers["webhook-id"] for call in hooks.calls) == ["7-1.5", "7-3.5"]


# ---------------------------------------------------------------------------------------------------- guarding


async def test_an_address_inside_the_house_is_not_called(hooks: Hooks) -> None:
    channel = WebhookChannel(secret, Allowed())
    for url in (at(hooks), f"http://localhost:{hooks.port}/", f"http://[::ffff:127.0.0.1]:{hooks.port}/"):
        result = await one(channel, a_call(url))
        assert isinstance(result, Refused)
        assert "not an address of the public internet" in result.reason
    assert hooks.calls == []
    await channel.close()


async def test_a_name_that_changes_its_address_gains_nothing(hooks: Hooks) -> None:
    """Rebinding: what was judged is what is connected to, and one bad address among good ones is enough."""
    answers: list[Sequence[str]] = [["93.184.215.14", "127.0.0.1"], ["127.0.0.1"]]

    async def resolve(_host: str, _port: int) -> Sequence[str]:
        return answers.pop(0)

    channel = WebhookChannel(secret, Allowed(), resolve=resolve)
    for _ in range(2):
        assert isinstance(await one(channel, a_call("http://rebind.example/")), Refused)
    assert (answers, hooks.calls) == ([], [])
    await channel.close()


async def test_the_address_is_connected_to_and_the_name_is_kept(certificate: Path, server_tls: ssl.SSLContext) -> None:
    async def resolve(_host: str, _port: int) -> Sequence[str]:
        return ["127.0.0.1"]

    trust = ssl.create_default_context(cafile=str(certificate))
    async with hook_server(server_tls) as hooks:
        channel = WebhookChannel(secret, LOOPBACK, resolve=resolve, trust=trust)
        assert await one(channel, a_call(f"https://localhost:{hooks.port}/")) == Accepted(None)
        assert hooks.calls[0].headers["host"] == f"localhost:{hooks.port}"
        other = await one(channel, a_call(f"https://other.example:{hooks.port}/"))
        assert isinstance(other, TryLater), "the certificate is another's"
        await channel.close()
