"""What tests stand on: one PostgreSQL for the whole run, a template with the tables, and databases cloned from it.

The server is the embedded one, started by the first test that needs it and shared by all xdist workers; it dies with
the run. SOJOURN_TEST_DATABASE_URL names another server to use instead, by a role that may create databases.
"""

import os
import secrets
import shutil
import ssl
import subprocess
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from functools import partial
from importlib import import_module
from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import make_conninfo
from psycopg.sql import SQL, Identifier

from sojourn.db.connect import Connection, Pool, connect, open_pool
from sojourn.db.embedded import join_or_own
from sojourn.db.migrate import prepare

ELSEWHERE = os.environ.get("SOJOURN_TEST_DATABASE_URL")
RUN = "SOJOURN_TEST_RUN"  # the folder of this run, told to all who belong to it by their environment
FAST = {"fsync": "off", "autovacuum": "off", "max_connections": "100", "shared_buffers": "64MB"}
DAY = 86_400
MUTANT = "SOJOURN_TEST_MUTANT"  # names the fault that is planted in a run (tests/mutants)


def pytest_configure(config: pytest.Config) -> None:
    if MUTANT in os.environ:
        import_module("mutants").plant(os.environ[MUTANT])
    if RUN in os.environ:
        return
    folder = Path(tempfile.mkdtemp(prefix="sojourn_test_"))
    folder.chmod(0o755)
    os.environ[RUN] = str(folder)
    config.add_cleanup(partial(_clean_up, folder))
    for older in folder.parent.glob("sojourn_test_*"):  # of runs that were killed
        if folder.stat().st_mtime - older.stat().st_mtime > DAY:
            shutil.rmtree(older, ignore_errors=True)


def _clean_up(folder: Path) -> None:
    del os.environ[RUN]
    shutil.rmtree(folder, ignore_errors=True)
    if ELSEWHERE:
        _drop_all(ELSEWHERE, folder.name)


def _drop_all(server: str, prefix: str) -> None:
    with psycopg.connect(server, autocommit=True) as conn:
        for (name,) in conn.execute(
            "select datname from pg_database where starts_with(datname, %s)", [prefix]
        ).fetchall():
            conn.execute(SQL("drop database {} with (force)").format(Identifier(name)))


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """The URL of a database on the run's server; for creating others, not for tables."""
    if ELSEWHERE:
        yield ELSEWHERE
    else:
        with join_or_own(Path(os.environ[RUN]), FAST) as url:
            yield url


@pytest.fixture(scope="session")
def template(server: str) -> str:
    """The name of the database that all others are cloned from; the first worker makes it."""
    name = f"{Path(os.environ[RUN]).name}_template"
    with psycopg.connect(server, autocommit=True) as conn:
        conn.execute("select pg_advisory_lock(1)")
        if not conn.execute("select from pg_database where datname = %s", [name]).fetchall():
            conn.execute(SQL("create database {}").format(Identifier(name)))
            prepare(make_conninfo(server, dbname=name), zone="UTC")
    return name


@contextmanager
def _cloned(server: str, template: str) -> Iterator[str]:
    name = f"{template.removesuffix('template')}{secrets.token_hex(6)}"
    clone = "create database {} template {} strategy wal_log"
    with psycopg.connect(server, autocommit=True) as conn:
        conn.execute(SQL(clone).format(Identifier(name), Identifier(template)))
        yield make_conninfo(server, dbname=name)
        conn.execute(SQL("drop database {} with (force)").format(Identifier(name)))


@pytest.fixture(scope="session")
def shared_database(server: str, template: str) -> Iterator[str]:
    """The database of this worker's `conn`: nothing is ever committed to it."""
    with _cloned(server, template) as url:
        yield url


@pytest.fixture(scope="module")
def module_database(server: str, template: str) -> Iterator[str]:
    """The URL of a database that the tests of one module share: they look at what one story left in it."""
    with _cloned(server, template) as url:
        yield url


@pytest.fixture
def database(server: str, template: str) -> Iterator[str]:
    """The URL of a database of this test's own, for tests that commit or use several connections."""
    with _cloned(server, template) as url:
        yield url


@pytest.fixture
async def conn(shared_database: str) -> AsyncIterator[Connection]:
    """A connection inside a transaction that is rolled back."""
    async with connect(shared_database) as conn, conn.transaction(force_rollback=True):
        yield conn


@pytest.fixture
async def pool(database: str) -> AsyncIterator[Pool]:
    """A pool on the test's own database."""
    async with open_pool(database, size=4) as pool:
        yield pool


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with a key and a self-signed certificate for localhost and 127.0.0.1."""
    folder = tmp_path_factory.mktemp("certificate")
    request = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=localhost"
    names = "-addext subjectAltName=DNS:localhost,IP:127.0.0.1 -keyout key.pem -out certificate.pem"
    subprocess.run(
        f"{request} {names}".split(),
        cwd=folder,
        check=True,
        capture_output=True,
    )
    (folder / "both.pem").write_bytes((folder / "key.pem").read_bytes() + (folder / "certificate.pem").read_bytes())
    return folder / "both.pem"


@pytest.fixture
def server_tls(certificate: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context
