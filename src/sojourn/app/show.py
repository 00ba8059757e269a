"""What the command line prints: tables and sentences, made from results."""

from collections.abc import Mapping
from typing import Any

from rich.console import Group, RenderableType
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from sojourn.analytics.model import Numbers, StepNumbers
from sojourn.analytics.verify import Verification


def journey_numbers(name: str, numbers: Numbers) -> RenderableType:
    """The steps of a journey, top-down; entered = here + went on + exited."""
    table = Table(title=escape(f"{name}: {numbers.state}"), title_justify="left", box=None, pad_edge=False)
    table.add_column("step")
    for column in ("entered", "here", "went on", "exited"):
        table.add_column(column, justify="right")
    table.add_column("")
    for step in numbers.steps:
        table.add_row(
            step.step if step.kind == step.step else f"{step.step} [dim]({step.kind})[/]",
            f"{step.entered:,}",
            f"{step.here:,}",
            f"{sum(step.left.values()):,}",
            f"{sum(step.exited.values()):,}",
            _details(step),
        )
    return table


def finished_import(done: Mapping[str, Any]) -> RenderableType:
    text = Text(
        f"{done['rows']:,} rows: {done['accepted']:,} new, {done['updated']:,} updated, "
        f"{done['unchanged']:,} unchanged, {done['rejected']:,} rejected."
    )
    if done["rejected"]:
        text.append(f"\nThe rejected rows with their reasons: GET /api/v1/people/imports/{done['id']}/rejected")
    return text


def verification(result: Verification) -> RenderableType:
    looked = Text(
        f"{result.participants:,} participants ({result.inside:,} inside), {result.visits:,} visits, "
        f"{result.deliveries:,} messages, {result.unknown:,} of them in doubt after a crash."
    )
    verdict = "Everything adds up." if not result.faults else "\n".join(result.faults)
    return Group(looked, Text(verdict, style="red" if result.faults else "green"))


def _details(step: StepNumbers) -> str:
    said_elsewhere = step.message is not None or (len(step.left) + len(step.exited) == 1 and step.kind != "if")
    parts = [] if said_elsewhere else [f"{name} {n:,}" for name, n in {**step.left, **step.exited}.items()]
    if step.message is not None:
        parts += [f"sent {step.message.sent:,}"] if step.message.sent else []
        parts += [f"{reason} {n:,}" for reason, n in {**step.message.blocked, **step.message.failed}.items()]
        parts += [f"clicked {step.message.clicked.people:,}"] if step.message.clicked.people else []
        parts += [f"in doubt {step.message.unknown:,}"] if step.message.unknown else []
    return ", ".join(parts)
