"""The crowd: a mail server on loopback that the demo's mails arrive at, and the people behind the addresses.

Each of them decides once, always the same way, whether to open the mail, follow the link to the product, follow
another one, or leave; machines that follow every link at once are among them.
"""

import asyncio
import email
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from email.message import EmailMessage
from email.policy import default

import httpx2
from aiosmtpd.smtp import SMTP, Envelope, Session

from sojourn.app.sample.people import chance

SOONEST = 6.0  # seconds after a mail arrived in which nobody looks at it: machines are known by being quicker
BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
SCANNER = "Mozilla/5.0 (compatible; Barracuda Sentinel)"
_HREF = re.compile(r'<a[^>]*?href="([^"]+)"[^>]*>(.*?)</a>', re.DOTALL)
_PIXEL = re.compile(r'src="([^"]+\.gif)"')


class Crowd:
    """`mails` is what arrived; `requests` how often somebody followed a link or loaded the picture. People look at a
    mail up to `latest` seconds after it arrived."""

    def __init__(self, latest: float) -> None:
        self._latest = latest
        self.mails: list[EmailMessage] = []
        self.requests = 0
        self._tasks: set[asyncio.Task[None]] = set()
        self._client = httpx2.AsyncClient(timeout=30, limits=httpx2.Limits(max_connections=8))

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 - the library's
        message = email.message_from_bytes(envelope.original_content or b"", policy=default)
        self.mails.append(message)
        for recipient in envelope.rcpt_tos:
            task = asyncio.create_task(self._look(recipient, message))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        return "250 OK"

    async def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._client.aclose()

    async def _look(self, who: str, message: EmailMessage) -> None:
        html = message.get_body(("html",))
        content = html.get_content() if html is not None else ""
        links = {
            re.sub(r"<[^>]+>", "", text).strip(): url.replace("&amp;", "&") for url, text in _HREF.findall(content)
        }
        if chance(who, "scanned") < 0.04:
            for text in ("See the lamp", "Our shops"):
                await self._get(links[text], SCANNER)
        await asyncio.sleep(SOONEST + (self._latest - SOONEST) * chance(who, "when"))
        await self._act(who, links, _PIXEL.findall(content))

    async def _act(self, who: str, links: dict[str, str], pixels: list[str]) -> None:
        if chance(who, "opens") > 0.6:
            return
        for pixel in pixels:
            await self._get(pixel)
        if chance(who, "clicks") < 0.55:
            await self._get(links["See the lamp"])
        elif chance(who, "strolls") < 0.3:
            await self._get(links["Our shops"])
        elif chance(who, "leaves") < 0.05:
            self.requests += 1
            await self._client.post(links["Unsubscribe"], data={"List-Unsubscribe": "One-Click"})

    async def _get(self, url: str, agent: str = BROWSER) -> None:
        self.requests += 1
        await self._client.get(url, headers={"User-Agent": agent})


@asynccontextmanager
async def crowd(latest: float) -> AsyncIterator[tuple[Crowd, str]]:
    """The crowd and the SMTP URL at which it gets its mail."""
    people = Crowd(latest)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(people, hostname="localhost", loop=loop), "127.0.0.1", 0)
    try:
        yield people, f"smtp://127.0.0.1:{server.sockets[0].getsockname()[1]}?tls=none"
    finally:
        await people.close()
        server.close()
