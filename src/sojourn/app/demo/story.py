"""The demo from the first line to the last: import, publish, watch, verify, and then it is a server like any other,
which new customers keep joining for a while."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from rich.console import Console, Group
from rich.live import Live
from rich.text import Text

from sojourn.access.password import hashed
from sojourn.access.store import account, create_account, create_key, create_login_link
from sojourn.analytics.model import Numbers
from sojourn.analytics.store import numbers
from sojourn.analytics.verify import verify
from sojourn.app import sample
from sojourn.app import show as shown
from sojourn.app.demo.browser import show
from sojourn.app.demo.crowd import Crowd, crowd
from sojourn.app.demo.joining import join
from sojourn.app.serve import Running, serving, stop_signal
from sojourn.db.clock import clock_of
from sojourn.db.connect import Pool, database_time, open_pool, transaction
from sojourn.db.ready import database
from sojourn.journeys import publish as publishing
from sojourn.journeys.store import newest
from sojourn.kit.ids import new_token
from sojourn.kit.log import configure
from sojourn.kit.settings import Settings

WHO = "demo"
ACCOUNT = "demo@localhost"
PAGE = f"/app/journeys/{sample.JOURNEY}/analytics"
LOOK_EVERY = 0.5  # seconds


@dataclass(frozen=True)
class Plot:
    """How many customers there are, whether the server goes on at the end, and whether a browser is opened; how long
    people have for their click, how long after publishing the launch is, and within what time people look at a mail."""

    people: int = 1000
    stay: bool = True
    browser: bool = False
    day: timedelta = timedelta(seconds=25)
    launch: timedelta = timedelta(seconds=40)
    latest: timedelta = timedelta(seconds=20)


@dataclass(frozen=True)
class Stage:
    """What the story is told with."""

    settings: Settings
    console: Console
    pool: Pool
    customers: Crowd
    running: Running
    plot: Plot

    def say(self, *lines: str) -> None:
        self.console.print(*lines, sep="\n", soft_wrap=True)


def run_demo(settings: Settings, console: Console, plot: Plot) -> None:
    """Runs the demo in the data folder of the settings; a server that goes on does so until it is stopped."""
    configure(json=settings.log == "json", level="warning")
    with database(settings, serving=True) as url:
        asyncio.run(_demo(settings, url, console, plot))


async def _demo(settings: Settings, url: str, console: Console, plot: Plot) -> None:
    stopping = stop_signal()
    async with _open(settings, url, console, plot) as stage:
        telling = asyncio.create_task(_tell(stage))
        stopped = asyncio.create_task(stopping.wait())
        await asyncio.wait({telling, stopped}, return_when=asyncio.FIRST_COMPLETED)
        if telling.done() and telling.exception() is None and plot.stay:
            await stopping.wait()
        for task in (telling, stopped):
            task.cancel()
        await asyncio.wait({telling, stopped})
        if not telling.cancelled():
            telling.result()


@asynccontextmanager
async def _open(settings: Settings, url: str, console: Console, plot: Plot) -> AsyncIterator[Stage]:
    async with crowd(plot.latest.total_seconds()) as (customers, smtp_url):
        theirs = settings.model_copy(update={"email": "smtp", "smtp_url": smtp_url, "log_level": "warning"})
        async with serving(theirs, url, virtual=False, worker=True) as running, open_pool(url, size=3) as pool:
            yield Stage(settings, console, pool, customers, running, plot)


async def _tell(stage: Stage) -> None:
    async with transaction(stage.pool) as conn:
        told_before = await sample.has_journey(conn)
    if told_before:
        stage.say("The journey of last time is still here (`make clean` forgets it).")
    else:
        await _import(stage)
        await _publish(stage)
    link = await _login_link(stage)
    stage.say("Watch it in the console (the link works once, within ten minutes):", f"  [bold]{link}[/]")
    if stage.plot.browser:
        await show(link)
    await _watch(stage)
    stage.console.print("", shown.verification(await verify(stage.pool)), sep="\n")
    if stage.plot.stay:
        await _invite(stage)
        await join(stage.pool)
        stage.say("Nobody joins any more. Sojourn goes on.")


async def _import(stage: Stage) -> None:
    file = stage.settings.data / "customers.csv"
    done = await sample.import_customers(stage.pool, clock_of(stage.pool, virtual=False), file, stage.plot.people, WHO)
    stage.console.print(f"[bold]1[/] Imported {file}: ", shown.finished_import(done), sep="", soft_wrap=True)


async def _publish(stage: Stage) -> None:
    async with transaction(stage.pool) as conn:
        now = await database_time(conn)
        launch = (now + stage.plot.launch).astimezone(UTC).replace(microsecond=0)
        local, day = launch.replace(tzinfo=None), f"{stage.plot.day.seconds} seconds"
        for applied in await sample.apply_documents(conn, WHO, now, launch=local, day=day, frequency="newly_added"):
            stage.say(f"[bold]2[/] {applied.what.capitalize()} the {applied.kind} [bold]{applied.name}[/]")
        await publishing.publish(conn, sample.JOURNEY, WHO, now)
    stage.say(f"[bold]3[/] Published: who clicks within {day} gets a text at launch, {launch:%H:%M:%S} UTC")


async def _login_link(stage: Stage) -> str:
    """Where the journey is seen, for the demo's own account. Nobody knows its password."""
    async with transaction(stage.pool) as conn:
        now: datetime = await database_time(conn)
        if await account(conn, ACCOUNT) is None:
            await create_account(conn, ACCOUNT, await hashed(new_token()), now)
        token = await create_login_link(conn, ACCOUNT, now)
    return f"{stage.settings.public_url or stage.running.url}{PAGE}#login={token}"


async def _watch(stage: Stage) -> None:
    """Until everybody of the beginning is through."""
    with Live(console=stage.console, refresh_per_second=4) as live:
        while True:
            async with transaction(stage.pool) as conn:
                version = await newest(conn, sample.JOURNEY)
                seen = await numbers(conn, version, await database_time(conn))
            caption = Text(_caption(seen, stage.customers), style="dim")
            live.update(Group(shown.journey_numbers(version.name, seen), caption))
            if seen.steps[0].entered and not any(step.here for step in seen.steps):
                return
            await asyncio.sleep(LOOK_EVERY)


def _caption(seen: Numbers, customers: Crowd) -> str:
    adds_up = all(
        step.entered == step.here + sum(step.left.values()) + sum(step.exited.values()) for step in seen.steps
    )
    arrived = f"{len(customers.mails):,} mails arrived by SMTP, people sent {customers.requests:,} requests back. "
    return arrived + (
        "Every step adds up: entered = here + went on + exited." if adds_up else "A step does not add up!"
    )


async def _invite(stage: Stage) -> None:
    async with transaction(stage.pool) as conn:
        now: datetime = await database_time(conn)
        key = await create_key(conn, f"demo {now:%Y-%m-%d %H:%M:%S}", now)
    url = stage.running.url
    stage.say(
        f"\nSojourn goes on at [bold]{url}[/]; Ctrl-C stops it, and starting again finds its data.",
        "For ten minutes new customers keep joining, two a second. Watch the numbers move (works once, too):",
        f"  [bold]{await _login_link(stage)}[/]",
        f"Another link:  {sys.argv[0]} login {ACCOUNT} --data {stage.settings.data}",
        "Or ask its API, for example for the texts that were sent:",
        f'  curl -H "Authorization: Bearer {key}" {url}/api/v1/inbox',
    )
