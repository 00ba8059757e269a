"""Somebody's own address on loopback: keeps every call, and answers what the test says."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

OK = "204 No Content"


@dataclass
class Call:
    line: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Hooks:
    """`answers` are given in turn, each a status line with headers after it; when there are no more, 204."""

    port: int = 0
    answers: list[Sequence[str]] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)
    silent: bool = False
    """Never answers."""
    filler: int = 0
    """Bytes in the body of each answer."""

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while line := (await reader.readline()).decode().strip():
                headers = await _headers(reader)
                body = await reader.readexactly(int(headers.get("content-length", "0")))
                self.calls.append(Call(line, headers, body))
                if self.silent:
                    await reader.read()
                    return
                status, *more = self.answers.pop(0) if self.answers else [OK]
                length = [] if status == OK else [f"Content-Length: {self.filler}"]
                writer.write("\r\n".join([f"HTTP/1.1 {status}", *more, *length, "", ""]).encode() + b"x" * self.filler)
                await writer.drain()
        except (OSError, asyncio.IncompleteReadError):
            return
        finally:
            writer.close()


async def _headers(reader: asyncio.StreamReader) -> dict[str, str]:
    headers = {}
    while line := (await reader.readline()).decode().strip():
        name, _, value = line.partition(":")
        headers[name.lower()] = value.strip()
    return headers


@asynccontextmanager
async def hook_server(tls: ssl.SSLContext | None = None) -> AsyncIterator[Hooks]:
    hooks = Hooks()
    server = await asyncio.start_server(hooks.serve, "127.0.0.1", 0, ssl=tls)
    hooks.port = server.sockets[0].getsockname()[1]
    try:
        yield hooks
    finally:
        server.close()
