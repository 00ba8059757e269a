"""What a rehearsal tells is what comes true: the same events, live, give the same numbers."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from itertools import groupby
from typing import Any

import pytest
from machine import T0, Machine, machine
from rehearsed import HOUR, KEEN, RICH, drafted, known, people_of_all_kinds, played

from builders import (
    branches,
    journey,
    sends,
    sets,
    texts,
    waits,
    waits_to_join,
)
from sojourn.db.connect import Connection, Pool, Row, connect
from sojourn.events.model import DeliveryRef, Event
from sojourn.events.store import append
from sojourn.journeys.model import JourneyDocument
from sojourn.journeys.publish import publish
from sojourn.kit.ids import Ref
from sojourn.people.store import declare_attributes, identify
from sojourn.rehearsal.model import Engagement, Rates, Rehearsal, summed
from sojourn.segments import store as segments
from sojourn.segments.model import CONDITION

SEGMENTS = {
    "clickers": {"did": "email.clicked"},
    "called-countess": {"attribute": "first_name", "test": "is", "value": "Countess"},
    "keen-readers": {"all": [{"member_of": "clickers"}, {"did": "email.opened"}]},
}
MOVED_BY_TIME = {
    "celebrating-soon": {"attribute": "birthday", "test": "in_next", "value": "2 days"},
    "celebrating": {"attribute": "birthday", "test": "anniversary"},
    "celebrating-readers": {"all": [{"member_of": "celebrating"}, {"did": "email.opened"}]},
    "has-celebrated": {
        "all": [{"not_member_of": "celebrating"}, {"attribute": "birthday", "test": "in_last", "value": "2 days"}]
    },
}
JOINING = journey(
    sends(),
    waits_to_join(segment="clickers", within="1 day", yes=[texts("thanks")], no=[]),
    branches("keen", {"outcome": "yes", "when": {"member_of": "keen-readers"}, "then": [sets()]}),
    sends("again"),
    waits("last", "1 day"),
    watched={"exits": [{"segment": "called-countess"}]},
)
TIME_PASSING = journey(
    sends(),
    waits_to_join(segment="celebrating-readers", within="1 day", yes=[texts("thanks")], no=[texts("nudged")]),
    branches("kinds", {"outcome": "today", "when": {"member_of": "celebrating"}, "then": [sends("again")]}),
    waits("last", "1 day"),
    watched={"exits": [{"segment": "has-celebrated"}]},
    segment="celebrating-soon",
    frequency="newly_added",
    end="2026-12-03T09:00",
)
EAGER = Engagement(messages=Rates(opened=0.5, clicked=0.6))
READERS = Engagement(messages=Rates(opened=0.7, clicked=0))


async def foretold_and_lived(
    house: Machine, document: JourneyDocument, engagement: Engagement, conditions: Mapping[str, Any] = SEGMENTS
) -> Rehearsal:
    """Rehearses a journey, and then lives through the same events; what both came to is the same."""
    await people_of_all_kinds(house)
    async with house.transaction() as conn:
        await declare_attributes(conn, "contact", {"birthday": "date"})
        for name, condition in conditions.items():
            await segments.create(conn, name, "contact", CONDITION.validate_python(condition), T0, live=True)
        for number in range(60):
            birthday = T0.date() + timedelta(days=number % 6)
            await identify(conn, "contact", f"p{number}", {"birthday": birthday.isoformat()}, T0)
    await house.settle()
    await drafted(house.pool, document)
    async with connect(str(house.pool.conninfo)) as conn:
        findings, happened = await played(conn, engagement)
    foretold = summed([findings], **known(engagement))
    async with house.transaction() as conn:
        await publish(conn, "launch", "ada", T0)
    await house.settle()
    await replayed(house, happened, foretold.ended_at)
    sent = await house.rows(
        "select date_trunc('hour', handed_at, 'UTC') as hour, channel, count(*) as messages"
        " from delivery where state = 'sent' group by 1, 2 order by 1, 2"
    )
    assert len(happened) > 20
    assert {step.step: step for step in foretold.steps} == await house.numbers()
    assert [dict(row) for row in foretold.messages_by_hour] == sent
    (last,) = await house.rows("select max(left_at) as at from participant")
    assert (foretold.through_at, foretold.inside, await house.state()) == (last["at"], 0, "Completed")
    return foretold


async def test_the_same_events_live_give_the_same_numbers(pool: Pool) -> None:
    async with machine(pool) as house:
        foretold = await foretold_and_lived(house, RICH, KEEN)
    assert foretold.not_sent == {"address_missing": 3, "opted_out": 2} | foretold.not_sent


async def test_so_they_do_where_people_join_segments(pool: Pool) -> None:
    async with machine(pool) as house:
        foretold = await foretold_and_lived(house, JOINING, EAGER)
    assert exits(foretold)["again"]["exit_segment"] > 0


async def test_so_they_do_where_time_makes_people_join_and_leave(pool: Pool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Workers ask once a minute who is a member by now, a rehearsal once an hour; both here once in three."""
    monkeypatch.setattr(segments, "PAUSE", 3 * HOUR)
    async with machine(pool) as house:
        foretold = await foretold_and_lived(house, TIME_PASSING, READERS, MOVED_BY_TIME)
    midnights = {row.hour for row in foretold.entered_by_hour}
    assert midnights == {T0} | {datetime(2026, 12, day, tzinfo=UTC) for day in (2, 3)}
    assert outcomes(foretold)["joined"].keys() == {"yes", "no"}
    assert outcomes(foretold)["kinds"].keys() == {"today", "other"}
    assert sum(exited.get("exit_segment", 0) for exited in exits(foretold).values()) > 10


def exits(found: Rehearsal) -> dict[str, dict[str, int]]:
    return {step.step: step.exited for step in found.steps}


def outcomes(found: Rehearsal) -> dict[str, dict[str, int]]:
    return {step.step: step.left for step in found.steps}


async def replayed(house: Machine, happened: list[Row], until: datetime) -> None:
    """The same events, each at its time, in the live journey, and everything else until somewhat later."""
    for at, together in groupby(happened, key=lambda row: row["at"]):
        await house.move_to(at)
        async with house.transaction() as conn:
            await append(conn, [await event_of(conn, row, at) for row in together], at)
        await house.settle()
    await house.move_to(until + HOUR)


async def event_of(conn: Connection, row: Row, at: datetime) -> Event:
    rows = await conn.execute(
        "select d.participant, d.step, d.handed_at from delivery d join step s on s.id = d.step"
        " where d.shard = %s and d.person = %s and s.name = %s",
        [row["shard"], row["person"], row["step"]],
    )
    (found,) = await rows.fetchall()
    assert found["handed_at"] == row["handed_at"]
    delivery = DeliveryRef(Ref(row["shard"], found["participant"]), found["step"])
    return Event(row["id"], Ref(row["shard"], row["person"]), row["name"], at, delivery=delivery, link=row["link"])
