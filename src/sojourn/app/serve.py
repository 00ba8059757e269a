"""`sojourn serve`: the database if it is the embedded one, the HTTP server, and a worker, in one process group.

The worker is a process of its own, so that rendering mails delays no click; it is started again when it dies, under the
same name, so that it takes its shards back at once. Everything ends with this process, however it ends.
"""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

from sojourn.access.request import Services
from sojourn.access.store import ensure_setup_link
from sojourn.app import clock_api
from sojourn.app.http import create_app
from sojourn.app.serving import serve_http
from sojourn.app.work import PARENT, own_name
from sojourn.db.clock import clock_of
from sojourn.db.connect import database_time, open_pool, transaction
from sojourn.db.ready import database
from sojourn.kit.log import logger
from sojourn.kit.settings import Settings

log = logger(__name__)

CONNECTIONS = 8
RESTART_AFTER = 0.5  # seconds, when a worker died
STOP_WITHIN = 30.0  # seconds, for what a worker has out to come back


@dataclass(frozen=True)
class Running:
    """What is told when the server is ready. `setup_url` is None once there is an account."""

    url: str
    setup_url: str | None


def serve(settings: Settings, *, virtual: bool, worker: bool, ready: Callable[[Running], None]) -> None:
    """Serves until SIGINT or SIGTERM."""
    with database(settings, serving=True) as url:
        asyncio.run(_until_stopped(settings, url, virtual=virtual, worker=worker, ready=ready))


async def _until_stopped(
    settings: Settings, url: str, *, virtual: bool, worker: bool, ready: Callable[[Running], None]
) -> None:
    stopping = stop_signal()
    async with serving(settings, url, virtual=virtual, worker=worker) as running:
        ready(running)
        await stopping.wait()


@asynccontextmanager
async def serving(settings: Settings, url: str, *, virtual: bool, worker: bool) -> AsyncIterator[Running]:
    """The HTTP server and its worker, on a database that is ready, while the body runs."""
    async with open_pool(url, size=CONNECTIONS) as pool:
        clock = clock_of(pool, virtual=virtual)
        app = create_app(Services(pool, clock, settings), extra=[clock_api.router] if virtual else [])
        async with transaction(pool) as conn:
            token = await ensure_setup_link(conn, await database_time(conn))
        async with serve_http(
            app, settings.host, settings.port, trusted_proxies=_listed(settings.trusted_proxies)
        ) as bound:
            public = settings.public_url or bound
            if settings.email == "smtp" and settings.public_url is None:
                log.info("links in mails lead to this machine", url=public, setting="SOJOURN_PUBLIC_URL")
            running = Running(bound, f"{public}/app/setup#token={token}" if token else None)
            if not worker:
                yield running
                return
            supervising = asyncio.create_task(_supervise(_worker_environment(settings, url, public), virtual=virtual))
            try:
                yield running
            finally:
                supervising.cancel()
                with suppress(asyncio.CancelledError):
                    await supervising


def _listed(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def stop_signal() -> asyncio.Event:
    """Set by the first SIGINT or SIGTERM; a second SIGINT is the usual interrupt."""
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()

    def stop() -> None:
        stopping.set()
        loop.remove_signal_handler(signal.SIGINT)

    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop)
    return stopping


def _worker_environment(settings: Settings, url: str, public_url: str) -> dict[str, str]:
    """The settings as this process has them.

    The data folder has one owner, so its worker has one name for ever; on a shared database each has its own.
    """
    name = settings.worker or ("embedded" if settings.database_url is None else own_name())
    told = settings.model_copy(update={"database_url": url, "public_url": public_url, "worker": name})
    variables = {f"SOJOURN_{field.upper()}": str(value) for field, value in told.model_dump(exclude_none=True).items()}
    return {**os.environ, **variables, PARENT: str(os.getpid())}


async def _supervise(environment: dict[str, str], *, virtual: bool) -> None:
    """Keeps a worker running; when cancelled, stops it and waits until it is gone."""
    command = [sys.executable, "-m", "sojourn.app.work", *(["--clock", "virtual"] if virtual else [])]
    while True:
        process = await asyncio.create_subprocess_exec(*command, env=environment, start_new_session=True)
        try:
            code = await process.wait()
        except asyncio.CancelledError:
            await _stop(process)
            raise
        log.warning("worker ended, starting it again", code=code)
        await asyncio.sleep(RESTART_AFTER)


async def _stop(process: asyncio.subprocess.Process) -> None:
    with suppress(ProcessLookupError):
        process.terminate()
    try:
        await asyncio.wait_for(process.wait(), STOP_WITHIN)
    except TimeoutError:
        process.kill()
        await process.wait()
