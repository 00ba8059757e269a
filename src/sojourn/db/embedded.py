"""The embedded PostgreSQL 18: started, watched over and stopped by the process that owns the data folder.

It is a direct child that is told to stop when its owner dies, however that happens (PR_SET_PDEATHSIG), so none is ever
left behind. It speaks only through a socket in a folder that is closed to other users. The lock on the data folder is
inherited by every PostgreSQL process: whoever holds it knows that no earlier server is still writing. Commits are
durable; the other settings keep an idle server small.
"""

import ctypes
import fcntl
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from urllib.parse import quote

import psycopg

from sojourn.db.place import Place, find_place
from sojourn.kit.clock import stopwatch
from sojourn.kit.errors import Conflict, Unavailable

MAJOR = "18"
PATIENCE = 60.0  # seconds without any sign of life before something is given up
LONGEST_SOCKET_PATH = 103  # bytes: Linux takes 107, macOS 103
LARGEST_LOG = 10_000_000  # bytes: a larger one is put aside at the next start
SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "50",
    "shared_buffers": "128MB",
    "max_wal_size": "2GB",
    "checkpoint_timeout": "15min",
    "jit": "off",
    "io_method": "sync",
    "max_logical_replication_workers": "0",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_checkpoints": "off",
    "log_error_verbosity": "terse",  # the details of an error may hold addresses of people
}


class InUse(Conflict):
    """Another process owns the data folder."""


@contextmanager
def own(data: Path, settings: Mapping[str, str] | None = None) -> Iterator[str]:
    """Takes the data folder, starts its PostgreSQL and yields the database's URL; stops the server at the end.

    Call it from the main thread: the server lives as long as the thread that started it. `settings` are PostgreSQL's,
    over the ones above. Raises InUse when another process owns the folder, Conflict when it cannot be used,
    Unavailable when the server cannot be had.
    """
    with _lock_of(data) as lock, _running(data, lock, settings or {}) as url:
        yield url


@contextmanager
def join_or_own(data: Path, settings: Mapping[str, str] | None = None) -> Iterator[str]:
    """Like `own`, but uses the running server when another process owns the folder; an owner that comes this way stops
    the server only when all who joined it have left."""
    with ExitStack() as stack:
        while (url := _joined(data, stack)) is None:
            with suppress(InUse):
                lock = stack.enter_context(_lock_of(data))
                visitors = os.open(data / "visitors", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
                stack.callback(os.close, visitors)
                url = stack.enter_context(_running(data, lock, settings or {}))
                stack.callback(fcntl.flock, visitors, fcntl.LOCK_EX)
                break
            time.sleep(0.05)
        yield url


@contextmanager
def _lock_of(data: Path) -> Iterator[int]:
    """The descriptor of the lock file. Waits for the server of an owner that was killed to finish."""
    try:
        data.mkdir(parents=True, exist_ok=True)
        lock = os.open(data / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise Conflict(f"The data folder {data} cannot be used: {error.strerror}. Choose another one.") from error
    try:
        elapsed = stopwatch()
        while not _locked(lock):
            owner = os.pread(lock, 100, 0).decode().partition("\n")[0]
            if _alive(owner) or elapsed() > PATIENCE:
                raise InUse(f"The data folder {data} is already in use by process {owner}. Stop it, or choose another.")
            time.sleep(0.02)
        _note(lock, f"{os.getpid()}\n")
        yield lock
    finally:
        os.close(lock)


def _locked(lock: int, kind: int = fcntl.LOCK_EX) -> bool:
    try:
        fcntl.flock(lock, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _alive(process: str) -> bool:
    try:
        os.kill(int(process), 0)
    except PermissionError:
        return True
    except (ProcessLookupError, ValueError):  # ValueError: the owner has yet to write its number
        return False
    return True


def _note(lock: int, text: str) -> None:
    os.ftruncate(lock, 0)
    os.pwrite(lock, text.encode(), 0)


def _joined(data: Path, stack: ExitStack) -> str | None:
    """The URL of the server that another process runs; until the stack ends, we count as its visitor."""
    with suppress(OSError), ExitStack() as attempt:
        lock = os.open(data / "lock", os.O_RDONLY | os.O_CLOEXEC)
        attempt.callback(os.close, lock)
        visitors = os.open(data / "visitors", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        attempt.callback(os.close, visitors)
        owner, _, url = os.pread(lock, 4096, 0).decode().strip().partition("\n")
        if url and _alive(owner) and not _locked(lock, fcntl.LOCK_SH) and _locked(visitors, fcntl.LOCK_SH):
            stack.push(attempt.pop_all())
            return url
    return None


@contextmanager
def _running(data: Path, lock: int, settings: Mapping[str, str]) -> Iterator[str]:
    place = find_place(data)
    cluster, log = place.home / "cluster", data / "postgres.log"
    if log.exists() and log.stat().st_size > LARGEST_LOG:
        log.rename(data / "postgres.log.1")
    _initialise(place, lock, log)
    with _socket_folder(place) as sockets:
        options = {**SETTINGS, "unix_socket_directories": str(sockets), **settings}
        (cluster / "postmaster.pid").unlink(missing_ok=True)  # the lock proves that it is stale
        arguments = [f"--{name}={value}" for name, value in options.items()]
        server = _child(place, lock, log, "postgres", "-D", str(cluster), *arguments)
        try:
            _wait_until_ready(server, cluster, log)
            url = _database(sockets)
            _note(lock, f"{os.getpid()}\n{url}\n")
            yield url
            _note(lock, f"{os.getpid()}\n")
        finally:
            _stop(server)


def _initialise(place: Place, lock: int, log: Path) -> None:
    """Makes the cluster under another name first, so that a half-made one is never taken for a whole one."""
    cluster, unfinished = place.home / "cluster", place.home / "unfinished"
    if cluster.exists():
        made_by = (cluster / "PG_VERSION").read_text().strip()
        if made_by != MAJOR:
            raise Conflict(
                f"The data in {cluster} was made by PostgreSQL {made_by}, and this Sojourn runs PostgreSQL {MAJOR}. "
                "Take it over with pg_dump or pg_upgrade, or choose another data folder."
            )
        return
    shutil.rmtree(unfinished, ignore_errors=True)
    options = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--encoding=UTF8"]
    options += ["--auth-local=trust", "--auth-host=reject", "--username=postgres"]
    if _child(place, lock, log, "initdb", "-D", str(unfinished), *options).wait() != 0:
        raise Unavailable(f"PostgreSQL could not make its data folder:\n{_end_of(log)}")
    unfinished.rename(cluster)


@contextmanager
def _socket_folder(place: Place) -> Iterator[Path]:
    """A folder that only the server's user may enter, with a path short enough for the name of a socket."""
    folder = place.home / "socket"
    short = len(os.fsencode(folder / ".s.PGSQL.5432")) <= LONGEST_SOCKET_PATH
    if not short:
        folder = Path(tempfile.mkdtemp(prefix="sojourn-"))
    folder.mkdir(mode=0o700, exist_ok=True)
    os.chown(folder, place.uid, place.gid)
    try:
        yield folder
    finally:
        if not short:
            shutil.rmtree(folder, ignore_errors=True)


def _child(place: Place, lock: int, log: Path, program: str, *arguments: str) -> "subprocess.Popen[bytes]":
    """A program of PostgreSQL: a session of its own, so that Ctrl-C reaches it only through us; it holds the lock."""
    if threading.current_thread() is not threading.main_thread():
        raise RuntimeError("start the embedded PostgreSQL from the main thread: it dies with the thread that starts it")
    root = os.geteuid() == 0
    with log.open("ab") as output:
        child = subprocess.Popen(  # noqa: S603 - a fixed program with arguments of our own
            [str(place.programs / program), *arguments],
            cwd=place.home,
            env={"LC_ALL": "C", "PATH": os.environ.get("PATH", os.defpath)},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
            pass_fds=[lock],
            preexec_fn=_end_with_owner(),  # noqa: PLW1509 - runs after setuid, which would clear the signal
            user=place.uid if root else None,
            group=place.gid if root else None,
            extra_groups=[] if root else None,
        )
    if sys.platform != "linux":
        _watch(os.getpid(), child.pid)
    return child


def _end_with_owner() -> Callable[[], None]:
    """What the child does before it becomes PostgreSQL: ask the kernel for SIGINT at the death of its owner."""
    owner, set_parent_death_signal = os.getpid(), 1
    library = ctypes.CDLL(None)

    def ask() -> None:
        if sys.platform == "linux":
            library.prctl(set_parent_death_signal, signal.SIGINT)
        if os.getppid() != owner:  # it died in between
            os._exit(1)

    return ask


def _watch(owner: int, server: int) -> None:
    """Where the kernel has no such signal, a shell looks every second whether both are still there."""
    script = 'while kill -0 "$1" && kill -0 "$2"; do sleep 1; done 2>/dev/null; kill -INT "$2" 2>/dev/null'
    subprocess.Popen(["/bin/sh", "-c", script, "watch", str(owner), str(server)], start_new_session=True)  # noqa: S603


def _wait_until_ready(server: "subprocess.Popen[bytes]", cluster: Path, log: Path) -> None:
    """Recovery after a crash may take long, and says so in the log: there is no limit while the log grows."""
    size, quiet = -1, stopwatch()
    while not _ready(cluster):
        if server.poll() is not None:
            raise Unavailable(f"PostgreSQL did not start:\n{_end_of(log)}")
        if size != (size := log.stat().st_size):
            quiet = stopwatch()
        if quiet() > PATIENCE:
            raise Unavailable(f"PostgreSQL has not started, and was silent for {PATIENCE:.0f} seconds; see {log}.")
        time.sleep(0.01)


def _ready(cluster: Path) -> bool:
    """The last line of postmaster.pid is what pg_ctl itself waits for."""
    with suppress(FileNotFoundError):
        return (cluster / "postmaster.pid").read_text().endswith(("ready   \n", "ready\n"))
    return False


def _database(sockets: Path) -> str:
    """The URL of the database, which belongs to a role with no power over the server itself."""
    with psycopg.connect(host=str(sockets), user="postgres", dbname="postgres", autocommit=True) as conn:
        if not conn.execute("select from pg_roles where rolname = 'sojourn'").fetchall():
            conn.execute("create role sojourn login createdb")
        if not conn.execute("select from pg_database where datname = 'sojourn'").fetchall():
            conn.execute("create database sojourn owner sojourn")
    return f"postgresql://sojourn@/sojourn?host={quote(str(sockets), safe='')}"


def _stop(server: "subprocess.Popen[bytes]") -> None:
    """Fast shutdown; after a limit an immediate one, from which the next start recovers."""
    server.send_signal(signal.SIGINT)
    try:
        server.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        server.send_signal(signal.SIGQUIT)
        server.wait()


def _end_of(log: Path) -> str:
    return log.read_text("utf-8", "replace")[-2000:]
