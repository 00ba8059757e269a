"""A rehearsal tells what a journey would do to everybody, exactly, and leaves nothing behind."""

import asyncio
from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from machine import T0, machine
from psycopg.errors import ReadOnlySqlTransaction
from rehearsed import HOUR, KEEN, RICH, drafted, known, people_of_all_kinds, played

from builders import (
    ONE_OF_EACH,
    a_contact,
    a_workspace,
    asks,
    email,
    journey,
    push_message,
    sends,
    sets,
    waits,
    waits_until,
)
from sojourn.content import store as contents
from sojourn.db.connect import Connection, Pool, connect, transaction
from sojourn.db.shards import COUNT
from sojourn.journeys import store as journeys
from sojourn.journeys.life import new_version
from sojourn.kit.errors import Conflict, Invalid, NotFound
from sojourn.rehearsal.model import Delay, Engagement, Rates, Rehearsal, TriggerRate, summed
from sojourn.rehearsal.rehearse import examined, rehearse, set_up
from sojourn.segments import store as segments
from sojourn.segments.jobs import evaluate_pending
from sojourn.segments.model import CONDITION


async def test_two_stages_find_what_one_finds(pool: Pool) -> None:
    async with machine(pool) as house:
        await people_of_all_kinds(house)
        await drafted(pool, RICH)
        async with connect(str(pool.conninfo)) as conn:
            findings, _ = await played(conn, KEEN)
        assert await rehearse(pool, "launch", KEEN, T0) == summed([findings], **known(KEEN))


async def test_chance_is_the_same_each_time_and_another_with_another_seed(pool: Pool) -> None:
    async with machine(pool) as house:
        await house.prepare(people=40)
        await drafted(pool, RICH)
        first, again = await rehearse(pool, "Launch", KEEN, T0), await rehearse(pool, "launch", KEEN, T0)
        other = await rehearse(pool, "launch", KEEN.model_copy(update={"seed": 2}), T0)
    assert first == again
    assert outcomes(first) != outcomes(other)
    assert first.entered == other.entered == 40


def outcomes(found: Rehearsal) -> dict[str, dict[str, int]]:
    return {step.step: step.left for step in found.steps}


async def everything(pool: Pool) -> dict[str, Any]:
    """All rows of all real tables with the transactions that wrote or locked them, and all sequences."""
    async with transaction(pool) as conn:
        tables = await conn.execute(
            "select relname as name from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace"
        )
        found: dict[str, Any] = {}
        for table in await tables.fetchall():
            rows = await conn.execute(f"select ctid, xmin, xmax, t.* from {table['name']} t".encode())
            found[table["name"]] = Counter(map(str, await rows.fetchall()))
        sequences = await conn.execute("select * from pg_sequences order by 1, 2")
        schemas = await conn.execute("select nspname from pg_namespace where nspname !~ '^pg_' order by 1")
        return {**found, "sequences": await sequences.fetchall(), "schemas": await schemas.fetchall()}


async def test_nothing_real_changes_whatever_the_steps_do(pool: Pool) -> None:
    async with machine(pool) as house:
        await house.prepare(people=30)
        async with house.transaction() as conn:
            await contents.create(conn, push_message(), T0)
            await segments.create(conn, "vip", "contact", CONDITION.validate_python({"any": []}), T0, live=True)
        await drafted(pool, journey(*(step for step in ONE_OF_EACH if step["id"] != "shown")))
        before = await everything(pool)
        found = await rehearse(pool, "launch", Engagement(messages=KEEN.messages), T0)
        assert await everything(pool) == before
    assert found.entered == 30
    assert found.inside == 0
    assert {step.step for step in found.steps if step.entered == 0} == set()


async def test_steps_go_on_with_what_they_changed(pool: Pool) -> None:
    """`set` writes a copy of the person, which the branch after it reads."""
    changed = {"outcome": "changed", "when": {"attribute": "first_name", "test": "is", "value": "Countess"}}
    document = journey(sets(), {"id": "kinds", "kind": "branch", "cases": [changed]})
    async with machine(pool) as house:
        await house.prepare(people=5)
        await drafted(pool, document)
        found = await rehearse(pool, "launch", Engagement(), T0)
    assert outcomes(found)["kinds"] == {"changed": 5}


VIPS = {
    "named": {"attribute": "first_name", "test": "is_set"},
    "vip": {"all": [{"member_of": "named"}, {"not_member_of": "old"}]},
}


async def branch_on_vips(conn: Connection) -> None:
    """Eight contacts, of whom four have a first name and two were members of `old` when it was stopped; a journey that
    parts them."""
    for number in range(8):
        name = "Countess" if number < 4 else None
        await a_contact(conn, f"p{number}", T0, first_name=name, last_name="Old" if number < 2 else None)
    old = CONDITION.validate_python({"attribute": "last_name", "test": "is", "value": "Old"})
    await segments.create(conn, "old", "contact", old, T0, live=True)
    for shard in range(COUNT):
        await evaluate_pending(conn, shard, T0)
    await segments.stop(conn, "old", T0, ())
    for name, condition in VIPS.items():
        await segments.create(conn, name, "contact", CONDITION.validate_python(condition), T0, live=True)
    cases = [{"outcome": "vip", "when": {"member_of": "vip"}}, {"outcome": "named", "when": {"member_of": "named"}}]
    await journeys.create(conn, journey({"id": "kinds", "kind": "branch", "cases": cases}), T0)


@pytest.mark.parametrize("settled", [True, False], ids=["known", "not asked yet"])
async def test_W13_a_branch_on_members_parts_those_who_are_members_now(pool: Pool, settled: bool) -> None:
    async with machine(pool) as house:
        async with house.transaction() as conn:
            await a_workspace(conn, T0)
            await branch_on_vips(conn)
        if settled:
            await house.settle()
        before = await everything(pool)
        found = await rehearse(pool, "launch", Engagement(), T0)
        assert await everything(pool) == before
    assert outcomes(found)["kinds"] == {"named": 2, "vip": 2, "other": 4}


async def test_a_real_table_cannot_be_written_during_a_rehearsal(pool: Pool) -> None:
    async with machine(pool) as house:
        await house.prepare(people=2)
        await drafted(pool, RICH)
        async with connect(str(pool.conninfo)) as conn:
            play = await examined(conn, "launch", Engagement(), T0)
            await set_up(conn, range(COUNT), play, Engagement(), T0)
            for statement in ("update person set attributes = '{}'", "delete from segment_member", "truncate purpose"):
                with pytest.raises(ReadOnlySqlTransaction):
                    await conn.execute(statement.encode())


async def test_no_worker_need_have_asked_the_segment_before(pool: Pool) -> None:
    async with transaction(pool) as conn:
        await a_workspace(conn, T0)
        for number in range(8):
            await a_contact(conn, f"p{number}", T0)
    await drafted(pool, RICH)
    assert (await rehearse(pool, "launch", Engagement(), T0)).entered == 8


async def test_C1_content_that_is_a_draft_can_be_rehearsed(pool: Pool) -> None:
    async with machine(pool) as house:
        await house.prepare(people=10)
        async with house.transaction() as conn:
            link = '<mj-text><a link="product" href="https://contoso.example/">Look</a></mj-text>'
            await contents.create(conn, email(link, name="draft-news"), T0)
        await drafted(pool, journey(sends(content="draft-news"), asks()))
        found = await rehearse(pool, "launch", Engagement(messages=Rates(clicked=1)), T0)
    assert found.drafts == ["draft-news"]
    assert found.steps[1].message is not None
    assert set(found.steps[1].message.links) == {"product"}


async def test_what_else_forbids_publishing_forbids_rehearsing(pool: Pool) -> None:
    async with machine(pool) as house:
        await house.prepare()
        await drafted(pool, journey(sends(content="nothing"), waits_until(at="2020-01-01T00:00")))
        with pytest.raises(Invalid) as refused:
            await rehearse(pool, "launch", Engagement(), T0)
    assert [problem.code for problem in refused.value.problems] == ["content_missing", "wait_in_past"]


async def test_what_is_assumed_has_to_be_there(pool: Pool) -> None:
    async with machine(pool) as house:
        await house.prepare()
        await drafted(pool, RICH)
        assumed = Engagement(steps={"other": Rates(), "remind": Rates(links={"nowhere": 0.5})})
        with pytest.raises(Invalid) as refused:
            await rehearse(pool, "launch", assumed, T0)
    assert [(problem.code, problem.where) for problem in refused.value.problems] == [
        ("message_unknown", "/steps/other"),
        ("link_missing", "/steps/remind/links/nowhere"),
    ]


async def test_one_rehearsal_at_a_time(pool: Pool) -> None:
    async with machine(pool) as house:
        await house.prepare(people=5)
        await drafted(pool, RICH)
        done = await asyncio.gather(
            *(rehearse(pool, "launch", Engagement(), T0) for _ in range(2)), return_exceptions=True
        )
    assert {type(one) for one in done} == {Rehearsal, Conflict}


async def test_a_repeating_journey_is_rehearsed_for_a_month_or_as_long_as_it_is_told(pool: Pool) -> None:
    start = {"frequency": "repeating", "repeat": {"unit": "week"}}
    async with machine(pool) as house:
        await house.prepare(people=3)
        await drafted(pool, journey(sends(), **start))
        month = await rehearse(pool, "launch", Engagement(), T0)
        week = await rehearse(pool, "launch", Engagement(at_most="8 days"), T0)
    assert (month.entered, week.entered) == (3 * 5, 3 * 2)
    assert [row.messages for row in month.messages_per_person] == [5]


async def test_triggers_are_raised_after_entering(pool: Pool) -> None:
    """Everybody does what the step waits for, within the hour."""
    until = {"id": "bought", "kind": "wait_for", "trigger": "order.placed", "within": "1 day"}
    quick = Delay(median="1 minute", nine_of_ten="1 minute")
    async with machine(pool) as house:
        await house.prepare(people=12)
        await drafted(pool, journey(until))
        nobody = await rehearse(pool, "launch", Engagement(), T0)
        placed = Engagement(triggers={"order.placed": TriggerRate(share=1, delay=quick)})
        everybody = await rehearse(pool, "launch", placed, T0)
    assert outcomes(nobody)["bought"] == {"no": 12}
    assert outcomes(everybody)["bought"] == {"yes": 12}
    assert everybody.through_at == T0 + timedelta(minutes=15)


async def test_P4_the_draft_beside_a_live_version_is_rehearsed_unless_another_is_named(pool: Pool) -> None:
    """Everybody goes through it, also where only those who join later would get it; nobody did so much as join."""
    starts: list[dict[str, Any]] = [
        {"frequency": "newly_added"},
        {"frequency": "repeating", "repeat": {"unit": "day"}, "at": "2026-12-01T10:00"},
    ]
    async with machine(pool) as house:
        await house.prepare(people=4)
        for number, start in enumerate(starts):
            name = f"Launch {number}"
            await house.launch(journey(waits(), name=name, **start))
            house.clock.at += HOUR
            async with house.transaction() as conn:
                await new_version(conn, name, "ada", house.clock.at)
                await journeys.change(conn, name, journey(waits("other"), name=name, **start))
            now = house.clock.at
            draft = await rehearse(pool, name, Engagement(at_most="1 day"), now)
            assert (draft.version, draft.entered, draft.steps[1].step) == (2, 4, "other")
        live = await rehearse(pool, "Launch 0", Engagement(), now, number=1)
        assert (live.version, live.entered, live.steps[1].step) == (1, 4, "pause")
        with pytest.raises(NotFound):
            await rehearse(pool, "Launch 0", Engagement(), now, number=3)


async def test_J9_an_entry_rate_is_rehearsed_with_its_spread(pool: Pool) -> None:
    """A slot every 3 minutes, in three hours of two days; people of one quarter of an hour enter together."""
    rate = {"people": 20, "per": "hour", "from": "09:00", "to": "11:00"}
    async with machine(pool) as house:
        await house.prepare(people=70)
        await drafted(pool, journey(sends(), waits(), rate=rate, end="2026-12-02T10:00"))
        found = await rehearse(pool, "launch", Engagement(), T0)
    day = timedelta(days=1)
    spread = {T0: 20, T0 + HOUR: 20, T0 + day: 20}
    assert {row.hour: row.people for row in found.entered_by_hour} == spread
    assert {row.hour: row.messages for row in found.messages_by_hour} == spread
    assert (found.entered, found.inside, found.not_entered) == (60, 0, {"entry_closed": 10})
    assert found.steps[0].left == {"entered": 60}
    assert found.through_at == T0 + day + HOUR + timedelta(minutes=45)


async def test_J9_whoever_waits_for_a_slot_when_the_rehearsal_ends_has_not_entered(pool: Pool) -> None:
    """Slots every six hours from T0 on, at nine, and anew from midnight on."""
    async with machine(pool) as house:
        await house.prepare(people=10)
        await drafted(pool, journey(waits(), rate={"people": 4, "per": "day"}))
        found = await rehearse(pool, "launch", Engagement(at_most="1 day"), T0)
    assert (found.entered, found.inside, found.steps[0].here) == (5, 5, 5)


async def test_J9_triggers_are_raised_after_a_slot(pool: Pool) -> None:
    """Everybody does it within the hour of being let in, and nobody before."""
    until = {"id": "bought", "kind": "wait_for", "trigger": "order.placed", "within": "1 day"}
    quick = Delay(median="1 minute", nine_of_ten="1 minute")
    async with machine(pool) as house:
        await house.prepare(people=5)
        await drafted(pool, journey(until, rate={"people": 1, "per": "day"}))
        placed = Engagement(triggers={"order.placed": TriggerRate(share=1, delay=quick)})
        found = await rehearse(pool, "launch", placed, T0)
    assert outcomes(found)["bought"] == {"yes": 5}
