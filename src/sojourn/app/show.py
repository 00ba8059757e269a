"""What the command line prints: tables and sentences, made from results."""

from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Group, RenderableType
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from sojourn.analytics.model import Numbers, StepNumbers
from sojourn.analytics.verify import Verification
from sojourn.rehearsal.model import Rehearsal


def journey_numbers(name: str, numbers: Numbers) -> RenderableType:
    """The steps of a journey, top-down; entered = here + went on + exited."""
    return _steps(f"{name}: {numbers.state}", numbers.steps)


def finished_import(done: Mapping[str, Any]) -> RenderableType:
    text = Text(
        f"{done['rows']:,} rows: {done['accepted']:,} new, {done['updated']:,} updated, "
        f"{done['unchanged']:,} unchanged, {done['rejected']:,} rejected."
    )
    if done["rejected"]:
        text.append(f"\nThe rejected rows with their reasons: GET /api/v1/people/imports/{done['id']}/rejected")
    return text


def rehearsal(found: Rehearsal) -> RenderableType:
    """What would happen: the steps, and when how many messages go to whom."""
    hours = Table(title="\nMessages by hour", title_justify="left", box=None, pad_edge=False)
    for name in ("hour (UTC)", "channel"):
        hours.add_column(name)
    hours.add_column("messages", justify="right")
    for row in found.messages_by_hour:
        hours.add_row(f"{row.hour:%Y-%m-%d %H:%M}", row.channel, f"{row.messages:,}")
    said = [f"{found.entered:,} people enter."]
    if found.through_at is not None:
        said.append(f"The last one is through at {found.through_at:%Y-%m-%d %H:%M} UTC, {_after(found)}.")
    if found.inside:
        said.append(f"{found.inside:,} are still inside at {found.ended_at:%Y-%m-%d %H:%M} UTC.")
    shares = ", ".join(f"{row.people:,} get {row.messages}" for row in found.messages_per_person)
    said.append(f"Messages per person: {shares or 'none'}.")
    if found.busiest:
        busiest = found.busiest[0]
        said.append(f"Most messages: {busiest.messages}, to {busiest.key} ({busiest.person}).")
    said += [f"{n:,} messages are not sent: {reason}." for reason, n in found.not_sent.items()]
    said += [f"Rehearsed although it is a Draft: {name}." for name in found.drafts]
    steps = _steps(f"{found.journey}: rehearsed, nothing was sent", found.steps)
    return Group(steps, hours, Text("\n" + "\n".join(said)))


def _after(found: Rehearsal) -> str:
    assert found.through_at is not None
    minutes = int((found.through_at - found.started_at).total_seconds() // 60)
    days, hours = minutes // 1440, minutes // 60 % 24
    return f"after {days} d {hours} h {minutes % 60} min"


def verification(result: Verification) -> RenderableType:
    looked = Text(
        f"{result.participants:,} participants ({result.inside:,} inside), {result.visits:,} visits, "
        f"{result.deliveries:,} messages, {result.unknown:,} of them in doubt after a crash."
    )
    verdict = "Everything adds up." if not result.faults else "\n".join(result.faults)
    return Group(looked, Text(verdict, style="red" if result.faults else "green"))


def _steps(title: str, steps: Sequence[StepNumbers]) -> Table:
    table = Table(title=escape(title), title_justify="left", box=None, pad_edge=False)
    table.add_column("step")
    for column in ("entered", "here", "went on", "exited"):
        table.add_column(column, justify="right")
    table.add_column("")
    for step in steps:
        table.add_row(
            step.step if step.kind == step.step else f"{step.step} [dim]({step.kind})[/]",
            f"{step.entered:,}",
            f"{step.here:,}",
            f"{sum(step.left.values()):,}",
            f"{sum(step.exited.values()):,}",
            _details(step),
        )
    return table


def _details(step: StepNumbers) -> str:
    said_elsewhere = step.message is not None or (len(step.left) + len(step.exited) == 1 and step.kind != "if")
    parts = [] if said_elsewhere else [f"{name} {n:,}" for name, n in {**step.left, **step.exited}.items()]
    if step.message is not None:
        parts += [f"sent {step.message.sent:,}"] if step.message.sent else []
        parts += [f"{reason} {n:,}" for reason, n in {**step.message.blocked, **step.message.failed}.items()]
        parts += [f"clicked {step.message.clicked.people:,}"] if step.message.clicked.people else []
        parts += [f"in doubt {step.message.unknown:,}"] if step.message.unknown else []
    return ", ".join(parts)
