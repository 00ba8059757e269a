"""A mail server that accepts everything and keeps nothing but the count: the fastest other side that mails can meet.

python bench/sink.py     prints its port, then serves until it is stopped; SIGTERM prints how many mails it got
"""

import asyncio
import signal


class Sink(asyncio.Protocol):
    received = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport, self._pending, self._in_data = transport, b"", False
        transport.write(b"220 sink ESMTP\r\n")

    def data_received(self, data: bytes) -> None:
        self._pending += data
        answers: list[bytes] = []
        while True:
            end = b"\r\n.\r\n" if self._in_data else b"\r\n"
            line, found, rest = self._pending.partition(end)
            if not found:
                break
            self._pending = rest
            answers.append(self._answer(line))
        if answers:
            self._transport.write(b"".join(answers))

    def _answer(self, line: bytes) -> bytes:
        if self._in_data:
            Sink.received += 1
            self._in_data = False
            return b"250 taken\r\n"
        verb = line[:4].upper()
        if verb == b"EHLO":
            return b"250-sink\r\n250-8BITMIME\r\n250-PIPELINING\r\n250 SMTPUTF8\r\n"
        if verb == b"DATA":
            self._in_data = True
            return b"354 go on\r\n"
        if verb == b"QUIT":
            self._transport.close()
        return b"250 ok\r\n"


async def main() -> None:
    loop = asyncio.get_running_loop()
    stopped = asyncio.Event()
    loop.add_signal_handler(signal.SIGTERM, stopped.set)
    server = await loop.create_server(Sink, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await stopped.wait()
    server.close()
    print(Sink.received, flush=True)


asyncio.run(main())
