"""Which column of a file is the key and which fill which attributes, decided before the first row is imported.

A column fills the attribute that the mapping says, else the one of its own name (`First name` is `first_name`). Columns
that nothing is known of are refused, or declared when the import says so.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from sojourn.kit.errors import Invalid, Problem
from sojourn.people.address import is_region
from sojourn.people.check import unknown_attribute
from sojourn.people.model import AttributeType, Audience, Value, attribute_name, is_attribute_name
from sojourn.people.parse import guess_type, text_parser


@dataclass(frozen=True)
class Order:
    """What an import is told. `mapping` is column -> attribute, empty text for a column that is left out."""

    audience: str
    key: str  # the column that holds the external key
    source: str  # what the file is called
    who: str
    mapping: Mapping[str, str] = field(default_factory=dict)
    add_unknown_attributes: bool = False
    region: str | None = None  # ISO 3166, of phone numbers without a country code


@dataclass(frozen=True)
class Column:
    position: int
    attribute: str
    read: Callable[[str], Value]


@dataclass(frozen=True)
class Columns:
    """The header, where the key is, what the other columns fill, and the attributes to declare first."""

    header: Sequence[str]
    key: int
    fills: Sequence[Column]
    added: Mapping[str, AttributeType]


def match_columns(header: Sequence[str], sample: Sequence[Sequence[str]], audience: Audience, order: Order) -> Columns:
    """`sample` are the first rows, from which the types of added attributes are guessed. Raises Invalid."""
    names = _attribute_names(header, audience, order)
    if problems := list(_problems(header, names, audience, order)):
        raise Invalid("The columns of the file do not fit the audience.", problems)
    added = {
        name: guess_type(row[position] for row in sample if position < len(row))
        for position, name in names.items()
        if name not in audience.attributes
    }
    types = {**audience.attributes, **added}
    fills = [Column(position, name, text_parser(types[name], order.region)) for position, name in names.items()]
    return Columns(header, header.index(order.key), fills, added)


def _attribute_names(header: Sequence[str], audience: Audience, order: Order) -> dict[int, str]:
    """Position -> attribute. The key's column fills one too if there is one of its name, as `email` often is."""
    names = {}
    for position, column in enumerate(header):
        name = order.mapping.get(column, attribute_name(column))
        if name and (column != order.key or column in order.mapping or name in audience.attributes):
            names[position] = name
    return names


def _problems(header: Sequence[str], names: Mapping[int, str], audience: Audience, order: Order) -> Iterator[Problem]:
    if order.region is not None and not is_region(order.region):
        message = f"{order.region!r} is no country that has phone numbers."
        yield Problem("region_unknown", "region", message, "Give two capital letters of ISO 3166, such as FR.")
    present = ", ".join(repr(column) for column in header)
    for position, column in enumerate(header):
        if not column:
            message = f"Column {position + 1} has no name."
            yield Problem("column_unnamed", f"column {position + 1}", message, "Name it in the first line.")
    for column, times in Counter(header).items():
        if times > 1 and column:
            yield Problem("column_twice", f"column {column}", f"{column!r} stands {times} times.", "Rename one.")
    for column in dict.fromkeys([order.key, *order.mapping]):
        if column not in header:
            yield Problem("column_missing", f"column {column}", f"There is no such column: {present}.", "Name one.")
    for name in dict.fromkeys(names.values()):
        columns = dict.fromkeys(repr(header[position]) for position, filled in names.items() if filled == name)
        if len(columns) > 1:
            message = f"{', '.join(columns)} fill the same attribute."
            yield Problem("attribute_twice", f"attribute {name}", message, "Map all but one to nothing.")
    for position, name in names.items():
        if name not in audience.attributes:
            yield from _unknown(header[position], name, audience, order)


def _unknown(column: str, name: str, audience: Audience, order: Order) -> Iterator[Problem]:
    if not order.add_unknown_attributes:
        yield unknown_attribute(audience, name, f"column {column}")
    elif not is_attribute_name(name):
        advice = "Map the column to a name of small letters, digits and _, beginning with a letter."
        yield Problem("name_invalid", f"column {column}", f"{name!r} cannot name an attribute.", advice)
