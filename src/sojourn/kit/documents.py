"""Documents in YAML: what engineers keep in git and marketers may look at. The same documents travel as JSON.

Plain words mean what they look like: `yes:` and `no:` are the names of branches here, and a time such as
2026-12-01T09:00, 12:30 or a number with leading zeros is text that the document's own type reads.
"""

import re
from collections.abc import Hashable, Iterable, Mapping
from typing import Any

import yaml
from pydantic import ValidationError

from sojourn.kit.errors import Invalid, Problem


class Written(dict[str, Any]):
    """A document as it stands in a file: it knows which of its lines says what."""

    def __init__(self, content: Mapping[str, Any], source: str, node: yaml.Node) -> None:
        super().__init__(content)
        self.source, self._node = source, node

    def line(self, place: str = "") -> str:
        """`journey.yaml line 7`: where the value at a JSON pointer begins, or what it would stand in."""
        node = self._node
        for part in place.split("/")[1:]:
            name = part.replace("~1", "/").replace("~0", "~")
            if isinstance(node, yaml.SequenceNode) and name.isdecimal() and int(name) < len(node.value):
                node = node.value[int(name)]
            elif isinstance(node, yaml.MappingNode):
                node = next((value for key, value in node.value if key.value == name), node)
        return f"{self.source} line {node.start_mark.line + 1}"


class _Loader(yaml.SafeLoader):
    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        seen: set[str] = set()
        for key, _ in node.value:
            if isinstance(key, yaml.ScalarNode) and key.value in seen:
                raise yaml.constructor.ConstructorError(
                    problem=f"{key.value!r} stands twice", problem_mark=key.start_mark
                )
            seen.add(str(key.value))
        return super().construct_mapping(node, deep)


_AMBIGUOUS = {f"tag:yaml.org,2002:{kind}" for kind in ("bool", "timestamp", "int", "float")}
_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag not in _AMBIGUOUS]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
for kind, first, pattern in (
    ("bool", "tf", r"true|false"),
    ("int", "-+0123456789", r"[-+]?(?:0|[1-9][0-9]*)"),
    ("float", "-+.0123456789", r"[-+]?(?:[0-9]+\.[0-9]*|\.[0-9]+)(?:[eE][-+][0-9]+)?"),
):
    _Loader.add_implicit_resolver(f"tag:yaml.org,2002:{kind}", re.compile(f"(?:{pattern})$"), list(first))


def read_yaml(text: str, source: str) -> list[Written]:
    """The documents of a YAML file (several are separated by `---`). Raises Invalid with the line of the fault."""
    try:
        return list(_documents(_Loader(text), source))
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 0
        said = str(error.problem)
        problem = Problem("not_yaml", f"{source} line {line}", f"{said[:1].upper()}{said[1:]}.")
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        problem = Problem(
            "not_yaml", f"{source} line {line}", f"The character U+{error.character:04X} cannot stand here."
        )
    raise Invalid(f"{source} is not YAML.", [problem])


def _documents(loader: _Loader, source: str) -> Iterable[Written]:
    while loader.check_node() and (node := loader.get_node()) is not None:
        content = loader.construct_document(node)
        if isinstance(content, dict):
            yield Written(content, source, node)
        elif content is not None:
            line, held = node.start_mark.line + 1, str(content)[:60]
            raise Invalid(f"{source} line {line} holds something that is not a document: {held!r}.")


def write_yaml(document: Mapping[str, Any]) -> str:
    """The document in YAML, such that `read_yaml` gives it back."""
    return yaml.dump(dict(document), Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=120)


class _Dumper(yaml.SafeDumper):
    """Line breaks other than the usual one only survive in double quotes."""


def _text(dumper: _Dumper, text: str) -> yaml.Node:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style='"' if _BREAK.search(text) else None)


_BREAK = re.compile("[\r\x85\u2028\u2029]")
_Dumper.add_representer(str, _text)


def problems_of(error: ValidationError, document: Any, *, code: str = "not_understood") -> list[Problem]:
    """Pydantic's findings in our form, each with the JSON pointer (RFC 6901) of its place in the document."""
    return [
        Problem(
            code,
            pointer(path_in(document, found["loc"], missing=found["type"] == "missing")),
            found["msg"].removeprefix("Value error, ") + ".",
        )
        for found in error.errors(include_url=False)
    ]


def path_in(document: Any, loc: Iterable[str | int], *, missing: bool) -> list[str | int]:
    """The keys and indexes that lead to a finding of Pydantic, which puts the names of union members between them: what
    the document does not have is left out, but for the last part of what is `missing`."""
    path: list[str | int] = []
    parts = list(loc)
    for number, part in enumerate(parts, start=1):
        if isinstance(document, Mapping) and (part in document or (missing and number == len(parts))):
            document = document.get(part)
        elif isinstance(document, list) and isinstance(part, int) and part < len(document):
            document = document[part]
        else:
            continue
        path.append(part)
    return path


def pointer(path: Iterable[str | int]) -> str:
    """The JSON pointer of a path; `/` is the document itself."""
    return "/" + "/".join(str(part).replace("~", "~0").replace("/", "~1") for part in path)
