"""All step kinds. The union is the type of a step in every document, JSON Schema and check."""

from typing import Annotated

from pydantic import Field

from sojourn.journeys.steps.base import BaseStep
from sojourn.journeys.steps.if_then import IfStep
from sojourn.journeys.steps.message import EmailStep, TextStep
from sojourn.journeys.steps.wait import WaitStep
from sojourn.journeys.steps.wait_until import WaitUntilStep

Step = Annotated[EmailStep | TextStep | IfStep | WaitStep | WaitUntilStep, Field(discriminator="kind")]

KINDS: dict[str, type[BaseStep]] = {
    "email": EmailStep,
    "text": TextStep,
    "if": IfStep,
    "wait": WaitStep,
    "wait_until": WaitUntilStep,
}

for kind in KINDS.values():
    kind.model_rebuild(_types_namespace={"Step": Step})
