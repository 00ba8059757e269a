"""Journeys as the database keeps them: drafts, the frozen version, and what happens when two people act at once."""

import asyncio
from collections.abc import Awaitable
from datetime import timedelta
from typing import Any

import pytest

from builders import a_workspace, asks, email, journey, publish, sends, texts, waits, waits_until
from participation import T0
from sojourn.content import store as contents
from sojourn.db.connect import Connection, Pool, transaction
from sojourn.engine.jobs import finish_versions
from sojourn.journeys import publish as publishing
from sojourn.journeys import store
from sojourn.kit.errors import Conflict, Invalid, NotFound
from sojourn.segments import store as segments

HOUR = timedelta(hours=1)
WAITING = "select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'"
SOUND = (sends(), asks(yes=[waits_until(), texts()]), waits())


async def draft(conn: Connection, *steps: Any, **given: Any) -> str:
    return await store.create(conn, journey(*(steps or SOUND), **given), T0)


async def rows(conn: Connection, query: str) -> list[tuple[Any, ...]]:
    return [tuple(row.values()) for row in await (await conn.execute(query.encode())).fetchall()]


# ---------------------------------------------------------------------------------------------------- drafts


async def test_a_draft_comes_back_as_it_was_and_has_its_id_from_its_name(conn):
    assert await draft(conn, name="Product launch!") == "product-launch"
    version = await store.newest(conn, "product-launch")
    assert (version.name, version.state, version.number, version.created_at) == ("Product launch!", "Draft", 1, T0)
    assert version.document == journey(*SOUND, name="Product launch!")


async def test_P2_names_and_ids_are_taken_once(conn):
    await draft(conn, name="Launch")
    with pytest.raises(Conflict, match="'Launch' exists already") as refused:
        await draft(conn, name="Launch")
    assert [(problem.code, problem.where) for problem in refused.value.problems] == [("name_taken", "/journey")]
    with pytest.raises(Conflict, match="'Launch' has the id 'launch' already"):
        await draft(conn, name="Launch!")
    await draft(conn, name="Other")
    with pytest.raises(Conflict, match="Another journey is called 'Launch'"):
        async with conn.transaction():
            await store.change(conn, "other", journey(name="Launch"))
    assert (await store.newest(conn, "other")).name == "Other"


async def test_a_draft_is_changed_and_renamed_and_keeps_its_id(conn):
    await draft(conn, name="Launch")
    await store.change(conn, "launch", journey(waits(), name="Big launch"))
    version = await store.newest(conn, "launch")
    assert (version.name, version.slug, version.document.steps[0].id) == ("Big launch", "launch", "pause")
    assert await store.newest(conn, "Big launch") == version
    with pytest.raises(NotFound, match="no journey named 'big-launch'"):
        await store.newest(conn, "big-launch")


async def test_an_id_comes_before_a_name(conn):
    await draft(conn, name="First")
    await draft(conn, name="Second")
    await store.change(conn, "first", journey(name="second!"))
    await store.change(conn, "second", journey(name="first"))
    assert (await store.newest(conn, "first")).name == "second!"


@pytest.mark.parametrize("act", [store.newest, lambda conn, name: store.change(conn, name, journey())])
async def test_what_is_not_there_is_not_found(conn, act):
    with pytest.raises(NotFound, match="no journey named 'nothing'"):
        await act(conn, "nothing")


# ---------------------------------------------------------------------------------------------------- publishing


async def test_P2_publishing_freezes_the_steps_in_reading_order_with_their_routes_and_listeners(conn):
    await a_workspace(conn, T0)
    version = await publish(conn, journey(*SOUND, timezone="Europe/Paris"), T0)
    assert (version.state, version.published_at) == ("Live", T0)
    assert await rows(conn, "select name, kind from step order by position") == [
        ("start", "start"), ("announce", "email"), ("clicked", "if"), ("launch", "wait_until"), ("launched", "text"),
        ("pause", "wait"),
    ]  # fmt: skip
    routes = (
        "select a.name, outcome, b.name as to_name from route join step a on a.id = step join step b on b.id = next"
    )
    assert set(await rows(conn, routes)) == {
        ("start", "entered", "announce"),
        *(("announce", outcome, "clicked") for outcome in ("sent", "blocked", "failed")),
        ("clicked", "yes", "launch"), ("clicked", "no", "pause"), ("launch", "done", "launched"),
        *(("launched", outcome, "pause") for outcome in ("sent", "blocked", "failed")),
    }  # fmt: skip
    assert await rows(conn, "select event, name from listener join step on id = step") == [("email.clicked", "clicked")]
    ((settings,),) = await rows(conn, "select settings from step where name = 'launch'")
    assert settings == {"at": "2026-12-05T08:00:00+00:00"}
    assert await rows(conn, "select who, what, at from journey_change") == [("ada", "published", T0)]


@pytest.mark.parametrize(
    ("at", "starts_at"), [("publication", T0), ("2026-12-01T12:30", T0 + 2.5 * HOUR)], ids=["at once", "in Paris"]
)
async def test_J7_the_run_starts_when_it_is_published_or_on_the_wall_clock_of_the_journey(conn, at, starts_at):
    await a_workspace(conn, T0)
    await publish(conn, journey(waits(), at=at, timezone="Europe/Paris"), T0)
    assert await rows(conn, "select number, starts_at from run") == [(1, starts_at)]


async def test_J7_a_journey_without_a_zone_is_on_the_workspaces_wall_clock(conn):
    await a_workspace(conn, T0)
    await conn.execute("update workspace set zone = 'Asia/Tokyo'")
    await publish(conn, journey(waits(), at="2026-12-02T09:00"), T0)
    assert await rows(conn, "select starts_at from run") == [(T0 + 15 * HOUR,)]


async def test_P2_all_problems_are_told_at_once_and_nothing_changes(conn):
    await draft(conn, sends(), texts(content="nothing"), segment="nobody")
    found, _ = await publishing.examine(conn, await store.newest(conn, "launch"), T0)
    with pytest.raises(Invalid, match="'Launch' cannot be published yet") as refused:
        await publishing.publish(conn, "launch", "ada", T0)
    assert refused.value.problems == found
    assert {(problem.code, problem.where) for problem in found} == {
        ("segment_missing", "start"), ("content_missing", "announce"), ("content_missing", "launched"),
    }  # fmt: skip
    assert (await store.newest(conn, "launch")).state == "Draft"
    assert await rows(conn, "select from step") == await rows(conn, "select from run") == []


async def test_C7_the_version_that_was_ready_is_frozen_and_a_later_one_is_not_taken(conn):
    await a_workspace(conn, T0)
    ready = await contents.ready_version(conn, "launch-news")
    await contents.save_draft(conn, email(subject="Later"), T0)
    await publish(conn, journey(sends()), T0)
    ((settings,),) = await rows(conn, "select settings from step where kind = 'email'")
    assert settings == {"channel": "email", "content": ready, "to": "email", "purpose": "commercial"}


@pytest.mark.parametrize("what", ["changed", "published", "deleted"])
async def test_P3_what_is_live_cannot_be(conn, what):
    await a_workspace(conn, T0)
    await publish(conn, journey(waits()), T0)
    acts: dict[str, Awaitable[Any]] = {
        "changed": store.change(conn, "launch", journey(waits("other"))),
        "published": publishing.publish(conn, "launch", "bob", T0),
        "deleted": store.delete(conn, "launch", T0),
    }
    for name, act in acts.items():
        if name == what:
            with pytest.raises(Conflict, match="'Launch' is"):
                await act
        else:
            act.close()  # type: ignore[attr-defined]
    assert (await store.newest(conn, "launch")).document == journey(waits())


async def test_P6_only_what_is_live_can_be_stopped_and_once(conn):
    await a_workspace(conn, T0)
    await draft(conn, waits())
    with pytest.raises(Conflict, match="not live, but Draft"):
        await publishing.stop(conn, "launch", "bob", T0)
    await publishing.publish(conn, "launch", "ada", T0)
    assert (await publishing.stop(conn, "launch", "bob", T0 + HOUR)).state == "Stopping"
    with pytest.raises(Conflict, match="not live, but Stopping"):
        await publishing.stop(conn, "launch", "bob", T0 + HOUR)


async def test_G4_a_live_journey_is_named_as_a_user_of_its_segment(conn):
    await a_workspace(conn, T0)
    await publish(conn, journey(waits()), T0)
    assert await store.users_of_segment(conn, "everybody") == ["Launch"]
    await conn.execute("update journey_version set completed_at = %s", [T0])
    assert await store.users_of_segment(conn, "everybody") == []


# ---------------------------------------------------------------------------------------------------- at once


async def somebody_waits(pool: Pool) -> None:
    """Returns when a connection waits for another one's lock; a transaction sees the same activity all its life."""
    waiting = False
    while not waiting:
        async with transaction(pool) as conn:
            waiting = bool(await rows(conn, WAITING))


async def test_P3_of_two_publications_at_once_one_is_done_and_the_other_is_told(pool: Pool) -> None:
    async with transaction(pool) as conn:
        await a_workspace(conn, T0)
        await draft(conn, waits())

    async def second() -> str:
        async with transaction(pool) as conn:
            return (await publishing.publish(conn, "launch", "bob", T0)).state

    async with transaction(pool) as conn:
        await publishing.publish(conn, "launch", "ada", T0)
        waiting = asyncio.create_task(second())
        await somebody_waits(pool)
    with pytest.raises(Conflict, match="'Launch' is live already"):
        await waiting
    async with transaction(pool) as conn:
        assert await rows(conn, "select who from journey_change") == [("ada",)]
        assert len(await rows(conn, "select from run")) == 1


async def test_P3_a_change_that_comes_while_it_is_published_is_refused(pool: Pool) -> None:
    async with transaction(pool) as conn:
        await a_workspace(conn, T0)
        await draft(conn, waits())

    async def second() -> None:
        async with transaction(pool) as conn:
            await store.change(conn, "launch", journey(waits("other")))

    async with transaction(pool) as conn:
        await publishing.publish(conn, "launch", "ada", T0)
        waiting = asyncio.create_task(second())
        await somebody_waits(pool)
    with pytest.raises(Conflict, match="published and cannot be modified"):
        await waiting


async def test_what_publishing_was_checked_against_cannot_be_taken_away_meanwhile(pool: Pool) -> None:
    async with transaction(pool) as conn:
        await a_workspace(conn, T0)
        await draft(conn, sends())

    async def second() -> None:
        async with transaction(pool) as conn:
            await contents.delete(conn, "launch-news")

    async with transaction(pool) as conn:
        await publishing.publish(conn, "launch", "ada", T0)
        waiting = asyncio.create_task(second())
        await somebody_waits(pool)
    with pytest.raises(Conflict, match="used by 'Launch'"):
        await waiting


async def test_a_segment_that_is_being_stopped_is_waited_for_and_then_it_is_not_live(pool: Pool) -> None:
    async with transaction(pool) as conn:
        await a_workspace(conn, T0)
        await draft(conn, waits())

    async def second() -> None:
        async with transaction(pool) as conn:
            await publishing.publish(conn, "launch", "ada", T0)

    async with transaction(pool) as conn:
        await segments.stop(conn, "everybody", T0, ())
        waiting = asyncio.create_task(second())
        await somebody_waits(pool)
    with pytest.raises(Invalid) as refused:
        await waiting
    assert [problem.code for problem in refused.value.problems] == ["segment_not_live"]


async def test_P7_two_workers_that_see_the_end_at_once_record_it_once(pool: Pool) -> None:
    async with transaction(pool) as conn:
        await a_workspace(conn, T0)
        version = await publish(conn, journey(waits()), T0)
        await publishing.stop(conn, "launch", "bob", T0)
        await conn.execute("insert into ended select shard, (select id from run), %s from lease", [T0])

    async def second() -> None:
        async with transaction(pool) as conn:
            await finish_versions(conn, T0 + HOUR)

    async with transaction(pool) as conn:
        await finish_versions(conn, T0)
        waiting = asyncio.create_task(second())
        await somebody_waits(pool)
    await waiting
    async with transaction(pool) as conn:
        assert [row["what"] for row in await store.changes(conn, version.journey)] == [
            "published", "stopped", "ended: everybody has left",
        ]  # fmt: skip
        assert (await store.newest(conn, "launch")).stopped_at == T0
