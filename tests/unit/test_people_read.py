"""CSV files as they come: what spreadsheets make of RFC 4180, and what breaks on the way."""

import io
import json

import pytest

from sojourn.kit.errors import Invalid
from sojourn.people.gather import gather, take
from sojourn.people.match import Order, match_columns
from sojourn.people.model import Audience
from sojourn.people.read import open_sheet
from sojourn.people.render import csv_line

CONTACT = Audience(
    "contact", "Contact", {"first_name": "text", "email": "email", "phone": "phone", "age": "number"}, "email", "phone"
)


class Breaking(io.RawIOBase):
    """A file that cannot be read to its end."""

    def __init__(self, good: bytes, error: Exception) -> None:
        self._good = io.BytesIO(good)
        self._error = error

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        if part := self._good.read(size):
            return part
        raise self._error

    read1 = read


def order(**changes):
    return Order(**{"audience": "contact", "key": "id", "source": "people.csv", "who": "ada@example.com", **changes})


def people_of(content: bytes | io.RawIOBase, **changes):
    """The people by key, the rejected rows, and why the file is broken, of one batch."""
    sheet = open_sheet(io.BytesIO(content) if isinstance(content, bytes) else content)
    records, failure = take(sheet.records, 100)
    columns = match_columns(sheet.header, [record.cells for record in records], CONTACT, order(**changes))
    batch = gather(records, columns, "contact")
    people = {}
    for shard in batch.people.values():
        people |= json.loads(shard)
    return people, {row.row: row.reason for row in batch.rejected}, failure


@pytest.mark.parametrize(
    ("content", "people"),
    [
        (b"id,first_name\n1,Ada\n", {"1": {"first_name": "Ada"}}),
        (b"\xef\xbb\xbfid,first_name\r\n1,Ada\r\n", {"1": {"first_name": "Ada"}}),
        (b"id;first_name;age\n1;Ada, Countess;36.5\n", {"1": {"first_name": "Ada, Countess", "age": 36.5}}),
        (b"id\tfirst_name\n1\tAda\n", {"1": {"first_name": "Ada"}}),
        (b'"id";"first_name"\n"1";"Ada ""the first"""\n', {"1": {"first_name": 'Ada "the first"'}}),
        (b'id,first_name\n1,"Ada\nLovelace"\n', {"1": {"first_name": "Ada\nLovelace"}}),
        (b'"id","first,\nname"\n', {}),
        (b"\n\nid,First Name\n\n 1 , Ada \n,\n", {"1": {"first_name": "Ada"}}),
        (b"id,first_name\n1,Ada", {"1": {"first_name": "Ada"}}),
        (b"id,first_name\r1,Ada\r", {"1": {"first_name": "Ada"}}),
        (b"id,first_name\n1,\n", {"1": {}}),
        (b"first_name,id\nZo\xc3\xab,\xe2\x84\x96 1\n", {"№ 1": {"first_name": "Zoë"}}),
        (b"id,first_name\n1,=1+1\n", {"1": {"first_name": "=1+1"}}),
    ],
    ids=[
        "plain", "byte order mark", "semicolons", "tabs", "quotes", "line break in a value", "line break in the header",
        "blank lines and blanks", "no last line break", "old line breaks", "empty cell", "UTF-8", "never evaluated",
    ],
)  # fmt: skip
def test_A3_a_file_is_read_as_it_was_meant(content, people):
    mapping = {"first,\nname": "first_name"} if b"first,\n" in content else {}
    assert people_of(content, mapping=mapping) == (people, {}, None)


@pytest.mark.parametrize(
    ("rows", "row", "reason"),
    [
        (b"1,Ada,x\n2,Bob\n", 2, "The row has 3 cells, the header has 2. Quote cells"),
        (b"1\n2,Bob\n", 2, "The row has 1 cells, the header has 2."),
        (b",Ada\n2,Bob\n", 2, "id: The key is empty. Every person needs one."),
        (b"2,Bob\n1,Ren\xe9e\n", 3, "first_name: The text is not UTF-8. Save the file as UTF-8"),
        (b"1,A\0da\n2,Bob\n", 2, "first_name: The text contains a zero byte."),
        (b'1,"Ada"x\n2,Bob\n', 2, "The row that begins here cannot be read"),
        (b'2,Bob\n1,"Ada\n', 3, "The row that begins here cannot be read: unexpected end of data. Look at its quotes."),
        (b"x" * 300 + b",Ada\n2,Bob\n", 2, "id: The key has more than 255 characters."),
    ],
)
def test_A3_a_row_that_cannot_be_accepted_says_why_and_spoils_no_other(rows, row, reason):
    people, rejected, failure = people_of(b"id,first_name\n" + rows)
    assert (people, failure) == ({"2": {"first_name": "Bob"}}, None)
    assert rejected.keys() == {row}
    assert rejected[row].startswith(reason)


def test_A3_all_that_is_wrong_with_a_row_is_told_at_once():
    _, rejected, _ = people_of(b"id,email,phone,age\n,ada,12,old\n")
    assert rejected[2].count("Every person needs one") == 1
    for column in ("email: 'ada' is not an email address", "phone: '12' is not", "age: 'old' is not a number"):
        assert column in rejected[2]


def test_A3_an_open_quote_swallows_no_more_than_a_large_cell():
    rows = b"".join(b"%d,Ada\n" % number for number in range(30_000))
    sheet = open_sheet(io.BytesIO(b'id,first_name\n1,"open\n' + rows))
    records = list(sheet.records)
    assert records[0].fault is not None
    assert records[-1].cells == ["29999", "Ada"]


@pytest.mark.parametrize("error", [OSError("connection lost"), EOFError("truncated"), ValueError("closed file")])
def test_A3_what_stands_before_a_break_is_kept(error):
    people, rejected, failure = people_of(Breaking(b"id,first_name\n1,Ada\n2,Bob\n", error))
    assert people == {"1": {"first_name": "Ada"}, "2": {"first_name": "Bob"}}
    assert rejected == {}
    assert failure == f"The file could not be read beyond row 3: {error}"


def test_A2_of_two_rows_with_one_key_the_later_wins_value_by_value():
    sheet = open_sheet(io.BytesIO(b"id,first_name,age\n1,Ada,36\n1,Adele,\n1,Adele,\n"))
    records, _ = take(sheet.records, 100)
    batch = gather(records, match_columns(sheet.header, [], CONTACT, order()), "contact")
    assert list(batch.people.values()) == ['{"1": {"first_name": "Adele", "age": 36}}']
    assert (batch.counts.rows, batch.distinct, batch.counts.updated, batch.counts.unchanged) == (3, 1, 1, 1)


@pytest.mark.parametrize(
    "content", [b"", b"\n\n", b"\xff\xfei\0d\0\n\0", b'"id', "id,prénom\n".encode("latin-1"), b"id,a\0b\n"]
)
def test_A3_what_is_no_csv_file_in_utf8_is_refused(content):
    with pytest.raises(Invalid):
        open_sheet(io.BytesIO(content))


@pytest.mark.parametrize(
    ("header", "changes", "code", "where"),
    [
        ("id,email,email", {}, "column_twice", "column email"),
        ("id,Email,email", {}, "attribute_twice", "attribute email"),
        ("email,first_name", {}, "column_missing", "column id"),
        ("id,shoe_size", {}, "attribute_unknown", "column shoe_size"),
        ("id,", {}, "column_unnamed", "column 2"),
        ("id,mail", {"mapping": {"mail": "e_mail"}}, "attribute_unknown", "column mail"),
        ("id,email", {"mapping": {"mail": "email"}}, "column_missing", "column mail"),
        ("id,2nd name", {"add_unknown_attributes": True}, "name_invalid", "column 2nd name"),
        ("id", {"region": "fr"}, "region_unknown", "region"),
    ],
)
def test_A2_columns_that_do_not_fit_are_refused_by_name(header, changes, code, where):
    with pytest.raises(Invalid) as refused:
        match_columns(header.split(","), [], CONTACT, order(**changes))
    assert [(problem.code, problem.where) for problem in refused.value.problems] == [(code, where)]


def test_A2_columns_are_mapped_left_out_or_added():
    header = ["id", "Mail", "First Name", "Internal", "Shoe size", "Born"]
    sample = [["1", "a@example.com", "Ada", "x", "38.5", "1815-12-10"], ["2", "", "", "", "", ""]]
    changes = {"mapping": {"Mail": "email", "Internal": ""}, "add_unknown_attributes": True}
    columns = match_columns(header, sample, CONTACT, order(**changes))
    assert [(column.position, column.attribute) for column in columns.fills] == [
        (1, "email"), (2, "first_name"), (4, "shoe_size"), (5, "born")
    ]  # fmt: skip
    assert columns.added == {"shoe_size": "number", "born": "date"}


def test_A2_the_column_of_the_key_fills_the_attribute_of_its_name():
    people, _, _ = people_of(b"email\nAda@example.com\n", key="email")
    assert people == {"Ada@example.com": {"email": "ada@example.com"}}


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@x", "\tx", "\rx"])
def test_exported_cells_are_no_formulas(cell):
    assert csv_line([cell]).strip('"\r\n').startswith("'")


def test_exported_lines_follow_rfc_4180():
    assert csv_line(["a", 'b "c"', "d,e"]) == 'a,"b ""c""","d,e"\r\n'
