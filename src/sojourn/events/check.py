"""What may be recorded as an event, or declared as a trigger, by itself: whether its person, delivery or audience is
there is looked up elsewhere."""

import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from sojourn.events.model import (
    AHEAD,
    INTERACTIONS,
    LARGEST_PROPERTIES,
    LONGEST_ID,
    LONGEST_NAME,
    TriggerDeclaration,
    is_event_name,
    is_reserved,
)
from sojourn.kit.errors import Problem
from sojourn.people.check import check_declaration as check_attributes
from sojourn.people.model import AttributeType
from sojourn.people.parse import from_json


def check_name(name: str, *, has_delivery: bool, where: str) -> Iterator[Problem]:
    """Interactions name the delivery they belong to, and everything else keeps out of their names."""
    if not is_event_name(name):
        yield _unnameable(name, f"{where}/name")
    elif is_reserved(name) and name not in INTERACTIONS:
        message = f"{name!r} is no interaction, and names that begin with email., text. and push. are kept for those."
        known = ", ".join(sorted(INTERACTIONS))
        yield Problem("name_reserved", f"{where}/name", message, f"Use another name, or one of: {known}.")
    elif is_reserved(name) and not has_delivery:
        message = f"{name!r} is an interaction, and this one names no delivery."
        yield Problem("delivery_missing", f"{where}/delivery", message, "Name it as shard-participant.step.")


def check_time(at: datetime, now: datetime, where: str) -> Iterator[Problem]:
    if at > now + AHEAD:
        message = f"{at.isoformat()} is in the future; it is {now.isoformat()} here."
        yield Problem("time_in_future", f"{where}/at", message, "Send events when they have happened.")


def check_texts(texts: Mapping[str, str | None], where: str) -> Iterator[Problem]:
    """Identifiers that the database could not keep or index."""
    for name, text in texts.items():
        if text is not None and not (0 < len(text) <= LONGEST_ID and text.isprintable()):
            advice = f"Use 1 to {LONGEST_ID} printable characters."
            yield Problem(f"{name}_invalid", f"{where}/{name}", f"The {name} cannot be kept.", advice)


def check_properties(properties: Mapping[str, Any], where: str) -> Iterator[Problem]:
    place = f"{where}/properties"
    try:
        text = json.dumps(properties, allow_nan=False, ensure_ascii=False)
        size = len(text.encode())
    except ValueError:
        message = "They have a number or text that JSON does not know, such as NaN or half a character."
        yield Problem("properties_invalid", place, message, "Leave it out.")
        return
    if "\\u0000" in text:
        yield Problem("properties_invalid", place, "They have a text with a zero byte.", "Remove it.")
    if size > LARGEST_PROPERTIES:
        message = f"They are {size} bytes of JSON."
        yield Problem("properties_too_large", place, message, f"Keep them to {LARGEST_PROPERTIES}.")


def typed(
    properties: Mapping[str, Any], attributes: Mapping[str, AttributeType], where: str
) -> tuple[dict[str, Any], list[Problem]]:
    """The properties of a trigger's event, the declared ones in the one form of their type, as people's attributes.

    One that is null or an empty text has no value and is left out. Undeclared ones stay as they are: whoever sends may
    know more than journeys need.
    """
    kept, problems = {}, []
    for name, given in properties.items():
        try:
            value = from_json(attributes[name], given) if name in attributes else given
        except ValueError as error:
            advice = f"The trigger declares it as {attributes[name]}."
            problems.append(Problem("value_not_understood", f"{where}/properties/{name}", str(error), advice))
        else:
            kept.update({} if value is None and name in attributes else {name: value})
    return kept, problems


# ---------------------------------------------------------------------------------------------------- triggers


def check_declaration(name: str, declaration: TriggerDeclaration) -> Iterator[Problem]:
    """Whether a trigger can be called that and have such attributes."""
    if not is_event_name(name):
        yield _unnameable(name, "/name")
    elif is_reserved(name):
        message = f"{name!r}: names that begin with email., text. and push. are kept for interactions."
        yield Problem("name_reserved", "/name", message, "Use another name; interactions need no declaration.")
    yield from check_attributes(declaration.attributes)


def check_redeclaration(before: TriggerDeclaration, after: TriggerDeclaration) -> Iterator[Problem]:
    """What live journeys that use a trigger would lose: it may only gain attributes."""
    advice = "Stop those journeys first, or declare another trigger."
    if after.audience != before.audience:
        message = f"It happens to people of the audience {before.audience!r}."
        yield Problem("audience_fixed", "/audience", message, advice)
    for name, kind in before.attributes.items():
        if name not in after.attributes:
            yield Problem("attribute_kept", f"/attributes/{name}", f"The attribute {name!r} would be lost.", advice)
        elif after.attributes[name] != kind:
            yield Problem("type_fixed", f"/attributes/{name}", f"It is of type {kind}.", advice)


def _unnameable(name: str, where: str) -> Problem:
    advice = f"Use small letters, digits, _ and ., beginning with a letter; at most {LONGEST_NAME} characters."
    return Problem("name_invalid", where, f"{name[:LONGEST_NAME]!r} cannot name an event.", advice)
