"""The SQL of a condition and its plain meaning never differ (G1, G2, G7): on every border, and in random mixtures."""

from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from psycopg.sql import SQL

from segment_meaning import Meaning
from segment_worlds import (
    ATTRIBUTES,
    MOMENTS,
    SHARD,
    World,
    deliver,
    every_attribute_test,
    every_event_test,
    every_membership_test,
    every_property_test,
    settle,
    worlds,
)
from sojourn.db.connect import Connection, Row
from sojourn.segments.check import check
from sojourn.segments.compile import compiled
from sojourn.segments.model import CONDITION

CALM = settings(
    max_examples=200,
    derandomize=True,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)
AT_ONCE = 100  # conditions in one statement
moments = pytest.mark.parametrize("meaning", MOMENTS, ids=lambda meaning: f"{meaning.now:%Y%m%d} {meaning.zone}")


async def answers(
    conn: Connection, world: World, conditions: Sequence[Mapping[str, Any]]
) -> tuple[list[Row], list[Row]]:
    """What the conditions say of everybody, and of the first person asked alone: rows of `id` and `answers`."""
    questions = [compiled(CONDITION.validate_python(one), f"q{n}_") for n, one in enumerate(conditions)]
    asked: dict[str, Any] = {"now": world.meaning.now, "shard": SHARD}
    for question in questions:
        asked |= question.parameters
    listed = SQL(", ").join(question.expression for question in questions)
    everybody = SQL("select id, array[{}] as answers from person p where shard = %(shard)s").format(listed)
    alone = SQL("{} and id = 0").format(everybody)
    return (await (await conn.execute(everybody, asked)).fetchall()), (
        await (await conn.execute(alone, asked)).fetchall()
    )


async def agree(conn: Connection, world: World) -> None:
    async with conn.transaction(force_rollback=True):
        await deliver(conn)
        await settle(conn, world)
        for start in range(0, len(world.conditions), AT_ONCE):
            conditions = world.conditions[start : start + AT_ONCE]
            rows, alone = await answers(conn, world, conditions)
            assert alone == [row for row in rows if row["id"] == 0]
            for row in rows:
                for condition, answer in zip(conditions, row["answers"], strict=True):
                    assert answer is world.holds(condition, row["id"]), (condition, world.people[row["id"]], answer)


@moments
@pytest.mark.parametrize("name", ATTRIBUTES)
async def test_G1_every_test_of_an_attribute_agrees(conn: Connection, meaning: Meaning, name: str) -> None:
    world = every_attribute_test(meaning, name)
    assert [found for one in world.conditions for found in check(CONDITION.validate_python(one), ATTRIBUTES)] == []
    await agree(conn, world)


@moments
async def test_G2_every_test_of_events_agrees(conn: Connection, meaning: Meaning) -> None:
    await agree(conn, every_event_test(meaning))


async def test_G1_every_test_of_membership_agrees(conn: Connection) -> None:
    await agree(conn, every_membership_test(MOMENTS[0]))


@pytest.mark.parametrize("kind", sorted(set(ATTRIBUTES.values())))
async def test_G2_every_test_of_a_property_agrees(conn: Connection, kind: Any) -> None:
    await agree(conn, every_property_test(MOMENTS[0], kind))


@CALM
@given(world=worlds())
async def test_G7_mixtures_of_tests_agree(conn: Connection, world: World) -> None:
    await agree(conn, world)
