"""The stage on which the real engine plays a world: turns, dispatchers and agenda, on one connection and in one shard.

A transaction for each world, which is rolled back, makes it fast: everything that the worker's rounds call is called,
in the same order, but nothing is committed. Time goes from one happening, or due, to the next.
"""

import asyncio
import json
import os
import re
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import groupby, islice
from typing import Any, cast

from entries import kind_of
from happenings import Changed, Consented, Deleted, Did, Happening, Paused, Renewed, Resumed, Stopped, Suppressed, World
from life import FIRST_ID, SEGMENTS, SHARD, Delivery, Visit, Way
from psycopg import AsyncConnection, waiting
from psycopg.abc import RV, PQGen
from psycopg.rows import DictRow, dict_row

from builders import a_workspace, email
from sojourn.analytics import store as analytics
from sojourn.content import store as contents
from sojourn.db.connect import OPTIONS, Connection, Row
from sojourn.db.shards import shard_of
from sojourn.delivery import store as delivery
from sojourn.delivery.jobs import Dispatcher
from sojourn.delivery.model import Accepted, Channel, Doubtful, Kind, Message, Refused, Result, TryLater
from sojourn.delivery.write import Addresses, Writer
from sojourn.engine import store as engine
from sojourn.engine.ab_tests import decide_tests
from sojourn.engine.jobs import finish_versions, schedule_runs, turn
from sojourn.engine.owner import Owner
from sojourn.events.model import DeliveryRef, Event
from sojourn.events.store import append
from sojourn.journeys import life
from sojourn.journeys import publish as publishing
from sojourn.journeys import store as journeys
from sojourn.journeys.model import JourneyDocument
from sojourn.kit.ids import Ref
from sojourn.people import store as people
from sojourn.segments import store as segments
from sojourn.segments.model import CONDITION

LONG_BEFORE, END_OF_TIME = datetime(2026, 1, 1, tzinfo=UTC), datetime(2040, 1, 1, tzinfo=UTC)
ROUNDS = 100  # at one instant: nothing may go on for ever


def keys() -> Iterator[str]:
    """Of people who live in the one shard."""
    number = 0
    while True:
        if shard_of("contact", f"p{number}") == SHARD:
            yield f"p{number}"
        number += 1


KEYS = list(islice(keys(), 40))


async def furnish(conn: Connection) -> None:
    """What all worlds share: contents, segments, and that there is one shard."""
    await conn.execute("delete from lease where shard <> %s", [SHARD])
    await a_workspace(conn, LONG_BEFORE)
    await people.declare_attributes(conn, "contact", {"birthday": "date"})
    link = '<mj-text><a link="{0}" href="https://contoso.example/{0}">{0}</a></mj-text>'
    links = [link.format(name) for name in ("product", "about")]
    receipt = email(*links, name="receipt", purpose="transactional")
    await contents.create(conn, receipt, LONG_BEFORE)
    await contents.make_ready(conn, receipt.name, "ada", LONG_BEFORE)
    for name, condition in SEGMENTS.items():
        if name != "everybody":
            await segments.create(conn, name, "contact", CONDITION.validate_python(condition), LONG_BEFORE, live=True)
    owner = cast("Owner", OneShard(conn))
    await turn(owner, SHARD, LONG_BEFORE)


class OneShard:
    """Stands in the place of an Owner: acts on the one connection, none of them committed."""

    def __init__(self, conn: Connection) -> None:
        self._conn, self._lock = conn, asyncio.Lock()

    @asynccontextmanager
    async def act(self, shard: int) -> AsyncIterator[Connection]:
        assert shard == SHARD
        async with self._lock:
            yield self._conn

    @contextmanager
    def busy(self, shard: int) -> Iterator[None]:
        yield


class Answers:
    """The other side of a channel: it says what the world says."""

    repeatable = False

    def __init__(self, kind: Kind, world: World) -> None:
        self.name, self.kind = "answers", kind
        self._world = world
        self.tried: Counter[str] = Counter()
        self.taken: Counter[str] = Counter()

    async def send(self, batch: Sequence[Message]) -> Sequence[Result]:
        return [self._answer(message) for message in batch]

    def _answer(self, message: Message) -> Result:
        key = str(message.key)
        answers = self._world.answers.get(message.to, ())
        said, _, asked = (
            answers[self.tried[key]].partition(" ") if self.tried[key] < len(answers) else ("accepted", "", "")
        )
        self.tried[key] += 1
        match said:
            case "refused":
                return Refused("550 no")
            case "later":
                return TryLater("451 come again", float(asked) if asked else None)
        self.taken[key] += 1
        return Doubtful("gone") if said == "doubtful" else Accepted(f"id-{key}")

    async def close(self) -> None:
        """Nothing is held open."""


@dataclass
class SetClock:
    at: datetime = LONG_BEFORE

    async def now(self) -> datetime:
        return self.at


@dataclass
class Played:
    """What became of a world: the ways of people, the journey's state, and what does not add up."""

    ways: dict[str, list[Way]]
    state: str
    faults: list[str] = field(default_factory=list)


@dataclass
class Stage:
    conn: Connection
    writer: Writer

    async def play(self, world: World) -> Played:
        """Leaves nothing behind but prepared statements: the driver would forget them if it rolled back itself."""
        self.conn.pgconn.exec_(b"begin")
        try:
            return await Play(self.conn, self.writer, world).play()
        finally:
            self.conn.pgconn.exec_(b"rollback")

    async def tidy(self) -> None:
        """Worlds leave dead rows behind, over which the next ones would walk."""
        await self.conn.execute("vacuum")


class Alone(AsyncConnection[DictRow]):
    """A connection that waits for PostgreSQL and for nothing else: there is one world at a time."""

    async def wait(self, gen: PQGen[RV], interval: float = 0.1, timeout: float | None = None) -> RV:  # noqa: ASYNC109
        return waiting.wait(gen, self.pgconn.socket, interval)


@asynccontextmanager
async def alone(url: str) -> AsyncIterator[Connection]:
    """Every statement is planned once, with the indexes that large tables would be read by."""
    settings = "-c plan_cache_mode=force_generic_plan -c enable_seqscan=off -c jit=off"
    conn = await Alone.connect(url, row_factory=dict_row, options=f"{OPTIONS} {settings}", autocommit=True)
    conn.prepare_threshold, conn.prepared_max = 0, None
    async with conn:
        with side_by_side(conn.info.backend_pid):
            yield conn


@contextmanager
def side_by_side(server: int) -> Iterator[None]:
    """Either we are at work or the server is: on one and the same processor neither has to wake another one up, which
    takes longer than most statements."""
    processors = sorted(os.sched_getaffinity(0))
    mine = {processors[int(os.environ.get("PYTEST_XDIST_WORKER", "gw0")[2:]) % len(processors)]}
    try:
        with suppress(OSError):  # it may be somewhere else
            os.sched_setaffinity(server, mine)
            os.sched_setaffinity(0, mine)
        yield
    finally:
        os.sched_setaffinity(0, processors)


def a_stage(conn: Connection) -> Stage:
    nowhere = Addresses(
        click=lambda *_: "https://x.example/c", open=lambda _: "o", unsubscribe=lambda _: "https://x.example/u"
    )
    return Stage(conn, Writer(nowhere, "https://x.example", b"0" * 32))


class Play:
    """One world on the stage."""

    def __init__(self, conn: Connection, writer: Writer, world: World) -> None:
        self.conn, self.world, self.clock = conn, world, SetClock()
        self.owner = cast("Owner", OneShard(conn))
        self.channels = [Answers("email", world), Answers("text", world)]
        self.dispatchers = [
            Dispatcher(self.owner, cast("Channel", channel), writer, self.clock, at_once=1, done=lambda: None)
            for channel in self.channels
        ]
        self.people: dict[str, Ref] = {}
        self.deleted: set[str] = set()
        self.keys: dict[int, str] = {}
        self.repeats = kind_of(world.document["start"]) == "repeating"
        self.compares = '"ab_test"' in json.dumps([world.document, *self.later_versions()])
        self.slug = ""

    async def play(self) -> Played:
        world = self.world
        await self.conn.execute("select setval('person_id', %s, false)", [FIRST_ID])
        if world.restrictive:
            await self.conn.execute("update purpose set enforcement = 'restrictive' where name = 'commercial'")
        used = re.findall("[a-z]+", json.dumps([world.document, *self.later_versions()]))
        await self.conn.execute("update segment set stopped_at = %s where name <> all(%s)", [LONG_BEFORE, used])
        heard = {when: list(found) for when, found in groupby(world.happenings, lambda one: one.when)}
        moments = sorted({*heard, world.published_at, *(until for _, until in world.away)})
        later: datetime | None = None
        while moments or later:
            now = self.clock.at = min(one for one in (*moments[:1], later) if one is not None)
            moments = [moment for moment in moments if moment > now]
            await self.hears(heard.get(now, ()))
            if now == world.published_at:
                await self.publish()
            asleep = any(since <= now < until for since, until in world.away)
            later = None if asleep else await self.settle()
        await finish_versions(self.conn, END_OF_TIME)
        state = (await journeys.newest(self.conn, self.slug)).state
        return Played(await self.ways(), state, await faults(self.conn) + self.sent_twice())

    def later_versions(self) -> list[Mapping[str, Any]]:
        return [one.document for one in self.world.happenings if isinstance(one, Renewed)]

    async def settle(self) -> datetime | None:
        """Everything that is due now is done; returns when the next thing is."""
        now = self.clock.at
        waiting: Mapping[tuple[int, str], datetime] | None = None
        for _ in range(ROUNDS):
            if self.repeats:
                await schedule_runs(self.conn, now)
            decided = await decide_tests(self.conn, now) if self.compares else None
            agenda = (await engine.agenda(self.conn, [SHARD])).get(SHARD)
            if due := agenda is not None and agenda <= now:
                await turn(self.owner, SHARD, now)
            if due or waiting is None:
                waiting = await delivery.waiting(self.conn, [SHARD], ["email", "text"])
            offered = [kind for (_, kind), at in waiting.items() if at <= now]
            for dispatcher in self.dispatchers:
                dispatcher.offer([SHARD] if dispatcher.channel.kind in offered else [])
                await dispatcher.rest()
            if offered:
                waiting = None
            elif not due:
                return min((at for at in (agenda, decided, *waiting.values()) if at is not None), default=None)
        raise AssertionError(f"at {now} it never comes to rest")

    # ------------------------------------------------------------------------------------------------ happenings

    async def publish(self) -> None:
        document = JourneyDocument.model_validate(self.world.document)
        self.slug = await journeys.create(self.conn, document, self.clock.at)
        await publishing.publish(self.conn, self.slug, "ada", self.clock.at)

    async def knows(self, changes: Sequence[Changed]) -> None:
        """Everybody who is there before the story begins, at once."""
        told = json.dumps({one.person: one.attributes for one in changes})
        await people.merge_people(self.conn, "contact", {SHARD: told}, self.clock.at)
        for row in await people.people_by_key(self.conn, SHARD, "contact", [one.person for one in changes]):
            self.knows_as(row["key"], people.ref_of(row))

    def knows_as(self, key: str, person: Ref) -> None:
        self.people[key], self.keys[person.id] = person, key
        self.deleted.discard(key)

    async def hears(self, told: Sequence[Happening]) -> None:
        """What people did comes last: nobody can name a person who does not exist, but a message of theirs."""
        now = self.clock.at
        if now < self.world.published_at:
            await self.knows([one for one in told if isinstance(one, Changed)])
        for one in told:
            match one:
                case Changed() if now >= self.world.published_at:
                    person = await people.identify(self.conn, "contact", one.person, one.attributes, now)
                    self.knows_as(one.person, person)
                case Deleted() if one.person in self.people and one.person not in self.deleted:
                    await people.delete_person(self.conn, self.people[one.person])
                    self.deleted.add(one.person)
                case Consented():
                    given: Any = {"purpose": "commercial", "state": one.state, "source": "world", "now": now}
                    await people.set_consent(self.conn, cast("Any", one.channel), one.address, **given)
                case Suppressed(lifted=True):
                    await people.lift_suppression(self.conn, cast("Any", one.channel), one.address)
                case Suppressed():
                    await people.suppress(self.conn, cast("Any", one.channel), one.address, "asked", now)
                case Stopped():
                    await publishing.stop(self.conn, self.slug, "bob", now)
                case Paused():
                    await life.pause(self.conn, self.slug, cast("Any", one.timers), "bob", now)
                case Resumed():
                    await life.resume(self.conn, self.slug, None, "bob", now)
                case Renewed():
                    await life.new_version(self.conn, self.slug, "bob", now)
                    await journeys.change(self.conn, self.slug, JourneyDocument.model_validate(one.document))
                    await publishing.publish(self.conn, self.slug, "bob", now)
        if did := [one for one in told if isinstance(one, Did) and one.person in self.people]:
            did = [one for one in did if one.step or one.person not in self.deleted]
            await self.hears_of(did)

    async def hears_of(self, did: Sequence[Did]) -> None:
        """Nobody can name a message that does not exist."""
        messages = await self.messages([self.people[one.person].id for one in did if one.step])
        events = [
            Event(one.id, person, one.name, one.at, one.properties, message, one.link, one.automated)
            for one in did
            for person in [self.people[one.person]]
            for message in [messages.get((person.id, one.way, one.step))]
            if message or one.step is None
        ]
        if events:
            await append(self.conn, events, self.clock.at)

    async def messages(self, people: Sequence[int]) -> Mapping[tuple[int, int, str | None], DeliveryRef]:
        """Those that these people were sent, by person, participation and step."""
        rows = people and await self.rows(
            "select d.person, p.way, s.name, d.participant, d.step from delivery d join step s on s.id = d.step join ("
            "  select id, (row_number() over (partition by person order by id))::int - 1 as way from participant "
            "  where shard = %s and person = any(%s)) p on p.id = d.participant "
            "where d.shard = %s and d.person = any(%s)", SHARD, list(people), SHARD, list(people),
        )  # fmt: skip
        return {
            (row["person"], row["way"], row["name"]): DeliveryRef(Ref(SHARD, row["participant"]), row["step"])
            for row in rows
        }

    # ------------------------------------------------------------------------------------------------ what it came to

    async def ways(self) -> dict[str, list[Way]]:
        found: dict[str, list[Way]] = {key: [] for key in self.people}
        ways: dict[int, Way] = {}
        for row in await self.rows("select * from participant where shard = %s order by person, id", SHARD):
            ways[row["id"]] = Way(row["entered_at"], row["left_at"], row["exit_reason"], reached=row["reached_at"])
            found[self.keys[row["person"]]].append(ways[row["id"]])
        visits = await self.rows(
            "select v.participant, v.step, v.entered_at, v.left_at, v.outcome, v.exit_reason, v.cause, s.name "
            "from visit v join step s on s.id = v.step where v.shard = %s order by s.position", SHARD
        )  # fmt: skip
        raised = {f"raised:{row['participant']}:{row['step']}": f"raised:{row['name']}" for row in visits}
        for row in visits:
            result = row["outcome"] or row["exit_reason"]
            cause = row["cause"] or {}
            event = cause.get("event")
            decided = raised.get(event, event) or cause.get("reason") or cause.get("segment")
            ways[row["participant"]].visits.append(
                Visit(row["name"], row["entered_at"], row["left_at"], result, decided)
            )
        for row in await self.rows(
            "select d.participant, d.state, d.reason, d.handed_at, d.attempts, d.address, s.name "
            "from delivery d join step s on s.id = d.step where d.shard = %s order by s.position", SHARD
        ):  # fmt: skip
            handed = row["handed_at"] if row["state"] in ("sent", "unknown") else None
            given = Delivery(row["state"], row["reason"], handed, row["attempts"])
            given.address = None if row["state"] == "blocked" else row["address"]
            ways[row["participant"]].deliveries[row["name"]] = given
        return found

    def sent_twice(self) -> list[str]:
        """D3: one delivery is handed over at most once."""
        return [f"{key} was handed over {n} times" for one in self.channels for key, n in one.taken.items() if n > 1]

    async def rows(self, query: str, *parameters: Any) -> list[Row]:
        return await (await self.conn.execute(query.encode(), parameters)).fetchall()


async def faults(conn: Connection, shard: int = SHARD) -> list[str]:
    """What `verify` looks for in a shard (N1, W6, D3), in the transaction of the caller."""
    return [
        f"{query}: {row}"
        for query in ("recount", "unexplained", "strays")
        for row in await (await conn.execute(analytics.queries[query], {"shard": shard})).fetchall()
    ]
