"""The PostgreSQL server itself: its cluster made, its process started, watched and stopped.

The process is a direct child that is told to stop when its owner dies, however that happens (PR_SET_PDEATHSIG), so none
is ever left behind. It speaks only through a socket in a folder that is closed to other users. Commits are durable; the
other settings keep an idle server small: 5 processes, 15 MB and no measurable time of a processor.
"""

import ctypes
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
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


@contextmanager
def running(data: Path, lock: int, settings: Mapping[str, str]) -> Iterator[str]:
    """Runs the data folder's server and yields the URL of its database; every process of it inherits `lock`."""
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
        stopping = threading.Event()
        try:
            _wait_until_ready(server, cluster, log)
            threading.Thread(target=_end_together, args=(server, stopping), daemon=True).start()
            yield _database(sockets)
        finally:
            stopping.set()
            ended = server.poll()
            _stop(server)
        if ended is not None:
            raise Unavailable(f"PostgreSQL ended by itself (code {ended}):\n{_end_of(log)}\nStarting again recovers.")


def _end_together(server: "subprocess.Popen[bytes]", stopping: threading.Event) -> None:
    """Without its database a process is of no use: it is asked to stop, so that whatever watches it starts it anew."""
    server.wait()
    if not stopping.is_set():
        os.kill(os.getpid(), signal.SIGTERM)


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
        _watch(child)
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


def _watch(child: "subprocess.Popen[bytes]") -> None:
    """Where the kernel has no such signal, a shell looks every second whether both are still there."""
    script = 'while kill -0 "$1" && kill -0 "$2"; do sleep 1; done 2>/dev/null; kill -INT "$2" 2>/dev/null'
    arguments = ["/bin/sh", "-c", script, "watch", str(os.getpid()), str(child.pid)]
    subprocess.Popen(arguments, start_new_session=True)  # noqa: S603 - a fixed program with arguments of our own


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
