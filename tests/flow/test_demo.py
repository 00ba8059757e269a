"""The demo: its story told quickly for a few people, the link it prints, those who join afterwards."""

import asyncio
import re
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from sojourn.access.store import use_login_link
from sojourn.app.demo.browser import can_show
from sojourn.app.demo.joining import join
from sojourn.app.demo.story import ACCOUNT, Plot, run_demo
from sojourn.app.sample import import_customers
from sojourn.db.clock import clock_of
from sojourn.db.connect import Pool, connect, database_time, transaction
from sojourn.kit.settings import Settings
from sojourn.people.store import count_people

QUICK = Plot(people=60, stay=False, day=timedelta(seconds=9), launch=timedelta(seconds=10), latest=timedelta(seconds=7))


def test_the_story_is_told_to_its_end_leads_into_the_console_and_is_there_the_next_time(
    database: str, tmp_path: Path
) -> None:
    settings = Settings(data=tmp_path, database_url=database, port=0)
    for beginning in ("1 Imported", "The journey of last time is still here"):
        told = StringIO()
        run_demo(settings, Console(file=told, width=120), QUICK)
        assert told.getvalue().startswith(beginning)
        assert "Everything adds up." in told.getvalue()
        (token,) = re.findall(r"/app/journeys/product-launch\S*#login=(\S+)", told.getvalue())
        assert asyncio.run(account_of(database, token)) == ACCOUNT


async def account_of(database: str, token: str) -> str:
    async with connect(database) as conn:
        return str((await use_login_link(conn, token, await database_time(conn)))["email"])


async def test_new_customers_join_those_who_are_there(pool: Pool, tmp_path: Path) -> None:
    await import_customers(pool, clock_of(pool, virtual=False), tmp_path / "customers.csv", 40, "demo")
    for expected in (40 + 25 - 1, 40 + 50 - 2):  # one has no address, and one of the second time is there already
        await join(pool, 25, timedelta())
        async with transaction(pool) as conn:
            assert await count_people(conn, "contact") == expected


@pytest.mark.parametrize(
    ("environment", "platform", "seen"),
    [
        ({"DISPLAY": ":0"}, "linux", True),
        ({"WAYLAND_DISPLAY": "wayland-0"}, "linux", True),
        ({}, "linux", False),
        ({}, "darwin", True),
        ({"CI": "true"}, "darwin", False),
        ({"DISPLAY": "localhost:10.0", "SSH_CONNECTION": "192.0.2.7 1 192.0.2.8 22"}, "linux", False),
    ],
)
def test_a_browser_is_opened_only_where_somebody_sees_it(
    environment: dict[str, str], platform: str, seen: bool
) -> None:
    assert can_show(environment, platform) is seen
