"""Documents in YAML: what engineers keep in git and marketers may look at. The same documents travel as JSON.

YAML 1.2's core booleans only: `yes:` and `no:` are the names of branches here, and a time such as 2026-12-01T09:00 is
text that the document's own type reads.
"""

import re
from typing import Any

import yaml
from pydantic import ValidationError

from sojourn.kit.errors import Invalid, Problem


class _Loader(yaml.SafeLoader):
    pass


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag.rpartition(":")[2] not in ("bool", "timestamp")]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"true|false"), ["t", "f"])


def read_yaml(text: str, source: str) -> list[dict[str, Any]]:
    """The documents of a YAML file (several are separated by `---`). Raises Invalid with the line of the fault."""
    try:
        documents = [document for document in yaml.load_all(text, Loader=_Loader) if document is not None]
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 0
        raise Invalid(
            f"{source} is not YAML.", [Problem("not_yaml", f"{source} line {line}", str(error.problem))]
        ) from error
    for document in documents:
        if not isinstance(document, dict):
            raise Invalid(f"{source} holds something that is not a document: {str(document)[:60]!r}.")
    return documents


def write_yaml(document: dict[str, Any]) -> str:
    return yaml.safe_dump(document, sort_keys=False, allow_unicode=True, width=120)


def problems_of(error: ValidationError, *, code: str = "not_understood") -> list[Problem]:
    """Pydantic's findings in our form, each with the JSON pointer (RFC 6901) of its place."""
    return [
        Problem(
            code,
            "/" + "/".join(str(part) for part in found["loc"]),
            found["msg"].removeprefix("Value error, ") + ".",
        )
        for found in error.errors(include_url=False)
    ]
