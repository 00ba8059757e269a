"""Segments as the database keeps them: their life, their members, and what a worker does to keep those right."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from psycopg.errors import LockNotAvailable

from sojourn.db.connect import Connection, Pool, transaction
from sojourn.db.shards import COUNT
from sojourn.events.model import Event
from sojourn.events.store import append
from sojourn.kit.errors import Conflict, Invalid, NotFound
from sojourn.kit.ids import Ref
from sojourn.people.store import declare_attributes, identify
from sojourn.segments import store
from sojourn.segments.jobs import evaluate_pending, next_due, refresh
from sojourn.segments.model import CONDITION, Condition, Segment

NOW = datetime(2026, 12, 1, 9, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
EVERY_SHARD = range(COUNT)


def condition(document: dict[str, Any]) -> Condition:
    return CONDITION.validate_python(document)


def first_name(name: str) -> Condition:
    return condition({"attribute": "first_name", "test": "is", "value": name})


CLICKED = condition({"did": "cart.filled", "within": "7 days"})


async def live(conn: Connection, question: Condition, name: str = "somebody", audience: str = "contact") -> Segment:
    return await store.create(conn, name, audience, question, NOW, live=True)


async def person(
    conn: Connection, key: str = "ada", now: datetime = NOW, audience: str = "contact", **known: Any
) -> Ref:
    return await identify(conn, audience, key, known, now)


async def pending(conn: Connection, now: datetime) -> int:
    return sum([await evaluate_pending(conn, shard, now) for shard in EVERY_SHARD])


async def history(conn: Connection, segment: Segment, who: Ref) -> list[tuple[datetime, datetime | None]]:
    """Since when, and until when, somebody was a member."""
    rows = await conn.execute(
        "select since, until from segment_member where shard = %s and segment = %s and person = %s order by since",
        [who.shard, segment.id, who.id],
    )
    return [(row["since"], row["until"]) for row in await rows.fetchall()]


async def members(conn: Connection, segment: Segment) -> Sequence[str]:
    return sorted([row["key"] for row in await store.members(conn, segment, Ref(0, 0), 100)])


# ---------------------------------------------------------------------------------------------------- life


async def test_G4_a_segment_is_draft_then_live_then_stopped_and_may_be_live_again(conn):
    made = await store.create(conn, "adas", "contact", first_name("Ada"), NOW)
    assert (made.state, await pending(conn, NOW)) == ("Draft", 0)
    published = await store.publish(conn, "adas", NOW + MINUTE)
    assert (published.state, published.live_at, await pending(conn, NOW)) == ("Live", NOW + MINUTE, COUNT)
    stopped = await store.stop(conn, "adas", NOW + 2 * MINUTE, ())
    assert (stopped.state, stopped.stopped_at) == ("Stopped", NOW + 2 * MINUTE)
    assert await store.segment(conn, "adas") == stopped
    again = await store.publish(conn, "adas", NOW + 3 * MINUTE)
    assert (again.state, await pending(conn, NOW + 3 * MINUTE)) == ("Live", COUNT)


async def test_G4_changes_that_do_not_fit_the_state_are_refused(conn):
    await live(conn, first_name("Ada"))
    with pytest.raises(Conflict, match="live already"):
        await store.publish(conn, "somebody", NOW)
    with pytest.raises(Conflict, match="only a draft's audience"):
        await store.change(conn, "somebody", "lead", first_name("Ada"))
    await store.stop(conn, "somebody", NOW, ())
    with pytest.raises(Conflict, match="not live, but Stopped"):
        await store.stop(conn, "somebody", NOW, ())


async def test_G4_what_is_in_use_cannot_be_stopped_or_deleted_and_the_refusal_names_the_users(conn):
    await live(conn, first_name("Ada"))
    with pytest.raises(Conflict, match="used by: Product launch, Welcome"):
        await store.stop(conn, "somebody", NOW, ["Product launch", "Welcome"])
    with pytest.raises(Conflict, match="deleted while it is used by: Welcome"):
        await store.delete(conn, "somebody", ["Welcome"])


async def test_G4_what_a_journey_has_run_from_is_kept(conn):
    made = await live(conn, first_name("Ada"))
    await conn.execute(
        "with j as (insert into journey (slug, name, created_at) values ('a', 'A', %(now)s) returning id),"
        " v as (insert into journey_version (journey, number, document) select id, 1, '{}' from j returning id)"
        " insert into entry_segment (version, segment, excluded) select id, %(segment)s, false from v",
        {"now": NOW, "segment": made.id},
    )
    with pytest.raises(Conflict, match="A journey has run from 'somebody'"):
        async with conn.transaction():
            await store.delete(conn, "somebody", ())


async def test_deleting_leaves_nothing_behind(conn):
    await person(conn, first_name="Ada")
    await live(conn, first_name("Ada"))
    await pending(conn, NOW)
    await store.delete(conn, "somebody", ())
    left = await conn.execute(
        "select (select count(*) from segment_member) + (select count(*) from segment_evaluation) as n"
    )
    assert await left.fetchone() == {"n": 0}
    with pytest.raises(NotFound):
        await store.segment(conn, "somebody")


async def test_names_are_unique_and_conditions_are_checked_before_they_are_kept(conn):
    await store.create(conn, "adas", "contact", first_name("Ada"), NOW)
    with pytest.raises(Conflict, match="already"):
        await store.create(conn, "adas", "contact", first_name("Ada"), NOW)
    with pytest.raises(NotFound):
        await store.create(conn, "others", "martians", first_name("Ada"), NOW)
    with pytest.raises(Invalid) as refused:
        await store.change(conn, "adas", "contact", condition({"attribute": "shoe_size", "test": "is_set"}))
    assert [problem.where for problem in refused.value.problems] == ["/condition/attribute"]
    with pytest.raises(NotFound):
        await store.change(conn, "others", "contact", first_name("Ada"))


# ---------------------------------------------------------------------------------------------------- members


async def test_G5_whoever_fits_is_a_member_from_the_first_evaluation_on(conn):
    ada, bob = await person(conn, "ada", first_name="Ada"), await person(conn, "bob", first_name="Bob")
    await person(conn, "ada", audience="lead", first_name="Ada")
    segment = await live(conn, first_name("Ada"))
    assert await pending(conn, NOW) == COUNT
    assert await members(conn, segment) == ["ada"]
    assert (await history(conn, segment, ada), await history(conn, segment, bob)) == ([(NOW, None)], [])
    assert await store.sizes(conn, [segment]) == {segment.id: 1}
    assert await pending(conn, NOW + 2 * MINUTE) == 0


async def test_G5_a_person_who_changed_joins_and_leaves(conn):
    segment = await live(conn, first_name("Ada"))
    await pending(conn, NOW)
    ada = await person(conn, first_name="Ada")
    assert await refresh(conn, ada.shard, [ada.id], NOW + MINUTE) == 1
    assert await refresh(conn, ada.shard, [ada.id], NOW + 2 * MINUTE) == 0
    await person(conn, first_name="Eve")
    assert await refresh(conn, ada.shard, [ada.id], NOW + 3 * MINUTE) == 1
    await person(conn, first_name="Ada")
    await refresh(conn, ada.shard, [ada.id], NOW + 4 * MINUTE)
    assert await history(conn, segment, ada) == [(NOW + MINUTE, NOW + 3 * MINUTE), (NOW + 4 * MINUTE, None)]


async def test_only_those_who_were_touched_are_looked_at(conn):
    segment = await live(conn, first_name("Ada"))
    ada = await person(conn, "ada", first_name="Ada")
    await refresh(conn, ada.shard, [ada.id + 1], NOW)
    assert await members(conn, segment) == []


async def test_only_live_segments_are_asked(conn):
    draft = await store.create(conn, "draft", "contact", first_name("Ada"), NOW)
    stopped = await live(conn, first_name("Ada"), "stopped")
    await store.stop(conn, "stopped", NOW, ())
    ada = await person(conn, first_name="Ada")
    assert await refresh(conn, ada.shard, [ada.id], NOW) == 0
    assert (await members(conn, draft), await members(conn, stopped)) == ([], [])


async def test_leaving_and_joining_at_one_instant_is_as_if_nothing_had_been(conn):
    segment = await live(conn, first_name("Ada"))
    ada = await person(conn, first_name="Ada")
    for name in ("Ada", "Eve", "Ada"):
        await person(conn, first_name=name)
        assert await refresh(conn, ada.shard, [ada.id], NOW) == 1
    assert await history(conn, segment, ada) == [(NOW, None)]
    await person(conn, first_name="Eve")
    await store.evaluate_whole(conn, ada.shard, segment, NOW)
    await person(conn, first_name="Ada")
    await store.evaluate_whole(conn, ada.shard, segment, NOW)
    assert await history(conn, segment, ada) == [(NOW, None)]


async def test_Z3_a_clock_that_is_behind_does_not_make_anybody_leave_before_they_joined(conn):
    segment = await live(conn, first_name("Ada"))
    ada = await person(conn, first_name="Ada")
    await refresh(conn, ada.shard, [ada.id], NOW)
    await person(conn, first_name="Eve")
    await refresh(conn, ada.shard, [ada.id], NOW - MINUTE)
    assert await history(conn, segment, ada) == [(NOW, NOW)]


async def test_A4_who_was_deleted_leaves_every_segment(conn):
    segment = await live(conn, condition({"all": []}))
    ada = await person(conn)
    await refresh(conn, ada.shard, [ada.id], NOW)
    await conn.execute("delete from person where shard = %s and id = %s", ada)
    assert await refresh(conn, ada.shard, [ada.id], NOW + MINUTE) == 1
    assert await history(conn, segment, ada) == [(NOW, NOW + MINUTE)]


async def test_G4_editing_a_live_segment_evaluates_it_again(conn):
    await person(conn, "ada", first_name="Ada")
    await person(conn, "bob", first_name="Bob")
    await live(conn, first_name("Ada"))
    await pending(conn, NOW)
    segment = await store.change(conn, "somebody", "contact", first_name("Bob"))
    assert await pending(conn, NOW + MINUTE) == COUNT
    assert await members(conn, segment) == ["bob"]


async def test_members_come_in_pages(conn):
    for number in range(25):
        await person(conn, f"p{number}")
    segment = await live(conn, condition({"all": []}))
    await pending(conn, NOW)
    found, after = [], Ref(0, 0)
    while page := await store.members(conn, segment, after, 10):
        found += [row["key"] for row in page]
        after = Ref(page[-1]["shard"], page[-1]["person"])
    assert sorted(found) == sorted(f"p{number}" for number in range(25))


async def test_G6_a_preview_counts_exactly_and_shows_some(conn):
    for number in range(30):
        await person(conn, f"p{number}", first_name="Ada" if number % 2 else "Bob")
    count, sample = await store.preview(conn, "contact", first_name("Ada"), NOW, 10)
    assert (count, len(sample), {row["attributes"]["first_name"] for row in sample}) == (15, 10, {"Ada"})
    with pytest.raises(Invalid):
        await store.preview(conn, "contact", condition({"attribute": "shoe_size", "test": "is_set"}), NOW, 10)
    assert await store.segments(conn) == []


async def test_G7_one_person_is_asked_the_same(conn):
    ada, bob = await person(conn, "ada", first_name="Ada"), await person(conn, "bob", first_name="Bob")
    assert await store.matching(conn, ada.shard, first_name("ada"), [ada.id], NOW) == {ada.id}
    assert await store.matching(conn, bob.shard, first_name("ada"), [bob.id], NOW) == set()


# ---------------------------------------------------------------------------------------------------- time


async def test_G5_time_windows_are_evaluated_again_as_time_passes(conn):
    ada = await person(conn)
    await append(conn, [Event("e1", ada, "cart.filled", NOW)], NOW)
    segment = await live(conn, CLICKED)
    await pending(conn, NOW)
    assert await members(conn, segment) == ["ada"]
    border = NOW + timedelta(days=7)
    assert await pending(conn, border) == COUNT
    assert await members(conn, segment) == ["ada"]
    assert await pending(conn, border + MINUTE) == COUNT
    assert await history(conn, segment, ada) == [(NOW, border + MINUTE)]


MOVING = [
    {"none": [{"any": [{"did_not": "cart.filled", "within": "7 days"}]}]},
    {"attribute": "born", "test": "anniversary"},
    {"attribute": "born", "test": "in_last", "value": "7 days"},
    {"all": [{"attribute": "born", "test": "in_next", "value": "7 days"}]},
    {"did": "cart.filled", "where": [{"property": "delivery", "test": "in_next", "value": "1 day"}]},
]
STILL = [{"did": "cart.filled"}, {"attribute": "born", "test": "on", "value": "2026-12-01"}, {"all": []}]


@pytest.mark.parametrize("document", MOVING + STILL, ids=str)
async def test_G5_only_what_time_can_change_is_evaluated_again_and_after_a_while(conn, document):
    await declare_attributes(conn, "contact", {"born": "date"})
    assert await next_due(conn, EVERY_SHARD) is None
    await live(conn, condition(document))
    assert await next_due(conn, EVERY_SHARD) == NOW
    await pending(conn, NOW)
    moves = document in MOVING
    assert await next_due(conn, EVERY_SHARD) == (NOW + MINUTE if moves else None)
    assert await pending(conn, NOW + MINUTE - timedelta(microseconds=1)) == 0
    assert await pending(conn, NOW + MINUTE) == (COUNT if moves else 0)


async def test_when_next_is_asked_for_the_shards_of_one_worker(conn):
    await live(conn, CLICKED)
    await evaluate_pending(conn, 3, NOW)
    await evaluate_pending(conn, 4, NOW + MINUTE)
    assert [await next_due(conn, shards) for shards in ([4], [3, 4], [4, 5], [])] == [
        NOW + 2 * MINUTE,
        NOW + MINUTE,
        NOW,
        None,
    ]


async def test_G4_a_condition_does_not_change_under_an_evaluation(pool: Pool):
    async with transaction(pool) as conn:
        await live(conn, first_name("Ada"))
    async with transaction(pool) as worker, transaction(pool) as conn:
        assert len(await store.pending(worker, 5, NOW)) == 1
        with pytest.raises(LockNotAvailable):  # an update takes the same lock, and waits for it
            await conn.execute("select from segment for no key update nowait")
