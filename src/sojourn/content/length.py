"""How long a text message is, in what operators count and charge: segments (rule D7).

Source: 3GPP TS 23.038 (the GSM 7 bit default alphabet §6.2.1 and its extension table §6.2.1.1; UCS2) and TS 23.040
§9.2.3.24.1 (a concatenated message spends six octets of each of its segments on saying which part it is).
"""

from typing import Literal, NamedTuple

_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§"
    "¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENDED = frozenset("\f^{}\\[~]|€")
Encoding = Literal["GSM-7", "UCS-2"]
_ROOM: dict[Encoding, tuple[int, int]] = {"GSM-7": (160, 153), "UCS-2": (70, 67)}  # alone, as a part of several


class Length(NamedTuple):
    """`characters` counts as the network does: an extended character is two, and so is one outside the basic plane."""

    encoding: Encoding
    characters: int
    segments: int


def segments(text: str) -> Length:
    """One character outside GSM 7 bit makes the whole message UCS-2. No character is split between two segments."""
    encoding: Encoding = "GSM-7" if _BASIC.issuperset(set(text) - _EXTENDED) else "UCS-2"
    alone, part = _ROOM[encoding]
    widths = [_width(character, encoding) for character in text]
    total = sum(widths)
    if total <= alone:
        return Length(encoding, total, 1 if total else 0)
    count, room = 0, 0
    for width in widths:
        if width > room:
            count, room = count + 1, part
        room -= width
    return Length(encoding, total, count)


def _width(character: str, encoding: Encoding) -> int:
    if encoding == "GSM-7":
        return 2 if character in _EXTENDED else 1
    return 2 if ord(character) > 0xFFFF else 1
