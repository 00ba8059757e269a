"""One contact's way through a journey, on one connection: the engine's own statements, called at given times."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from builders import a_contact, a_workspace, journey, publish
from sojourn.analytics import store as analytics
from sojourn.analytics.behind import Number
from sojourn.db.connect import Connection, Row
from sojourn.delivery import store as delivery
from sojourn.delivery.model import DeliveryKey
from sojourn.delivery.store import Settlement
from sojourn.engine import store as engine
from sojourn.engine.ab_tests import decide_tests
from sojourn.engine.jobs import Look, move, schedule_runs
from sojourn.events.model import DeliveryRef, Event
from sojourn.events.store import append
from sojourn.journeys.store import Version
from sojourn.kit.ids import Ref, new_event_id

T0 = datetime(2026, 12, 1, 9, tzinfo=UTC)
FIRST = Ref(-1, 0)


async def look(conn: Connection, shard: int, now: datetime) -> None:
    """What a turn does, but for its transactions: touched people, segments, admission, endings, and everybody who is
    due."""
    await schedule_runs(conn, now)
    await decide_tests(conn, now)
    for part in Look().parts:
        await part(conn, shard, now)
    while steps := await engine.due_steps(conn, shard, now):
        if not sum([(await move(conn, shard, step, now))[1] for step in steps]):
            return


async def people_behind(
    conn: Connection, version: Version, *, after: Ref = FIRST, limit: int = 1000, **number: Any
) -> list[Row]:
    """A page of the people behind a number of a version."""
    part = await analytics.part_of(conn, version.slug, version.number)
    return await analytics.participants(conn, part, Number(**number), after, limit)


@dataclass
class Participation:
    """A contact who entered `version` at T0."""

    conn: Connection
    person: Ref
    version: Version
    participant: int
    steps: Mapping[str, int]

    async def look(self, now: datetime) -> None:
        await look(self.conn, self.person.shard, now)

    async def hand_over(self, now: datetime, state: str = "sent", kind: str = "email", **told: Any) -> None:
        """Whatever waits goes through the gate, is answered like this, and the participant goes on."""
        claimed, _ = await delivery.claim(self.conn, self.person.shard, kind, 100, now)
        settlements = [Settlement(item.key, state, **told) for item in claimed]
        await delivery.settle(self.conn, self.person.shard, settlements, now)
        await self.look(now)

    async def does(self, name: str, at: datetime, received: datetime | None = None, **what: Any) -> None:
        """Something happens to the message of the step `announce`, unless `delivery` is another's; then a turn."""
        given = what if "delivery" in what else {"delivery": self.delivery("announce"), **what}
        await append(self.conn, [Event(new_event_id(), self.person, name, at, **given)], received or at)
        await self.look(received or at)

    def delivery(self, step: str) -> DeliveryRef:
        return DeliveryRef(Ref(self.person.shard, self.participant), self.steps[step])

    def key(self, step: str) -> DeliveryKey:
        return DeliveryKey(self.person.shard, self.participant, self.steps[step])

    async def visit(self, step: str) -> Row:
        row = await (
            await self.conn.execute(
                "select * from visit where shard = %s and participant = %s and step = %s", list(self.key(step))
            )
        ).fetchone()
        assert row is not None, f"never came to {step}"
        return row

    async def where(self) -> str | None:
        """The step where the participant is; None when they have left the journey."""
        rows = await self.conn.execute(
            "select s.name from visit v join step s on s.id = v.step where shard = %s and participant = %s"
            " and left_at is null",
            [self.person.shard, self.participant],
        )
        row = await rows.fetchone()
        return row["name"] if row else None


async def enter(conn: Connection, *steps: dict[str, Any], zone: str | None = None, **attributes: Any) -> Participation:
    """Ada is the only contact, enters a journey of these steps at T0, and gets as far as she can at once."""
    await a_workspace(conn, T0)
    ada = await a_contact(conn, "ada", T0, **attributes)
    return await enter_as(conn, ada, *steps, zone=zone)


async def enter_as(
    conn: Connection,
    ada: Ref,
    *steps: dict[str, Any],
    zone: str | None = None,
    watched: Mapping[str, Any] | None = None,
) -> Participation:
    await look(conn, ada.shard, T0)
    version = await publish(conn, journey(*steps, timezone=zone, watched=watched), T0)
    await look(conn, ada.shard, T0)
    rows = await (await conn.execute("select name, id from step where version = %s", [version.version])).fetchall()
    found = await conn.execute("select id from participant where shard = %s and person = %s", list(ada))
    participant = await found.fetchone()
    assert participant is not None, "did not enter"
    numbers = {row["name"]: row["id"] for row in rows}
    return Participation(conn, ada, version, participant["id"], numbers)


async def come_again(ada: Participation, step: str, now: datetime, *, looking: bool = True) -> None:
    """As if nobody had noted down that the participant passed this step; then a turn, unless the test does without."""
    await ada.conn.execute("delete from visit where participant = %s", [ada.participant])
    await ada.conn.execute(
        "insert into visit (shard, participant, step, run, person, entered_at, due)"
        " select shard, id, %s, run, person, %s, %s from participant where id = %s",
        [ada.steps[step], now, now, ada.participant],
    )
    if looking:
        await ada.look(now)
