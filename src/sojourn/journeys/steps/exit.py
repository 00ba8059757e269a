"""Exit (rule W14): whoever comes here leaves the journey, wherever in it this stands."""

from typing import Literal

from sojourn.journeys.steps.base import BaseStep


class ExitStep(BaseStep):
    """Leave the journey."""

    kind: Literal["exit"]

    outcomes = ()
    outcome_query = """
      select participant, 'exit:exit_step' as outcome, null::timestamptz as wake_at, null::jsonb as cause from due"""
