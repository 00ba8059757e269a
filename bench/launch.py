"""One journey for many people: from a CSV file to every mail handed over, stage by stage.

    .venv/bin/python bench/launch.py --people 100000

Runs a whole `sojourn serve` on an embedded PostgreSQL in a folder of its own, with bench/sink.py as the mail server,
both on loopback. The figures are of this machine at this moment: compare ratios within one run.
"""

import argparse
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import psycopg

from sojourn.db.embedded import join_or_own

HERE = Path(__file__).parent
DOCUMENTS = """
workspace: Bench
postal_address: Bench, 1 Main Street
---
segment: everybody
audience: contact
condition: {attribute: email, test: is_set}
---
email: announcement
audience: contact
sender: Bench <bench@bench.example>
subject: "{{ person.first_name }}, hello"
body: |
  <mjml><mj-body><mj-section><mj-column>
    <mj-text>Dear {{ person.first_name }}, WORDS</mj-text>
    <mj-button link="product" href="https://bench.example/product">Look</mj-button>
    <mj-text>{{ postal_address }} <a href="{{ unsubscribe_url }}">Unsubscribe</a></mj-text>
  </mj-column></mj-section></mj-body></mjml>
---
journey: Bench
start: {segment: everybody, at: publication}
steps:
  - {id: announce, kind: email, content: announcement, to: email}
  - {id: clicked, kind: if, of: announce, event: link_clicked, link: product, within: 1 day}
""".replace("WORDS", "a sentence of the usual length for such a mail. " * 40)

STAGES = {
    "segment evaluated": "select count(*) from segment_member",
    "everybody entered": "select count(*) from participant",
    "every mail handed over": "select count(*) from delivery where state = 'sent'",
    "everybody waits for a click": "select count(*) from visit join step on step.id = step where name = 'clicked'",
}


class Watch:
    """Prints what each stage took."""

    def __init__(self, people: int) -> None:
        self._people, self._begun = people, time.perf_counter()
        self._last = self._begun

    def stage(self, name: str) -> None:
        now = time.perf_counter()
        seconds, self._last = now - self._last, now
        print(f"{name:<30} {seconds:8.2f} s {self._people / seconds:12,.0f} people/s", flush=True)

    def whole(self) -> None:
        print(f"{'in all':<30} {time.perf_counter() - self._begun:8.2f} s", flush=True)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    arguments.add_argument("--people", type=int, default=100_000)
    people = arguments.parse_args().people
    folder = Path(tempfile.mkdtemp(prefix="sojourn_bench_"))
    folder.chmod(0o755)  # or, started by root, the database would be kept elsewhere and stay there
    try:
        with sink() as smtp_url:
            run(people, folder, smtp_url)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def run(people: int, folder: Path, smtp_url: str) -> None:
    environment = {
        **os.environ,
        "SOJOURN_DATA": str(folder / "data"),
        "SOJOURN_EMAIL": "smtp",
        "SOJOURN_SMTP_URL": smtp_url,
        "SOJOURN_LOG_LEVEL": "warning",
    }
    customers = folder / "customers.csv"
    with customers.open("w") as file:
        file.write("email,first_name,phone\n")
        file.writelines(f"p{n}@bench.example,Person{n},+3361{n:07}\n" for n in range(people))
    documents = folder / "launch.yaml"
    documents.write_text(DOCUMENTS)
    with (
        server(environment) as process,
        join_or_own(folder / "data") as url,
        psycopg.connect(url, autocommit=True) as conn,
    ):
        command(environment, "apply", str(documents))
        watch = Watch(people)
        command(environment, "import", "people", str(customers))
        watch.stage("imported")
        wait_for(conn, STAGES["segment evaluated"], people)
        watch.stage("segment evaluated")
        command(environment, "publish", "Bench")
        watch.stage("published")
        for stage in ("everybody entered", "every mail handed over", "everybody waits for a click"):
            wait_for(conn, STAGES[stage], people)
            watch.stage(stage)
        watch.whole()
        print(memory(process))
        print(command(environment, "verify").strip())


def wait_for(conn: "psycopg.Connection[tuple[int]]", query: str, people: int) -> None:
    while conn.execute(query).fetchone()[0] < people:  # type: ignore[call-overload, index]
        time.sleep(0.2)


def command(environment: dict[str, str], *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "sojourn", *arguments], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def memory(server: "subprocess.Popen[str]") -> str:
    """The most that the server and its worker ever held, from the kernel (VmHWM)."""
    lines = []
    for process in [psutil.Process(server.pid), *psutil.Process(server.pid).children()]:
        name = (
            "worker" if "sojourn.app.work" in process.cmdline() else "server" if "sojourn" in process.cmdline() else ""
        )
        if name:
            status = Path(f"/proc/{process.pid}/status").read_text()
            peak = re.search(r"VmHWM:\s+(\d+)", status)
            assert peak is not None
            lines.append(f"{name} memory at most {int(peak[1]) / 1024:.0f} MB")
    return ", ".join(lines)


@contextmanager
def server(environment: dict[str, str]) -> "Iterator[subprocess.Popen[str]]":
    command = [sys.executable, "-m", "sojourn", "serve", "--port", "0"]
    process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        process.stdout.readline()
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait()


@contextmanager
def sink() -> Iterator[str]:
    process = subprocess.Popen([sys.executable, str(HERE / "sink.py")], stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        yield f"smtp://127.0.0.1:{process.stdout.readline().strip()}?tls=none"
    finally:
        process.terminate()
        print(f"the mail server got {process.communicate()[0].strip()} mails")


main()
