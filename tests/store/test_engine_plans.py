"""The statement that moves people, of each kind: understood by PostgreSQL, inside one shard, and by its indexes."""

from collections.abc import Iterator
from typing import Any

import pytest
from psycopg import AsyncClientCursor
from psycopg.sql import SQL

from builders import frozen
from participation import T0
from sojourn.db.connect import Connection
from sojourn.engine import store
from sojourn.journeys.steps.registry import MOVING

PEOPLE = {"visit", "delivery", "participant", "counter", "event"}


@pytest.mark.parametrize("kind", MOVING)
async def test_each_kind_moves_nobody_when_nobody_is_due(conn: Connection, kind: str) -> None:
    assert await store.advance(conn, 7, frozen(kind), T0) == (0, 0)


@pytest.mark.parametrize("kind", MOVING)
async def test_each_kind_stays_inside_its_shard(conn: Connection, kind: str) -> None:
    step = frozen(kind)
    statement, settings = store.advance_statement(kind, step["settings"])
    given = {**settings, "shard": 7, "step": step["step"], "now": T0, "batch": 100}
    cursor = AsyncClientCursor(conn)
    await cursor.execute(SQL("explain (format json) ") + statement, given)
    row = await cursor.fetchone()
    assert row is not None
    scans = [node for node in nodes_of(row["QUERY PLAN"][0]["Plan"]) if "Scan" in node["Node Type"]]
    read = [node for node in scans if node.get("Relation Name", "").partition("_")[0] in PEOPLE]
    assert read != []
    for node in read:
        conditions = str([node.get(part) for part in ("Index Cond", "Recheck Cond", "Filter")])
        assert "shard = " in conditions, node


def nodes_of(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for part in plan.get("Plans", []):
        yield from nodes_of(part)
