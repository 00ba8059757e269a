"""The embedded PostgreSQL 18 belongs to one process at a time: who owns a data folder, and who may join.

`sojourn serve` owns the folder, or is refused; a command on the side joins the server that is running, and owns the
folder itself when none is. The file `owner` is locked by the owner and holds its process number and, while the server
is up, the database's URL. The file `server` is locked too, by every PostgreSQL process, which inherits it: whoever gets
that lock knows that no earlier server is still writing, even after its owner was killed.
"""

import fcntl
import os
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import psycopg

from sojourn.db.server import running
from sojourn.kit.errors import Conflict


class InUse(Conflict):
    """Another process owns the data folder."""


@contextmanager
def own(data: Path, settings: Mapping[str, str] | None = None) -> Iterator[str]:
    """Takes the data folder, starts its PostgreSQL and yields the database's URL; stops the server at the end.

    Call it from the main thread: the server lives as long as the thread that started it. `settings` are PostgreSQL's,
    over those of sojourn.db.server. Raises InUse when another process owns the folder, Conflict when it cannot be used,
    Unavailable when the server cannot be had.
    """
    with _opened(data, "owner") as owner, _opened(data, "server") as server:
        if not _locked(owner, fcntl.LOCK_EX):
            process, _ = _read(owner)
            raise InUse(f"The data folder {data} is already in use by process {process}. Stop it, or choose another.")
        _write(owner, str(os.getpid()))
        fcntl.flock(server, fcntl.LOCK_EX)  # the server of an owner that was killed may still be finishing
        with running(data.absolute(), server, settings or {}) as url:
            _write(owner, f"{os.getpid()}\n{url}")
            try:
                yield url
            finally:
                _write(owner, str(os.getpid()))


@contextmanager
def join_or_own(data: Path, settings: Mapping[str, str] | None = None) -> Iterator[str]:
    """Yields the URL of the server that is running, or else owns the folder as `own` does.

    Whoever owns it this way stops the server only when all who joined it have left.
    """
    with ExitStack() as stack:
        visitors = stack.enter_context(_opened(data, "visitors"))
        while (url := _joined(data, visitors)) is None:
            with suppress(InUse):
                url = stack.enter_context(own(data, settings))
                stack.callback(fcntl.flock, visitors, fcntl.LOCK_EX)
                break
            time.sleep(0.05)  # the owner is starting or stopping
        yield url


def _joined(data: Path, visitors: int) -> str | None:
    """The URL of the server that another process runs, if it answers; from then on we count as its visitor."""
    with _opened(data, "owner") as owner:
        _, url = _read(owner)
    if url and _locked(visitors, fcntl.LOCK_SH):
        with suppress(psycopg.OperationalError), psycopg.connect(url):
            return url
        fcntl.flock(visitors, fcntl.LOCK_UN)
    return None


@contextmanager
def _opened(data: Path, name: str) -> Iterator[int]:
    try:
        data.mkdir(parents=True, exist_ok=True)
        file = os.open(data / name, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        message = f"The data folder {data} cannot be used ({error.strerror}): choose one that you may write to."
        raise Conflict(message) from error
    try:
        yield file
    finally:
        os.close(file)


def _locked(file: int, kind: int) -> bool:
    try:
        fcntl.flock(file, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _read(owner: int) -> tuple[str, str]:
    process, _, url = os.pread(owner, 4096, 0).decode().strip().partition("\n")
    return process, url


def _write(owner: int, text: str) -> None:
    os.ftruncate(owner, 0)
    os.pwrite(owner, text.encode(), 0)
