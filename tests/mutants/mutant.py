"""A mutant: one place of the program's SQL, made wrong in one way, and the tests that have to notice.

It is planted in the loaded text of a process that runs tests, never in a file.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any


@dataclass(frozen=True)
class Mutant:
    """`place` is `module:query` for a named query, `module:Class.attribute` or `module:NAME` for a step's."""

    name: str
    place: str
    old: str
    new: str
    tests: str
    """A file of tests, and perhaps the words of -k."""

    @property
    def text(self) -> str:
        holder, name = self._where()
        text: str = holder[name] if isinstance(holder, dict) else getattr(holder, name)
        return text

    def plant(self) -> None:
        """Raises ValueError if the place does not say `old` exactly once."""
        text = self.text
        if text.count(self.old) != 1:
            raise ValueError(f"{self.name}: {self.place} says {self.old!r} {text.count(self.old)} times")
        holder, name = self._where()
        if isinstance(holder, dict):
            holder[name] = text.replace(self.old, self.new)
        else:
            setattr(holder, name, text.replace(self.old, self.new))

    def _where(self) -> tuple[Any, str]:
        module_name, _, path = self.place.partition(":")
        module = import_module(f"sojourn.{module_name}")
        *classes, name = path.split(".")
        if classes:
            return getattr(module, classes[0]), name
        named = getattr(module, "queries", {})
        return (named._texts, name) if name in named else (module, name)


def table(place: str, rows: Sequence[tuple[str, str, str, str]]) -> list[Mutant]:
    """The mutants of one place: name, what it says, what it says then, and the tests."""
    return [Mutant(name, place, old, new, tests) for name, old, new, tests in rows]
