"""Handing over: a sender per channel takes batches through the gate, gives them to its channel, records the answers.

A batch is small, because a crash while it is out leaves it in doubt (rule D3). Several batches of different shards are
out at once, up to what the channel bears; a slow channel keeps nobody waiting but its own messages (D5).
"""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import assert_never

from psycopg import OperationalError

from sojourn.delivery import store
from sojourn.delivery.model import Accepted, Channel, Doubtful, Message, Refused, Result, TryLater
from sojourn.delivery.retry import retry_at
from sojourn.delivery.store import Claimed, Settlement
from sojourn.delivery.write import Writer
from sojourn.engine.owner import Owner
from sojourn.kit.clock import Clock
from sojourn.kit.errors import LeaseLost
from sojourn.kit.log import logger

log = logger(__name__)

BATCH = 100  # messages that are out at once per shard: what a crash can leave in doubt
DATABASE_RETRY = 1.0  # seconds between attempts to record what is known already


class Sender:
    """Hands over everything of one channel, for the shards it is offered."""

    def __init__(
        self, owner: Owner, channel: Channel, writer: Writer, clock: Clock, *, at_once: int, done: Callable[[], None]
    ) -> None:
        self.channel = channel
        self._owner, self._writer, self._clock, self._done = owner, writer, clock, done
        self._slots = asyncio.Semaphore(at_once)
        self._out: dict[int, asyncio.Task[None]] = {}
        self._closing = False

    @property
    def idle(self) -> bool:
        return not self._out

    def offer(self, shards: Iterable[int]) -> None:
        """These shards have something to hand over; those that are being worked on already are left alone."""
        for shard in shards:
            if shard not in self._out:
                self._out[shard] = asyncio.create_task(self._work(shard))

    async def close(self) -> None:
        """Lets what is out come back, so that nothing is left in doubt."""
        self._closing = True
        if self._out:
            await asyncio.wait(self._out.values())
        await self.channel.close()

    async def _work(self, shard: int) -> None:
        """Batch after batch of one shard, in turns with the other shards, until nothing waits."""
        try:
            more = True
            while more and not self._closing:
                async with self._slots:
                    more = await self._batch(shard)
                self._done()
        except (LeaseLost, OperationalError) as error:
            log.warning("handing over interrupted", channel=self.channel.name, shard=shard, error=str(error))
        except Exception:
            log.exception("handing over failed", channel=self.channel.name, shard=shard)
        finally:
            del self._out[shard]
            self._done()

    async def _batch(self, shard: int) -> bool:
        """Returns whether more may wait."""
        now = await self._clock.now()
        async with self._owner.act(shard) as conn:
            claimed, blocked = await store.claim(conn, shard, self.channel.kind, BATCH, now)
            await self._writer.prepare(conn, {item.content for item in claimed})
        settlements, messages = [], []
        for item in claimed:
            written = self._writer.write(item, now)
            if isinstance(written, str):
                settlements.append(Settlement(item.key, "failed", "not_written", written))
            else:
                messages.append((item, written))
        results = await self._send([message for _, message in messages])
        now = await self._clock.now()
        settlements += [settlement(item, result, now) for (item, _), result in zip(messages, results, strict=True)]
        if settlements:
            await self._record(shard, settlements, now)
        return len(claimed) + blocked == BATCH

    async def _send(self, messages: Sequence[Message]) -> Sequence[Result]:
        try:
            return await self.channel.send(messages) if messages else []
        except Exception as error:  # a channel must not raise: whether anything left the house is then unknown
            log.exception("channel failed", channel=self.channel.name)
            return [Doubtful(f"{type(error).__name__}: {error}")] * len(messages)

    async def _record(self, shard: int, settlements: Sequence[Settlement], now: datetime) -> None:
        """The answers are known only here: they are kept until the database takes them, or the shard is another's."""
        while True:
            try:
                async with self._owner.act(shard) as conn:
                    return await store.settle(conn, shard, settlements, now)
            except OperationalError as error:
                log.warning("recording put off", channel=self.channel.name, shard=shard, error=str(error))
                await asyncio.sleep(DATABASE_RETRY)


def settlement(item: Claimed, result: Result, now: datetime) -> Settlement:
    """What a channel's answer means for the delivery."""
    match result:
        case Accepted(provider_id):
            return Settlement(item.key, "sent", provider_id=provider_id)
        case Refused(answer):
            return Settlement(item.key, "failed", "refused", answer)
        case Doubtful(answer):
            return Settlement(item.key, "unknown", "answer_lost", answer)
        case TryLater(answer, asked):
            again = retry_at(item.attempts, now, asked)
            if again is None:
                return Settlement(item.key, "failed", "gave_up", answer)
            return Settlement(item.key, "queued", "put_off", answer, retry_at=again)
        case _:
            assert_never(result)
