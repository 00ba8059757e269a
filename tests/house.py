"""A whole Sojourn to test from outside: `sojourn serve` on a virtual clock, a mail server that keeps what it is sent,
and a client that speaks the public API."""

import asyncio
import email
import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx2
from aiosmtpd.smtp import SMTP, Envelope, Session

BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


class Postbox:
    """Keeps every message that was handed over, in order, by recipient."""

    def __init__(self) -> None:
        self.received: list[tuple[str, bytes]] = []

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        self.received += [(recipient, bytes(envelope.content or b"")) for recipient in envelope.rcpt_tos]
        return "250 OK"

    def to(self, address: str) -> list[EmailMessage]:
        return [email.message_from_bytes(content, policy=default) for to, content in self.received if to == address]


@contextmanager
def mail_server() -> Iterator[tuple[Postbox, str]]:
    """The postbox, and the SMTP URL to send to; the server runs in a thread of its own."""
    postbox, loop = Postbox(), asyncio.new_event_loop()
    server = loop.run_until_complete(
        loop.create_server(lambda: SMTP(postbox, hostname="localhost", loop=loop), "127.0.0.1", 0)
    )
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        yield postbox, f"smtp://127.0.0.1:{server.sockets[0].getsockname()[1]}?tls=none"
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        server.close()
        loop.close()


@dataclass
class House:
    """One `sojourn serve`. `start` and `kill` may alternate: what was accepted is there again."""

    environment: dict[str, str]
    postbox: Postbox
    key: str = ""
    process: subprocess.Popen[str] | None = None
    client: httpx2.Client = field(default_factory=httpx2.Client)
    log: list[str] = field(default_factory=list)
    port: int = 0  # whichever is free

    def start(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "sojourn", "serve", "--clock", "virtual", "--port", str(self.port)],
            env={**os.environ, **self.environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout is not None
        assert self.process.stderr is not None
        threading.Thread(target=self.log.extend, args=(self.process.stderr,), daemon=True).start()
        listening = re.search(r"http://\S+", self.process.stdout.readline())
        assert listening is not None, "".join(self.log)
        self.key = self.key or self.command("key", "tests").strip()
        headers = {"Authorization": f"Bearer {self.key}"}
        self.client = httpx2.Client(base_url=listening[0], headers=headers, timeout=120)

    def setup_link(self) -> str:
        """What a new house prints besides: where the first account is made."""
        assert self.process is not None
        assert self.process.stdout is not None
        link = re.search(r"http://\S+/app/setup#\S+", self.process.stdout.readline())
        assert link is not None, "".join(self.log)
        return link[0]

    def command(self, *arguments: str) -> str:
        """What `sojourn ...` prints, run beside the server."""
        command = [sys.executable, "-m", "sojourn", *arguments]
        done = subprocess.run(
            command, env={**os.environ, **self.environment}, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def stop(self) -> None:
        if self.process is not None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(60)
            self._forget()

    def kill(self) -> None:
        assert self.process is not None
        self.process.kill()
        self.process.wait()
        self._forget()

    def _forget(self) -> None:
        assert self.process is not None
        assert self.process.stdout is not None
        self.process.stdout.close()
        self.process = None
        self.client.close()

    def call(self, method: str, path: str, **arguments: Any) -> Any:
        """The JSON of an answer under /api/v1; anything but success fails the test with what was said."""
        answer = self.client.request(method, f"/api/v1{path}", **arguments)
        assert answer.is_success, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer.json() if answer.content else None

    def refused(self, method: str, path: str, **arguments: Any) -> dict[str, Any]:
        """The problem of a call that must be refused."""
        answer = self.client.request(method, f"/api/v1{path}", **arguments)
        assert answer.is_client_error, f"{method} {path}: {answer.status_code} {answer.text}"
        problem: dict[str, Any] = answer.json()
        return problem

    def move_to(self, instant: datetime) -> None:
        self.call("PUT", "/clock", json={"now": instant.isoformat()})

    def person(self, key: str) -> str:
        """The reference of a contact by key."""
        (found,) = [
            p
            for p in self.call("GET", "/people", params={"audience": "contact", "search": key})["people"]
            if p["key"] == key
        ]
        reference: str = found["id"]
        return reference

    def visits(self, key: str, journey: str) -> dict[str, dict[str, Any]]:
        """Where a person has been in a journey, by step."""
        timeline = self.call("GET", f"/people/{self.person(key)}/timeline")
        return {visit["step"]: visit for visit in timeline["visits"] if visit["journey"] == journey}

    def links(self, address: str) -> dict[str, str]:
        """The links of the one email that somebody received, by their text."""
        (message,) = self.postbox.to(address)
        html = message.get_body(("html",))
        assert html is not None
        found = re.findall(r'<a[^>]*?href="([^"]+)"[^>]*>(.*?)</a>', html.get_content(), re.DOTALL)
        return {re.sub(r"<[^>]+>|\s+", " ", text).strip(): url.replace("&amp;", "&") for url, text in found}

    def follow(self, url: str, *, method: str = "GET", agent: str = BROWSER) -> httpx2.Response:
        """A person, or a machine, follows a link of a mail: without a key, to wherever the server listens today."""
        place = urlsplit(url)
        with httpx2.Client(base_url=self.client.base_url, headers={"User-Agent": agent}) as stranger:
            return stranger.request(method, place.path)


def environment(smtp_url: str, data: Path, database: str | None = None) -> dict[str, str]:
    told = {
        "SOJOURN_DATA": str(data),
        "SOJOURN_EMAIL": "smtp",
        "SOJOURN_SMTP_URL": smtp_url,
        "SOJOURN_WORKER": "house",
        "SOJOURN_LOG": "json",
    }
    return told | ({"SOJOURN_DATABASE_URL": database} if database else {})
