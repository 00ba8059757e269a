"""The first release's tables: 0001_first.sql is schema.sql as that release had it."""

from pathlib import Path

from alembic import op

from sojourn.db.migrate import driver_of

revision = "0001"
down_revision = None


def upgrade() -> None:
    driver_of(op.get_bind()).execute(Path(__file__).with_suffix(".sql").read_bytes())
