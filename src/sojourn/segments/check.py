"""Whether a condition fits the audience it is asked of: every problem at once, each with its place (a JSON pointer)."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from sojourn.events.model import INTERACTIONS, is_event_name, is_reserved
from sojourn.kit.errors import Problem
from sojourn.people.model import AttributeType
from sojourn.segments.model import (
    AttributeTest,
    Condition,
    Did,
    DidNot,
    PropertyTest,
    Segment,
    Test,
    asked_about,
    children,
    placed_children,
)
from sojourn.segments.read import Kind, read, read_window

TEXT_TESTS = ("is", "is_not", "is_one_of", "contains", "starts_with", "ends_with", "is_set", "is_not_set")
NUMBER_TESTS = ("at_least", "at_most", "more_than", "less_than", "between")
TIME_TESTS = ("on", "before", "after", "between", "in_last", "in_next", "anniversary", "is_set", "is_not_set")

TESTS: Mapping[AttributeType, tuple[str, ...]] = {
    "text": TEXT_TESTS,
    "number": ("is", "is_not", "is_one_of", *NUMBER_TESTS, "is_set", "is_not_set"),
    "boolean": ("is", "is_set", "is_not_set"),
    "date": TIME_TESTS,
    "datetime": TIME_TESTS,
    "email": TEXT_TESTS,
    "phone": TEXT_TESTS,
    "zone": TEXT_TESTS,
}

MOST_TESTS = 1000
MOST_LEVELS = 50

_COMPARED_AS: Mapping[AttributeType, tuple[Kind, str]] = {
    "number": ("number", "a number, such as 12.5, without quotes"),
    "boolean": ("boolean", "true or false, without quotes"),
}
_AS_DAY: tuple[Kind, str] = ("day", "a day such as '2026-12-24'; a date has no time of day")
_AS_TEXT: tuple[Kind, str] = ("text", "a text, in quotes if it looks like a number")


def check(condition: Condition, attributes: Mapping[str, AttributeType], where: str = "") -> list[Problem]:
    """Empty when the condition can be asked of people with these attributes (name -> type).

    `where` is the place of the condition itself in the document around it. Whether it may ask about other segments
    depends on who asks: see `check_asked`, and what journeys check.
    """
    return list(_check_size(condition, where)) or list(_check(condition, attributes, where))


def check_asked(
    condition: Condition, name: str | None, audience: str, segments: Sequence[Segment], where: str = ""
) -> Iterator[Problem]:
    """Whether the segment of this name, or a preview, may ask about other segments: those have members, of the same
    audience, and none asks about itself, directly or through others."""
    known = {segment.name: segment for segment in segments}
    asks = {segment.name: segment.asks for segment in segments}
    for asked, place in asked_about(condition, where):
        segment, way = known.get(asked), _way(asked, name, asks)
        if not asked:
            yield Problem("not_chosen", place, "No segment is chosen yet.", "Choose one.")
        elif way:
            said = ", ".join(f"{one!r} asks about {other!r}" for one, other in pairwise([name, *way]))
            yield Problem("segment_circle", place, f"Segments ask in a circle: {said}.", "Take one of the tests out.")
        elif segment is None:
            yield Problem("segment_missing", place, f"There is no segment {asked!r}.", "Create it or choose another.")
        elif segment.audience != audience:
            message = f"{asked!r} is a segment of the audience {segment.audience}, not of {audience}."
            yield Problem("segment_other_audience", place, message, "Choose a segment of the same audience.")
        elif segment.state == "Draft":
            message = f"The segment {asked!r} is a Draft, which has no members."
            yield Problem("segment_not_live", place, message, "Make it live first.")


def _way(start: str, end: str | None, asks: Mapping[str, Sequence[str]]) -> Sequence[str]:
    """Who asks about whom, from one segment to the other; empty if nobody there does."""
    ways, found = [[start]], {start}
    for way in ways:
        if way[-1] == end:
            return way
        further = [asked for asked in asks.get(way[-1], ()) if asked not in found]
        found.update(further)
        ways += [[*way, asked] for asked in further]
    return []


def check_event(
    name: str,
    tests: Sequence[PropertyTest],
    where: str,
    key: str,
    attributes: Mapping[str, AttributeType] | None = None,
) -> Iterator[Problem]:
    """Whether an event can be called that and have such properties; `key` is where its name stands in the document at
    `where`, beside the tests as `where`. The tests have to fit the `attributes` that a trigger declares, if it does."""
    yield from _check_event_name(name, f"{where}/{key}")
    for number, test in enumerate(tests):
        place = f"{where}/where/{number}"
        if attributes is None:
            yield from _check_value(test, place)
        else:
            yield from _check_named(test, (test.property, "property"), attributes, place)


def _check_size(condition: Condition, where: str) -> Iterator[Problem]:
    """What Python can print and PostgreSQL can plan has limits, which nobody who asks a question meets."""
    levels, tests, level = 0, 0, [condition]
    while level:
        levels += 1
        tests += sum(1 + len(node.where) if isinstance(node, Did | DidNot) else 1 for node in level)
        level = [child for node in level for child in children(node)]
    if levels > MOST_LEVELS or tests > MOST_TESTS:
        message = f"The condition has {tests} tests and groups, in {levels} levels."
        advice = f"Keep it to {MOST_TESTS}, in {MOST_LEVELS} levels."
        yield Problem("condition_too_large", where, message, advice)


def _check(node: Condition, attributes: Mapping[str, AttributeType], where: str) -> Iterator[Problem]:
    match node:
        case AttributeTest():
            yield from _check_named(node, (node.attribute, "attribute"), attributes, where)
        case Did(did=event) | DidNot(did_not=event):
            yield from check_event(event, node.where, where, "did" if isinstance(node, Did) else "did_not")
            yield from _check_event(node, event, where)
        case _:
            for place, child in placed_children(node, where):
                yield from _check(child, attributes, place)


def _check_named(
    test: Test, named: tuple[str, str], attributes: Mapping[str, AttributeType], where: str
) -> Iterator[Problem]:
    """A test of one of these attributes; `named` is which, and the key that says so."""
    name, key = named
    if name not in attributes:
        known = ", ".join(sorted(attributes)) or "none"
        yield Problem("attribute_unknown", f"{where}/{key}", f"There is no attribute {name!r}.", f"There are: {known}.")
        return
    kind = attributes[name]
    if test.test not in TESTS[kind]:
        tests = ", ".join(TESTS[kind])
        message = f"{name!r} is of type {kind}, which cannot be tested with {test.test!r}."
        yield Problem("test_not_for_type", f"{where}/test", message, f"Use one of: {tests}.")
        return
    yield from _check_value(test, where)
    yield from _check_kind(test, kind, where)


def _check_value(test: Test, where: str) -> Iterator[Problem]:
    try:
        read(test)
    except ValueError as error:
        message = f"{test.test!r} cannot be tested with {str(test.value)[:60]!r}."
        yield Problem("value_not_understood", f"{where}/value", message, f"Give {error}.")


def _check_kind(test: Test, kind: AttributeType, where: str) -> Iterator[Problem]:
    """Values that can be read, but are of another type than the attribute."""
    try:
        found = read(test).kind
    except ValueError:
        return
    if found in ("nothing", "window") or (found in ("day", "instant") and kind == "datetime"):
        return
    expected, advice = _AS_DAY if kind == "date" else _COMPARED_AS.get(kind, _AS_TEXT)
    if found != expected:
        message = f"The attribute is of type {kind}, the value {str(test.value)[:60]!r} is not."
        yield Problem("value_of_other_type", f"{where}/value", message, f"Give {advice}.")


def _check_event_name(event: str, where: str) -> Iterator[Problem]:
    if not is_event_name(event):
        advice = "Names have small letters, digits, _ and ., such as order.placed."
        yield Problem("event_unknown", where, f"No event can be called {event!r}.", advice)
    elif is_reserved(event) and event not in INTERACTIONS:
        known = ", ".join(sorted(INTERACTIONS))
        yield Problem("event_unknown", where, f"There is no interaction {event!r}.", f"There are: {known}.")


def _check_event(node: Did | DidNot, event: str, where: str) -> Iterator[Problem]:
    if node.within is not None:
        try:
            read_window(node.within)
        except ValueError as error:
            yield Problem("value_not_understood", f"{where}/within", "This time cannot be counted.", f"Give {error}.")
    if node.after and node.before and node.after >= node.before:
        yield Problem(
            "window_empty", f"{where}/before", "No instant is after the one and before the other.", "Swap them."
        )
    for restriction in ("content", "link"):
        if getattr(node, restriction) is not None and not is_reserved(event):
            message = f"{event!r} is not an interaction with a message, so it has no {restriction}."
            advice = f"Leave {restriction} out, or test an interaction such as email.clicked."
            yield Problem("not_an_interaction", f"{where}/{restriction}", message, advice)
