"""The docs are complete and true: every setting, step kind, problem, command and test has its place in them, their
examples are understood by the program, and their links lead somewhere. Each failure says what to add, and where."""

import ast
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, get_args

import pytest
import typer

from sojourn.app import problems
from sojourn.app.apply import apply
from sojourn.app.cli import app
from sojourn.db.connect import Connection
from sojourn.journeys import publish
from sojourn.journeys.compile import all_steps
from sojourn.journeys.model import JourneyDocument
from sojourn.journeys.steps.registry import KINDS
from sojourn.journeys.store import newest
from sojourn.journeys.watch import Exit, Goal
from sojourn.kit.documents import Written, read_yaml
from sojourn.kit.ids import slug
from sojourn.kit.settings import Settings
from sojourn.people import store as people
from sojourn.people.read import open_sheet
from sojourn.segments.check import TESTS
from sojourn.segments.model import CONDITION, TestName
from sojourn.segments.store import create, preview

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
REFERENCE = DOCS / "reference"
SCHEMA = ROOT / "src/sojourn/db/schema.sql"
TUTORIAL = DOCS / "tutorial" / "launch.yaml"
SOURCES = sorted((ROOT / "src").rglob("*.py"))
PAGES = [ROOT / name for name in ("README.md", "ARCHITECTURE.md", "CHANGELOG.md")] + sorted(DOCS.rglob("*.md"))
NOW = datetime(2026, 11, 23, tzinfo=UTC)

# What the examples of conditions ask for, beside what every contact has.
ATTRIBUTES = {
    "country": "text",
    "lifetime_value": "number",
    "subscribed": "boolean",
    "joined_on": "date",
    "birthday": "date",
    "last_login_at": "datetime",
    "renewal_at": "datetime",
}
SEGMENTS = ("most-valuable-customers", "newcomers")


def named(page: Path) -> set[str]:
    return marked(page.read_text("utf-8"))


def marked(text: str) -> set[str]:
    """Everything that stands in `backticks`, examples aside."""
    return set(re.findall(r"`([^`\n]+)`", re.sub(r"```.*?```", "", text, flags=re.DOTALL)))


def examples(page: Path) -> list[Written]:
    """The YAML documents that a page shows."""
    blocks = re.findall(r"```yaml\n(.*?)```", page.read_text("utf-8"), flags=re.DOTALL)
    return [document for block in blocks for document in read_yaml(block, page.name)]


# ---------------------------------------------------------------------------------------------------- what is named


def test_every_setting_is_named() -> None:
    settings = {f"SOJOURN_{name.upper()}" for name in Settings.model_fields}
    missing = settings - named(REFERENCE / "settings.md")
    assert not missing, f"add to the table of docs/reference/settings.md: {sorted(missing)}"


def test_every_segment_test_is_named_beside_its_types() -> None:
    page = REFERENCE / "conditions.md"
    missing = set(get_args(TestName)) - named(page)
    assert not missing, f"add to docs/reference/conditions.md: {sorted(missing)}"
    lines = page.read_text("utf-8").splitlines()
    for kind, tests in TESTS.items():
        listed = ", ".join(f"`{test}`" for test in tests)
        found = any(f"`{kind}`" in line.split("|")[1] and listed in line for line in lines if line.startswith("| `"))
        assert found, f"docs/reference/conditions.md, tests of attributes: {kind} has the tests {listed}"


def test_every_command_and_option_is_named() -> None:
    page = (REFERENCE / "cli.md").read_text("utf-8")
    sections = {part.partition("\n")[0]: part for part in page.split("\n## ")[1:]}
    for name, command in commands(typer.main.get_command(app), "sojourn"):
        assert name in sections, f"add a section '## {name}' to docs/reference/cli.md"
        options = {option for parameter in command.params for option in parameter.opts + parameter.secondary_opts}
        missing = {option for option in options if option.startswith("--")} - marked(sections[name]) - {"--help"}
        assert not missing, f"add to the section '## {name}' of docs/reference/cli.md: {sorted(missing)}"


def commands(command: Any, name: str) -> Iterator[tuple[str, Any]]:
    """All commands of the command line by their whole name, `sojourn import people`."""
    inner = getattr(command, "commands", None)
    if inner is None:
        yield name, command
    for part, one in (inner or {}).items():
        yield from commands(one, f"{name} {part}")


# ---------------------------------------------------------------------------------------------------- problems


def test_every_problem_code_is_named() -> None:
    codes, patterns = codes_of_sources()
    listed = named(REFERENCE / "problems.md")
    missing = codes - listed
    assert not missing, f"add to docs/reference/problems.md, with meaning and advice: {sorted(missing)}"
    for pattern in patterns:
        assert any(re.fullmatch(pattern, code) for code in listed), f"docs/reference/problems.md: no code is {pattern}"


def test_every_listed_problem_code_exists() -> None:
    codes, patterns = codes_of_sources()
    page = (REFERENCE / "problems.md").read_text("utf-8")
    listed = set(re.findall(r"^\| `(\w+)` \|", page, flags=re.MULTILINE))
    surplus = {code for code in listed - codes if not any(re.fullmatch(pattern, code) for pattern in patterns)}
    assert not surplus, f"nothing in the sources says {sorted(surplus)}: take it out of docs/reference/problems.md"


def codes_of_sources() -> tuple[set[str], set[str]]:
    """The codes of all problems and errors, and patterns of those that are put together."""
    codes, patterns = {error.code for error in problems.STATUS} | set(problems._CODES.values()) | {"error"}, set()
    for file in SOURCES:
        tree = ast.parse(file.read_text("utf-8"))
        for call, function in calls(tree):
            if name_of(call) != "Problem" or not call.args:
                continue
            found = values_of(call.args[0], tree, function)
            codes |= found
            if not found:
                patterns.add(pattern_of(call.args[0]))
    return codes, patterns


def values_of(code: ast.expr, tree: ast.AST, function: ast.FunctionDef | None) -> set[str]:
    """The texts that an expression can have, as far as they stand in the module."""
    match code:
        case ast.Constant(value=str(text)):
            return {text}
        case ast.Name(id=name) if function is not None:
            return handed_in(tree, function, name)
        case ast.JoinedStr(values=[ast.FormattedValue(value=part), ast.Constant(value=str(end))]):
            return {f"{text}{end}" for text in values_of(part, tree, function)}
    return set()


def pattern_of(code: ast.expr) -> str:
    assert isinstance(code, ast.JoinedStr), f"the code of a problem cannot be found: {ast.unparse(code)}"
    return "".join(str(part.value) if isinstance(part, ast.Constant) else r"\w+" for part in code.values)


def calls(tree: ast.AST, function: ast.FunctionDef | None = None) -> Iterator[tuple[ast.Call, ast.FunctionDef | None]]:
    """Every call with the function that it stands in."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.Call):
            yield node, function
        yield from calls(node, node if isinstance(node, ast.FunctionDef) else function)


def handed_in(tree: ast.AST, function: ast.FunctionDef, parameter: str) -> set[str]:
    """The texts that a module gives to a parameter of one of its functions, and its default."""
    positions = [place for place, argument in enumerate(function.args.args) if argument.arg == parameter]
    given: list[ast.expr | None] = [*function.args.defaults, *function.args.kw_defaults]
    for call, _ in calls(tree):
        if name_of(call) == function.name:
            given += [keyword.value for keyword in call.keywords if keyword.arg == parameter]
            given += [call.args[place] for place in positions if place < len(call.args)]
    return {one.value for one in given if isinstance(one, ast.Constant) and isinstance(one.value, str)}


def name_of(call: ast.Call) -> str:
    return call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")


# ---------------------------------------------------------------------------------------------------- reasons


def test_every_delivery_reason_is_named() -> None:
    queries = (ROOT / "src/sojourn/delivery/queries.sql").read_text("utf-8")
    reasons = set(re.findall(r"(?:then|reason =) '([a-z_]+)'", queries))
    for file in (ROOT / "src/sojourn/delivery").glob("*.py"):
        for call, _ in calls(ast.parse(file.read_text("utf-8"))):
            reason = call.args[2] if name_of(call) == "Settlement" and len(call.args) > 2 else None
            reasons |= {str(reason.value)} if isinstance(reason, ast.Constant) else set()
    missing = reasons - named(REFERENCE / "delivery-reasons.md")
    assert len(reasons) > 9
    assert not missing, f"add to docs/reference/delivery-reasons.md: {sorted(missing)}"


# ---------------------------------------------------------------------------------------------------- examples


@pytest.mark.parametrize("kind", KINDS)
def test_a_step_kind_has_a_page_with_its_fields_outcomes_and_an_example(kind: str) -> None:
    page = REFERENCE / "steps" / f"{kind}.md"
    assert page.exists(), f"write docs/reference/steps/{kind}.md: fields, outcomes, rules, an example"
    fields = {field.alias or name for name, field in KINDS[kind].model_fields.items()}
    missing = (fields | set(KINDS[kind].outcomes)) - named(page)
    assert not missing, f"add to docs/reference/steps/{kind}.md: {sorted(missing)}"
    journeys = [JourneyDocument.model_validate(document) for document in examples(page) if "journey" in document]
    shown = any(step.kind == kind for journey in journeys for step in all_steps(journey.steps))
    assert shown, f"docs/reference/steps/{kind}.md: add a journey with such a step as an example"


async def test_the_examples_of_documents_can_be_applied(conn: Connection) -> None:
    shown = examples(REFERENCE / "documents.md")
    applied = await apply(conn, shown, "docs", NOW)
    kinds = {"workspace", "attributes", "trigger", "segment", "sender", "email", "text", "push", "journey"}
    missing = kinds - {one.kind for one in applied}
    assert not missing, f"docs/reference/documents.md shows no {sorted(missing)}"


def test_the_fields_and_reasons_of_exits_and_goals_are_named() -> None:
    reasons = set(re.findall(r"'([a-z_]+)'", re.findall(r"reason +text check \((.*)\)", SCHEMA.read_text("utf-8"))[0]))
    missing = (Exit.model_fields.keys() | Goal.model_fields.keys() | reasons) - named(REFERENCE / "exits.md")
    assert len(reasons) == 3
    assert not missing, f"add to docs/reference/exits.md: {sorted(missing)}"
    assert not reasons - named(REFERENCE / "delivery-reasons.md"), (
        "add the reasons to docs/reference/delivery-reasons.md"
    )


@pytest.mark.parametrize("page", [*(f"steps/{kind}" for kind in KINDS), "exits"])
async def test_the_example_of_a_step_kind_or_of_exits_can_be_published(conn: Connection, page: str) -> None:
    await apply(conn, read_yaml(TUTORIAL.read_text("utf-8"), TUTORIAL.name)[:-1], "docs", NOW)
    for document in examples(REFERENCE / f"{page}.md"):
        (applied,) = await apply(conn, [document], "docs", NOW)
        if applied.kind == "journey":
            version = await newest(conn, slug(applied.name))
            assert (await publish.examine(conn, version, NOW))[0] == []


async def test_the_examples_of_conditions_can_be_asked(conn: Connection) -> None:
    shown = examples(REFERENCE / "conditions.md")
    await people.declare_attributes(conn, "contact", ATTRIBUTES)
    for name in SEGMENTS:
        await create(conn, name, "contact", CONDITION.validate_python({"all": []}), NOW, live=True)
    for document in shown:
        await preview(conn, "contact", CONDITION.validate_python(dict(document)), NOW, 1)
    missing = set(get_args(TestName)) - set(re.findall(r"'test': '(\w+)'", str(shown)))
    assert not missing, f"docs/reference/conditions.md: no example has {sorted(missing)}"


async def test_the_tutorial_can_be_followed(conn: Connection) -> None:
    documents = read_yaml(TUTORIAL.read_text("utf-8"), TUTORIAL.name)
    await apply(conn, documents, "tutorial", NOW)
    assert [one.what for one in await apply(conn, documents, "tutorial", NOW)] == ["unchanged"] * len(documents)
    assert (await publish.publish(conn, "product-launch", "tutorial", NOW)).state == "Live"
    with (DOCS / "tutorial" / "customers.csv").open("rb") as file:
        assert "email" in open_sheet(file).header


def test_the_readme_shows_the_journey_of_the_tutorial() -> None:
    (shown,) = examples(ROOT / "README.md")
    journey = read_yaml(TUTORIAL.read_text("utf-8"), TUTORIAL.name)[-1]
    assert dict(shown) == dict(journey), "README.md and docs/tutorial/launch.yaml tell different journeys"


# ---------------------------------------------------------------------------------------------------- links


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_relative_link_leads_to_a_file_and_a_heading(page: Path) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", page.read_text("utf-8")):
        if re.match(r"[a-z]+:", target):
            continue
        path, _, anchor = target.partition("#")
        file = (page.parent / path).resolve() if path else page
        assert file.exists(), f"{page.relative_to(ROOT)}: {target} leads to no file"
        assert not anchor or anchor in anchors(file), f"{page.relative_to(ROOT)}: {target} leads to no heading"


def anchors(page: Path) -> set[str]:
    headings = re.findall(r"^#+ (.*)$", page.read_text("utf-8"), flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}
