"""What the command line prints: tables and sentences, made from results."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from statistics import median_low
from typing import Any

from rich.console import Group, RenderableType
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from sojourn.analytics.model import GoalNumbers, Numbers, StepNumbers
from sojourn.analytics.verify import Verification
from sojourn.rehearsal.model import DrawnStarts, Engagement, PeopleByMessages, Rehearsal, RepeatedStarts
from sojourn.rehearsal.outlook import FoundProblem, Outlook

MOST_NUMBERS = 6  # of which each is told
MOST_ROWS = 48  # of a table that is looked at as a whole
LONGEST_BAR = 24  # characters


def journey_numbers(name: str, numbers: Numbers) -> RenderableType:
    """The steps of a journey, top-down; entered = here + went on + exited."""
    steps = _steps(f"{name}: {numbers.state}", numbers.steps)
    return Group(steps, Text(_goal(numbers.goal))) if numbers.goal else steps


def outlook(found: Outlook) -> RenderableType:
    """What forbids publishing a journey, what may be a mistake, and who would enter."""
    verdict = "cannot be published yet" if found.problems else "may be published"
    lines = [Text(f"{found.journey}, version {found.version}: {verdict}.", style="red" if found.problems else "green")]
    lines += [Text(f"  - {_sentence(problem)}") for problem in found.problems]
    lines += [warnings(found)] if found.warnings else []
    if found.audience is not None:
        reasons = _reasons(", would not enter: ", found.audience.not_entering)
        lines.append(Text(f"Members now: {found.audience.size:,}{reasons}."))
    return Group(*lines)


def warnings(found: Outlook) -> Text:
    return Text("\n".join(["Warnings:", *(f"  - {_sentence(warning)}" for warning in found.warnings)]))


def _sentence(found: FoundProblem) -> str:
    return f"{found.where}: {found.message} {found.advice}"


def finished_import(done: Mapping[str, Any]) -> RenderableType:
    text = Text(
        f"{done['rows']:,} rows: {done['accepted']:,} new, {done['updated']:,} updated, "
        f"{done['unchanged']:,} unchanged, {done['rejected']:,} rejected."
    )
    if done["rejected"]:
        text.append(f"\nThe rejected rows with their reasons: GET /api/v1/people/imports/{done['id']}/rejected")
    return text


def rehearsal(found: Rehearsal) -> RenderableType:
    """What would happen: the steps, when how many messages go out, and what it comes to."""
    said = [f"{found.entered:,} people enter{_reasons(', do not enter: ', found.not_entered)}."]
    if found.through_at is not None:
        said.append(f"The last one is through at {found.through_at:%Y-%m-%d %H:%M} UTC, after {_elapsed(found)}.")
    if found.inside:
        said.append(f"{found.inside:,} are still inside at {found.ended_at:%Y-%m-%d %H:%M} UTC.")
    if found.goal is not None:
        said.append(_goal(found.goal))
    said.append(f"Messages per person: {_per_person(found.messages_per_person)}.")
    if found.busiest:
        busiest = found.busiest[0]
        said.append(f"Most messages: {busiest.messages}, to {busiest.key} ({busiest.person}).")
    if found.not_sent:
        said.append(f"Messages that are not sent{_reasons(': ', found.not_sent)}.")
    said += [f"Rehearsed although it is a Draft: {name}." for name in found.drafts]
    said.append(f"Assumed: {_assumed(found.engagement)} (--engagement).")
    steps = _steps(f"{found.journey}, version {found.version}: rehearsed, nothing was sent", found.steps)
    entries = [(row.hour, "people", row.people) for row in found.entered_by_hour]
    messages = [(row.hour, row.channel, row.messages) for row in found.messages_by_hour]
    over_time: list[RenderableType] = []
    over_time += [_over_time("People who enter", entries), Text()] if len(entries) > 1 else []
    over_time += [_over_time("Messages", messages), Text()] if messages else []
    return Group(steps, Text(), *over_time, Text("\n".join(said)))


def _assumed(engagement: Engagement) -> str:
    rates = engagement.messages
    said = [f"{rates.opened:.0%} open a message", f"{rates.clicked:.0%} click in it"]
    match engagement.starts:
        case DrawnStarts() as drawn:
            said.append(f"{drawn.per_day:,} start a day, for {drawn.over}")
        case RepeatedStarts() as repeated:
            said.append(f"what happened in the last {repeated.last} starts people again")
    return ", ".join([*said, *(["others as the file says"] if engagement.steps else [])])


def _reasons(before: str, counts: Mapping[str, int]) -> str:
    return before + ", ".join(f"{reason} {n:,}" for reason, n in counts.items()) if counts else ""


def _over_time(what: str, hours: Sequence[tuple[datetime, str, int]]) -> Table:
    """How many in which hour, in a column each; or by day when that is too much to look at."""
    width, form = ("day", "%Y-%m-%d") if len(hours) > MOST_ROWS else ("hour", "%Y-%m-%d %H:%M")
    columns = sorted({column for _, column, _ in hours})
    counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for hour, column, n in hours:
        counts[f"{hour:{form}}"][column] += n
    table = Table(title=f"{what} by {width}", title_justify="left", box=None, pad_edge=False)
    table.add_column(f"{width} (UTC)", no_wrap=True)
    for column in columns:
        table.add_column(column, justify="right")
    table.add_column("", no_wrap=True)
    most = max(found.total() for found in counts.values())
    for when, found in sorted(counts.items()):
        bar = "█" * max(1, round(found.total() * LONGEST_BAR / most))
        table.add_row(when, *(f"{found[column]:,}" if found[column] else "" for column in columns), bar)
    return table


def _per_person(found: Sequence[PeopleByMessages]) -> str:
    """Each number of messages, or what they lie between."""
    if len(found) <= MOST_NUMBERS:
        return ", ".join(f"{row.people:,} get {row.messages}" for row in found) or "none"
    each = [row.messages for row in found for _ in range(row.people)]
    return f"{each[0]} to {each[-1]}, {median_low(each)} in the middle"


def _elapsed(found: Rehearsal) -> str:
    assert found.through_at is not None
    minutes = int((found.through_at - found.started_at).total_seconds() // 60)
    parts = ((minutes // 1440, "day"), (minutes // 60 % 24, "hour"), (minutes % 60, "minute"))
    said = [f"{n:,} {unit}{'s' * (n != 1)}" for n, unit in parts if n]
    return " ".join(said[:2]) or "no time"


def _goal(goal: GoalNumbers) -> str:
    said = f"Goal {goal.name}: reached by {goal.reached:,} of the {goal.of:,} who entered, {goal.rate:.1%}"
    if (held := goal.held_out) is not None:
        said += f"; by {held.reached:,} of the {held.of:,} who were held out, {held.rate:.1%}"
    return f"{said}."


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
