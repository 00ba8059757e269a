"""What a webhook says: a JSON object whose texts are Liquid, each in its own place, so that no value breaks out."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from liquid import BoundTemplate

from sojourn.content.check import check_template, samples
from sojourn.content.sandbox import PLAIN, parse, write
from sojourn.kit.errors import Invalid, Problem

FACTS = ("journey", "step", "delivery", "audience", "key")
"""What Liquid knows as `participant`, beside the attributes of `person` and the properties of `trigger`."""


@dataclass(frozen=True)
class BodyTemplate:
    """A body, parsed: the object as it is written, with a template for each text."""

    parsed: Any

    @classmethod
    def of(cls, body: Mapping[str, Any]) -> "BodyTemplate":
        """Raises Invalid, with the JSON pointer of a text that is not Liquid."""
        return cls(_each_text(body, lambda text, place: parse(text, PLAIN, place)))

    def render(
        self, person: Mapping[str, Any], participant: Mapping[str, str], trigger: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        """The object for somebody, whom an event with these properties started. Raises Invalid, like an email."""
        given = {"person": person, "participant": participant, "trigger": trigger or {}}
        rendered: dict[str, Any] = _written(self.parsed, given)
        return rendered


def check_body(
    body: Mapping[str, Any], audience: str, attributes: Mapping[str, str], trigger: Mapping[str, str] | None = None
) -> Iterator[Problem]:
    """What keeps the body from being sent, in the places of the object. `attributes` and those of the `trigger` that
    starts the journey, if one does: name to type."""
    known = {f"participant.{fact}" for fact in FACTS} | {f"trigger.{name}" for name in trigger or {}}
    found: list[Problem] = []

    def look(text: str, place: str) -> None:
        found.extend(check_template(place, text, PLAIN, audience, attributes, known))

    _each_text(body, look)
    yield from found
    if not found:
        yield from _try(body, attributes, trigger or {})


def _try(body: Mapping[str, Any], attributes: Mapping[str, str], trigger: Mapping[str, str]) -> Iterator[Problem]:
    """For somebody of whom everything is known, and for somebody of whom nothing is."""
    template, participant = BodyTemplate.of(body), dict.fromkeys(FACTS, "sample")
    for person, said in ((samples(attributes), samples(trigger)), ({}, {})):
        try:
            template.render(person, participant, said)
        except Invalid as error:
            yield from error.problems
            return


def _each_text(value: Any, made: Callable[[str, str], Any], place: str = "") -> Any:
    """The value with something made of each text, from it and its JSON pointer (RFC 6901)."""
    if isinstance(value, str):
        return made(value, place)
    if isinstance(value, Mapping):
        return {name: _each_text(one, made, f"{place}/{_escaped(name)}") for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_each_text(one, made, f"{place}/{number}") for number, one in enumerate(value)]
    return value


def _written(value: Any, given: dict[str, Any]) -> Any:
    if isinstance(value, BoundTemplate):
        return write(value, given)
    if isinstance(value, dict):
        return {name: _written(one, given) for name, one in value.items()}
    if isinstance(value, list):
        return [_written(one, given) for one in value]
    return value


def _escaped(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")
