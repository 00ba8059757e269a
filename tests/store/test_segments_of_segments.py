"""Segments that ask about other segments: right in the same moment, in whatever order they were made, and kept while
somebody asks about them."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from psycopg.sql import SQL

from sojourn.db.connect import Connection, Pool, transaction
from sojourn.db.shards import COUNT
from sojourn.events.model import Event
from sojourn.events.store import append
from sojourn.kit.errors import Conflict, Invalid
from sojourn.kit.ids import Ref
from sojourn.people.store import identify
from sojourn.segments import jobs, store
from sojourn.segments.compile import compiled
from sojourn.segments.jobs import evaluate_pending, next_due, refresh
from sojourn.segments.model import CONDITION, Condition, Segment, in_order

NOW = datetime(2026, 12, 1, 9, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
WEEK = timedelta(days=7)

IS_ADA = {"attribute": "first_name", "test": "is", "value": "Ada"}
LATELY = {"did": "cart.filled", "within": "7 days"}
WAITING = "select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'"


def condition(document: dict[str, Any]) -> Condition:
    return CONDITION.validate_python(document)


def everybody_but(name: str) -> dict[str, Any]:
    return {"all": [{"not_member_of": name}]}


async def live(conn: Connection, name: str, document: dict[str, Any], audience: str = "contact") -> Segment:
    return await store.create(conn, name, audience, condition(document), NOW, live=True)


async def change(conn: Connection, name: str, document: dict[str, Any]) -> Segment:
    return await store.change(conn, name, "contact", condition(document))


async def person(conn: Connection, key: str = "ada", name: str = "Ada", now: datetime = NOW) -> Ref:
    return await identify(conn, "contact", key, {"first_name": name}, now)


async def memberships(conn: Connection, who: Ref) -> dict[str, list[tuple[datetime, datetime | None]]]:
    """Since when, and until when, somebody was a member of which segment."""
    rows = await conn.execute(
        "select s.name, m.since, m.until from segment_member m join segment s on s.id = m.segment"
        " where m.shard = %s and m.person = %s order by s.name, m.since",
        list(who),
    )
    found: dict[str, list[tuple[datetime, datetime | None]]] = {}
    for row in await rows.fetchall():
        found.setdefault(row["name"], []).append((row["since"], row["until"]))
    return found


async def evaluated(conn: Connection, shard: int, now: datetime = NOW) -> list[int]:
    """How many segments each call evaluates in whole, until nothing is left."""
    counts = []
    while count := await evaluate_pending(conn, shard, now):
        counts.append(count)
    return counts


async def refused(act: Any) -> list[tuple[str, str]]:
    with pytest.raises(Invalid) as error:
        await act
    return [(problem.code, problem.where) for problem in error.value.problems]


# ---------------------------------------------------------------------------------------------------- touched people


async def test_G5_whoever_joins_a_segment_joins_what_asks_about_it_in_the_same_look(conn: Connection) -> None:
    ada = await person(conn, name="Eve")
    for name in ("last", "between"):  # made before what they ask about, so that their numbers are lower
        await live(conn, name, {"any": []})
    await live(conn, "first", IS_ADA)
    await change(conn, "between", {"all": [{"member_of": "first"}]})
    await change(conn, "last", {"none": [{"not_member_of": "between"}]})
    await evaluated(conn, ada.shard)
    await person(conn, name="Ada")
    assert await refresh(conn, ada.shard, [ada.id], NOW + MINUTE) == 3
    since = [(NOW + MINUTE, None)]
    assert await memberships(conn, ada) == {"first": since, "between": since, "last": since}
    await person(conn, name="Eve")
    assert await refresh(conn, ada.shard, [ada.id], NOW + 2 * MINUTE) == 3


async def test_A4_who_was_deleted_leaves_those_too(conn: Connection) -> None:
    ada = await person(conn)
    await live(conn, "nobody", {"any": []})
    await live(conn, "others", everybody_but("nobody"))
    await refresh(conn, ada.shard, [ada.id], NOW)
    await conn.execute("delete from person")
    assert await refresh(conn, ada.shard, [ada.id], NOW + MINUTE) == 1
    assert await memberships(conn, ada) == {"others": [(NOW, NOW + MINUTE)]}


def test_each_segment_stands_after_those_it_asks_about_and_else_where_it_was() -> None:
    def made(name: str, *asks: str) -> Segment:
        document = {"all": [{"member_of": one} for one in asks]}
        return Segment(0, name, "contact", condition(document), NOW, NOW, None)

    given = [made("a"), made("b", "d", "gone"), made("c"), made("d", "e", "a"), made("e")]
    assert [one.name for one in in_order(given)] == ["a", "e", "d", "b", "c"]


# ---------------------------------------------------------------------------------------------------- in whole


@pytest.mark.parametrize("batch", [1, 2, 20])
async def test_G5_no_first_answer_rests_on_one_that_is_not_there_yet(conn, monkeypatch, batch: int) -> None:
    """However few are evaluated in one transaction, and whichever was made first."""
    monkeypatch.setattr(jobs, "BATCH", batch)
    ada = await person(conn)
    for name in ("not-they", "they"):
        await live(conn, name, {"any": []})
    await live(conn, "adas", IS_ADA)
    await live(conn, "everybody", {"all": []})
    await change(conn, "they", {"all": [{"member_of": "adas"}]})
    await change(conn, "not-they", {"all": [{"member_of": "everybody"}, {"not_member_of": "they"}]})
    assert sum(await evaluated(conn, ada.shard)) == 4
    since = [(NOW, None)]
    assert await memberships(conn, ada) == {"adas": since, "everybody": since, "they": since}


async def test_G5_what_time_changes_changes_those_who_ask_about_it_in_the_same_moment(conn: Connection) -> None:
    ada = await person(conn)
    await append(conn, [Event("e1", ada, "cart.filled", NOW)], NOW)
    await live(conn, "lazy", {"any": []})
    await live(conn, "busy", LATELY)
    await change(conn, "lazy", everybody_but("busy"))
    await live(conn, "still", IS_ADA)
    assert await evaluated(conn, ada.shard) == [3]
    assert await next_due(conn, [ada.shard]) == NOW + MINUTE
    assert await evaluated(conn, ada.shard, NOW + WEEK) == [1], "nobody has left, so nobody else is asked"
    left = NOW + WEEK + MINUTE
    assert await evaluated(conn, ada.shard, left) == [2]
    found = await memberships(conn, ada)
    assert (found["busy"], found["lazy"]) == ([(NOW, left)], [(left, None)])
    assert await next_due(conn, [ada.shard]) == left + MINUTE


async def test_G5_G4_a_changed_condition_changes_those_who_ask_about_it(conn: Connection) -> None:
    ada = await person(conn)
    for name in ("others-again", "others"):
        await live(conn, name, {"any": []})
    await live(conn, "adas", IS_ADA)
    await change(conn, "others", everybody_but("adas"))
    await change(conn, "others-again", {"all": [{"member_of": "others"}]})
    await evaluated(conn, ada.shard)
    await change(conn, "adas", {"any": []})
    assert await evaluated(conn, ada.shard, NOW + MINUTE) == [3]
    since = [(NOW + MINUTE, None)]
    assert await memberships(conn, ada) == {"adas": [(NOW, NOW + MINUTE)], "others": since, "others-again": since}


async def test_G1_members_of_a_stopped_segment_are_those_it_had_then(conn: Connection) -> None:
    ada, eve = await person(conn), await person(conn, "eve", "Eve")
    await live(conn, "adas", IS_ADA)
    for who in (ada, eve):
        await evaluated(conn, who.shard)
    await store.stop(conn, "adas", NOW, ())
    await live(conn, "they", {"all": [{"member_of": "adas"}]})
    await person(conn, "ada", "Eve")
    await person(conn, "eve", "Ada")
    for who in (ada, eve):
        await evaluated(conn, who.shard)
        await refresh(conn, who.shard, [who.id], NOW)
    assert ("they" in await memberships(conn, ada), "they" in await memberships(conn, eve)) == (True, False)


async def test_G6_G7_previews_and_single_people_are_asked_the_same(conn: Connection) -> None:
    ada, eve = await person(conn), await person(conn, "eve", "Eve")
    await live(conn, "adas", IS_ADA)
    for who in (ada, eve):
        await evaluated(conn, who.shard)
    count, sample = await store.preview(conn, "contact", condition(everybody_but("adas")), NOW, 10)
    assert (count, [row["key"] for row in sample]) == (1, ["eve"])
    asked = condition({"member_of": "adas"})
    assert await store.matching(conn, ada.shard, asked, [ada.id], NOW) == {ada.id}
    assert await store.matching(conn, eve.shard, asked, [eve.id], NOW) == set()


async def test_new_members_are_not_looked_through_for_each_person(conn: Connection) -> None:
    """While the planner knows nothing of them yet."""
    question = compiled(condition({"all": [{"member_of": "adas"}, {"not_member_of": "others"}]}))
    asked = SQL("explain (costs off) select from person p where p.shard = %(shard)s and {}").format(question.expression)
    rows = await (await conn.execute(asked, {**question.parameters, "shard": 7})).fetchall()
    assert [row["QUERY PLAN"] for row in rows if "Join" in row["QUERY PLAN"] or "Loop" in row["QUERY PLAN"]] == []


# ---------------------------------------------------------------------------------------------------- definitions


async def test_G4_what_a_live_segment_asks_about_can_be_neither_stopped_nor_deleted(conn: Connection) -> None:
    await live(conn, "adas", IS_ADA)
    await live(conn, "others", everybody_but("adas"))
    with pytest.raises(Conflict, match="stopped while it is used by: Launch, segment others"):
        await store.stop(conn, "adas", NOW, ["Launch"])
    with pytest.raises(Conflict, match="deleted while it is used by: segment others"):
        await store.delete(conn, "adas", ())
    await store.stop(conn, "others", NOW, ())
    await store.stop(conn, "adas", NOW, ())
    await store.delete(conn, "adas", ())


async def test_G4_what_is_gone_by_now_cannot_be_asked_about_when_a_segment_becomes_live(conn: Connection) -> None:
    await live(conn, "adas", IS_ADA)
    await store.create(conn, "others", "contact", condition(everybody_but("adas")), NOW)
    await store.delete(conn, "adas", ())
    assert await refused(store.publish(conn, "others", NOW)) == [
        ("segment_missing", "/condition/all/0/not_member_of")
    ]  # fmt: skip
    assert (await store.segment(conn, "others")).state == "Draft"


async def test_G1_only_members_of_the_same_audience_can_be_asked_about(conn: Connection) -> None:
    await store.create(conn, "draft", "contact", condition(IS_ADA), NOW)
    await live(conn, "leads", {"all": []}, "lead")
    asked = {"any": [{"member_of": name} for name in ("draft", "leads", "gone", "")]}
    assert await refused(live(conn, "all-of-them", asked)) == [
        ("segment_not_live", "/condition/any/0/member_of"),
        ("segment_other_audience", "/condition/any/1/member_of"),
        ("segment_missing", "/condition/any/2/member_of"),
        ("not_chosen", "/condition/any/3/member_of"),
    ]
    assert len(await refused(store.preview(conn, "contact", condition(asked), NOW, 10))) == 4


async def test_G1_no_segment_asks_about_itself_not_even_through_others(conn: Connection) -> None:
    assert await refused(live(conn, "self", {"member_of": "self"})) == [("segment_circle", "/condition/member_of")]
    await live(conn, "first", IS_ADA)
    await live(conn, "second", everybody_but("first"))
    await live(conn, "third", {"all": [{"member_of": "second"}, {"member_of": "first"}]})
    with pytest.raises(Invalid) as error:
        await change(conn, "first", {"any": [IS_ADA, {"member_of": "third"}]})
    (problem,) = error.value.problems
    assert (problem.code, problem.where) == ("segment_circle", "/condition/any/1/member_of")
    assert problem.message == "Segments ask in a circle: 'first' asks about 'third', 'third' asks about 'first'."
    assert (await store.segment(conn, "first")).condition == condition(IS_ADA)


async def test_G1_a_name_that_is_free_again_closes_no_circle(conn: Connection) -> None:
    await live(conn, "first", IS_ADA)
    await live(conn, "second", everybody_but("first"))
    await store.stop(conn, "second", NOW, ())
    await store.delete(conn, "first", ())
    assert await refused(live(conn, "first", everybody_but("second"))) == [
        ("segment_circle", "/condition/all/0/not_member_of")
    ]  # fmt: skip


# ---------------------------------------------------------------------------------------------------- at once


async def one_waits_for(pool: Pool, first: Callable[[Connection], Any], second: Callable[[Connection], Any]) -> None:
    """The second begins before the first is committed, and waits for that."""

    async def beside() -> None:
        async with transaction(pool) as conn:
            await second(conn)

    async with transaction(pool) as conn:
        await first(conn)
        waiting, waits = asyncio.create_task(beside()), False
        while not waits and not waiting.done():
            async with transaction(pool) as looking:
                waits = await (await looking.execute(WAITING)).fetchone() is not None
    await waiting


async def test_G1_two_that_begin_to_ask_about_each_other_at_once_are_not_both_right(pool: Pool) -> None:
    async with transaction(pool) as conn:
        await live(conn, "first", IS_ADA)
        await live(conn, "second", IS_ADA)
    with pytest.raises(Invalid):
        await one_waits_for(
            pool,
            lambda conn: change(conn, "first", {"member_of": "second"}),
            lambda conn: change(conn, "second", {"member_of": "first"}),
        )


async def test_G4_what_somebody_begins_to_ask_about_is_not_stopped_meanwhile(pool: Pool) -> None:
    async with transaction(pool) as conn:
        await live(conn, "adas", IS_ADA)
    with pytest.raises(Conflict, match="used by: segment others"):
        await one_waits_for(
            pool,
            lambda conn: live(conn, "others", everybody_but("adas")),
            lambda conn: store.stop(conn, "adas", NOW, ()),
        )


async def test_workers_go_on_while_a_segment_is_made(pool: Pool) -> None:
    async with transaction(pool) as conn:
        await live(conn, "adas", IS_ADA)
    async with transaction(pool) as conn, transaction(pool) as worker:
        await live(conn, "others", everybody_but("adas"))
        assert [await evaluate_pending(worker, shard, NOW) for shard in range(COUNT)] == [1] * COUNT
