"""One connection to a mail server, and one mail over it (RFC 5321 §3.3).

Only one moment is in doubt: the server has the message, and its answer is lost. Everything before it is surely not
handed over; then either the server has answered about the message, or the connection is Lost and the message unharmed.
"""

import contextlib
import ssl
from typing import NamedTuple

from aiosmtplib import SMTP, SMTPException, SMTPResponse, SMTPResponseException

from sojourn.channels.smtp.model import Patience, Server
from sojourn.delivery.model import Accepted, Doubtful, Refused, Result, TryLater

# Answers with these codes speak of the connection or the login, not of the message: no mail fails for good by them.
OF_THE_CONNECTION = {421, 454, 530, 534, 535, 538}


class Lost(Exception):
    """The connection is of no use any more, and the message at hand was surely not handed over. The text says why."""


class Mail(NamedTuple):
    """What goes over: `utf8` says that an address in it is outside ASCII (RFC 6531)."""

    sender: str
    to: str
    body: bytes
    utf8: bool


class Connection:
    """A connection that is ready for mail: encrypted and logged in as the server's address asks."""

    def __init__(self, server: Server, patience: Patience, client: SMTP) -> None:
        self._server, self._patience, self._client = server, patience, client

    @classmethod
    async def open(cls, server: Server, patience: Patience, trust: ssl.SSLContext | None) -> "Connection":
        """Raises Lost with what to do."""
        client = SMTP(
            hostname=server.host,
            port=server.port,
            timeout=patience.command,
            use_tls=server.tls == "wrapped",
            start_tls=None if server.tls == "opportunistic" else server.tls == "starttls",
            tls_context=trust,
        )
        try:
            await client.connect()
            await _log_in(client, server)
            if client.is_ehlo_or_helo_needed:
                await client.ehlo()
        except (SMTPException, OSError) as error:
            client.close()
            raise Lost(_why_no_connection(server, error)) from error
        except BaseException:
            client.close()
            raise
        return cls(server, patience, client)

    @property
    def alive(self) -> bool:
        return self._client.is_connected

    @property
    def encrypted(self) -> bool:
        return self._client.get_transport_info("sslcontext") is not None

    async def hand_over(self, mail: Mail) -> Result:
        """Raises Lost, and is closed, when it cannot go on."""
        client, size = self._client, len(mail.body)
        if mail.utf8 and not client.supports_extension("smtputf8"):
            return Refused(f"{self._server} does not take addresses outside ASCII (SMTPUTF8)")
        limit = client.esmtp_extensions.get("size", "")
        if limit.isdecimal() and 0 < int(limit) < size:
            return Refused(f"the message has {size} bytes, and {self._server} takes {limit} at most (SIZE)")
        options = (f" SIZE={size}" if limit else "") + (" SMTPUTF8 BODY=8BITMIME" if mail.utf8 else "")
        for command, good in ((f"MAIL FROM:<{mail.sender}>{options}", 2), (f"RCPT TO:<{mail.to}>", 2), ("DATA", 3)):
            response = await self._ask(command)
            if response.code // 100 != good:
                with contextlib.suppress(Lost):
                    await self._ask("RSET")
                return _verdict(response)
        return await self._give(mail.body)

    async def leave(self) -> None:
        """Says goodbye, if anybody listens, and closes."""
        with contextlib.suppress(SMTPException, OSError):
            await self._client.quit()
        self._client.close()

    def drop(self) -> None:
        """Closes in the middle of whatever goes on; the server forgets what it did not have in whole."""
        self._client.close()

    async def _ask(self, command: str) -> SMTPResponse:
        try:
            response = await self._client.execute_command(command.encode())
        except (SMTPException, OSError) as error:
            self.drop()
            raise Lost(f"{self._server} was lost: {_said(error)}") from error
        if response.code in OF_THE_CONNECTION:
            self.drop()
            raise Lost(f"{self._server} answers: {_told(response)}")
        return response

    async def _give(self, body: bytes) -> Result:
        """The message itself, with its dots doubled (RFC 5321 §4.5.2)."""
        protocol = self._client.protocol
        if protocol is None or not protocol.is_connected:
            raise Lost(f"{self._server} was lost before the message")
        protocol.write(body.replace(b"\r\n.", b"\r\n..") + b".\r\n")
        try:
            return _verdict(await protocol.read_response(timeout=self._patience.reply))
        except (SMTPException, OSError) as error:
            self.drop()
            return Doubtful(f"{self._server} had the message, and its answer was lost: {_said(error)}")


async def _log_in(client: SMTP, server: Server) -> None:
    if server.user is None:
        return
    if client.get_transport_info("sslcontext") is None and not server.may_log_in_openly:
        raise SMTPException("it offers no TLS, and the password is not said without it (see insecure_auth=1)")
    await client.login(server.user, server.password)


def _verdict(response: SMTPResponse) -> Result:
    """What an answer to the message means (RFC 5321 §4.2.1)."""
    if response.code // 100 == 2:
        return Accepted(response.message.splitlines()[0][:200] if response.message else None)
    if response.code // 100 == 4 or response.code in OF_THE_CONNECTION:
        return TryLater(_told(response))
    if response.code // 100 == 5:
        return Refused(_told(response))
    return Doubtful(f"an answer that means nothing here: {_told(response)}")


def _told(response: SMTPResponse) -> str:
    return f"{response.code} {' '.join(response.message.split())}"[:300].strip()


def _said(error: Exception) -> str:
    if isinstance(error, SMTPResponseException):
        return f"{error.code} {' '.join(error.message.split())}"[:300].strip()
    return str(error)[:300] or type(error).__name__


def _why_no_connection(server: Server, error: Exception) -> str:
    for cause in (error, error.__cause__):
        if isinstance(cause, ssl.SSLCertVerificationError):
            return f"the certificate of {server} is not trusted: {cause.verify_message} (see cafile=)"
    return f"{server} cannot be used: {_said(error)}"
