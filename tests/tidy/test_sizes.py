"""The house stays small: functions that fit a screen, modules that fit a sitting. Cut better; never raise a limit."""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parents[2]
SOURCES = sorted((ROOT / "src").rglob("*.py"))
TESTS = sorted((ROOT / "tests").rglob("*.py"))
QUERIES = [file for file in sorted((ROOT / "src").rglob("*.sql")) if "db" not in file.parts]


class Function(NamedTuple):
    where: str
    lines: int  # without the docstring


def functions_of(files: list[Path]) -> Iterator[Function]:
    for file in files:
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield Function(f"{file.relative_to(ROOT)}:{node.lineno} {node.name}", lines_of(node))


def lines_of(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    return span(node) - (span(node.body[0]) if ast.get_docstring(node) else 0)


def span(node: ast.stmt) -> int:
    assert node.end_lineno is not None
    return node.end_lineno - node.lineno + 1


def test_nine_of_ten_functions_have_at_most_30_lines() -> None:
    lengths = sorted(function.lines for function in functions_of(SOURCES))
    assert lengths[len(lengths) * 9 // 10] <= 30


@pytest.mark.parametrize("files", [SOURCES, TESTS], ids=["src", "tests"])
def test_no_function_has_more_than_70_lines(files: list[Path]) -> None:
    assert [function for function in functions_of(files) if function.lines > 70] == []


@pytest.mark.parametrize(("files", "limit"), [(SOURCES + QUERIES, 400), (TESTS, 600)], ids=["src", "tests"])
def test_no_module_is_too_long(files: list[Path], limit: int) -> None:
    lengths = {str(file.relative_to(ROOT)): len(file.read_text("utf-8").splitlines()) for file in files}
    assert {name: lines for name, lines in lengths.items() if lines > limit} == {}


def test_half_of_the_modules_have_at_most_120_lines() -> None:
    lengths = sorted(len(file.read_text("utf-8").splitlines()) for file in SOURCES)
    assert lengths[len(lengths) // 2] <= 120


def test_every_module_tells_its_story() -> None:
    silent = [file for file in SOURCES + TESTS if not ast.get_docstring(ast.parse(file.read_text("utf-8")))]
    assert [str(file.relative_to(ROOT)) for file in silent] == []
