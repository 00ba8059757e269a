"""The database that the settings name, made ready: the configured one, or the embedded one in the data folder.

Most starts find it ready and are done with one look; the program that migrates is big, and read only when it is needed.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg

from sojourn.db.connect import OPTIONS
from sojourn.db.embedded import join_or_own, own
from sojourn.kit.errors import Unavailable
from sojourn.kit.settings import Settings

REVISION = "0001"
"""The newest migration; a test holds it to that."""


@contextmanager
def database(settings: Settings, *, serving: bool = False) -> Iterator[str]:
    """Yields the database's URL. `serving` takes the data folder for this process alone; commands on the side join
    whoever has it. Raises what `own` and `prepare` raise."""
    if settings.database_url is not None:
        make_ready(settings.database_url, settings.zone)
        yield settings.database_url
        return
    with (own if serving else join_or_own)(settings.data) as url:
        make_ready(url, settings.zone)
        yield url


def make_ready(url: str, zone: str) -> None:
    """Brings the database to this release, if it is not there. Raises what `migrate.prepare` raises."""
    if _revision(url) != REVISION:
        from sojourn.db.migrate import prepare  # noqa: PLC0415 - takes a second to import

        prepare(url, zone=zone)


def _revision(url: str) -> str | None:
    try:
        with psycopg.connect(url, options=OPTIONS) as conn:
            row = conn.execute("select version_num from alembic_version").fetchone()
            return row[0] if row else None
    except psycopg.errors.UndefinedTable:
        return None
    except psycopg.OperationalError as error:
        raise Unavailable(f"The database cannot be reached: {error}") from error
