"""Many people through a journey with an entry rate (J9), by whole workers: never too many, and every one of them."""

from collections import Counter
from datetime import datetime, timedelta

from machine import T0, machine

from builders import a_contact, journey, sends, waits
from sojourn.db.connect import Pool
from sojourn.events.model import Event
from sojourn.events.store import append
from sojourn.journeys.model import JourneyDocument
from sojourn.kit.ids import new_event_id

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
ENTERED = """
  select v.left_at as at from visit v join step s on s.id = v.step
  where s.kind = 'start' and v.outcome = 'entered' order by v.left_at"""


async def test_J9_J2_the_crowd_of_a_segment_enters_in_office_hours_over_days(pool: Pool) -> None:
    rate = {"people": 24, "per": "hour", "weekdays": ["tue", "thu"], "from": "10:00", "to": "12:00"}
    async with machine(pool) as house:
        await house.prepare(people=130)
        await house.launch(journey(sends(), waits(), rate=rate, frequency="newly_added", end="2026-12-15T00:00"))
        await house.move_to(T0 + 2 * DAY)
        async with house.transaction() as conn:
            for number in range(10):
                await a_contact(conn, f"late{number}", house.clock.at)
        await house.move_to(T0 + 20 * DAY)
        instants = [row["at"] for row in await house.rows(ENTERED)]
        assert await house.state() == "Completed"
        numbers = await house.numbers()
        assert await house.faults() == []
    slots = [
        datetime.fromisoformat(f"2026-12-{day:02}T10:00+00:00") + number * HOUR / 24
        for day in (1, 3, 8) for number in range(48)
    ]  # fmt: skip
    assert instants == slots[:140]
    assert numbers["start"].left == {"entered": 140}
    assert numbers["announce"].message is not None
    assert numbers["announce"].message.sent == 140


async def test_J9_J10_a_rush_of_events_is_spread_and_a_slot_that_is_free_is_taken_at_once(pool: Pool) -> None:
    start = {"trigger": "cart.left", "audience": "contact", "rate": {"people": 30, "per": "hour"}}
    document = JourneyDocument.model_validate({"journey": "Launch", "start": start, "steps": [waits()]})
    async with machine(pool) as house:
        await house.prepare(people=50)
        await house.launch(document)
        people = [await house.person(f"p{number}") for number in range(50)]
        for rush in (T0 + MINUTE, T0 + DAY):
            await house.move_to(rush)
            async with house.transaction() as conn:
                await append(conn, [Event(new_event_id(), person, "cart.left", rush) for person in people], rush)
            await house.settle()
        await house.move_to(T0 + 2 * DAY)
        instants = [row["at"] for row in await house.rows(ENTERED)]
    assert instants == [rush + number * 2 * MINUTE for rush in (T0 + MINUTE, T0 + DAY) for number in range(50)]
    assert max(Counter(f"{at:%d %H}" for at in instants).values()) <= 30
