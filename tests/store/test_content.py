"""Content in the database: drafts, versions that are Ready to send, and what is frozen."""

from datetime import UTC, datetime

import pytest
from psycopg.errors import RestrictViolation

from builders import email, text_message
from sojourn.content import store
from sojourn.content.model import CompiledEmail
from sojourn.db.connect import Connection
from sojourn.kit.errors import Conflict, Invalid, NotFound

NOW = datetime(2026, 12, 1, 9, tzinfo=UTC)


@pytest.fixture(autouse=True)
async def _postal_address(conn: Connection) -> None:
    await conn.execute("update workspace set postal_address = 'Main St 1'")


async def ready(conn: Connection, subject: str = "News") -> int:
    await store.save_draft(conn, email(subject=subject), NOW)
    version = (await store.make_ready(conn, "launch-news", "ann@example.org", NOW)).ready_version
    assert version is not None
    return version


async def test_C1_a_content_begins_as_a_draft(conn: Connection) -> None:
    made = await store.create(conn, email(), NOW)
    assert (made.state, made.number, made.ready_version) == ("Draft", 1, None)
    assert made.document == email()
    assert await store.ready_version(conn, "launch-news") is None


async def test_C1_a_draft_becomes_ready_with_who_and_when(conn: Connection) -> None:
    await store.create(conn, email(), NOW)
    made = await store.make_ready(conn, "launch-news", "ann@example.org", NOW)
    assert (made.state, made.ready_at, made.ready_by) == ("Ready to send", NOW, "ann@example.org")
    assert made.ready_version == made.version == await store.ready_version(conn, "launch-news")
    compiled = await store.compiled(conn, made.version)
    assert isinstance(compiled, CompiledEmail)
    assert compiled.sender.address == "news@contoso.example"


async def test_C2_a_draft_with_problems_stays_a_draft(conn: Connection) -> None:
    await store.create(conn, email(subject="", sender=""), NOW)
    with pytest.raises(Invalid) as refusal:
        await store.make_ready(conn, "launch-news", "ann", NOW)
    assert [problem.code for problem in refusal.value.problems] == ["subject_missing", "sender_missing"]
    assert (await store.content(conn, "launch-news")).state == "Draft"


async def test_C2_the_audience_and_the_workspace_are_asked(conn: Connection) -> None:
    await conn.execute("update workspace set postal_address = null")
    await store.create(conn, email(subject="For {{ person.shoe_size }}", audience="lead"), NOW)
    problems = await store.problems(conn, (await store.content(conn, "launch-news")).document)
    assert [problem.code for problem in problems] == ["postal_address_unset", "placeholder_unknown"]


async def test_C7_editing_what_is_ready_makes_the_next_version(conn: Connection) -> None:
    first = await ready(conn)
    edited = await store.save_draft(conn, email(subject="Later news"), NOW)
    assert (edited.state, edited.number, edited.ready_version) == ("Draft", 2, first)
    assert await ready(conn, "Latest news") != first
    assert (await store.content(conn, "launch-news")).number == 2
    assert (await store.compiled(conn, first)).model_dump()["subject"] == "News"


async def test_C7_saving_what_is_saved_changes_nothing(conn: Connection) -> None:
    await ready(conn)
    assert (await store.save_draft(conn, email(), NOW)).state == "Ready to send"


async def test_C7_what_is_ready_is_frozen_by_the_database(conn: Connection) -> None:
    await ready(conn)
    with pytest.raises(RestrictViolation):
        await conn.execute("update content_version set document = '{}'")


async def test_C1_what_is_ready_is_not_made_ready_again(conn: Connection) -> None:
    await ready(conn)
    with pytest.raises(Conflict):
        await store.make_ready(conn, "launch-news", "ann", NOW)


async def test_C3_a_content_stays_with_its_audience_once_it_was_ready(conn: Connection) -> None:
    await store.create(conn, email(), NOW)
    assert (await store.save_draft(conn, email(audience="lead"), NOW)).audience == "lead"
    await store.make_ready(conn, "launch-news", "ann", NOW)
    with pytest.raises(Conflict):
        await store.save_draft(conn, email(audience="contact"), NOW)


async def test_an_email_does_not_become_a_text_message(conn: Connection) -> None:
    await store.create(conn, email(), NOW)
    with pytest.raises(Conflict):
        await store.save_draft(conn, text_message(name="launch-news"), NOW)


async def test_names_and_audiences_are_known_or_refused(conn: Connection) -> None:
    await store.create(conn, email(), NOW)
    with pytest.raises(Conflict):
        await store.create(conn, email(), NOW)
    with pytest.raises(NotFound):
        await store.create(conn, email(name="other", audience="robots"), NOW)
    with pytest.raises(NotFound):
        await store.content(conn, "nothing")
    with pytest.raises(NotFound):
        await store.make_ready(conn, "nothing", "ann", NOW)
    with pytest.raises(NotFound):
        await store.compiled(conn, (await store.content(conn, "launch-news")).version)


async def test_contents_are_listed_by_name(conn: Connection) -> None:
    await store.create(conn, text_message(name="b"), NOW)
    await store.create(conn, email(name="a"), NOW)
    assert [(found.name, found.document.kind) for found in await store.contents(conn)] == [
        ("a", "email"),
        ("b", "text"),
    ]


async def test_a_content_is_deleted_unless_a_journey_was_published_with_it(conn: Connection) -> None:
    version = await ready(conn)
    await conn.execute(
        """with j as (insert into journey (slug, name, created_at) values ('launch', 'Launch', now()) returning id),
                v as (insert into journey_version (journey, number, document) select id, 1, '{}' from j returning id)
           insert into step (version, name, kind, position, settings)
           select id, 'mail', 'email', 1, jsonb_build_object('content', %(version)s::int) from v""",
        {"version": version},
    )
    with pytest.raises(Conflict, match="'Launch'"):
        await store.delete(conn, "launch-news")
    await conn.execute("delete from journey")
    await store.delete(conn, "launch-news")
    with pytest.raises(NotFound):
        await store.delete(conn, "launch-news")


async def test_D6_what_was_sent_is_never_deleted_since_links_do_not_expire(conn: Connection) -> None:
    version = await ready(conn)
    await conn.execute(
        """insert into delivery (shard, participant, step, run, person, channel, content, state, not_before)
           values (1, 1, 1, 1, 1, 'email', %(version)s, 'queued', now())""",
        {"version": version},
    )
    with pytest.raises(Conflict, match="was sent"):
        await store.delete(conn, "launch-news")
