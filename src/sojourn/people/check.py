"""What an audience accepts: attributes of a person, declarations of attributes, and what the audience points at."""

from collections.abc import Iterator, Mapping
from typing import Any

from sojourn.kit.errors import Invalid, Problem
from sojourn.people.model import (
    ADDRESS_TYPE,
    LONGEST_KEY,
    ROLES,
    TYPES,
    Audience,
    Channel,
    Value,
    is_attribute_name,
)
from sojourn.people.parse import from_json, from_text


def check_key(key: str) -> str:
    """The external key as it is kept: without surrounding blanks. Raises ValueError."""
    checked = from_text("text", key)
    if checked is None:
        raise ValueError("The key is empty. Every person needs one.")
    if len(str(checked)) > LONGEST_KEY:
        raise ValueError(f"The key has more than {LONGEST_KEY} characters. Use a shorter one.")
    return str(checked)


def check_person(
    audience: Audience, key: str, attributes: Mapping[str, Any]
) -> tuple[str, dict[str, Value], list[str]]:
    """The key, the attributes to set and those to remove (null, empty text). Raises Invalid with all problems."""
    problems: list[Problem] = []
    values: dict[str, Value] = {}
    removed: list[str] = []
    try:
        key = check_key(key)
    except ValueError as error:
        problems.append(Problem("key_invalid", "/key", str(error)))
    for name, given in attributes.items():
        where = f"/attributes/{name}"
        if (kind := audience.attributes.get(name)) is None:
            problems.append(unknown_attribute(audience, name, where))
            continue
        try:
            value = from_json(kind, given)
        except ValueError as error:
            problems.append(Problem("value_not_understood", where, str(error)))
        else:
            values.update({} if value is None else {name: value})
            removed.extend([name] if value is None else [])
    if problems:
        raise Invalid("The person was not accepted.", problems)
    return key, values, removed


def check_address(channel: Channel, address: str) -> str:
    """The address as it is kept and compared. Raises Invalid."""
    try:
        checked = from_text(ADDRESS_TYPE[channel], address)
    except ValueError as error:
        raise Invalid(str(error), [Problem("address_invalid", "/address", str(error))]) from None
    if checked is None:
        raise Invalid("The address is empty.", [Problem("address_invalid", "/address", "It is empty.")])
    return str(checked)


def unknown_attribute(audience: Audience, name: str, where: str) -> Problem:
    known = ", ".join(sorted(audience.attributes)) or "none"
    return Problem(
        "attribute_unknown",
        where,
        f"The audience {audience.name} has no attribute {name!r}.",
        f"Declare it first; there are: {known}.",
    )


def check_declaration(attributes: Mapping[str, str]) -> list[Problem]:
    """Empty when these names and types can be declared."""
    return list(_check_declaration(attributes))


def _check_declaration(attributes: Mapping[str, str]) -> Iterator[Problem]:
    for name, kind in attributes.items():
        if not is_attribute_name(name):
            advice = "Use small letters, digits and _, beginning with a letter; at most 60 characters."
            yield Problem("name_invalid", f"/attributes/{name}", f"{name!r} cannot name an attribute.", advice)
        if kind not in TYPES:
            yield Problem("type_unknown", f"/attributes/{name}", f"{kind!r} is no type.", f"Use: {', '.join(TYPES)}.")


def check_roles(audience: Audience) -> list[Problem]:
    """Empty when what the audience points at exists and has the type that it must have."""
    return list(_check_roles(audience))


def _check_roles(audience: Audience) -> Iterator[Problem]:
    for role, kind in ROLES.items():
        name: str | None = getattr(audience, role)
        if name is None:
            continue
        if name not in audience.attributes:
            yield unknown_attribute(audience, name, f"/{role}")
        elif audience.attributes[name] != kind:
            message = f"{name!r} is of type {audience.attributes[name]}, not {kind}."
            yield Problem("attribute_of_wrong_type", f"/{role}", message, f"Choose an attribute of type {kind}.")
