"""What a journey watches for wherever its participants are: exits end their participation (rule W15), the goal is
counted (W14).

Both are asked of facts by event time, from the moment at which the participant entered: who was started by an event,
from that event on. Whoever is a member of an exit segment already does not enter, as with an excluded one.
"""

from collections.abc import Iterator, Sequence
from typing import Any, Literal, NamedTuple

from pydantic import Field, model_validator

from sojourn.journeys.steps.base import Surroundings, Wait, check_chosen, check_segment, check_trigger
from sojourn.kit.errors import Problem
from sojourn.kit.model import Document
from sojourn.segments.model import PropertyTest, Reference

AFTERWARDS = "3 days"
"""How long after leaving the journey a goal without a limit of its own still counts."""


class Exit(Document):
    """Participants leave when an event happens to them, or when they become a member of a segment."""

    trigger: Reference | None = Field(None, description="Name of the event.")
    where: list[PropertyTest] = Field(default_factory=list, description="Tests of the event's properties, all of them.")
    segment: Reference | None = Field(None, description="Name of the segment.")

    @model_validator(mode="after")
    def _watches_for_one_thing(self) -> "Exit":
        if (self.trigger is None) == (self.segment is None):
            raise ValueError("an exit has either `trigger` or `segment`")
        if self.where and self.trigger is None:
            raise ValueError("`where` goes with `trigger`")
        return self


class Goal(Document):
    """What the journey is for: it is counted how many participants come to do it."""

    name: Reference = Field(description="What is reached, such as purchased.")
    trigger: Reference = Field(description="Name of the event that reaches it.")
    where: list[PropertyTest] = Field(default_factory=list, description="Tests of the event's properties, all of them.")
    within: Wait | None = Field(
        None, description="So long after entering; without it, until three days after leaving the journey."
    )
    exit: bool = Field(False, description="Whoever reaches it leaves the journey.")


class Watch(NamedTuple):
    """One thing that a published version watches for, as it is frozen: an event, or a segment's number. Without a
    `reason` to leave it is the goal, which is counted."""

    event: str | None
    segment: int | None
    reason: Literal["goal_reached", "exit_event", "exit_segment"] | None
    settings: dict[str, Any]


def check_watched(
    exits: Sequence[Exit], goal: Goal | None, entry_segments: Sequence[str], around: Surroundings
) -> Iterator[Problem]:
    """Problems that forbid publishing; their places are `exits/0` and `goal`."""
    for number, one in enumerate(exits):
        where = f"exits/{number}"
        yield from check_chosen(where, trigger=one.trigger, segment=one.segment)
        if one.trigger:
            yield from check_trigger(one.trigger, one.where, where, around)
        elif one.segment:
            yield from check_segment(one.segment, where, around)
        if one.segment and one.segment in entry_segments:
            message = f"Members of {one.segment!r} enter the journey, and would leave it at once."
            yield Problem("exit_is_entry", where, message, "Choose another segment for one of the two.")
    if goal is not None:
        yield from check_chosen("goal", name=goal.name, trigger=goal.trigger)
        if goal.trigger:
            yield from check_trigger(goal.trigger, goal.where, "goal", around)


def watches(exits: Sequence[Exit], goal: Goal | None, around: Surroundings) -> Iterator[Watch]:
    """In the order in which they are looked at: what was reached counts before anybody leaves, and is the better reason
    to."""
    if goal is not None:
        settings = {"name": goal.name, "where": _tests(goal.where), "within": goal.within, "zone": around.zone}
        settings["afterwards"] = AFTERWARDS
        yield Watch(goal.trigger, None, None, settings)
        if goal.exit:
            yield Watch(goal.trigger, None, "goal_reached", settings)
    for one in exits:
        if one.segment is not None:
            yield Watch(None, around.segments[one.segment].id, "exit_segment", {"name": one.segment})
        else:
            settings = {"name": one.trigger, "where": _tests(one.where), "within": None, "zone": around.zone}
            yield Watch(one.trigger, None, "exit_event", settings)


def _tests(tests: Sequence[PropertyTest]) -> list[dict[str, Any]]:
    return [test.model_dump(mode="json", exclude_unset=True) for test in tests]
