"""A real mail server on loopback that does as it is told: takes, refuses, puts off, hangs up, or keeps silent."""

import asyncio
import email
import email.policy
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from email.message import EmailMessage as Parsed
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session


class MailServer:
    """`mail` gives the answer to a sender, `rcpt` and `data` to a recipient, or None for the usual one; what they say
    may be `hang up`."""

    def __init__(self) -> None:
        self.port = 0
        self.envelopes: list[Envelope] = []
        self.connections = 0
        self.gone = asyncio.Event()
        self.mail: Callable[[str], str | None] = lambda _: None
        self.rcpt: Callable[[str], str | None] = lambda _: None
        self.data: Callable[[str], str | None] = lambda _: None
        self.silent: asyncio.Event | None = None
        self.encrypted: list[bool] = []

    @property
    def mails(self) -> list[Parsed]:
        return [email.message_from_bytes(e.original_content, policy=email.policy.default) for e in self.envelopes]

    @property
    def addresses(self) -> list[str]:
        return [envelope.rcpt_tos[0] for envelope in self.envelopes]

    async def handle_MAIL(
        self, server: "Talk", session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if answer := self._said(server, self.mail(address)):
            return answer
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_RCPT(
        self, server: "Talk", session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        return self._said(server, self.rcpt(address)) or self._take(envelope, address)

    async def handle_DATA(self, server: "Talk", session: Session, envelope: Envelope) -> str:
        self.encrypted.append(session.ssl is not None)
        answer = self.data(envelope.rcpt_tos[0])
        if answer is None or not answer.startswith(("4", "5")):
            self.envelopes.append(envelope)
        if self.silent is not None:
            await self.silent.wait()
        return self._said(server, answer) or "250 2.0.0 Ok: queued as 1A2B3C"

    def _take(self, envelope: Envelope, address: str) -> str:
        envelope.rcpt_tos.append(address)
        return "250 OK"

    def _said(self, server: "Talk", answer: str | None) -> str | None:
        if answer == "hang up":
            assert server.transport is not None
            server.transport.abort()
        return answer


class Talk(SMTP):
    """One conversation, which tells the server when it begins and ends."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.event_handler.connections += self.session is None
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        super().connection_lost(error)
        self.event_handler.gone.set()


def knows(user: str, password: str) -> Callable[..., AuthResult]:
    """An authenticator for one user."""

    def check(_server: SMTP, _session: Session, _envelope: Envelope, _how: str, given: LoginPassword) -> AuthResult:
        return AuthResult(success=given == LoginPassword(user.encode(), password.encode()), handled=False)

    return check


@asynccontextmanager
async def mail_server(ssl_wrapped: ssl.SSLContext | None = None, **options: Any) -> AsyncIterator[MailServer]:
    mails = MailServer()
    loop = asyncio.get_running_loop()
    options = {"enable_SMTPUTF8": True, "hostname": "localhost", **options}
    server = await loop.create_server(lambda: Talk(mails, loop=loop, **options), "127.0.0.1", 0, ssl=ssl_wrapped)
    mails.port = server.sockets[0].getsockname()[1]
    try:
        yield mails
    finally:
        if mails.silent is not None:
            mails.silent.set()
        server.close()
