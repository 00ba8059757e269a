"""A worker as a program of its own. It imports nothing of the server, so that it is small, and quickly there again."""

import asyncio
import os
import signal
import socket
import sys

from sojourn.app.worker import Worker
from sojourn.channels.registry import channels_of
from sojourn.db.clock import clock_of
from sojourn.db.connect import open_pool, transaction
from sojourn.delivery.write import Addresses, Writer
from sojourn.engine.owner import Owner
from sojourn.kit.errors import Invalid, SojournError
from sojourn.kit.log import configure
from sojourn.kit.process import end_with
from sojourn.kit.settings import Settings
from sojourn.tracking.links import ContentLink, Links
from sojourn.tracking.store import signing_key

CONNECTIONS = 8
PARENT = "SOJOURN_PARENT"
"""Names the process that a worker must not outlive."""


def main() -> None:
    """What `sojourn serve` starts: the database is ready, and the settings say where it is."""
    end_with(int(os.environ[PARENT]))
    settings = Settings()
    configure(json=settings.log == "json", level=settings.log_level)
    try:
        work(settings, settings.database_url or "", virtual=sys.argv[1:] == ["--clock", "virtual"])
    except SojournError as error:
        sys.exit(str(error))


def work(settings: Settings, url: str, *, virtual: bool) -> None:
    """Works on a database that is ready until SIGINT or SIGTERM, and lets what is out come back."""
    asyncio.run(_work(settings, url, virtual=virtual))


def own_name() -> str:
    """The name of a worker that was given none: nobody else's, so that it takes nobody's shards for its own."""
    return f"{socket.gethostname()}-{os.getpid()}"


async def _work(settings: Settings, url: str, *, virtual: bool) -> None:
    if settings.public_url is None:
        raise Invalid(
            "Set SOJOURN_PUBLIC_URL to how the world reaches the server: it stands in every link of every mail."
        )
    async with open_pool(url, size=CONNECTIONS) as pool:
        async with transaction(pool) as conn:
            key = await signing_key(conn)
        clock, owner = clock_of(pool, virtual=virtual), Owner(pool, settings.worker or own_name())
        worker = Worker(pool, url, clock, owner, virtual=virtual)
        writer = Writer(_addresses(Links(key, settings.public_url)), settings.public_url, key)
        worker.employ(channels_of(settings, pool).values(), writer, at_once=settings.smtp_connections)
        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, worker.stop)
        await worker.run()


def _addresses(links: Links) -> Addresses:
    return Addresses(
        click=lambda key, version, place: links.click(key, ContentLink(version, place)),
        open=links.open,
        unsubscribe=links.unsubscribe,
    )


if __name__ == "__main__":
    main()
