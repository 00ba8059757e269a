"""A batch of a file's rows: checked, put together by shard, and ready to be merged in one transaction."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest

from sojourn.db.shards import shard_of
from sojourn.people.check import check_key
from sojourn.people.match import Columns
from sojourn.people.model import Counts, Rejected, Value
from sojourn.people.read import BrokenFile, Record, clean

People = dict[str, dict[str, Value]]


@dataclass
class Batch:
    """`people` is shard -> JSON object of key -> attributes; `distinct` is how many they are.

    `counts` knows what needs no database: rows, rejected ones, and those that stand again in the same batch, which are
    `updated` if they said something else and `unchanged` if not.
    """

    counts: Counts = field(default_factory=Counts)
    rejected: list[Rejected] = field(default_factory=list)
    people: dict[int, str] = field(default_factory=dict)
    distinct: int = 0
    failure: str | None = None


def take(records: Iterator[Record], size: int) -> tuple[list[Record], str | None]:
    """Up to `size` records, none at the end of the file; and why there are no more, if the file is broken there."""
    taken: list[Record] = []
    try:
        for record in records:
            taken.append(record)
            if len(taken) == size:
                break
    except BrokenFile as error:
        return taken, str(error)
    return taken, None


def gather(records: Sequence[Record], columns: Columns, audience: str) -> Batch:
    """The later of two rows with the same key wins, value by value."""
    batch = Batch(Counts(rows=len(records)))
    shards: dict[int, People] = {}
    for record in records:
        try:
            key, attributes = _person(record, columns)
        except ValueError:
            batch.rejected.append(_rejected(record, columns))
            continue
        people = shards.setdefault(shard_of(audience, key), {})
        earlier = people.get(key)
        if earlier is None:
            people[key] = attributes
        else:
            _put_together(earlier, attributes, batch.counts)
    batch.counts.rejected = len(batch.rejected)
    batch.distinct = sum(len(people) for people in shards.values())
    batch.people = {shard: json.dumps(people, ensure_ascii=False) for shard, people in shards.items()}
    return batch


def _person(record: Record, columns: Columns) -> tuple[str, dict[str, Value]]:
    """Raises ValueError at the first thing that is wrong; `_faults` tells all of them."""
    cells = record.cells
    if len(cells) != len(columns.header):
        raise ValueError
    key = check_key(cells[columns.key])
    attributes = {}
    for column in columns.fills:
        cell = cells[column.position].strip()
        if cell:
            attributes[column.attribute] = column.read(cell)
    return key, attributes


def _put_together(earlier: dict[str, Value], later: dict[str, Value], counts: Counts) -> None:
    before = dict(earlier)
    earlier.update(later)
    if earlier == before:
        counts.unchanged += 1
    else:
        counts.updated += 1


def _rejected(record: Record, columns: Columns) -> Rejected:
    content = [(clean(column), clean(cell)) for column, cell in zip_longest(columns.header, record.cells, fillvalue="")]
    return Rejected(record.number, clean(" ".join(_faults(record, columns))), content)


def _faults(record: Record, columns: Columns) -> Iterator[str]:
    if record.fault is not None:
        yield record.fault
    elif len(record.cells) != len(columns.header):
        yield (
            f"The row has {len(record.cells)} cells, the header has {len(columns.header)}."
            " Quote cells that contain the delimiter, a quote or a line break."
        )
    else:
        try:
            check_key(record.cells[columns.key])
        except ValueError as error:
            yield f"{columns.header[columns.key]}: {error}"
        for column in columns.fills:
            cell = record.cells[column.position].strip()
            try:
                column.read(cell) if cell else None
            except ValueError as error:
                yield f"{columns.header[column.position]}: {error}"
