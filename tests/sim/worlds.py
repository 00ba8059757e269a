"""Worlds in random mixtures: nested journeys, people who cannot all be reached, and what happens around every deadline.

Things happen a microsecond on either side of whatever the interpreter says will happen. It is asked while a world is
being made, so that clicks come just before their deadlines.
"""

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

from around import never_opens, with_more
from doings import a_trigger, interactions
from entries import occurrences
from happenings import Changed, Consented, Happening, Suppressed, World
from interpreter import ways
from life import NEVER, Life
from making import (
    HOMES,
    HOUR,
    LENGTHS,
    Making,
    a_day,
    a_journey,
    a_making,
)  # fmt: skip
from stage import KEYS
from troubles import disturbed

ANSWERS: list[tuple[str, ...]] = [
    ("later",), ("later",) * 3, ("later 600",), ("later 90000", "later"), ("later",) * 26, ("refused",),
    ("later", "refused"), ("doubtful",), ("later", "doubtful"),
]  # fmt: skip


def world(number: int) -> World:
    """The world of this number, always the same."""
    making = a_making(number)
    document = a_journey(making)
    made = World(document, making.begins, tuple(_people(making)), _answers(making), restrictive=making.chance(5))
    if never_opens(made, making.begins):
        del document["start"]["rate"]
    for _ in range(2):
        made = with_more(made, _comings(making, made))
    made = disturbed(making, made)
    for _ in range(2):  # the clicks of the first round lead to messages that the second can click in
        made = with_more(made, interactions(making, made))
    return made


# ---------------------------------------------------------------------------------------------------- people


def _people(making: Making) -> Iterator[Happening]:
    """Who is there before the journey is published, or comes around its start; and what their addresses said."""
    before = making.begins - HOUR
    said: list[Happening] = []
    for key in KEYS[: making.number(1, 12 if making.kind == "once" else 6)]:
        email, phone = f"{key}@x.example", f"+336{KEYS.index(key):08}"
        given: dict[str, Any] = {"email": email, "phone": phone, "first_name": making.one(["Ann"] * 3 + ["Bea"])}
        match making.one(["well"] * 6 + ["no email", "no phone", "out", "out of texts", "suppressed", "in", "shared"]):
            case "no email":
                del given["email"]
            case "no phone":
                del given["phone"]
            case "shared":
                given["email"] = f"{KEYS[0]}@x.example"
            case "out":
                said.append(Consented(before, "email", email, "opted_out"))
            case "out of texts":
                said.append(Consented(before, "text", phone, "opted_out"))
            case "in":
                said.append(Consented(before, "email", email, "opted_in"))
            case "suppressed":
                said.append(Suppressed(before, "email", email))
        if (place := making.one([None, "north", "north", "south", "north south", "north staff"])) is not None:
            given["last_name"] = place
        if making.chance(2):
            given["birthday"] = a_day(making)
        yield Changed(before, key, given)
    yield from said


def _answers(making: Making) -> Mapping[str, tuple[str, ...]]:
    return {f"{key}@x.example": making.one(ANSWERS) for key in KEYS[:4] if making.chance(3)}


# ---------------------------------------------------------------------------------------------------- comings


def _comings(making: Making, world: World) -> list[Happening]:
    """What lets people enter later: they join a segment, leave it, join it again; or do what the journey waits for."""
    if making.kind == "once":
        return []
    found: list[Happening] = []
    lived = ways(world)
    for key in lived:
        life = Life(world, key)
        entered = [moment for way in lived[key] for moment in (way.entered, way.left) if moment not in (None, NEVER)]
        moments = [*entered, *(life.after(making.begins, making.one(LENGTHS)) for _ in range(3)), life.begins]
        moments += [life.ends] if making.chance(2) and life.ends < NEVER else []
        moments += islice(occurrences(life), 4) if "repeat" in life.start else []
        reentry = life.start.get("reentry")
        if isinstance(reentry, dict):
            moments += [life.after(moment, reentry["after"]) for moment in entered] * 2
        for _ in range(making.number(0, 2)):
            if making.kind == "trigger":
                found += a_trigger(making, key, making.one(moments), "cart.left")
            else:
                found.append(Changed(making.near(moments), key, {"last_name": making.one(HOMES)}))
    return found
