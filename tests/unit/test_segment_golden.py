"""Conditions beside the SQL they become, for people to read.

`python tests/unit/test_segment_golden.py` writes the SQL anew; what changed is then read in the diff.
"""

from pathlib import Path

import pytest

from sojourn.kit.documents import read_yaml
from sojourn.segments.compile import compiled
from sojourn.segments.model import CONDITION

CONDITIONS = sorted((Path(__file__).parent / "golden" / "segments").glob("*.yaml"))


def printed(path: Path) -> str:
    (document,) = read_yaml(path.read_text("utf-8"), path.name)
    question = compiled(CONDITION.validate_python(document))
    values = [f"-- {name} = {value}" for name, value in question.parameters.items()]
    return "\n".join([question.expression.as_string(), *values, ""])


@pytest.mark.parametrize("path", CONDITIONS, ids=lambda path: path.stem)
def test_a_condition_becomes_the_sql_beside_it(path: Path) -> None:
    assert printed(path) == path.with_suffix(".sql").read_text("utf-8")


if __name__ == "__main__":
    for condition in CONDITIONS:
        condition.with_suffix(".sql").write_text(printed(condition), "utf-8")
