"""Import of people: what is accepted stays, and the same file again changes nothing."""

import asyncio
import io
import signal
import subprocess
import sys

import pytest

from served import SetClock
from sojourn.db.connect import Pool, Row, transaction
from sojourn.kit.errors import Invalid, NotFound
from sojourn.people import jobs, store
from sojourn.people.match import Order


@pytest.fixture(autouse=True)
def small_batches(monkeypatch):
    monkeypatch.setattr(jobs, "BATCH", 10)


def csv(*rows: str, header: str = "id,first_name,email") -> io.BytesIO:
    return io.BytesIO("\n".join([header, *rows]).encode())


def people(count: int, first_name: str = "Ada") -> list[str]:
    return [f"crm-{number},{first_name},ada{number}@example.com" for number in range(count)]


async def imported(pool: Pool, file, progress=None, **changes) -> Row:
    order = Order(**{"audience": "contact", "key": "id", "source": "people.csv", "who": "ann@example.org", **changes})
    return await jobs.import_csv(pool, SetClock(), file, order, progress)


def counts(row: Row) -> tuple[int, ...]:
    assert row["rows"] == row["accepted"] + row["updated"] + row["unchanged"] + row["rejected"]
    return row["accepted"], row["updated"], row["unchanged"], row["rejected"]


async def state(pool: Pool) -> list[Row]:
    async with transaction(pool) as conn:
        found = await conn.execute(
            "select p.*, event from person p left join touched t on (t.shard, t.person) = (p.shard, p.id) order by key"
        )
        return await found.fetchall()


async def test_A3_an_import_counts_what_became_of_each_row(pool):
    first = await imported(pool, csv(*people(25), "crm-26,Ada,nowhere"))
    assert counts(first) == (25, 0, 0, 1)
    changed = [*people(20), *people(25, "Adele")[20:], "crm-25,New,"]
    assert counts(await imported(pool, csv(*changed))) == (1, 5, 20, 0)
    assert first["finished_at"] == first["started_at"]
    assert (first["failure"], first["source"], first["started_by"]) == (None, "people.csv", "ann@example.org")


async def test_A3_new_and_changed_people_are_touched(pool):
    await imported(pool, csv(*people(25)))
    assert {row["event"] for row in await state(pool)} == {""}
    async with transaction(pool) as conn:
        await conn.execute("delete from touched")
    await imported(pool, csv(*people(24), "crm-24,Adele,"))
    assert [row["key"] for row in await state(pool) if row["event"] is not None] == ["crm-24"]


async def test_A3_importing_again_changes_nothing(pool):
    await imported(pool, csv(*people(25)))
    before = await state(pool)
    assert counts(await imported(pool, csv(*people(25)))) == (0, 0, 25, 0)
    assert await state(pool) == before


async def test_A2_attributes_that_the_file_does_not_have_stay(pool):
    await imported(pool, csv("1,Ada,ada@example.com"))
    await imported(pool, csv("1,Lovelace,", header="id,last_name,first_name"))
    (person,) = await state(pool)
    assert person["attributes"] == {"first_name": "Ada", "email": "ada@example.com", "last_name": "Lovelace"}


async def test_A2_a_key_that_stands_twice_is_one_person_and_the_later_row_wins(pool):
    rows = ["1,Ada,", *people(15), "1,Adele,"]
    assert counts(await imported(pool, csv(*rows))) == (16, 1, 0, 0)
    assert (await state(pool))[0]["attributes"] == {"first_name": "Adele"}


async def test_A2_unknown_columns_are_refused_before_anything_is_imported(pool):
    with pytest.raises(Invalid) as refused:
        await imported(pool, csv("1,38", header="id,Shoe size"))
    (problem,) = refused.value.problems
    assert str(problem).startswith("column Shoe size: The audience contact has no attribute 'shoe_size'.")
    assert await state(pool) == []


async def test_A2_unknown_columns_are_added_when_the_import_says_so(pool):
    await imported(pool, csv("1,38,x", "2,39.5,", header="id,Shoe size,note"), add_unknown_attributes=True)
    async with transaction(pool) as conn:
        attributes = (await store.audience(conn, "contact")).attributes
    assert (attributes["shoe_size"], attributes["note"]) == ("number", "text")
    assert [row["attributes"] for row in await state(pool)] == [{"shoe_size": 38, "note": "x"}, {"shoe_size": 39.5}]


async def test_A3_every_rejected_row_is_kept_with_its_reason(pool):
    rows = [*people(12), "bad,Ada,nowhere", *people(3)]
    done = await imported(pool, csv(*rows))
    async with transaction(pool) as conn:
        (rejected,) = await store.rejected_rows(conn, done["id"], 0, 10)
    assert rejected["row"] == 14
    assert rejected["reason"].startswith("email: 'nowhere' is not an email address.")
    assert rejected["content"] == [["id", "bad"], ["first_name", "Ada"], ["email", "nowhere"]]


async def test_A3_a_file_without_a_good_row_accepts_nobody(pool):
    assert counts(await imported(pool, csv(",Ada,", ",Bob,"))) == (0, 0, 0, 2)
    assert counts(await imported(pool, csv())) == (0, 0, 0, 0)


async def test_A3_progress_is_shown_while_the_file_is_read(pool):
    seen: list[Row] = []
    done = await imported(pool, csv(*people(25)), progress=seen.append)
    assert [row["rows"] for row in seen] == [10, 20, 25]
    async with transaction(pool) as conn:
        assert await store.people_import(conn, done["id"]) == done


class Cut(io.BytesIO):
    """A file whose connection breaks after so many bytes."""

    def read1(self, size: int | None = -1, /) -> bytes:
        part = super().read1(64)
        if not part:
            raise OSError("connection reset")
        return part


async def test_A3_a_file_that_breaks_in_the_middle_loses_nothing_and_can_be_imported_again(pool):
    whole = csv(*people(25)).getvalue()
    broken = await imported(pool, Cut(whole[: whole.index(b"crm-17,")]))
    assert counts(broken) == (17, 0, 0, 0)
    assert broken["failure"] == "The file could not be read beyond row 18: connection reset"
    assert broken["finished_at"] is not None
    assert counts(await imported(pool, io.BytesIO(whole))) == (8, 0, 17, 0)


async def test_A3_bytes_that_are_not_utf8_spoil_their_row_alone(pool):
    content = csv(*people(25)).getvalue().replace(b"crm-13,Ada", b"crm-13,Ren\xe9e")
    assert counts(await imported(pool, io.BytesIO(content))) == (24, 0, 0, 1)


KILLED_AT_20 = """
import asyncio, io, os, signal, sys
from sojourn.db.connect import database_time, open_pool, transaction
from sojourn.people import jobs
from sojourn.people.match import Order

class Clock:
    async def now(self):
        async with transaction(pool) as conn:
            return await database_time(conn)

def die(row):
    if row["rows"] == 20:
        os.kill(os.getpid(), signal.SIGKILL)

async def main():
    global pool
    jobs.BATCH = 10
    async with open_pool(sys.argv[1], size=2) as pool:
        await jobs.import_csv(pool, Clock(), sys.stdin.buffer, Order("contact", "id", "people.csv", "ann"), die)

asyncio.run(main())
"""


async def test_A3_a_process_that_is_killed_leaves_whole_batches_behind(pool, database):
    file = csv(*people(25))
    command = [sys.executable, "-c", KILLED_AT_20, database]
    killed = await asyncio.to_thread(subprocess.run, command, input=file.getvalue(), check=False)
    assert killed.returncode == -signal.SIGKILL
    async with transaction(pool) as conn:
        left = await store.people_import(conn, 1)
    assert (counts(left), left["finished_at"]) == ((20, 0, 0, 0), None)
    assert counts(await imported(pool, file)) == (5, 0, 20, 0)


async def test_imports_of_the_same_people_at_the_same_time_agree(pool):
    files = [csv(*people(60)), csv(*reversed(people(60)))]
    done = await asyncio.gather(*(imported(pool, file) for file in files))
    assert [sum(values) for values in zip(*map(counts, done), strict=True)] == [60, 0, 60, 0]


async def test_an_unknown_audience_is_not_found(pool):
    with pytest.raises(NotFound):
        await imported(pool, csv("1,Ada,"), audience="martians")
