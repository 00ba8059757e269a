"""Brings a database to this release's tables: an empty one at once from schema.sql, an older one by its migrations.

All of it is one transaction under a lock, so that several processes may start together and none sees a half-made state.
A migration is plain SQL in `migrations/versions/`. schema.sql stays the truth: a test proves that both arrive there.
"""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, NullPool, create_engine

from sojourn.db.connect import OPTIONS
from sojourn.kit.errors import Conflict, Invalid, Unavailable

OLDEST_SERVER = 16
_FOLDER = Path(__file__).parent
_LOCK = 7_265_371_109_551_201_010  # any number that no other program takes for an advisory lock


def prepare(url: str, *, zone: str) -> None:
    """Makes the database ready for this release; `zone` is the time zone of the workspace, if it is a new one.

    Raises Unavailable when the server cannot be reached, Invalid when it is not one that Sojourn can use, Conflict when
    the database is a newer release's or somebody else's. Then nothing has changed.
    """
    with locked(url) as connection:
        driver = driver_of(connection)
        scripts = ScriptDirectory.from_config(configuration(connection))
        revision = MigrationContext.configure(connection).get_current_revision()
        if revision is None:
            _refuse_tables_of_others(driver)
            driver.execute((_FOLDER / "schema.sql").read_bytes())
            MigrationContext.configure(connection).stamp(scripts, "head")
        elif revision not in {script.revision for script in scripts.walk_revisions()}:
            raise Conflict(f"This database was made by a newer Sojourn (revision {revision}): upgrade Sojourn.")
        else:
            command.upgrade(configuration(connection), "head")
        driver.execute(
            "insert into workspace (zone, signing_key, webhook_secret) values (%s, %s, %s) on conflict do nothing",
            [zone, secrets.token_bytes(32), secrets.token_bytes(32)],
        )


@contextmanager
def locked(url: str) -> Iterator[Connection]:
    """One transaction on a suitable server, alone among all that prepare this database."""
    try:
        driver = psycopg.connect(url, options=OPTIONS)
    except psycopg.OperationalError as error:
        raise Unavailable(f"The database cannot be reached: {error}") from error
    with create_engine("postgresql+psycopg://", creator=lambda: driver, poolclass=NullPool).begin() as connection:
        _refuse_unsuitable_server(driver)
        driver.execute("select pg_advisory_xact_lock(%s)", [_LOCK])
        yield connection


def configuration(connection: Connection) -> Config:
    """Alembic's configuration, in place of its ini file: it touches no logging and prints nothing."""
    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(_FOLDER / "migrations"))
    return config


def driver_of(connection: Connection) -> psycopg.Connection[Any]:
    driver = connection.connection.driver_connection
    assert isinstance(driver, psycopg.Connection)
    return driver


def _refuse_unsuitable_server(driver: psycopg.Connection[Any]) -> None:
    if driver.info.server_version < OLDEST_SERVER * 10_000:
        found = driver.info.parameter_status("server_version")
        raise Invalid(f"The server runs PostgreSQL {found}; Sojourn needs {OLDEST_SERVER} or newer.")
    encoding = driver.info.parameter_status("server_encoding")
    if encoding != "UTF8":
        raise Invalid(f"The database is encoded in {encoding}; Sojourn needs one in UTF8.")


def _refuse_tables_of_others(driver: psycopg.Connection[Any]) -> None:
    found = driver.execute("select tablename from pg_tables where schemaname = current_schema() limit 1").fetchone()
    if found:
        raise Conflict(f"The database has tables that are not Sojourn's, such as {found[0]!r}: give it one of its own.")
