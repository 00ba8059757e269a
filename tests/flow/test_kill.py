"""A worker killed at any moment of the page's story loses nobody and sends nothing twice (D3, W6, N1).

A nemesis watches the database and kills the worker each time the story has come some way further; the server starts it
again. The moments are many and differ from run to run; what must hold afterwards is always the same.
"""

import json
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import launch
import psutil
import psycopg

from house import House, environment, mail_server

PEOPLE = 240
KILLS = 16
HOUR = timedelta(hours=1)

PROGRESS = """
select (select count(*) from visit) + (select count(*) from visit where left_at is not null)
     + (select count(*) from delivery) + (select count(*) from delivery where state <> 'queued')
     + (select count(*) from delivery where settled_at is not null)"""


class Nemesis:
    """Kills the worker at about `KILLS` moments, evenly spread over the work that the story is."""

    def __init__(self, house: House, database: str) -> None:
        self.kills = 0
        self._house, self._database = house, database
        self._over = threading.Event()
        whole = PEOPLE * (2 + 2 + 3 + 3) + PEOPLE // 2 * (2 + 2 + 3)  # per person: three visits and a mail; half go on
        self._moments = [whole * moment // KILLS + 1 for moment in range(KILLS)]

    @contextmanager
    def about(self) -> Iterator[None]:
        thread = threading.Thread(target=self._lurk)
        thread.start()
        try:
            yield
        finally:
            self._over.set()
            thread.join()

    def _lurk(self) -> None:
        with psycopg.connect(self._database, autocommit=True) as conn:
            while self._moments and not self._over.wait(0.001):
                row = conn.execute(PROGRESS).fetchone()  # type: ignore[call-overload]
                assert row is not None
                if row[0] >= self._moments[0] and self._kill_worker():
                    self._moments = [moment for moment in self._moments if moment > row[0]]

    def _kill_worker(self) -> bool:
        assert self._house.process is not None
        for child in psutil.Process(self._house.process.pid).children():
            if "sojourn.app.work" in child.cmdline():
                child.kill()
                self.kills += 1
                return True
        return False  # it is just being started


def test_D3_a_worker_killed_at_many_moments_loses_nobody_and_sends_nothing_twice(database: str, tmp_path: Path) -> None:
    with mail_server() as (postbox, smtp_url):
        house = House(environment(smtp_url, tmp_path, database), postbox)
        house.start()
        try:
            nemesis = Nemesis(house, database)
            _tell(house, nemesis)
        finally:
            house.stop()
        _judge(house, database)
        assert nemesis.kills >= KILLS // 2


def _tell(house: House, nemesis: Nemesis) -> None:
    t0 = launch.publish_for(house, PEOPLE)
    with nemesis.about():
        house.move_to(t0)
        house.move_to(t0 + 1 * HOUR)
        for n in range(0, PEOPLE, 2):
            if house.postbox.to(f"p{n}@x.example"):
                house.follow(house.links(f"p{n}@x.example")["See the product"])
        house.move_to(t0 + 25 * HOUR)
        house.move_to(t0 + 72 * HOUR)


def _judge(house: House, database: str) -> None:
    verdict = json.loads(house.command("verify", "--json"))
    assert verdict["faults"] == []
    assert (verdict["participants"], verdict["inside"]) == (PEOPLE, 0)
    mails = Counter(to for to, _ in house.postbox.received)
    assert max(mails.values()) == 1
    with psycopg.connect(database) as conn:
        states = dict(
            conn.execute("select person.key, state from delivery join person on person.id = delivery.person"
                         " where channel = 'email' and person.shard = delivery.shard").fetchall()
        )  # fmt: skip
        texts = dict(conn.execute("select address, count(*) from inbox_message group by address").fetchall())
    for n in range(PEOPLE):
        key = f"p{n}@x.example"
        assert states[key] == "sent" if states[key] != "unknown" else True
        assert mails[key] == 1 or states[key] == "unknown"
        clicked = n % 2 == 0 and mails[key] == 1
        assert texts.get(f"+336123{n:05}", 0) == (1 if clicked else 0), key
    assert verdict["unknown"] == sum(state == "unknown" for state in states.values())
