"""T1 when the database is gone: people still get where they clicked, and no click is lost or counted twice."""

import json
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict
from psycopg.sql import SQL, Identifier

from sojourn.db.connect import Pool, open_pool
from sojourn.db.embedded import own
from sojourn.db.migrate import prepare
from sojourn.tracking import jobs
from sojourn.tracking.spool import Spool
from tracked import AT, Served, SetClock, a_delivery, served

FAST = {"fsync": "off", "shared_buffers": "16MB", "max_connections": "20"}


@pytest.fixture(autouse=True)
def haste(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same waiting, only shorter."""
    monkeypatch.setattr(jobs, "RETRY", 0.02)


@pytest.fixture
def data() -> Iterator[Path]:
    """A folder that a database started by root can be reached in."""
    folder = Path(tempfile.mkdtemp(prefix="sojourn_test_"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
async def links(pool: Pool, tmp_path: Path) -> AsyncIterator[Served]:
    async with served(pool, tmp_path) as made:
        yield made


class Switch:
    """Takes a database away, for new connections and for those that are open, and gives it back."""

    def __init__(self, server: str, database: str) -> None:
        self._server, self._name = server, str(conninfo_to_dict(database)["dbname"])

    def off(self) -> None:
        self._allow("false")
        self._say(SQL("select pg_terminate_backend(pid) from pg_stat_activity where datname = {}").format(self._name))

    def on(self) -> None:
        self._allow("true")

    def _allow(self, answer: str) -> None:
        statement = SQL("alter database {} allow_connections ").format(Identifier(self._name))
        self._say(statement + SQL(answer))  # type: ignore[arg-type]

    def _say(self, statement: object) -> None:
        with psycopg.connect(self._server, autocommit=True) as conn:
            conn.execute(statement)  # type: ignore[call-overload]


def spooled(data: Path) -> list[str]:
    return [line for path in (data / "spool").glob("*") for line in path.read_text().splitlines()]


async def test_T1_with_the_database_stopped_clicks_are_kept_on_disk_and_come_in_with_their_times(data: Path) -> None:
    clock = SetClock()
    with own(data, FAST) as url:
        prepare(url, zone="UTC")
        async with open_pool(url, size=2) as pool:
            key = await a_delivery(pool)
    running = ExitStack()
    url = running.enter_context(own(data, FAST))
    async with open_pool(url, size=2) as pool, served(pool, data, clock) as links:
        running.close()
        clock.at += timedelta(minutes=1)
        assert (await links.client.get(links.click(key))).headers["location"].startswith("https://shop.example/product")
        assert (await links.client.get(links.picture(key))).status_code == 200
        assert (await links.client.post(links.way_out(key))).status_code == 200
        assert (await links.client.get(links.click(key, 1))).status_code == 503  # made of what the database knows
        assert len(spooled(data)) == 3
    clock.at += timedelta(hours=1)
    with own(data, FAST) as url:
        async with open_pool(url, size=2) as pool, served(pool, data, clock) as links:
            await links.tracking.recorder.database_is_back()
            found = await links.events()
            assert all(event["at"] - AT < timedelta(minutes=2) for event in found)
            assert all(event["received_at"] - AT == timedelta(minutes=61) for event in found)
            assert sorted(event["name"] for event in found) == ["email.clicked", "email.opened", "email.unsubscribed"]
            assert spooled(data) == []


async def test_T1_when_the_database_comes_back_the_server_goes_on_by_itself(
    links: Served, server: str, database: str, tmp_path: Path
) -> None:
    key, switch = await a_delivery(links.pool), Switch(server, database)
    switch.off()
    for _ in range(3):
        assert (await links.client.get(links.click(key))).status_code == 302
    assert len(spooled(tmp_path)) == 3
    assert links.tracking.recorder.database_is_away
    switch.on()
    await links.tracking.recorder.database_is_back()
    assert (await links.client.get(links.click(key))).status_code == 302
    assert len(await links.events()) == 4
    assert spooled(tmp_path) == []


async def test_T1_what_is_brought_in_twice_is_there_once(links: Served, tmp_path: Path) -> None:
    key = await a_delivery(links.pool)
    await links.client.get(links.click(key))
    (event,) = await links.events()
    seen = jobs.Interaction(event["id"], "clicked", key, event["at"], "GET", "", "product")
    for _ in range(2):
        Spool(tmp_path / "spool").append([seen, seen])
        assert await links.tracking.recorder.ingest_spool() == 0
    assert len(await links.events()) == 1


async def test_T1_a_line_cut_off_by_a_power_failure_does_not_hold_up_the_others(links: Served, tmp_path: Path) -> None:
    key = await a_delivery(links.pool)
    seen = jobs.Interaction("a1", "clicked", key, AT, "GET", "", "product")
    Spool(tmp_path / "spool").append([seen])
    whole = json.dumps(seen._replace(id="a2").as_json())
    (tmp_path / "spool" / "other.open").write_text(f"{whole}\n{whole[:40]}")
    assert await links.tracking.recorder.ingest_spool() == 2
    assert {event["id"] for event in await links.events()} == {"a1", "a2"}
