"""A database prepares itself once, is never harmed by a second time, and migrations arrive where schema.sql is."""

import secrets
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import LiteralString

import psycopg
import pytest
from alembic import command
from psycopg.conninfo import make_conninfo
from psycopg.sql import SQL, Identifier

from sojourn.db import migrate
from sojourn.db.migrate import configuration, locked, prepare
from sojourn.kit.errors import Conflict, Invalid, Unavailable

CATALOGUE = {
    "relations": """
      select relname, relkind, relpersistence, pg_get_expr(relpartbound, oid), pg_get_partkeydef(oid)
      from pg_class where relnamespace = 'public'::regnamespace and relkind not in ('i', 'I')""",
    "columns": """
      select attrelid::regclass::text, attname, format_type(atttypid, atttypmod), attnotnull, attidentity, attgenerated,
             pg_get_expr(adbin, adrelid)
      from pg_attribute left join pg_attrdef on adrelid = attrelid and adnum = attnum
      where attrelid in (select oid from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p'))
        and attnum > 0 and not attisdropped""",
    "constraints": """
      select conrelid::regclass::text, conname, pg_get_constraintdef(oid) from pg_constraint
      where connamespace = 'public'::regnamespace""",
    "indexes": "select indexname, indexdef from pg_indexes where schemaname = 'public'",
    "triggers": "select tgname, pg_get_triggerdef(oid) from pg_trigger where not tgisinternal",
    "functions": "select pg_get_functiondef(oid) from pg_proc where pronamespace = 'public'::regnamespace",
    "sequences": "select sequencename, data_type::text, start_value, increment_by, cycle from pg_sequences",
}


@pytest.fixture
def empty(server: str, template: str) -> Iterator[str]:
    """The URL of a database with nothing in it."""
    with made(server, template) as url:
        yield url


@contextmanager
def made(server: str, prefix: str, options: LiteralString = "") -> Iterator[str]:
    """The URL of a database made with these options, dropped at the end."""
    name = f"{prefix}_{secrets.token_hex(6)}"
    with psycopg.connect(server, autocommit=True) as conn:
        conn.execute(SQL("create database {} ").format(Identifier(name)) + SQL(options))
        yield make_conninfo(server, dbname=name)
        conn.execute(SQL("drop database {} with (force)").format(Identifier(name)))


def rows(url: str, query: str) -> list[tuple[object, ...]]:
    with psycopg.connect(url) as conn:
        return conn.execute(query.encode()).fetchall()


def catalogue(url: str) -> set[str]:
    """What the database consists of, including the rows that a new one has."""
    found = {f"{part}: {row}" for part, query in CATALOGUE.items() for row in rows(url, query)}
    tables = "select tablename from pg_tables where schemaname = 'public' and tablename <> 'workspace'"
    for (table,) in rows(url, tables):
        found |= {f"row of {table}: {row}" for row in rows(url, f"select to_jsonb(t) - 'id' from {table} t")}
    return found


def test_the_migrations_arrive_at_the_schema(database: str, empty: str) -> None:
    with locked(empty) as connection:
        command.upgrade(configuration(connection), "head")
    difference = sorted(catalogue(empty) ^ catalogue(database))
    assert difference == [], "write a migration (until the first release, `make first-migration` copies schema.sql)"


def test_a_new_database_gets_a_workspace_and_keeps_it(empty: str) -> None:
    prepare(empty, zone="Europe/Paris")
    workspace = rows(empty, "select zone, length(signing_key), signing_key from workspace")
    assert workspace[0][:2] == ("Europe/Paris", 32)
    prepare(empty, zone="Asia/Tokyo")
    assert rows(empty, "select zone, length(signing_key), signing_key from workspace") == workspace


def test_several_processes_may_prepare_it_at_once(empty: str) -> None:
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(lambda _: prepare(empty, zone="UTC"), range(4)))
    assert rows(empty, "select count(*) from workspace") == [(1,)]


def test_preparing_says_nothing(empty: str, capfd: pytest.CaptureFixture[str]) -> None:
    prepare(empty, zone="UTC")
    with locked(empty) as connection:
        command.upgrade(configuration(connection), "head")
    assert capfd.readouterr() == ("", "")


def test_a_newer_database_is_refused_and_not_changed(database: str) -> None:
    with psycopg.connect(database) as conn:
        conn.execute("update alembic_version set version_num = '9999'")
        conn.execute("delete from workspace")
    with pytest.raises(Conflict, match="newer Sojourn"):
        prepare(database, zone="UTC")
    assert rows(database, "table workspace") == []


def test_a_database_with_tables_of_others_is_refused(empty: str) -> None:
    with psycopg.connect(empty) as conn:
        conn.execute("create table invoice (id int)")
    with pytest.raises(Conflict, match="'invoice'"):
        prepare(empty, zone="UTC")


def test_a_database_that_is_not_utf8_is_refused(server: str, template: str) -> None:
    options = "template template0 encoding 'LATIN1' locale_provider libc locale 'C'"
    with made(server, template, options) as url, pytest.raises(Invalid, match="encoded in LATIN1"):
        prepare(url, zone="UTC")


def test_a_server_that_is_too_old_is_refused(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(migrate, "OLDEST_SERVER", 99)
    with pytest.raises(Invalid, match="needs 99 or newer"):
        prepare(database, zone="UTC")


def test_a_server_that_does_not_answer_is_unavailable() -> None:
    with pytest.raises(Unavailable, match="cannot be reached"):
        prepare("postgresql://sojourn@127.0.0.1:1/none", zone="UTC")
