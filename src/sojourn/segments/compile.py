"""A condition as SQL: one boolean expression over `p`, a row of table person. The one evaluator (rule G7).

The same expression answers for a whole shard, for its touched people and for one person. It is printed from the tree,
with values as parameters only; besides those it uses %(now)s and %(shard)s. No test ever is null (G1): a missing value
makes it false, and its negation true.

How things are compared: texts without regard to case, as the database's locale folds it; days on the wall clock of the
workspace's zone. What cannot be read as the number, day or instant that a test is about counts as missing.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import LiteralString

from psycopg.sql import SQL, Composable, Composed, Placeholder

from sojourn.segments.model import (
    AllOf,
    AnyOf,
    AttributeTest,
    Condition,
    Count,
    Did,
    DidNot,
    EventTest,
    MemberOf,
    NoneOf,
    NotMemberOf,
    PropertyTest,
    Test,
    TestName,
)
from sojourn.segments.read import Kind, Reading, read


@dataclass(frozen=True)
class Compiled:
    """`expression` over `p`, and its named `parameters` besides now and shard."""

    expression: Composed
    parameters: dict[str, object]


_NOW = SQL("%(now)s")
ONE_SHARD = SQL("%(shard)s")
OF_ITS_OWN = SQL("p.shard")
"""Of each person: one statement asks about the people of several shards."""


def compiled(condition: Condition, prefix: str = "p", shard: Composable = ONE_SHARD) -> Compiled:
    """The SQL of a condition that was checked; `prefix` keeps several conditions of one statement apart."""
    printer = _Printer(prefix, shard=shard)
    return Compiled(Composed([printer.condition(condition)]), printer.parameters)


def compiled_event(tests: Sequence[PropertyTest], prefix: str = "p") -> Compiled:
    """All these tests of one event, over `e`, a row of table event. They are asked as of the moment when it happened,
    so that the answer is the same whenever somebody asks."""
    printer = _Printer(prefix, now=SQL("e.at"))
    return Compiled(Composed([printer.event(tests)]), printer.parameters)


# How a stored value is read: JSON's own types by their type, times by their spelling. Nothing is cast that could fail.
_FOUND: Mapping[Kind, LiteralString] = {
    "text": "lower({text})",
    "number": "case jsonb_typeof({json}) when 'number' then ({json})::numeric end",
    "boolean": "{json}",
    "instant": "{instant}",
    "day": "coalesce({date},\n      ({instant} at time zone (select zone from workspace))::date)",
}
_DATE: LiteralString = (
    "case when {text} ~ '^....-..-..$' and pg_input_is_valid({text}, 'date')\n           then ({text})::date end"
)
_INSTANT: LiteralString = (
    "case when {text} ~ '^....-..-..[T ]' and pg_input_is_valid({text}, 'timestamptz')"
    "\n           then ({text})::timestamptz end"
)

# What it is compared with, by kind, and whether that is a list.
_EXPECTED: Mapping[tuple[Kind, bool], LiteralString] = {
    ("text", False): "lower({})",
    ("text", True): "array(select lower(text) from unnest({}) as text)",
    ("boolean", False): "to_jsonb({})",
}

_TESTS: Mapping[TestName, LiteralString] = {
    **dict.fromkeys(("is", "is_not", "on"), "{found} = {value}"),
    "is_one_of": "{found} = any ({value})",
    "contains": "strpos({found}, {value}) > 0",
    "starts_with": "starts_with({found}, {value})",
    "ends_with": "right({found}, length({value})) = {value}",
    "at_least": "{found} >= {value}",
    "at_most": "{found} <= {value}",
    **dict.fromkeys(("more_than", "after"), "{found} > {value}"),
    **dict.fromkeys(("less_than", "before"), "{found} < {value}"),
    "between": "{found} between {value} and {high}",
    "in_last": "coalesce(\n      {instant}\n      between {moved} and {now},"
    "\n      {date}\n      between {moved_day} and {today})",
    "in_next": "coalesce(\n      {instant}\n      between {now} and {moved},"
    "\n      {date}\n      between {today} and {moved_day})",
    # 29 February is celebrated on the 28th where the year lacks it
    "anniversary": "to_char({found}, 'MM-DD') in (\n      to_char({moved_day}, 'MM-DD'),"
    "\n      case to_char({moved_day} + 1, 'MM-DD') when '03-01' then '02-29' end)",
    **dict.fromkeys(("is_set", "is_not_set"), "{found} is not null"),
}

_CASTS: Mapping[type, LiteralString] = {
    str: "text",
    bool: "boolean",
    int: "bigint",
    Decimal: "numeric",
    date: "date",
    datetime: "timestamptz",
}


class _Printer:
    """Prints nodes, and collects the parameters they need."""

    def __init__(self, prefix: str, now: Composable = _NOW, shard: Composable = ONE_SHARD) -> None:
        self.parameters: dict[str, object] = {}
        self._prefix = prefix
        self._now, self._shard = now, shard

    def condition(self, node: Condition) -> Composable:
        match node:
            case AllOf():
                return self._group(node.all, "\n  and ", "true")
            case AnyOf():
                return self._group(node.any, "\n  or ", "false")
            case NoneOf():
                return SQL("not {}").format(self._group(node.none, "\n  or ", "false"))
            case AttributeTest():
                return self._test(node, SQL("p.attributes"), node.attribute)
            case Did(did=event) | DidNot(did_not=event):
                test = self._event_test(node, event)
            case MemberOf(member_of=segment) | NotMemberOf(not_member_of=segment):
                test = SQL(_MEMBER).format(shard=self._shard, segment=self._value(segment))
        return SQL("not ({})").format(test) if isinstance(node, DidNot | NotMemberOf) else test

    def event(self, tests: Sequence[PropertyTest]) -> Composable:
        """What one event has to fulfil, besides its name."""
        found = [self._test(test, SQL("e.properties"), test.property) for test in tests]
        return SQL("\n    and ").join(found) if found else SQL("true")

    def _group(self, nodes: Sequence[Condition], joint: LiteralString, empty: LiteralString) -> Composable:
        return SQL("({})").format(SQL(joint).join(map(self.condition, nodes)) if nodes else SQL(empty))

    def _test(self, test: Test, source: Composable, name: str) -> Composable:
        reading, key = read(test), self._parameter(name)
        parts: dict[str, Composable] = {
            "json": SQL("{} -> {}").format(source, key),
            "text": SQL("{} ->> {}").format(source, key),
            "now": self._now,
        }
        parts["date"], parts["instant"] = SQL(_DATE).format(**parts), SQL(_INSTANT).format(**parts)
        kind = "day" if reading.kind == "window" else reading.kind
        parts["found"] = SQL(_FOUND.get(kind, "{text}")).format(**parts)
        parts |= self._expected(test.test, reading)
        verdict = SQL("not true" if test.test in ("is_not", "is_not_set") else "true")
        return SQL("({}) is {}").format(SQL(_TESTS[test.test]).format(**parts), verdict)

    def _expected(self, test: TestName, reading: Reading) -> dict[str, Composable]:
        """What the stored value is compared with."""
        if reading.kind == "nothing":
            return {}
        if reading.kind == "window":
            return self._window(reading.value, SQL("-" if test == "in_last" else ""))
        if test == "between":
            low, high = reading.value
            return {"value": self._value(low), "high": self._value(high)}
        form = _EXPECTED.get((reading.kind, isinstance(reading.value, list)), "{}")
        return {"value": SQL(form).format(self._value(reading.value))}

    def _window(self, duration: str, sign: Composable) -> dict[str, Composable]:
        """Subqueries, so that each is computed once per statement and not once per person."""
        moved = SQL("instant_after({}, {}{}::interval, zone)").format(self._now, sign, self._parameter(duration))
        return {
            "moved": SQL("(select {} from workspace)").format(moved),
            "moved_day": SQL("(select ({} at time zone zone)::date from workspace)").format(moved),
            "today": SQL("(select ({} at time zone zone)::date from workspace)").format(self._now),
        }

    def _event_test(self, node: EventTest, name: str) -> Composable:
        matching = SQL("from event e where {}").format(SQL("\n    and ").join(self._of_event(node, name)))
        if node.count == Count(at_least=1):
            return SQL("exists (select {})").format(matching)
        return SQL("(select count(*) {}) {}").format(matching, self._bounds(node.count))

    def _bounds(self, count: Count) -> Composable:
        if count.exactly is not None:
            return SQL("= {}").format(self._value(count.exactly))
        if count.at_most is None:
            return SQL(">= {}").format(self._value(count.at_least))
        return SQL("between {} and {}").format(self._value(count.at_least or 0), self._value(count.at_most))

    def _of_event(self, node: EventTest, name: str) -> Iterator[Composable]:
        """What one event has to fulfil, all of it (G2)."""
        yield SQL("e.shard = {} and e.person = p.id and e.name = {}").format(self._shard, self._value(name))
        yield SQL("not e.automated")
        if node.within is not None:
            yield SQL("e.at between {moved} and %(now)s").format(**self._window(node.within, SQL("-")))
        if node.after is not None:
            yield SQL("e.at > {}").format(self._value(node.after))
        if node.before is not None:
            yield SQL("e.at < {}").format(self._value(node.before))
        if node.link is not None:
            yield SQL("e.link = {}").format(self._value(node.link))
        if node.content is not None:
            yield SQL(_WITH_CONTENT).format(shard=self._shard, content=self._value(node.content))
        if node.where:
            yield self.event(node.where)

    def _parameter(self, value: object) -> Composable:
        name = f"{self._prefix}{len(self.parameters) + 1}"
        self.parameters[name] = value
        return Placeholder(name)

    def _value(self, value: object) -> Composable:
        """A parameter of a type that does not depend on the statement around it."""
        cast = SQL(_CASTS[type(value[0])] + "[]" if isinstance(value, list) else _CASTS[type(value)])
        return SQL("{}::{}").format(self._parameter(value), cast)


_WITH_CONTENT: LiteralString = """exists (
      select from sent_content s
      where s.shard = {shard} and s.participant = e.participant and s.step = e.step and s.name = {content})"""

# By its name, which never changes: the id is looked up once per statement, and not once per person. `is true` keeps it
# a question, of a hashed list or by the index: as a join with members that nothing is known of yet it would be planned
# as a loop in a loop, which takes half a minute for a shard.
_MEMBER: LiteralString = """(exists (
      select from segment_member m
      where m.shard = {shard} and m.segment = (select id from segment where name = {segment})
        and m.person = p.id and m.until is null)) is true"""
