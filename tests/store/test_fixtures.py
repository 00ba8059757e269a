"""The fixtures themselves keep what they promise."""

import pytest

from sojourn.db.connect import Connection, Pool, transaction


@pytest.mark.parametrize("n", range(6))
async def test_conn_starts_from_an_empty_database(conn: Connection, n: int) -> None:
    await conn.execute("insert into lease (shard) values (99)")


async def test_pool_commits_to_a_database_of_its_own(pool: Pool, database: str) -> None:
    async with transaction(pool) as conn:
        await conn.execute("insert into lease (shard) values (99)")
    async with transaction(pool) as conn:
        assert await (await conn.execute("select from lease where shard = 99")).fetchall() == [{}]
