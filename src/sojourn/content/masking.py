"""Liquid stands aside while tools that know only XML and HTML work on a source, and comes back afterwards.

`{% if a < b %}` is not XML, and quotes inside a placeholder would end an attribute. So each piece of Liquid becomes a
token of plain letters and digits, which every tool carries along unchanged; line breaks inside a piece are kept inside
its token, so that the tools' line numbers stay true.
"""

import re
from collections.abc import Iterator

_OPENING = re.compile(r"\{\{|\{%(?:-?\s*(?P<verbatim>raw|comment|doc)\s*-?%\})?")
_CLOSING = {
    "{{": re.compile(r"\}\}"),
    "{%": re.compile(r"%\}"),
    **{tag: re.compile(rf"\{{%-?\s*end{tag}\s*-?%\}}") for tag in ("raw", "comment", "doc")},
}


def pieces(source: str) -> Iterator[tuple[int, int]]:
    """Where each piece of Liquid begins and ends; one that is never closed ends at -1, and is the last."""
    position = 0
    while found := _OPENING.search(source, position):
        closing = _CLOSING[found["verbatim"] or found[0]].search(source, found.end())
        position = closing.end() if closing else len(source)
        yield found.start(), closing.end() if closing else -1


def literals(source: str) -> list[str]:
    """What is left of a source without its Liquid, all closed: before the first piece, between two, after the last."""
    found, position = [], 0
    for start, end in pieces(source):
        found.append(source[position:start])
        position = end
    return [*found, source[position:]]


class Mask:
    """The pieces hidden from one document. Its tokens begin with letters that the document does not contain."""

    def __init__(self, document: str) -> None:
        self._pieces: list[str] = []
        self._start = "liquid"
        while self._start in document.lower():
            self._start += "x"
        self._token = re.compile(rf"{self._start}(\d+)\s*z")

    def hide(self, source: str) -> str:
        hidden, position = [], 0
        for start, end in pieces(source):
            if end >= 0:
                hidden += [source[position:start], self.token(source[start:end])]
                position = end
        return "".join([*hidden, source[position:]])

    def token(self, piece: str) -> str:
        """A token for a piece of the result that no tool may touch."""
        self._pieces.append(piece)
        return f"{self._start}{len(self._pieces) - 1}" + "\n" * piece.count("\n") + "z"

    def show(self, text: str) -> str:
        """The text with every token replaced by its piece."""
        return self._token.sub(lambda found: self._pieces[int(found[1])], text)

    def without(self, text: str) -> str:
        """The text without the pieces that stand in it."""
        return self._token.sub("", text)

    def tokens(self, text: str) -> list[str]:
        return [found[0] for found in self._token.finditer(text)]
