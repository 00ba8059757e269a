"""What the database itself refuses: the last wall behind every statement."""

from datetime import UTC, datetime, timedelta

import psycopg
import pytest
from psycopg.types.json import Jsonb

from sojourn.db.connect import Connection

NOW = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
DELIVERED = "insert into delivery (shard, participant, step, run, person, channel, content, state, not_before) \
             values (3, 7, 11, 1, 1, 'email', 1, 'queued', %s)"


async def open_visit(conn: Connection, *, step: int) -> None:
    await conn.execute(
        "insert into visit (shard, participant, step, run, person, entered_at, due) values (3, 7, %s, 1, 1, %s, %s)",
        [step, NOW, NOW],
    )


async def decide_visit(conn: Connection, outcome: str) -> None:
    await conn.execute(
        "update visit set left_at = %s, outcome = %s where shard = 3 and participant = 7", [NOW, outcome]
    )


async def publish(conn: Connection) -> int:
    """A journey with one step, published; the version's id."""
    statements = """
      with journey as (insert into journey (slug, name, created_at) values ('launch', 'Launch', %(now)s) returning id)
      insert into journey_version (journey, number, document) select id, 1, '{}' from journey returning id"""
    row = await (await conn.execute(statements.encode(), {"now": NOW})).fetchone()
    assert row is not None
    version: int = row["id"]
    step = "insert into step (version, name, kind, position, settings) values (%s, 'start', 'start', 0, '{}')"
    await conn.execute(step, [version])
    await conn.execute("update journey_version set published_at = %s where id = %s", [NOW, version])
    return version


async def test_W1_a_participant_has_one_open_visit(conn: Connection) -> None:
    await open_visit(conn, step=11)
    with pytest.raises(psycopg.errors.UniqueViolation, match="visit_open"):
        await open_visit(conn, step=12)


async def test_W6_a_decided_visit_keeps_its_outcome(conn: Connection) -> None:
    await open_visit(conn, step=11)
    await decide_visit(conn, "yes")
    with pytest.raises(psycopg.errors.RestrictViolation, match="one outcome"):
        await decide_visit(conn, "no")


async def test_A4_W6_of_a_decided_visit_what_decided_it_can_be_erased_and_nothing_else(conn: Connection) -> None:
    await open_visit(conn, step=11)
    await conn.execute("update visit set left_at = %s, outcome = 'yes', cause = '{\"value\": 1}'", [NOW])
    for change in ("cause = '{}'", "cause = null, outcome = 'no'", "cause = null, person = 2", "due = 'infinity'"):
        with pytest.raises(psycopg.errors.RestrictViolation, match="one outcome"):
            async with conn.transaction():
                await conn.execute(f"update visit set {change}".encode())
    await conn.execute("update visit set cause = null")


async def test_W6_a_visit_is_left_by_an_outcome_or_an_exit_never_by_both_or_neither(conn: Connection) -> None:
    for outcome, reason in (("yes", "journey_stopped"), (None, None)):
        await open_visit(conn, step=11)
        with pytest.raises(psycopg.errors.CheckViolation):
            async with conn.transaction():
                await conn.execute(
                    "update visit set left_at = %s, outcome = %s, exit_reason = %s", [NOW, outcome, reason]
                )
        await conn.execute("delete from visit")


async def test_W2_a_visit_has_one_delivery(conn: Connection) -> None:
    await conn.execute(DELIVERED, [NOW])
    with pytest.raises(psycopg.errors.UniqueViolation, match="delivery"):
        await conn.execute(DELIVERED, [NOW])


async def test_D2_a_delivery_that_was_not_sent_has_a_reason(conn: Connection) -> None:
    await conn.execute(DELIVERED, [NOW])
    with pytest.raises(psycopg.errors.CheckViolation):
        await conn.execute("update delivery set state = 'blocked'")


@pytest.mark.parametrize(
    "change",
    [
        'update journey_version set document = \'{"name": "other"}\'',
        "update journey_version set published_at = null",
        "update journey_version set number = 2",
        "update step set settings = '{\"wait\": 1}'",
        "delete from step",
        "insert into step (version, name, kind, position, settings) select version, 'more', 'exit', 1, '{}' from step",
    ],
)
async def test_P3_a_published_version_cannot_be_modified(conn: Connection, change: str) -> None:
    await publish(conn)
    with pytest.raises(psycopg.errors.RestrictViolation, match="a published version cannot be modified"):
        await conn.execute(change.encode())


async def test_P7_a_live_version_cannot_be_deleted_and_a_stopped_one_can(conn: Connection) -> None:
    version = await publish(conn)
    with pytest.raises(psycopg.errors.RestrictViolation, match="a live version cannot be deleted"):
        async with conn.transaction():
            await conn.execute("delete from journey")
    await conn.execute("update journey_version set stopped_at = %s where id = %s", [NOW, version])
    await conn.execute("delete from journey")
    assert await (await conn.execute("select from step")).fetchall() == []


async def test_C7_content_that_is_ready_cannot_be_changed(conn: Connection) -> None:
    statement = """
      with content as (insert into content (name, kind, audience, created_at) values ('Hello', 'email', 'contact', %s)
                       returning id)
      insert into content_version (content, number, document, changed_at) select id, 1, '{}', %s from content"""
    await conn.execute(statement.encode(), [NOW, NOW])
    await conn.execute("update content_version set document = %s", [Jsonb({"subject": "Hi"})])
    await conn.execute("update content_version set compiled = '{}', ready_at = %s, ready_by = 'Ada'", [NOW])
    with pytest.raises(psycopg.errors.RestrictViolation, match="ready to send cannot be changed"):
        await conn.execute("update content_version set document = %s", [Jsonb({"subject": "Bye"})])


async def test_T6_the_same_event_id_twice_is_refused_whenever_it_happened(conn: Connection) -> None:
    statement = "insert into event_id (shard, id, at) values (3, 'click-1', %s)"
    await conn.execute(statement, [NOW])
    with pytest.raises(psycopg.errors.UniqueViolation):
        await conn.execute(statement, [NOW + timedelta(days=40)])


async def test_A1_three_audiences_exist_from_the_start(conn: Connection) -> None:
    rows = await (await conn.execute("select name, email_attribute, phone_attribute from audience")).fetchall()
    assert {tuple(row.values()) for row in rows} == {
        ("contact", "email", "phone"),
        ("lead", "email", "phone"),
        ("customer_profile", None, None),
    }
