"""The channel of emails that a mail server sends.

A batch is a queue that a few connections empty side by side. A connection that is lost before the server had a message
is opened again, once; when that does not help, its lane takes no more, the others go on, and what nobody could take is
for later. Connections stay open between batches, since opening one costs more than a mail, and leave after some idle
seconds.
"""

import asyncio
import contextlib
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from typing import NamedTuple

from email_validator import EmailNotValidError, validate_email

from sojourn.channels.smtp.connection import Connection, Lost, Mail
from sojourn.channels.smtp.model import Patience, Server
from sojourn.delivery import mime
from sojourn.delivery.model import EmailMessage, Kind, Message, Refused, Result, TryLater, fault_of

PATIENCE = Patience()


class Probe(NamedTuple):
    """Whether the mail server can be used, and a sentence that says so or what is wrong."""

    works: bool
    answer: str


class SmtpChannel:
    """At most `connections` at the same time, for all batches together."""

    name = "smtp"
    kind: Kind = "email"
    repeatable = False

    def __init__(self, server: Server, *, connections: int, patience: Patience = PATIENCE) -> None:
        self._server, self._connections, self._patience = server, connections, patience
        self._trust = None if server.tls == "none" else server.trust()
        self._slots = asyncio.Semaphore(connections)
        self._kept: list[Connection] = []
        self._leaving: asyncio.Task[None] | None = None
        self._alarm: asyncio.TimerHandle | None = None

    async def send(self, batch: Sequence[Message]) -> Sequence[Result]:
        todo = deque(range(len(batch)))
        results: list[Result] = [TryLater("not tried")] * len(batch)
        async with asyncio.TaskGroup() as group:
            lanes = [
                group.create_task(self._lane(batch, todo, results)) for _ in range(min(self._connections, len(batch)))
            ]
        reasons = [reason for reason in (lane.result() for lane in lanes) if reason]
        for index in todo:
            results[index] = TryLater(reasons[-1])
        return results

    async def probe(self) -> Probe:
        """Connects and logs in as for sending, and sends nothing."""
        try:
            connection = await self._open()
        except Lost as lost:
            return Probe(False, f"{lost}.")
        encrypted = "with TLS" if connection.encrypted else "without TLS"
        await connection.leave()
        login = f"logged in as {self._server.user}" if self._server.user else "without a login"
        return Probe(True, f"{self._server} can be used: {encrypted}, {login}.")

    async def close(self) -> None:
        if self._alarm is not None:
            self._alarm.cancel()
        connections, self._kept = self._kept, []
        await asyncio.gather(*(connection.leave() for connection in connections))

    async def _lane(self, batch: Sequence[Message], todo: deque[int], results: list[Result]) -> str | None:
        """Takes from the queue until it is empty, or until the server is lost: then the text says why."""
        async with self._line() as line:
            while todo:
                index = todo.popleft()
                try:
                    mail = _written(batch[index])
                    results[index] = mail if isinstance(mail, Refused) else await line.hand_over(mail)
                except Lost as lost:
                    todo.appendleft(index)
                    return str(lost)
        return None

    @asynccontextmanager
    async def _line(self) -> AsyncIterator["_Line"]:
        async with self._slots:
            line = _Line(self._open, self._kept.pop() if self._kept else None)
            try:
                yield line
            except BaseException:
                line.drop()
                raise
            if line.connection is not None and line.connection.alive:
                self._keep(line.connection)

    def _keep(self, connection: Connection) -> None:
        self._kept.append(connection)
        if self._alarm is not None:
            self._alarm.cancel()
        self._alarm = asyncio.get_running_loop().call_later(self._patience.idle, self._leave)

    def _leave(self) -> None:
        self._leaving = asyncio.create_task(self.close())

    async def _open(self) -> Connection:
        return await Connection.open(self._server, self._patience, self._trust)


class _Line:
    """A place at the mail server: a connection that is opened when it is needed, and again when it was lost."""

    def __init__(self, open_connection: Callable[[], Awaitable[Connection]], connection: Connection | None) -> None:
        self._open_connection = open_connection
        self.connection = connection

    async def hand_over(self, mail: Mail) -> Result:
        """On the connection that is there, and once more on a new one. Raises Lost when that is lost as well."""
        if self.connection is not None and self.connection.alive:
            with contextlib.suppress(Lost):
                return await self.connection.hand_over(mail)
        self.connection = await self._open_connection()
        return await self.connection.hand_over(mail)

    def drop(self) -> None:
        if self.connection is not None:
            self.connection.drop()


def _written(message: Message) -> Mail | Refused:
    """The message as the server takes it, with internationalised domains in their ASCII form (RFC 5891)."""
    if (fault := fault_of(message)) is not None:
        return Refused(fault)
    assert isinstance(message, EmailMessage), "a text message on the channel of emails"
    try:
        to, sender = _ascii(message.to), _ascii(message.sender.address)
    except EmailNotValidError as error:
        return Refused(str(error))
    plain = message._replace(to=to, sender=message.sender._replace(address=sender))
    utf8 = not (to + sender + (message.reply_to or "")).isascii()
    return Mail(sender, to, mime.build(plain), utf8)


def _ascii(address: str) -> str:
    if address.isascii():
        return address
    return validate_email(address, check_deliverability=False, test_environment=True).ascii_email or address
