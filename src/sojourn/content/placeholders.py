"""Which values a template asks for, found without rendering it."""

from dataclasses import dataclass

from liquid import BoundTemplate
from liquid.builtin.expressions import FilteredExpression, Path

from sojourn.content.sandbox import expressions, line_at


@dataclass(frozen=True)
class Placeholder:
    """A value that comes from outside the template, such as `person.first_name`. `line` counts from 1."""

    path: tuple[str, ...]
    line: int
    has_default: bool

    @property
    def name(self) -> str:
        return ".".join(self.path)


def placeholders(template: BoundTemplate) -> list[Placeholder]:
    """In the order of the template; what it sets itself (`assign`, `capture`, `for`) is left out."""
    spared = _positions_with_default(template)
    source = str(template.matter["source"])
    globals_ = template.analyze(include_partials=False).globals
    found = sorted(
        (variable.span.index, tuple(map(str, variable.segments)))
        for variables in globals_.values()
        for variable in variables
    )
    return [Placeholder(path, line_at(source, position), position in spared) for position, path in found]


def _positions_with_default(template: BoundTemplate) -> set[int]:
    """Where the paths stand that a `default` filter follows."""
    positions = set()
    for expression in expressions(template):
        if isinstance(expression, FilteredExpression) and any(f.name == "default" for f in expression.filters or ()):
            positions |= {path.token.start_index for path in (expression.left,) if isinstance(path, Path)}
    return positions
