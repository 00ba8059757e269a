"""The disk as a last place for what was seen: nothing is written where nobody will look any more."""

import threading
from datetime import UTC, datetime
from pathlib import Path

from sojourn.delivery.model import DeliveryKey
from sojourn.tracking.model import Interaction
from sojourn.tracking.spool import Spool, forget, read, refuse

AT = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)


def seen(number: int) -> Interaction:
    return Interaction(str(number), "clicked", DeliveryKey(3, number, 5), AT, "GET", "", "product")


def taken(spool: Spool, bite: int = 100) -> list[str]:
    """Takes everything there is and deletes it; the ids."""
    found = []
    for path in spool.take():
        found += [one.id for bites in read(path, bite) for one in bites]
        forget(path)
    return found


def test_T1_what_was_appended_is_read_in_bites_and_then_gone(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "spool")
    assert spool.empty
    spool.append([seen(number) for number in range(5)])
    spool.append([seen(5)])
    assert not spool.empty
    (path,) = spool.take()
    assert [len(bite) for bite in read(path, 4)] == [4, 2]
    forget(path)
    assert spool.empty


def test_T1_what_comes_after_a_file_was_taken_goes_to_another(tmp_path: Path) -> None:
    mine, others = Spool(tmp_path), Spool(tmp_path)
    mine.append([seen(1)])
    assert taken(others) == ["1"]
    mine.append([seen(2)])
    assert taken(others) == ["2"]


def test_T1_nothing_is_lost_between_those_who_append_and_one_who_takes(tmp_path: Path) -> None:
    found: list[str] = []
    writers = [threading.Thread(target=_append_many, args=(Spool(tmp_path), start)) for start in (0, 1000)]
    for writer in writers:
        writer.start()
    taker = Spool(tmp_path)
    while any(writer.is_alive() for writer in writers):
        found += taken(taker)
    found += taken(taker)
    assert sorted(map(int, found)) == [*range(100), *range(1000, 1100)]


def _append_many(spool: Spool, start: int) -> None:
    for number in range(start, start + 100):
        spool.append([seen(number)])


def test_T1_a_file_that_the_database_refuses_is_kept_for_somebody_to_look_at(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    spool.append([seen(1)])
    (path,) = spool.take()
    refuse(path)
    assert (spool.empty, len(list(tmp_path.glob("*.refused")))) == (True, 1)
