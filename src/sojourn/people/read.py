"""CSV files of people, read row by row: RFC 4180, and what spreadsheets make of it.

The delimiter (comma, semicolon, tab) is the one the first line has most of. Bytes that are not UTF-8 and quotes that do
not match spoil the row they stand in, not the file; only a file that cannot be read on is broken, and what stands
before the break is still good.
"""

import csv
import io
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import IO, NamedTuple

from sojourn.kit.errors import Invalid

DELIMITERS = ",;\t"


class Record(NamedTuple):
    """A row. `number` counts as a spreadsheet does: the header is 1. `fault` says why it has no cells."""

    number: int
    cells: list[str]
    fault: str | None = None


class BrokenFile(Exception):
    """The file cannot be read on. The text says why."""


@dataclass(frozen=True)
class Sheet:
    """A CSV file whose header was read. Its records can be taken once; taking them raises BrokenFile."""

    header: Sequence[str]
    records: Iterator[Record]


def open_sheet(file: IO[bytes]) -> Sheet:
    """Reads the header. Raises Invalid when this is no CSV file in UTF-8. The caller closes the file."""
    lines = _lines(file)
    try:
        first = next(line for line in lines if line.strip())
        delimiter = _delimiter(first)
        reader = csv.reader(_chain(first, lines), delimiter=delimiter, strict=True)
        header = [column.strip() for column in next(reader)]
    except StopIteration:
        raise Invalid("The file is empty. Its first line must name the columns.") from None
    except (csv.Error, BrokenFile) as error:
        raise Invalid(f"The first line of the file cannot be read: {error}.") from error
    if any(_spoilt(column) for column in header):
        raise Invalid("The file is not UTF-8. Save it as UTF-8 (in a spreadsheet: CSV UTF-8).")
    return Sheet(header, _records(reader))


def clean(cell: str) -> str:
    """The cell with a � wherever it has something that the database cannot keep."""
    return cell.encode("utf-8", "surrogateescape").decode("utf-8", "replace").replace("\0", "�")


def _lines(file: IO[bytes]) -> Iterator[str]:
    text = io.TextIOWrapper(file, encoding="utf-8-sig", errors="surrogateescape", newline="")
    try:
        yield from text
    except (OSError, EOFError, ValueError) as error:  # ValueError: the file was closed under us
        raise BrokenFile(str(error) or type(error).__name__) from error
    finally:
        with suppress(ValueError, OSError):
            text.detach()


def _chain(first: str, rest: Iterator[str]) -> Iterator[str]:
    yield first
    yield from rest


def _records(reader: Iterator[list[str]]) -> Iterator[Record]:
    number = 1
    while True:
        number += 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except BrokenFile as error:
            raise BrokenFile(f"The file could not be read beyond row {number - 1}: {error}") from error
        except csv.Error as error:
            yield Record(number, [], f"The row that begins here cannot be read: {error}. Look at its quotes.")
            continue
        if any(cells):
            yield Record(number, cells)


def _delimiter(line: str) -> str:
    outside_quotes = "".join(line.split('"')[::2])
    return max(DELIMITERS, key=outside_quotes.count)


def _spoilt(text: str) -> bool:
    return "\0" in text or clean(text) != text
