"""A rehearsal of the page's journey for many people, through a week: what each part of it takes. Or of one that the
same people enter every day, through a month: many small runs, and people who act at all times. Or of one that whoever
has their birthday enters, through a month: time alone changes who is a member. Or of one that has a goal and
an exit, on a segment that asks what people opened. Or of one that an event starts, so many times a day for a week.

    .venv/bin/python bench/rehearse.py --people 100000
    .venv/bin/python bench/rehearse.py --people 350 --daily
    .venv/bin/python bench/rehearse.py --people 100000 --birthdays
    .venv/bin/python bench/rehearse.py --people 100000 --watched
    .venv/bin/python bench/rehearse.py --people 10000 --starts 1000

On an embedded PostgreSQL in a folder of its own, with no worker beside it. The figures are of this machine at this
moment: compare ratios within one run.
"""

import argparse
import asyncio
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from datetime import UTC, date, datetime, timedelta
from functools import reduce
from pathlib import Path

from rich.console import Console

from sojourn.app.show import rehearsal
from sojourn.db.connect import connect, open_pool, transaction
from sojourn.db.embedded import join_or_own
from sojourn.db.shards import COUNT
from sojourn.rehearsal.model import DrawnStarts, Engagement, Rates, TriggerRate
from sojourn.rehearsal.rehearse import rehearse
from sojourn.segments.jobs import evaluate_pending

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
DOCUMENTS = """
workspace: Bench
postal_address: Bench, 1 Main Street
---
attributes: contact
types: {birthday: date}
---
segment: everybody
audience: contact
condition: {attribute: email, test: is_set}
---
segment: celebrating
audience: contact
condition: {attribute: birthday, test: anniversary}
---
segment: followers
audience: contact
condition: {did: email.opened, count: {at_least: 2}}
---
email: announcement
audience: contact
sender: Bench <bench@bench.example>
subject: "{{ person.first_name }}, hello"
body: |
  <mjml><mj-body><mj-section><mj-column>
    <mj-text>Dear {{ person.first_name }}</mj-text>
    <mj-button link="product" href="https://bench.example/product">Look</mj-button>
    <mj-text><a link="about" href="https://bench.example/about">About us</a></mj-text>
    <mj-text>{{ postal_address }} <a href="{{ unsubscribe_url }}">Unsubscribe</a></mj-text>
  </mj-column></mj-section></mj-body></mjml>
---
text: launched
audience: contact
body: "It is here."
---
trigger: cart.left
audience: contact
ready: true
---
journey: Bench
start: {START}
WATCHES
steps:
  - {id: announce, kind: email, content: announcement, to: email}
  - id: clicked
    kind: if
    of: announce
    event: link_clicked
    link: product
    within: 1 day
    yes:
      - {id: launch, WAIT}
      - {id: launched, kind: text, content: launched, to: phone}
"""
WATCHES = "goal: {name: left a cart, trigger: cart.left, within: 30 days}\nexits: [{segment: followers}]"
ONCE = {"START": "segment: everybody", "WAIT": "kind: wait_until, at: 2026-11-30T09:00"}
DAILY = {"START": "segment: everybody, frequency: repeating, repeat: {unit: day}", "WAIT": "kind: wait, for: 2 days"}
BIRTHDAYS = {"START": "segment: celebrating, frequency: newly_added", "WAIT": "kind: wait, for: 2 days"}
STARTED = {"START": "trigger: cart.left, audience: contact", "WAIT": "kind: wait, for: 2 days"}


class Watch:
    """Prints what each day of the rehearsal took; of two connections, the slower one."""

    def __init__(self) -> None:
        self._begun = self._last = time.perf_counter()
        self._day, self._instants = NOW, 0

    def __call__(self, now: datetime) -> None:
        self._instants += 1
        if now >= self._day + timedelta(days=1):
            self.stage(f"day of {self._day:%d %B}")
            self._day += timedelta(days=(now - self._day).days)

    def stage(self, name: str) -> None:
        now = time.perf_counter()
        print(f"{name:<30} {now - self._last:8.2f} s {self._instants:8} instants", flush=True)
        self._last, self._instants = now, 0

    def whole(self) -> None:
        print(f"{'in all':<30} {time.perf_counter() - self._begun:8.2f} s")


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    arguments.add_argument("--people", type=int, default=100_000)
    arguments.add_argument("--clicked", type=float, default=0.2)
    arguments.add_argument("--daily", action="store_true")
    arguments.add_argument("--birthdays", action="store_true")
    arguments.add_argument("--watched", action="store_true", help="with a goal and an exit")
    arguments.add_argument("--starts", type=int, help="a day, by an event")
    given = arguments.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="sojourn_bench_"))
    folder.chmod(0o755)
    try:
        starts = DrawnStarts(per_day=given.starts) if given.starts else None
        story = STARTED if starts else DAILY if given.daily else BIRTHDAYS if given.birthdays else ONCE
        triggers = {"cart.left": TriggerRate(share=0.1)} if given.watched else {}
        engagement = Engagement(messages=Rates(clicked=given.clicked), triggers=triggers, starts=starts)
        asyncio.run(run(given.people, engagement, {**story, "WATCHES": WATCHES if given.watched else ""}, folder))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


async def run(people: int, engagement: Engagement, story: dict[str, str], folder: Path) -> None:
    environment = {**os.environ, "SOJOURN_DATA": str(folder / "data"), "SOJOURN_LOG_LEVEL": "warning"}
    customers = folder / "customers.csv"
    with customers.open("w") as file:
        file.write("email,first_name,phone,birthday\n")
        days = [date(1990, 1, 1) + timedelta(days=n) for n in range(365)]
        file.writelines(f"p{n}@bench.example,Person{n},+3361{n:07},{days[n % 365]}\n" for n in range(people))
    documents = folder / "launch.yaml"
    documents.write_text(reduce(lambda text, part: text.replace(*part), story.items(), DOCUMENTS))
    (folder / "data").mkdir(exist_ok=True)
    with join_or_own(folder / "data") as url:
        command(environment, "apply", str(documents))
        command(environment, "import", "people", str(customers))
        async with open_pool(url, size=4) as pool:
            for shard in range(COUNT):
                async with transaction(pool) as conn:
                    await evaluate_pending(conn, shard, NOW)
            async with connect(url) as conn:
                await conn.execute("vacuum analyze")
            watch = Watch()
            found = await rehearse(pool, "bench", engagement, NOW, watch)
            watch.stage("the last instants")
            watch.whole()
    print(f"of that, this process {resource.getrusage(resource.RUSAGE_SELF).ru_utime:.1f} s of processor time")
    Console(highlight=False).print(rehearsal(found))


def command(environment: dict[str, str], *arguments: str) -> None:
    subprocess.run([sys.executable, "-m", "sojourn", *arguments], env=environment, check=True, capture_output=True)


main()
