"""Liquid in a sandbox (rule C4): authors' templates meet people's attributes, and neither can hurt the server.

A template reads nothing but what it is given: no files, no other templates, no clock. What it may cost is bounded:
loops by a budget that shrinks as the template grows, so that the work is bounded too; output, variables, and what a
filter takes or gives by size. Three environments differ in how a value is written: as HTML, as plain text, or inside
a URL.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from functools import wraps
from io import StringIO
from typing import Any, TextIO
from urllib.parse import quote, quote_plus

from liquid import BoundTemplate, Environment, Markup, RenderContext
from liquid.ast import Node
from liquid.builtin.expressions import FilteredExpression
from liquid.builtin.expressions.primitive import RangeLiteral
from liquid.builtin.output import Output, OutputNode
from liquid.exceptions import (
    FilterArgumentError,
    LiquidError,
    LoopIterationLimitError,
    OutputStreamLimitError,
    UnknownFilterError,
)
from liquid.expression import Expression
from liquid.stringify import to_liquid_string
from liquid.token import Token
from liquid.undefined import UNDEFINED, is_undefined
from liquid.utils import ReadOnlyChainMap

from sojourn.content.masking import pieces
from sojourn.kit.errors import Invalid, Problem

WORK = 5_000_000  # characters of Liquid that one rendering may go through in loops: about a second
LOOPS = 10_000  # iterations of all loops of one rendering together, if the template is short
VALUE = 50_000  # characters of one value that a filter takes or gives, items of a list, numbers of a range
NUMBER = 4_096  # bits
OUTPUT = 2_000_000  # characters of one part of a message
OUTSIDE = 4  # namespaces that a name is looked up in, outside of loops
HARMLESS = frozenset({"default", "date", "size", "first", "last"})  # filters that make nothing larger


class _Context(RenderContext):
    """Counts the iterations of all loops together, and has no `now` and `today`."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.scope = ReadOnlyChainMap(self.locals, self.globals, self.counters)
        self._left: int = self.template.matter["loops"]  # type: ignore[assignment]

    def get(self, path: list[object], *, token: Token | None, default: object = UNDEFINED) -> object:
        """Nearly every path is `person.attribute`, outside of loops: found directly, in a third of the time."""
        if len(path) == 2 and self.scope.size() == OUTSIDE:
            name, attribute = path
            root = self.globals.get(name) if isinstance(name, str) and name not in self.locals else None
            if isinstance(root, dict) and isinstance(attribute, str) and attribute in root:
                return root[attribute]
        return super().get(path, token=token, default=default)

    def raise_for_loop_limit(self, length: int = 1) -> None:
        self._left -= length
        if self._left < 0:
            raise LoopIterationLimitError("the loops go round too often", token=None)


class _Output(StringIO):
    """Stops a template that writes too much; the library's own encodes everything twice to count it."""

    def __init__(self) -> None:
        super().__init__()
        self._left = OUTPUT

    def write(self, text: str, /) -> int:
        self._left -= len(text)
        if self._left < 0:
            raise OutputStreamLimitError("it writes too much", token=None)
        return super().write(text)


class _Environment(Environment):
    output_stream_limit = OUTPUT  # of what `capture` keeps
    local_namespace_limit = 400_000  # bytes, as sys.getsizeof counts them


class _Range(RangeLiteral):
    __slots__ = ()

    def _make_range(self, start: Any, stop: Any) -> range:
        made = super()._make_range(start, stop)
        if made.stop - made.start > VALUE:
            raise FilterArgumentError(f"a range of more than {VALUE} numbers", token=self.token)
        return made


class _Encoded(str):
    """Text that its author has encoded for a URL already."""


class _UrlNode(OutputNode):
    def render_to_output(self, context: RenderContext, buffer: TextIO) -> int:
        value = self.expression.evaluate(context)
        if isinstance(value, _Encoded):
            return buffer.write(value)
        return buffer.write(quote(to_liquid_string(value, autoescape=False), safe=""))


class _UrlOutput(Output):
    node_class = _UrlNode


def _bounded(function: Callable[..., Any]) -> Callable[..., Any]:
    """The filter, refusing what is too large; wraps() keeps the marks that tell Liquid how to call it."""

    @wraps(function)
    def call(value: Any, *args: Any, **kwargs: Any) -> Any:
        _measure(value)
        return _measure(function(value, *args, **kwargs))

    return call


def _measure(value: Any) -> Any:
    if isinstance(value, int):
        if value.bit_length() > NUMBER:
            raise FilterArgumentError("a number is too large", token=None)
    elif isinstance(value, str | list | tuple) and len(value) > VALUE:
        raise FilterArgumentError(f"a value is longer than {VALUE}", token=None)
    return value


def _replace(text: Any, old: Any, new: Any = "") -> str:
    """Measured beforehand, because the result may be as long as the product of the two."""
    text, old, new = (
        part if isinstance(part, str) else to_liquid_string(part, autoescape=False) for part in (text, old, new)
    )
    if text.count(old) * len(new) > VALUE:
        raise FilterArgumentError(f"a value is longer than {VALUE}", token=None)
    replaced: str = text.replace(old, new)
    return replaced


def _join(items: Any, separator: Any = " ") -> Any:
    """Measured beforehand, like replace."""
    parts = [part if isinstance(part, str) else to_liquid_string(part, autoescape=False) for part in _listed(items)]
    between = separator if isinstance(separator, str) else to_liquid_string(separator, autoescape=False)
    if sum(map(len, parts)) + len(parts) * len(between) > VALUE:
        raise FilterArgumentError(f"a value is longer than {VALUE}", token=None)
    return between.join(parts)


def _listed(items: Any) -> list[Any]:
    if is_undefined(items) or items is None:
        return []
    return list(items) if isinstance(items, list | tuple | range) else [items]


def _date(value: Any, form: Any = "%Y-%m-%d") -> Any:
    """`{{ person.birthday | date: "%d %B" }}`: attributes hold dates and times as ISO 8601; other text stays as it is.

    Unlike the usual filter it knows no `now` and guesses nothing, since both would read a clock (rule Z1).
    """
    if is_undefined(value) or value is None:
        return ""
    if value in ("now", "today"):
        raise FilterArgumentError(f"'{value}' is not known: a message has no clock", token=None)
    if not isinstance(form, str) or len(form) > 100:
        raise FilterArgumentError("a date needs a form such as '%d %B %Y'", token=None)
    try:
        moment: date = datetime.fromisoformat(str(value))
    except ValueError:
        return value
    written = moment.strftime(form)
    return Markup(written) if isinstance(form, Markup) else written


def _environment(*, autoescape: bool) -> _Environment:
    made = _Environment(autoescape=autoescape)
    for tag in ("include", "render"):
        del made.tags[tag]
    for name in ("safe", "escapejs"):  # nothing turns off the escaping of what people tell about themselves
        del made.filters[name]
    made.filters |= {"replace": _replace, "join": _join, "date": _date}
    made.filters |= {name: _bounded(filter_) for name, filter_ in made.filters.items() if name not in HARMLESS}
    return made


def _url_environment() -> _Environment:
    made = _environment(autoescape=False)
    made.add_tag(_UrlOutput)
    made.filters["url_encode"] = _bounded(lambda value: _Encoded(quote_plus(to_liquid_string(value, autoescape=False))))
    return made


HTML = _environment(autoescape=True)
PLAIN = _environment(autoescape=False)
URL = _url_environment()


def parse(source: str, environment: Environment, field: str) -> BoundTemplate:
    """Raises Invalid, with the field and the line where the source is not Liquid."""
    matter = {"source": source, "loops": min(LOOPS, WORK // (_amount(source, field) + 1))}
    with _faults(field, "liquid_invalid"):
        template = environment.from_string(source, name=field, matter=matter)
        for expression in expressions(template):
            if isinstance(expression, RangeLiteral):
                expression.__class__ = _Range  # the parser makes ranges without asking the environment
            for used in expression.filters or () if isinstance(expression, FilteredExpression) else ():
                if used.name not in environment.filters:
                    raise UnknownFilterError(f"unknown filter '{used.name}'", token=used.token)
        return template


def write(template: BoundTemplate, given: dict[str, Any]) -> str:
    """The template with these values. Raises Invalid when it asks for what cannot be done, or for too much."""
    with _faults(template.name, "rendering_failed"):
        written = _Output()
        template.render_with_context(_Context(template, globals=given), written)
        return encoded(written.getvalue()) if template.env is URL else written.getvalue()


def encoded(url: str) -> str:
    """The URL in the characters of RFC 3986 alone, since it will stand in a header; what is encoded already stays."""
    return quote(url, safe="%:/?#[]@!$&'()*+,;=~")


def expressions(template: BoundTemplate) -> Iterator[Expression]:
    """Every expression of a template, those inside others included."""
    context = RenderContext(template)
    nodes: list[Node] = list(template.nodes)
    while nodes:
        node = nodes.pop()
        nodes.extend(node.children(context, include_partials=False))
        found = list(node.expressions())
        while found:
            expression = found.pop()
            yield expression
            found.extend(expression.children())


def _amount(source: str, field: str) -> int:
    """Characters of Liquid. Raises Invalid for a piece that is never closed, which the parser would search for long."""
    amount = 0
    for start, end in pieces(source):
        if end < 0:
            place = f"{field} line {line_at(source, start)}"
            message = f"{source[start : start + 20]!r} is never closed."
            raise Invalid("The Liquid is not correct.", [Problem("liquid_invalid", place, message)])
        amount += end - start
    return amount


@contextmanager
def _faults(field: str, code: str) -> Iterator[None]:
    try:
        yield
    except LiquidError as error:
        place = f"{field}{_line_of(error)}"
        raise Invalid("The Liquid is not correct.", [Problem(code, place, f"{error.message}.")]) from error
    except (
        Exception
    ) as error:  # whatever a template makes Python raise is the template's fault: a number without end ...
        message = f"It cannot be computed: {error}."
        raise Invalid("The Liquid is not correct.", [Problem(code, field, message)]) from error


def _line_of(error: LiquidError) -> str:
    if error.token is None or error.token.start_index < 0:
        return ""
    return f" line {line_at(error.token.source, error.token.start_index)}"


def line_at(source: str, position: int) -> int:
    return source.count("\n", 0, position) + 1
