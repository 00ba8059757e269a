"""What webhooks ask PostgreSQL."""

from sojourn.db.connect import Connection
from sojourn.db.queries import Queries

queries = Queries(__package__)


async def secret(conn: Connection) -> bytes:
    """The workspace's, with which calls are signed."""
    row = await (await conn.execute(queries["secret"])).fetchone()
    assert row is not None
    return bytes(row["webhook_secret"])
