"""The channel of webhooks: one POST per call, signed by Standard Webhooks, with what the answer means for the delivery.

A call can be repeated, since its id is the delivery's key and the other side counts one id once. So whatever is in
doubt is made again later; only an answer that will stay the same ends it.
"""

import asyncio
import ssl
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import httpcore2
from psycopg import OperationalError
from psycopg_pool import PoolTimeout
from standardwebhooks import Webhook

from sojourn.channels.webhook.connect import CarefulBackend, Forbidden, Resolve, resolve
from sojourn.channels.webhook.model import Allowed
from sojourn.delivery.model import Accepted, Kind, Message, Refused, Result, TryLater, WebhookMessage, fault_of

AT_ONCE = 20  # calls of this process
WITHIN = 20.0  # seconds for a whole call
LARGEST_ANSWER, SHORT = 65_536, 1.0  # bytes and seconds of an answer that are read; the status is enough
AGENT = "Sojourn"


class WebhookChannel:
    """`secret` is asked for with each batch, so that a new one is used at once."""

    name = "webhook"
    kind: Kind = "webhook"
    repeatable = True

    def __init__(
        self,
        secret: Callable[[], Awaitable[bytes]],
        allowed: Allowed,
        *,
        resolve: Resolve = resolve,
        trust: ssl.SSLContext | None = None,
        within: float = WITHIN,
    ) -> None:
        self._secret, self._within = secret, within
        self._slots = asyncio.Semaphore(AT_ONCE)
        self._pool = httpcore2.AsyncConnectionPool(
            ssl_context=trust,
            max_connections=AT_ONCE,
            keepalive_expiry=5.0,
            network_backend=CarefulBackend(allowed, resolve),
        )

    async def send(self, batch: Sequence[Message]) -> Sequence[Result]:
        if not batch:
            return []
        try:
            signer = Webhook(await self._secret())
        except (OperationalError, PoolTimeout) as error:
            return [TryLater(f"the secret could not be read: {error}"[:300])] * len(batch)
        return await asyncio.gather(*(self._call(message, signer) for message in batch))

    async def close(self) -> None:
        await self._pool.aclose()

    async def _call(self, message: Message, signer: Webhook) -> Result:
        if not isinstance(message, WebhookMessage):
            return Refused("this is no call of a webhook")
        if (fault := fault_of(message)) is not None:
            return Refused(fault)
        async with self._slots:
            try:
                async with asyncio.timeout(self._within):
                    return await self._post(message, signer)
            except (Forbidden, httpcore2.UnsupportedProtocol, httpcore2.LocalProtocolError) as error:
                return Refused(str(error))
            except TimeoutError:
                return TryLater(f"no answer within {self._within:g} seconds")
            except (httpcore2.TimeoutException, httpcore2.NetworkError, httpcore2.ProtocolError, OSError) as error:
                return TryLater(f"{type(error).__name__}: {error}"[:300])

    async def _post(self, message: WebhookMessage, signer: Webhook) -> Result:
        headers = _headers(message, signer)
        async with self._pool.stream("POST", message.to, headers=headers, content=message.body.encode()) as response:
            with suppress(TimeoutError, httpcore2.TimeoutException, httpcore2.NetworkError, httpcore2.ProtocolError):
                await _finish(response)
            return _verdict(response, message.at)


async def _finish(response: httpcore2.Response) -> None:
    """Reads an answer that is short to its end, so that the connection can be used again."""
    size = 0
    async with asyncio.timeout(SHORT):
        async for part in response.aiter_stream():
            size += len(part)
            if size > LARGEST_ANSWER:
                return


def _headers(message: WebhookMessage, signer: Webhook) -> list[tuple[str, str]]:
    """Standard Webhooks 1.0: id, time of this attempt, and the signature of both with the body."""
    key, at = str(message.key), message.at.astimezone(UTC)
    return [
        ("content-type", "application/json"),
        ("user-agent", AGENT),
        ("webhook-id", key),
        ("webhook-timestamp", str(int(at.timestamp()))),
        ("webhook-signature", signer.sign(key, at, message.body)),
    ]


def _verdict(response: httpcore2.Response, at: datetime) -> Result:
    status = response.status
    if 200 <= status < 300:
        return Accepted(None)
    if status == 429 or status >= 500:
        return TryLater(f"answered {status}", _asked(response, at))
    if 300 <= status < 400:
        return Refused(f"answered {status}: redirects are not followed, so give the address it leads to")
    return Refused(f"answered {status}" + (": it is gone" if status == 410 else ""))


def _asked(response: httpcore2.Response, at: datetime) -> float | None:
    """Retry-After in seconds (RFC 9110 §10.2.3): a number, or a date, which is seen from the time of the call."""
    for name, value in response.headers:
        if name.lower() != b"retry-after":
            continue
        text = value.decode("latin-1").strip()
        if text.isascii() and text.isdecimal():
            return float(text[:9])
        try:
            asked = parsedate_to_datetime(text)
        except ValueError:
            return None
        return max(0.0, (asked.replace(tzinfo=asked.tzinfo or UTC) - at).total_seconds())
    return None
