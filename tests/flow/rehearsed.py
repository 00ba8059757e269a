"""A rehearsal to look into: a rich journey, people of all kinds, and one stage with what they did on it."""

from datetime import timedelta
from typing import Any

from machine import T0, Machine

from builders import (
    a_contact,
    asks,
    journey,
    sends,
    texts,
    waits,
    waits_until,
)
from sojourn.db.connect import Connection, Pool, Row, transaction
from sojourn.db.shards import COUNT
from sojourn.journeys import store as journeys
from sojourn.journeys.model import JourneyDocument
from sojourn.people.store import set_consent
from sojourn.rehearsal.model import Engagement, Findings, Rates
from sojourn.rehearsal.rehearse import examined, set_up
from sojourn.rehearsal.stage import Stage

HOUR = timedelta(hours=1)
KEEN = Engagement(messages=Rates(opened=0.5, clicked=0.6), steps={"remind": Rates(opened=0.7, links={"product": 0.4})})

RICH = journey(
    sends(),
    asks(
        yes=[waits_until(), texts()],
        no=[
            waits("rest", "90 minutes"),
            sends("remind"),
            asks("reopened", of="remind", event="opened", link=None, within="5 hours", yes=[texts("thanks")], no=[]),
            asks("reclicked", of="remind", within="2 days", yes=[texts("invited")], no=[]),
        ],
    ),
    waits("last", "1 day"),
)


async def drafted(pool: Pool, document: JourneyDocument) -> None:
    async with transaction(pool) as conn:
        await journeys.create(conn, document, T0)


async def people_of_all_kinds(house: Machine) -> None:
    """Some cannot be reached."""
    await house.prepare(people=60)
    async with house.transaction() as conn:
        await a_contact(conn, "mute", T0, email=None)
        await a_contact(conn, "out", T0)
        await a_contact(conn, "no-phone", T0, phone=None)
        opted_out = {"purpose": "commercial", "state": "opted_out", "source": "test", "now": T0}
        await set_consent(conn, "email", "out@x.example", **opted_out)
    await house.settle()


async def played(conn: Connection, engagement: Engagement) -> tuple[Findings, list[Row]]:
    """A rehearsal on one stage, and what people did in it."""
    play = await examined(conn, "launch", engagement, T0)
    await set_up(conn, range(COUNT), play, engagement, T0)
    stage = Stage(conn, range(COUNT), engagement)
    await stage.prepare(play.links, play.alive)
    findings = await stage.play(T0, None, lambda _: None)
    done = await conn.execute(
        "select e.shard, e.id, e.person, e.name, e.at, e.link, s.name as step, d.handed_at from event_default e"
        " join step s on s.id = e.step join delivery d using (shard, participant, step) order by e.at, e.id"
    )
    return findings, await done.fetchall()


def known(engagement: Engagement) -> dict[str, Any]:
    return {"journey": "launch", "version": 1, "engagement": engagement, "drafts": [], "started_at": T0}
