"""Rule D7: how many segments a text message takes (3GPP TS 23.038, TS 23.040)."""

import pytest

from sojourn.content.length import Length, segments


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("", Length("GSM-7", 0, 0)),
        ("a" * 160, Length("GSM-7", 160, 1)),
        ("a" * 161, Length("GSM-7", 161, 2)),
        ("a" * 306, Length("GSM-7", 306, 2)),
        ("a" * 307, Length("GSM-7", 307, 3)),
        ("Ç à é ñ Ω @ £", Length("GSM-7", 13, 1)),
        ("€" * 80, Length("GSM-7", 160, 1)),
        ("€" * 81, Length("GSM-7", 162, 2)),
        ("a" * 152 + "€" + "a" * 152, Length("GSM-7", 306, 3)),  # the pair does not fit into what is left of the first
        ("ç", Length("UCS-2", 1, 1)),
        ("“" + "a" * 69, Length("UCS-2", 70, 1)),
        ("“" + "a" * 70, Length("UCS-2", 71, 2)),
        ("😀" * 35, Length("UCS-2", 70, 1)),
        ("😀" * 36, Length("UCS-2", 72, 2)),
        ("é" * 66 + "😀" + "ç" * 66, Length("UCS-2", 134, 3)),
    ],
)
def test_D7_segments_are_counted_as_operators_do(text: str, length: Length) -> None:
    assert segments(text) == length
