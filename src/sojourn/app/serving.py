"""Listening on a port, inside a program that has other things to do: uvicorn without its signals, log and lifespan.

The program decides when to stop, and catches the signals itself. No access log is written, because paths hold tokens.
"""

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager

import uvicorn
from fastapi import FastAPI

from sojourn.kit.errors import Unavailable


@asynccontextmanager
async def serve_http(
    app: FastAPI, host: str, port: int, *, grace: int = 10, trusted_proxies: Sequence[str] = ()
) -> AsyncIterator[str]:
    """Serves the application while the body runs, and gives it the URL, with the port the system chose for 0.

    At the end nothing new is accepted, streams are told to end (`app.state.stopping`), and answers under way get
    `grace` seconds. `X-Forwarded-For` and `-Proto` are believed only from `trusted_proxies` (addresses or networks).
    Raises Unavailable if the port cannot be had.
    """
    config = uvicorn.Config(
        app,
        lifespan="off",  # it is run here, where its errors are ordinary ones
        interface="asgi3",
        ws="none",
        log_config=None,
        log_level="critical",  # what goes wrong is logged by app.problems, once
        access_log=False,
        server_header=False,
        proxy_headers=bool(trusted_proxies),
        forwarded_allow_ips=list(trusted_proxies),
        timeout_graceful_shutdown=grace,
    )
    with _listening(host, port) as listener:
        stopping = app.state.stopping = asyncio.Event()
        async with app.router.lifespan_context(app):
            server = _Server(config)
            serving = asyncio.create_task(server.serve([listener]), name="http")
            try:
                await asyncio.wait({serving, asyncio.ensure_future(server.ready.wait())}, return_when="FIRST_COMPLETED")
                yield _url_of(listener)
            finally:
                stopping.set()
                server.stop()
                await serving


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready = asyncio.Event()
        self._stopped = asyncio.Event()

    def stop(self) -> None:
        self.should_exit = True
        self._stopped.set()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Signals are the program's."""
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.ready.set()

    async def main_loop(self) -> None:
        """Once a second for the date header, and at once when it is time to stop."""
        while not await self.on_tick(0):
            try:
                await asyncio.wait_for(self._stopped.wait(), 1)
            except TimeoutError:
                continue


@contextmanager
def _listening(host: str, port: int) -> Iterator[socket.socket]:
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0][0]
        listener = socket.create_server((host, port), family=family, backlog=2048)
    except OSError as error:
        raise Unavailable(f"Cannot listen on port {port} of {host}: {error.strerror or error}.") from error
    with listener:
        # asyncio sets this only for sockets that say they are TCP, and these do not: answers would wait for 40 ms
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        yield listener


def _url_of(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
