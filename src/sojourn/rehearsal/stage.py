"""A stage: some shards in the scratch tables of one connection, and the clock that goes on from due to due in them.

The engine's own parts of a turn admit and move people, step after step through all shards, so that the planner has seen
the crowd of a step before it is moved on. Messages go through the gate and are all accepted. Stages know nothing of
each other: each has its clock, since nobody's way depends on a person of another shard.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime

from sojourn.db.connect import Connection
from sojourn.delivery import store as delivery
from sojourn.delivery.store import Settlement
from sojourn.engine import store as engine
from sojourn.engine.ab_tests import decide_tests
from sojourn.engine.jobs import Look, finish_versions, schedule_runs
from sojourn.rehearsal import store
from sojourn.rehearsal.model import Behaviour, Engagement, Findings

LONG_AGO = datetime.min.replace(tzinfo=UTC)
NOBODY = -(2**63)
BATCH = 10_000  # messages claimed at once: nothing can be in doubt
TIDY_FROM = 500  # people moved since the last time, and
TIDY_PART = 20  # at least a twentieth of all that were ever moved

Watch = Callable[[datetime], None]
"""Is told each instant that a stage comes to."""


class Stage:
    """Each statement on its connection is a transaction: only this stage sees what it does."""

    def __init__(self, conn: Connection, shards: Sequence[int], engagement: Engagement) -> None:
        self._conn, self._shards, self._engagement = conn, list(shards), engagement
        self._behaviours: Sequence[tuple[int, Behaviour]] = ()
        self._listened: frozenset[str] = frozenset()
        self._channels: Sequence[str] = ()
        self._asked: defaultdict[int, int] = defaultdict(lambda: NOBODY)
        self._moved = self._tidied = 0

    async def prepare(self, links: Mapping[str, Sequence[str]]) -> None:
        """The version is frozen on this connection; `links` are the ids of those in each message, by its step."""
        self._listened = await store.listened(self._conn)
        self._channels = await store.channels(self._conn)
        self._behaviours = [
            (step["id"], behaviour)
            for step in await store.steps(self._conn)
            if step["name"] in links
            for behaviour in self._engagement.of_message(
                step["name"], step["settings"]["channel"], links[step["name"]], self._listened
            )
        ]

    async def play(self, start: datetime, until: datetime | None, watch: Watch) -> Findings:
        """Everything that happens from `start` on, to the end or to `until`."""
        before, now, few = LONG_AGO, start, False
        while True:
            watch(now)
            begun = await store.show(self._conn, before, now, self._listened, few=few)
            dues = await self._settle(now, begun=begun)
            planned = min((at for at in dues if at > now), default=None)
            done = await store.ahead(self._conn, now, self._listened)
            later = min(filter(None, [planned, done]), default=None)
            if later is None or (until is not None and later > until):
                return await store.findings(self._conn, now)
            before, now, few = now, later, later != planned

    async def _settle(self, now: datetime, *, begun: bool) -> list[datetime]:
        """Everything that is due at `now` is done; returns when the next things are."""
        await store.let_in_together(self._conn, self._shards, now, self._engagement)
        whole, again = begun, True
        while again:
            await schedule_runs(self._conn, now)
            decided = await decide_tests(self._conn, now)
            agenda = await engine.agenda(self._conn, self._shards)
            due = [shard for shard, at in agenda.items() if at <= now]
            worked = await self._move(due, now, whole=whole)
            waiting = await delivery.waiting(self._conn, self._shards, self._channels)
            offered = [place for place, at in waiting.items() if at <= now]
            worked += sum([await self._hand_over(shard, channel, now) for shard, channel in offered])
            if worked:
                await finish_versions(self._conn, now)
            # when nobody could be moved, something else may be due
            again, whole = worked > 0 or (bool(due) and not whole), not worked
        return [*agenda.values(), *waiting.values(), *([decided] if decided else [])]

    async def _move(self, shards: Sequence[int], now: datetime, *, whole: bool) -> int:
        """Everybody who is due makes one step. Between the starts of runs all that comes before it in a turn is looking
        at whom something happened to."""
        looked = 0
        for shard in shards:
            look = Look()
            looked += sum([await part(self._conn, shard, now) for part in (look.parts if whole else [look.touched])])
        await self._tidy(looked, crowd=whole and looked > 0)  # a run, of who knows how many people
        moved = 0
        for shard in shards:
            for step in await engine.due_steps(self._conn, shard, now):
                due = went = engine.BATCH
                while due == went == engine.BATCH:
                    due, went = await engine.advance(self._conn, shard, step, now)
                    moved += went
            await self._raise(shard)
        await self._tidy(moved)
        return looked + moved

    async def _raise(self, shard: int) -> None:
        if self._engagement.triggers:
            after = self._asked[shard]
            self._asked[shard] = await store.raise_triggers(self._conn, shard, after, self._engagement)

    async def _hand_over(self, shard: int, channel: str, now: datetime) -> int:
        """Through the gate, and accepted; then it is known what people will do with it."""
        claimed, blocked = await delivery.claim(self._conn, shard, channel, BATCH, now)
        if claimed:
            await delivery.settle(self._conn, shard, [Settlement(item.key, "sent") for item in claimed], now)
            keys = [item.key for item in claimed]
            await store.engage(self._conn, shard, keys, self._behaviours, self._engagement)
        await self._tidy(len(claimed) + blocked)
        return len(claimed) + blocked

    async def _tidy(self, moved: int, *, crowd: bool = False) -> None:
        """As the tables grow."""
        self._moved += moved
        if crowd or self._moved - self._tidied >= max(TIDY_FROM, self._moved // TIDY_PART):
            self._tidied = self._moved
            await store.tidy(self._conn)
