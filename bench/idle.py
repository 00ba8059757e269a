"""What an idle Sojourn costs: processor time and memory of server, worker and PostgreSQL together, over a minute.

    .venv/bin/python bench/idle.py --seconds 60

Memory is the proportional set size (PSS): pages that processes share are counted once.
"""

import argparse
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--seconds", type=float, default=60)
    arguments.add_argument("--data", type=Path, help="A data folder to look at; default a new one.")
    given = arguments.parse_args()
    data = given.data or Path(tempfile.mkdtemp(prefix="sojourn_idle_"))
    if given.data is None:
        data.chmod(0o755)  # or, started by root, the database would be kept elsewhere and stay there
    environment = {**os.environ, "SOJOURN_DATA": str(data), "SOJOURN_LOG_LEVEL": "warning"}
    command = [sys.executable, "-m", "sojourn", "serve", "--port", "0"]
    process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(10)  # for what a start does
        before = spent(process.pid)
        time.sleep(given.seconds)
        after = spent(process.pid)
        report(before, after, given.seconds)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait()
        if given.data is None:
            shutil.rmtree(data, ignore_errors=True)


def spent(pid: int) -> dict[int, tuple[str, float, float]]:
    """By process: what it is, its processor seconds, its megabytes."""
    found = {}
    for process in [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]:
        times, name = process.cpu_times(), process.name()
        if "sojourn.app.work" in process.cmdline():
            name = "worker"
        elif process.pid == pid:
            name = "server"
        found[process.pid] = (name, times.user + times.system, process.memory_full_info().pss / 2**20)
    return found


def report(
    before: dict[int, tuple[str, float, float]], after: dict[int, tuple[str, float, float]], seconds: float
) -> None:
    groups: dict[str, tuple[float, float]] = {}
    for pid, (name, cpu, memory) in after.items():
        kind = name if name in ("server", "worker") else "PostgreSQL"
        used, held = groups.get(kind, (0.0, 0.0))
        groups[kind] = (used + cpu - before.get(pid, ("", 0.0, 0.0))[1], held + memory)
    groups["in all"] = (sum(cpu for cpu, _ in groups.values()), sum(memory for _, memory in groups.values()))
    for kind, (cpu, memory) in groups.items():
        print(f"{kind:<12} {100 * cpu / seconds:6.2f} % of a core {memory:8.1f} MB")


main()
