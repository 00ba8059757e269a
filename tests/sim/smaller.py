"""A world in which something is wrong, made as small as it goes: whatever it is wrong without is left out."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from happenings import Happening, Paused, Resumed, World

Document = Mapping[str, Any]


def smallest(world: World, is_wrong: Callable[[World], bool]) -> World:
    """Greedy: begins again with every smaller world that is wrong too, until none is."""
    found = True
    while found:
        found = False
        for smaller in _smaller(world):
            if is_wrong(smaller):
                world, found = smaller, True
                break
    return world


def _smaller(world: World) -> Iterator[World]:
    yield from (replace(world, happenings=rest) for rest in _fewer_happenings(world.happenings))
    for steps in _fewer_steps(world.document["steps"]):
        yield replace(world, document={**world.document, "steps": steps})
    yield from (replace(world, answers=dict(rest)) for rest in _without_some(tuple(world.answers.items()), 1))
    yield from (replace(world, away=rest) for rest in _without_some(world.away, 1))
    if world.restrictive:
        yield replace(world, restrictive=False)


def _fewer_happenings(happenings: tuple[Happening, ...]) -> Iterator[tuple[Happening, ...]]:
    """Nobody stays paused for ever, or what happens then is nothing that an interpreter could tell."""
    unpaused = tuple(one for one in happenings if not isinstance(one, Paused | Resumed))
    if unpaused != happenings:
        yield unpaused
    for length in (16, 8, 4, 2, 1):
        for rest in _without_some(happenings, length):
            if sum(isinstance(one, Paused) for one in rest) == sum(isinstance(one, Resumed) for one in rest):
                yield rest


def _without_some(given: tuple[Any, ...], length: int) -> Iterator[tuple[Any, ...]]:
    if length == 1 or length < len(given):
        for start in range(0, len(given), length):
            yield given[:start] + given[start + length :]


def _fewer_steps(steps: Sequence[Document]) -> Iterator[list[Document]]:
    """One of them, or of those in their branches, is missing, or what is in its branch stands in its place."""
    for place, step in enumerate(steps):
        before, after = list(steps[:place]), list(steps[place + 1 :])
        if len(steps) > 1:
            yield before + after
        for inside, put in _branches(step):
            if inside:
                yield [*before, *inside, *after]
                yield [*before, put([]), *after]
            yield from ([*before, put(fewer), *after] for fewer in _fewer_steps(inside))


def _branches(step: Document) -> Iterator[tuple[Sequence[Document], Callable[[Sequence[Document]], Document]]]:
    """Each list inside a step, and how another is put there."""
    for name in ("yes", "no", "other", "a", "b"):
        if name in step:
            yield step[name], lambda inside, name=name: {**step, name: list(inside)}
    for name in ("cases", "parts"):
        for place, one in enumerate(step.get(name, ())):

            def put(inside: Sequence[Document], name: str = name, place: int = place) -> Document:
                return {
                    **step,
                    name: [{**c, "then": list(inside)} if n == place else c for n, c in enumerate(step[name])],
                }

            yield one.get("then", ()), put
