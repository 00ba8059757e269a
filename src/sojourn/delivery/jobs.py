"""Handing over: one dispatcher a channel takes batches through the gate, gives them to it, records the answers.

A batch is small, because a crash while it is out leaves it in doubt (rule D3). Several batches of different shards are
out at once, up to what the channel bears; a slow channel keeps nobody waiting but its own messages (D5).
"""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from datetime import datetime
from typing import assert_never

from psycopg import OperationalError

from sojourn.delivery import store
from sojourn.delivery.model import Accepted, Channel, Doubtful, Message, Refused, Result, TryLater
from sojourn.delivery.retry import retry_at
from sojourn.delivery.store import Claimed, Settlement
from sojourn.delivery.write import NotWritten, Prepared, Writer
from sojourn.engine.owner import Owner
from sojourn.kit.clock import Clock
from sojourn.kit.errors import LeaseLost
from sojourn.kit.log import logger

log = logger(__name__)

BATCH = 100  # messages that are out at once per shard: what a crash can leave in doubt
DATABASE_RETRY = 1.0  # seconds between attempts to record what is known already
PAUSE = 5.0  # seconds before a shard in which handing over failed is tried again

Answer = Result | NotWritten


class Dispatcher:
    """Hands over everything of one channel, for the shards it is offered."""

    def __init__(
        self, owner: Owner, channel: Channel, writer: Writer, clock: Clock, *, at_once: int, done: Callable[[], None]
    ) -> None:
        self.channel = channel
        self._owner, self._writer, self._clock, self._done = owner, writer, clock, done
        self._slots = asyncio.Semaphore(at_once)
        self._out: dict[int, asyncio.Task[None]] = {}
        self._interrupted: set[int] = set()
        self._closing = asyncio.Event()

    @property
    def idle(self) -> bool:
        return not self._out

    def offer(self, shards: Iterable[int]) -> None:
        """These shards have something to hand over; those that are being worked on already are left alone."""
        for shard in shards:
            if shard not in self._out:
                self._out[shard] = asyncio.create_task(self._work(shard))

    async def rest(self) -> None:
        """Returns when nothing is out."""
        while self._out:
            await asyncio.wait(self._out.values())

    async def close(self) -> None:
        """Lets what is out come back, so that nothing is left in doubt."""
        self._closing.set()
        await self.rest()
        await self.channel.close()

    async def _work(self, shard: int) -> None:
        """Batch after batch of one shard, in turns with the other shards, until nothing waits."""
        about = {"channel": self.channel.name, "shard": shard}
        try:
            more = True
            while more and not self._closing.is_set():
                async with self._slots:
                    with self._owner.busy(shard):
                        more = await self._batch(shard)
                self._done()
        except LeaseLost as error:
            log.warning("handing over ended", error=str(error), **about)
        except OperationalError as error:
            log.warning("handing over interrupted", error=str(error).strip(), **about)
            await self._pause()
        except Exception:
            log.exception("handing over failed", **about)
            await self._pause()
        finally:
            del self._out[shard]
            self._done()

    async def _batch(self, shard: int) -> bool:
        """Returns whether more may wait."""
        now = await self._clock.now()
        claimed, blocked, prepared = await self._claim(shard, now)
        if claimed:
            await self._record(shard, await self._hand_over(claimed, prepared, now))
        return len(claimed) + blocked == BATCH

    async def _claim(self, shard: int, now: datetime) -> tuple[list[Claimed], int, Prepared]:
        """A claim whose commit was not answered may have happened: nothing of it left the house, so it is taken back
        before the next one."""
        try:
            async with self._owner.act(shard) as conn:
                if shard in self._interrupted:
                    await store.take_back(conn, shard, self.channel.kind)
                claimed, blocked = await store.claim(conn, shard, self.channel.kind, BATCH, now)
                versions = {item.content for item in claimed if item.content is not None}
                calling = {item.key.step for item in claimed if item.content is None}
                prepared = await self._writer.prepare(conn, versions, calling)
        except OperationalError:
            self._interrupted.add(shard)
            raise
        self._interrupted.discard(shard)
        return claimed, blocked, prepared

    async def _hand_over(
        self, claimed: Sequence[Claimed], prepared: Prepared, now: datetime
    ) -> list[tuple[Claimed, Answer]]:
        """An answer for each, whatever happens: what has none would stay `sending` until the shard is another's."""
        messages: list[tuple[Claimed, Message]] = []
        answers: list[tuple[Claimed, Answer]] = []
        for item in claimed:
            written = self._written(prepared, item, now)
            if isinstance(written, NotWritten | TryLater):
                answers.append((item, written))
            else:
                messages.append((item, written))
        results = await self._send([message for _, message in messages])
        return answers + [(item, result) for (item, _), result in zip(messages, results, strict=True)]

    def _written(self, prepared: Prepared, item: Claimed, now: datetime) -> Message | NotWritten | TryLater:
        """A defect of ours is no answer about the person: the message is put off."""
        try:
            return prepared.write(item, now)
        except Exception as error:
            log.exception("writing failed", channel=self.channel.name, delivery=str(item.key))
            return TryLater(f"{type(error).__name__}: {error}")

    async def _send(self, messages: Sequence[Message]) -> Sequence[Result]:
        """A channel does not raise, and answers for each message; if it does not, whether they left is unknown."""
        if not messages:
            return []
        try:
            results = await self.channel.send(messages)
        except Exception as error:
            log.exception("channel failed", channel=self.channel.name)
            return [Doubtful(f"{type(error).__name__}: {error}")] * len(messages)
        if len(results) != len(messages):
            log.error("channel failed", channel=self.channel.name, messages=len(messages), answers=len(results))
            return [Doubtful("The channel did not answer for each message.")] * len(messages)
        return results

    async def _record(self, shard: int, answers: Sequence[tuple[Claimed, Answer]]) -> None:
        """The answers are known only here: they are kept until the database takes them, or the shard is another's."""
        while True:
            try:
                now = await self._clock.now()
                async with self._owner.act(shard) as conn:
                    settlements = [settlement(item, answer, now) for item, answer in answers]
                    return await store.settle(conn, shard, settlements, now)
            except LeaseLost:
                raise
            except OperationalError as error:
                log.warning("recording put off", channel=self.channel.name, shard=shard, error=str(error).strip())
            except Exception:
                log.exception("recording failed", channel=self.channel.name, shard=shard)
            await asyncio.sleep(DATABASE_RETRY)

    async def _pause(self) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(self._closing.wait(), PAUSE)


def settlement(item: Claimed, answer: Answer, now: datetime) -> Settlement:
    """What an answer means for the delivery."""
    match answer:
        case Accepted(provider_id):
            return Settlement(item.key, "sent", provider_id=provider_id and _storable(provider_id))
        case Refused(said):
            return Settlement(item.key, "failed", "refused", _storable(said))
        case NotWritten(said):
            return Settlement(item.key, "failed", "not_written", _storable(said))
        case Doubtful(said):
            return Settlement(item.key, "unknown", "answer_lost", _storable(said))
        case TryLater(said, asked):
            again = retry_at(item.attempts, now, asked)
            if again is None:
                return Settlement(item.key, "failed", "gave_up", _storable(said))
            return Settlement(item.key, "queued", "put_off", _storable(said), retry_at=again)
        case _:
            assert_never(answer)


def _storable(said: str) -> str:
    """What the other side said, as far as the database can keep it."""
    return said[:LONGEST_ANSWER].replace("\0", "").encode("utf-8", "replace").decode()


LONGEST_ANSWER = 1000  # characters
