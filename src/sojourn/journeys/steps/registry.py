"""All step kinds. The union is the type of a step in every document, JSON Schema and check."""

from typing import Annotated

from pydantic import Field

from sojourn.journeys.steps.ab_test import AbTestStep
from sojourn.journeys.steps.base import START, BaseStep
from sojourn.journeys.steps.branch import BranchStep, Case
from sojourn.journeys.steps.exit import ExitStep
from sojourn.journeys.steps.goal import GoalStep
from sojourn.journeys.steps.if_then import Awaited, IfStep
from sojourn.journeys.steps.message import EmailStep, PushStep, TextStep
from sojourn.journeys.steps.raise_trigger import RaiseStep
from sojourn.journeys.steps.set_attribute import SetStep
from sojourn.journeys.steps.split import Part, SplitStep
from sojourn.journeys.steps.start import StartStep
from sojourn.journeys.steps.wait import WaitStep
from sojourn.journeys.steps.wait_for import WaitForStep
from sojourn.journeys.steps.wait_until import WaitUntilStep
from sojourn.journeys.steps.webhook import WebhookStep
from sojourn.kit.model import Document

Step = Annotated[
    EmailStep
    | TextStep
    | PushStep
    | IfStep
    | WaitStep
    | WaitUntilStep
    | WaitForStep
    | BranchStep
    | SplitStep
    | AbTestStep
    | SetStep
    | RaiseStep
    | WebhookStep
    | GoalStep
    | ExitStep,
    Field(discriminator="kind"),
]

KINDS: dict[str, type[BaseStep]] = {
    "email": EmailStep,
    "text": TextStep,
    "push": PushStep,
    "if": IfStep,
    "wait": WaitStep,
    "wait_until": WaitUntilStep,
    "wait_for": WaitForStep,
    "branch": BranchStep,
    "split": SplitStep,
    "ab_test": AbTestStep,
    "set": SetStep,
    "raise": RaiseStep,
    "webhook": WebhookStep,
    "goal": GoalStep,
    "exit": ExitStep,
}

MOVING: dict[str, type[BaseStep]] = {START: StartStep, **KINDS}
"""The kinds that the engine moves people at: the way in is a step, too."""

_NESTED: tuple[type[Document], ...] = (Awaited, Case, Part, *KINDS.values())
for nested in _NESTED:
    nested.model_rebuild(_types_namespace={"Step": Step})
