"""Interactions on disk, while the database cannot be reached (rule T1): JSON lines, on the disk before the answer.

A server process appends to a file of its own. Any process takes files by renaming them, reads them in bites, and
deletes them once the database has everything; reading one twice does no harm. Who appends holds a lock on the file and
looks, once it has it, whether the file is still in its place: so nothing is written to a file that was read already.
"""

import fcntl
import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import islice
from pathlib import Path
from typing import TextIO

from sojourn.kit.errors import NotFound
from sojourn.kit.ids import new_event_id
from sojourn.kit.log import logger
from sojourn.tracking.model import Interaction

LOG = logger("tracking")
OPEN, TAKEN, REFUSED = ".open", ".jsonl", ".refused"


class Spool:
    """The folder is made when it is needed. Everything here blocks: call it in a thread where others wait."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._file: Path | None = None

    def append(self, interactions: Sequence[Interaction]) -> None:
        """Returns when the disk has them; raises OSError."""
        fresh = self._file is None or not self._file.exists()
        if self._file is None:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._file = self._folder / f"{new_event_id()}{OPEN}"
        with _locked(self._file) as file:
            file.writelines(json.dumps(seen.as_json()) + "\n" for seen in interactions)
            file.flush()
            os.fsync(file.fileno())
        if fresh:
            _force(self._folder)

    def take(self) -> list[Path]:
        """All files there are, also those that an earlier process left; appending goes on in a new one."""
        self._file = None
        for path in self._folder.glob(f"*{OPEN}"):
            with suppress(FileNotFoundError):  # another process was quicker
                path.rename(path.with_suffix(TAKEN))
        return sorted(self._folder.glob(f"*{TAKEN}"))

    @property
    def empty(self) -> bool:
        return not any(path.suffix in (OPEN, TAKEN) for path in self._folder.glob("*"))


def read(path: Path, bite: int) -> Iterator[list[Interaction]]:
    """The interactions of a taken file, so many at a time. A line that was cut off was never answered for."""
    with path.open(encoding="utf-8", errors="replace") as file:
        fcntl.flock(file, fcntl.LOCK_EX)  # until whoever was appending when the file was taken has ended
        fcntl.flock(file, fcntl.LOCK_UN)
        while lines := list(islice(file, bite)):
            yield [seen for seen in map(_read, lines) if seen is not None]


def forget(path: Path) -> None:
    """The database has everything."""
    path.unlink(missing_ok=True)


def refuse(path: Path) -> None:
    """Puts a file aside that the database will not take, for somebody to look at."""
    path.rename(path.with_suffix(REFUSED))


@contextmanager
def _locked(path: Path) -> Iterator[TextIO]:
    """The file of this name, made if need be, which nobody else appends to and nobody has taken."""
    while True:
        with path.open("a", encoding="utf-8") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            if _is_at(path, file):
                yield file
                return


def _is_at(path: Path, file: TextIO) -> bool:
    try:
        return os.path.samestat(os.fstat(file.fileno()), path.stat())
    except FileNotFoundError:
        return False


def _read(line: str) -> Interaction | None:
    try:
        return Interaction.from_json(json.loads(line))
    except (ValueError, TypeError, KeyError, NotFound):
        LOG.warning("spooled line left out", length=len(line))
        return None


def _force(folder: Path) -> None:
    """Makes the name of a new file durable, not only what is in it."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
