"""Named queries: a `queries.sql` beside each `store.py` holds what that folder says to PostgreSQL; where that is much,
a folder `queries` has several such files.

A query starts with a line `-- name: wake` and a comment that says why it exists. Parameters are `%(named)s`. Slots such
as `{outcome}` take another query's text; only the engine uses them, to put a step kind's outcome query in its place.
"""

import re
from collections.abc import Iterator, Mapping
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import LiteralString, cast

_NAME = re.compile(r"^-- name: (\w+)$", re.MULTILINE)


class Queries(Mapping[str, LiteralString]):
    """The queries of one package by name. Raises ValueError when a name stands twice or a query lacks its why."""

    def __init__(self, package: str) -> None:
        self._texts: dict[str, LiteralString] = {}
        for file in _files(files(package)):
            parts = _NAME.split(file.read_text("utf-8"))
            for name, text in zip(parts[1::2], parts[2::2], strict=True):
                if name in self._texts or not text.lstrip().startswith("--"):
                    raise ValueError(f"{package}: query {name} stands twice, or does not say why it exists")
                self._texts[name] = cast("LiteralString", text.strip())

    def __getitem__(self, name: str) -> LiteralString:
        return self._texts[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._texts)

    def __len__(self) -> int:
        return len(self._texts)


def _files(package: Traversable) -> list[Traversable]:
    folder = package / "queries"
    return list(folder.iterdir()) if folder.is_dir() else [package / "queries.sql"]
