"""From the nested document to what the engine runs: steps in reading order, and where each outcome leads (rule W1).

What stands after a branch is reached by every outcome that did not exit, so a branch's last step leads to it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from sojourn.journeys.model import JourneyDocument
from sojourn.journeys.steps.registry import Step


@dataclass(frozen=True)
class PlannedStep:
    """One step with its routes (outcome -> id of the next step; an outcome that is missing leaves the journey) and the
    steps that everybody who comes here has passed, by id."""

    step: Step
    routes: Mapping[str, str]
    before: Mapping[str, Step]


def plan(document: JourneyDocument) -> list[PlannedStep]:
    """The steps in reading order; step ids are taken as unique (check.py says so if they are not)."""
    return list(_plan(document.steps, None, {}))


def _plan(steps: Sequence[Step], after: str | None, before: Mapping[str, Step]) -> Iterator[PlannedStep]:
    passed = dict(before)
    for step, following in zip(steps, [*(step.id for step in steps[1:]), after], strict=False):
        branches = step.branches()
        outcomes = step.all_outcomes()
        leads = {outcome: branches[outcome][0].id if branches.get(outcome) else following for outcome in outcomes}
        yield PlannedStep(step, {outcome: to for outcome, to in leads.items() if to is not None}, dict(passed))
        passed[step.id] = step
        for branch in branches.values():
            yield from _plan(branch, following, passed)


def unreachable(document: JourneyDocument) -> list[Step]:
    """The steps that nobody can come to, in reading order; such as what stands after an exit."""
    planned = plan(document)
    ways = {item.step.id: [item.routes.get(outcome) for outcome in item.step.possible_outcomes()] for item in planned}
    reached, ahead = set[str](), [item.step.id for item in planned[:1]]
    while ahead:
        step = ahead.pop()
        reached.add(step)
        ahead += [to for to in ways[step] if to is not None and to not in reached]
    return [item.step for item in planned if item.step.id not in reached]


def all_steps(steps: Sequence[Step]) -> Iterator[Step]:
    """Every step of a nested list, in reading order."""
    for step in steps:
        yield step
        for branch in step.branches().values():
            yield from all_steps(branch)
