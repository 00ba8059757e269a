"""A stage: some shards in the scratch tables of one connection, and the clock that goes on from due to due in them.

The engine's own parts of a turn admit and move people, step after step through all shards, so that the planner has seen
the crowd of a step before it is moved on. Messages go through the gate and are all accepted. Stages know nothing of
each other: each has its clock, since nobody's way depends on a person of another shard.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import UTC, datetime

from sojourn.db.connect import Connection, Row
from sojourn.delivery import store as delivery
from sojourn.delivery.model import DeliveryKey
from sojourn.delivery.store import Settlement
from sojourn.engine import store as engine
from sojourn.engine.ab_tests import decide_tests
from sojourn.engine.jobs import Look, finish_versions, schedule_runs
from sojourn.journeys.steps.registry import MOVING
from sojourn.rehearsal import store
from sojourn.rehearsal.alive import Alive
from sojourn.rehearsal.model import Behaviour, Engagement, Findings
from sojourn.rehearsal.store import Traits
from sojourn.segments import store as segments
from sojourn.segments.model import Segment

LONG_AGO = datetime.min.replace(tzinfo=UTC)
NOBODY = -(2**63)
BATCH = 10_000  # messages claimed at once: nothing can be in doubt
ENGAGED = 5_000  # messages of which it is found out at once what people do with them
FEW = 5_000  # people entering at once, on one stage, for whom plans may be kept
TIDY_FROM = 500  # people moved since the last time, and
TIDY_PART = 8  # at least an eighth of all that were ever moved

Watch = Callable[[datetime], None]
"""Is told each instant that a stage comes to."""


class Stage:
    """Each statement on its connection is a transaction: only this stage sees what it does."""

    def __init__(self, conn: Connection, shards: Sequence[int], engagement: Engagement) -> None:
        self._conn, self._shards, self._engagement = conn, list(shards), engagement
        self._steps: dict[int, Row] = {}
        self._behaviours: Sequence[tuple[int, Behaviour]] = ()
        self._listened: frozenset[str] = frozenset()
        self._channels: Sequence[str] = ()
        self._traits = Traits()
        self._alive = Alive()
        self._segments: Mapping[str, Segment] = {}
        self._asked: defaultdict[int, int] = defaultdict(lambda: NOBODY)
        self._next_run: datetime | None = None
        self._next_hour: datetime | None = None
        self._crowd: int | None = None
        self._moved = self._tidied = 0

    async def prepare(self, links: Mapping[str, Sequence[str]], alive: Alive) -> None:
        """The version is frozen on this connection; `links` are the ids of those in each message, by its step."""
        self._alive = alive
        self._segments = {segment.name: segment for segment in await segments.segments(self._conn)}
        self._listened = await store.listened(self._conn)
        self._channels = await store.channels(self._conn)
        self._traits = await store.traits(self._conn)
        self._steps = {step["id"]: {**step, "step": step["id"]} for step in await store.steps(self._conn)}
        self._behaviours = [
            (step["id"], behaviour)
            for step in self._steps.values()
            if step["name"] in links
            for behaviour in self._engagement.of_message(
                step["name"], step["settings"]["channel"], links[step["name"]], self._listened
            )
        ]

    async def play(self, start: datetime, until: datetime | None, watch: Watch) -> Findings:
        """Everything that happens from `start` on, to the end or to `until`."""
        before, now, few = LONG_AGO, start, False
        self._next_run = start
        while True:
            watch(now)
            few = few or (self._crowd is not None and self._crowd < FEW)
            await store.show(self._conn, before, now, self._listened, few=few)
            planned = await self._settle(now)
            done = await store.ahead(self._conn, now, self._listened)
            later = min(filter(None, [planned, done]), default=None)
            if later is None or (until is not None and later > until):
                return await store.findings(self._conn, now)
            before, now, few = now, later, later != planned

    async def _settle(self, now: datetime) -> datetime | None:
        """Everything that is due at `now` is done; returns when the next thing is. A pass asks those shards again in
        which the last one did something: in the others nothing has changed."""
        if self._traits.has_rate:
            await store.let_in_together(self._conn, self._shards, now, self._engagement)
        if self._next_run and self._next_run <= now:
            await self._begin(now)
        if self._next_hour and self._next_hour <= now:
            await self._join_by_time(now)
        await self._look(now)
        later, asked = [self._next_run], self._shards
        while asked:
            decided = await decide_tests(self._conn, now) if self._traits.has_tests else None
            dues = await store.dues(self._conn, asked)
            waiting = await delivery.waiting(self._conn, asked, self._channels)
            worked, touched = await self._move([place for place, at in dues.items() if at <= now], now)
            worked |= await self._hand_over([place for place, at in waiting.items() if at <= now], now)
            if touched:
                await self._look(now)
            if worked and self._is_watched:
                await finish_versions(self._conn, now)
            over = [(shard, at) for found in (dues, waiting) for (shard, _), at in found.items()]
            later += [decided, *(at for shard, at in over if at > now and shard not in worked)]
            asked = self._shards if worked and self._traits.has_tests else sorted(worked)
        self._next_hour = await store.next_hour(self._conn, now) if self._alive.hourly else None
        return min(filter(None, [*later, self._next_hour]), default=None)

    async def _begin(self, now: datetime) -> None:
        """A run begins, in all shards of this stage alike."""
        await schedule_runs(self._conn, now)
        runs = await engine.runs_to_admit(self._conn, self._shards[0], now)
        await self._ask_again(self._alive.at_runs, now)
        for shard in self._shards:
            if self._is_watched:
                look = Look()
                await look.beginning(self._conn, shard, now)
                await look.admissions(self._conn, shard, now)
            for run in () if self._is_watched else runs:
                await engine.admit(self._conn, shard, run, now)
        self._next_run = await store.next_run(self._conn, now)
        entered = await store.entered(self._conn, now)
        self._crowd = max(self._crowd or 0, entered)
        await self._tidy(entered)

    async def _join_by_time(self, now: datetime) -> None:
        """Time has made people members, or left them none: they go on, leave, or enter."""
        for shard in await self._ask_again(self._alive.hourly, now):
            await Look().admissions(self._conn, shard, now)

    async def _ask_again(self, names: Collection[str], now: datetime) -> Sequence[int]:
        """About these segments, in the shards where that changes something, which are returned."""
        found = [await segments.outdated(self._conn, self._segments[name], self._shards, now) for name in names]
        outdated = sorted(set[int]().union(*found))
        if outdated:
            await store.ask_again(self._conn, outdated, names)
        for shard in outdated:
            while await Look().evaluated(self._conn, shard, now):
                continue
        return outdated

    async def _look(self, now: datetime) -> None:
        """At whom something happened to. Where a version watches for nothing, it can start people and be waited for."""
        while self._is_watched and (touched := await store.touched_shards(self._conn)):
            for shard in touched:
                look = Look()
                await look.touched(self._conn, shard, now)
                if self._traits.goes_on:
                    await look.admissions(self._conn, shard, now)
        taken = await store.take_touched(self._conn)
        trigger = self._traits.trigger
        runs = await engine.runs_started_by(self._conn, self._shards[0], [trigger], now) if taken and trigger else []
        for shard, happened in taken.items():
            await engine.wake(self._conn, shard, happened, now)
            people = [person for person, event in happened if event == trigger]
            for run in runs if people else ():
                while await engine.admit(self._conn, shard, {**run, "people": people}, now):
                    continue

    @property
    def _is_watched(self) -> bool:
        """Whether more follows from what happens to somebody than that they go on or start."""
        return self._traits.is_watched or bool(self._alive.followed)

    async def _move(self, places: Sequence[tuple[int, int]], now: datetime) -> tuple[set[int], set[int]]:
        """Everybody who is due makes one step, but nobody goes on in a shard in which one has touched people. Returns
        the shards in which somebody was due, and those."""
        moved = 0
        touched = set[int]()
        for shard, step in places:
            due = went = 0 if shard in touched else engine.BATCH
            while due == went == engine.BATCH:
                due, went = await engine.advance(self._conn, shard, self._steps[step], now)
                moved += went
            if went and MOVING[self._steps[step]["kind"]].touches_people:
                touched.add(shard)
        shards = {shard for shard, _ in places}
        for shard in shards if self._engagement.triggers else ():
            after = self._asked[shard]
            self._asked[shard] = await store.raise_triggers(self._conn, shard, after, self._engagement)
        await self._tidy(moved)
        return shards, touched

    async def _hand_over(self, places: Sequence[tuple[int, str]], now: datetime) -> set[int]:
        """Through the gate, and accepted; then it is known what people will do with it."""
        sent: list[DeliveryKey] = []
        seen = 0
        for shard, channel in places:
            claimed, blocked = await delivery.claim(self._conn, shard, channel, BATCH, now)
            if claimed:
                await delivery.settle(self._conn, shard, [Settlement(item.key, "sent") for item in claimed], now)
            sent += [item.key for item in claimed]
            seen += len(claimed) + blocked
        for first in range(0, len(sent), ENGAGED):
            await store.engage(self._conn, sent[first : first + ENGAGED], self._behaviours, self._engagement)
        await self._tidy(seen)
        return {shard for shard, _ in places}

    async def _tidy(self, moved: int) -> None:
        """As the tables grow."""
        self._moved += moved
        if self._moved - self._tidied >= max(TIDY_FROM, self._moved // TIDY_PART):
            self._tidied = self._moved
            await store.tidy(self._conn)
