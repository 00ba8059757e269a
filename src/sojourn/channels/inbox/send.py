"""The channel that keeps messages in the database: for emails, text and push messages, on a laptop or in a demo."""

from collections.abc import Sequence
from itertools import groupby

from psycopg import OperationalError
from psycopg_pool import PoolTimeout

from sojourn.channels.inbox import store
from sojourn.db.connect import Pool, transaction
from sojourn.delivery.model import Accepted, Kind, Message, Refused, Result, TryLater, fault_of


class InboxChannel:
    """Keeps messages of one kind. It is the other side of its port, so it commits what it accepts."""

    name = "inbox"
    repeatable = True

    def __init__(self, pool: Pool, kind: Kind) -> None:
        self._pool, self.kind = pool, kind

    async def send(self, batch: Sequence[Message]) -> Sequence[Result]:
        faults = [fault_of(message) for message in batch]
        sound = [message for message, fault in zip(batch, faults, strict=True) if fault is None]
        sound.sort(key=lambda message: message.key)
        try:
            async with transaction(self._pool) as conn:
                for shard, messages in groupby(sound, key=lambda message: message.key.shard):
                    await store.keep(conn, shard, self.kind, list(messages))
        except (OperationalError, PoolTimeout) as error:
            return [TryLater(f"the database did not keep the message: {error}"[:300])] * len(batch)
        return [
            Accepted(str(message.key)) if fault is None else Refused(fault)
            for message, fault in zip(batch, faults, strict=True)
        ]

    async def close(self) -> None:
        """Nothing is held open: the pool belongs to whoever made it."""
