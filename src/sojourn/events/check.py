"""What may be recorded as an event, by itself: whether its person and delivery exist is looked up elsewhere."""

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
    is_event_name,
    is_reserved,
)
from sojourn.kit.errors import Problem


def check_name(name: str, *, has_delivery: bool, where: str) -> Iterator[Problem]:
    """Interactions name the delivery they belong to, and everything else keeps out of their names."""
    if not is_event_name(name):
        advice = f"Use small letters, digits, _ and ., beginning with a letter; at most {LONGEST_NAME} characters."
        yield Problem("name_invalid", f"{where}/name", f"{name[:LONGEST_NAME]!r} cannot name an event.", advice)
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
