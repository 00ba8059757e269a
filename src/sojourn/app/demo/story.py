"""The demo from the first line to the last: import, publish, watch, verify, and then it is a server like any other."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from rich.console import Console, Group
from rich.live import Live
from rich.text import Text

from sojourn.access.store import create_key
from sojourn.analytics.model import Numbers
from sojourn.analytics.store import numbers
from sojourn.analytics.verify import verify
from sojourn.app import sample, show
from sojourn.app.demo.crowd import Crowd, crowd
from sojourn.app.serve import Running, serving, stop_signal
from sojourn.db.clock import clock_of
from sojourn.db.connect import Pool, database_time, open_pool, transaction
from sojourn.db.ready import database
from sojourn.journeys import publish as publishing
from sojourn.journeys.store import newest
from sojourn.kit.settings import Settings

WHO = "demo"
DAY = timedelta(seconds=25)
LAUNCH = timedelta(seconds=40)  # after publishing
LOOK_EVERY = 0.5  # seconds


def run_demo(settings: Settings, console: Console, *, people: int, stay: bool) -> None:
    """Runs the demo in the data folder of the settings; with `stay` the server goes on until it is stopped."""
    with database(settings, serving=True) as url:
        asyncio.run(_demo(settings, url, console, people=people, stay=stay))


async def _demo(settings: Settings, url: str, console: Console, *, people: int, stay: bool) -> None:
    stopping = stop_signal()
    async with _open(settings, url) as (customers, running, pool):
        telling = asyncio.create_task(_tell(pool, customers, console, settings.data / "customers.csv", people))
        stopped = asyncio.create_task(stopping.wait())
        await asyncio.wait({telling, stopped}, return_when=asyncio.FIRST_COMPLETED)
        if not telling.done():
            telling.cancel()
            await asyncio.wait({telling})
        elif telling.exception() is None and stay:
            await _invite(console, running, pool)
            await stopping.wait()
        stopped.cancel()
        if not telling.cancelled():
            telling.result()


@asynccontextmanager
async def _open(settings: Settings, url: str) -> AsyncIterator[tuple[Crowd, Running, Pool]]:
    async with crowd() as (customers, smtp_url):
        theirs = settings.model_copy(update={"email": "smtp", "smtp_url": smtp_url, "log_level": "warning"})
        async with serving(theirs, url, virtual=False, worker=True) as running, open_pool(url, size=3) as pool:
            yield customers, running, pool


async def _tell(pool: Pool, customers: Crowd, console: Console, file: Path, people: int) -> None:
    async with transaction(pool) as conn:
        told_before = await sample.has_journey(conn)
    if told_before:
        console.print("The journey of last time is still here (`make clean` forgets it):")
    else:
        await _import(pool, console, file, people)
        await _publish(pool, console)
    await _watch(pool, customers, console)
    console.print("", show.verification(await verify(pool)), sep="\n")


async def _import(pool: Pool, console: Console, file: Path, people: int) -> None:
    done = await sample.import_customers(pool, clock_of(pool, virtual=False), file, people, WHO)
    console.print(f"[bold]1[/] Imported {file}: ", show.finished_import(done), sep="", soft_wrap=True)


async def _publish(pool: Pool, console: Console) -> None:
    async with transaction(pool) as conn:
        now = await database_time(conn)
        launch = (now + LAUNCH).astimezone(UTC).replace(microsecond=0)
        day, local = f"{DAY.seconds} seconds", launch.replace(tzinfo=None)
        for applied in await sample.apply_documents(conn, WHO, now, launch=local, day=day):
            console.print(f"[bold]2[/] {applied.what.capitalize()} the {applied.kind} [bold]{applied.name}[/]")
        await publishing.publish(conn, sample.JOURNEY, WHO, now)
    console.print(
        f"[bold]3[/] Published: who clicks within {DAY.seconds} seconds gets a text at launch, {launch:%H:%M:%S} UTC"
    )


async def _watch(pool: Pool, customers: Crowd, console: Console) -> None:
    with Live(console=console, refresh_per_second=4) as live:
        while True:
            async with transaction(pool) as conn:
                version = await newest(conn, sample.JOURNEY)
                seen = await numbers(conn, version, await database_time(conn))
            live.update(Group(show.journey_numbers(version.name, seen), Text(_caption(seen, customers), style="dim")))
            if version.state == "Completed":
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


async def _invite(console: Console, running: Running, pool: Pool) -> None:
    async with transaction(pool) as conn:
        now: datetime = await database_time(conn)
        key = await create_key(conn, f"demo {now:%Y-%m-%d %H:%M:%S}", now)
    console.print(f"\nSojourn goes on at [bold]{running.url}[/]; Ctrl-C stops it, and starting again finds its data.")
    if running.setup_url:
        console.print(f"Set it up:  {running.setup_url}", soft_wrap=True)
    console.print("Or ask its API, for example for the texts that were sent:")
    console.print(f'  curl -H "Authorization: Bearer {key}" {running.url}/api/v1/inbox', soft_wrap=True)
