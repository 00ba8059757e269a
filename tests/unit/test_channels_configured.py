"""Which kinds of message a server has something for: what is set to none is no channel (P2)."""

import pytest

from sojourn.channels.registry import channels_of, probe
from sojourn.kit.settings import Settings


@pytest.mark.parametrize("kind", ["email", "text", "push"])
async def test_P2_a_channel_that_is_set_to_none_is_none_and_says_so(kind, monkeypatch):
    every = Settings().channels
    monkeypatch.setenv(f"SOJOURN_{kind.upper()}", "none")
    settings = Settings()
    assert settings.channels == every - {kind}
    assert channels_of(settings, None).keys() == {*settings.channels, "webhook"}
    found = await probe(settings, None, kind)
    assert (found.works, f"SOJOURN_{kind.upper()}" in found.answer) == (False, True)
