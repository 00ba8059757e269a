"""T2: a link comes back as it was made, or not at all."""

from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sojourn.delivery.model import DeliveryKey
from sojourn.tracking.links import ContentLink, Links

LINKS = Links(b"k" * 32, "https://go.example.com/")
KEYS = st.builds(DeliveryKey, st.integers(0, 63), st.integers(1, 2**53), st.integers(1, 2**31 - 1))
PLACES = st.builds(ContentLink, st.integers(1, 2**31 - 1), st.integers(0, 500))


def token_of(url: str) -> str:
    return urlsplit(url).path.split("/")[2].removesuffix(".gif")


@given(KEYS, PLACES)
def test_T2_a_link_says_what_it_was_made_of(key: DeliveryKey, link: ContentLink) -> None:
    assert LINKS.clicked(token_of(LINKS.click(key, link))) == (key, link)
    assert LINKS.delivery("o", token_of(LINKS.open(key))) == key
    assert LINKS.delivery("u", token_of(LINKS.unsubscribe(key))) == key


@given(KEYS, PLACES, st.data())
def test_T2_a_link_with_one_character_changed_is_no_link(
    key: DeliveryKey, link: ContentLink, data: st.DataObject
) -> None:
    token = token_of(LINKS.click(key, link))
    place = data.draw(st.integers(0, len(token) - 1))
    other = data.draw(st.characters().filter(lambda character: character != token[place]))
    assert LINKS.clicked(token[:place] + other + token[place + 1 :]) is None
    assert LINKS.clicked(token + other) is None
    assert LINKS.clicked(token[:place]) is None


@given(st.text(max_size=100))
def test_T2_nothing_that_was_not_made_here_is_a_link(token: str) -> None:
    assert LINKS.clicked(token) is None
    assert LINKS.delivery("u", token) is None


def test_T2_a_link_of_one_kind_or_workspace_is_none_of_another() -> None:
    key = DeliveryKey(37, 10234, 5)
    picture = token_of(LINKS.open(key))
    assert LINKS.delivery("u", picture) is None
    assert LINKS.clicked(picture) is None
    assert LINKS.delivery("o", token_of(LINKS.click(key, ContentLink(1, 0)))) is None
    assert Links(b"j" * 32, "https://go.example.com").delivery("o", picture) is None


@pytest.mark.parametrize("participant", [1, 10_000_000, 2_000_000_000])
def test_links_are_short_and_need_no_escaping(participant: int) -> None:
    token = token_of(LINKS.click(DeliveryKey(63, participant, 2000), ContentLink(2000, 12)))
    assert len(token) <= 30
    assert token.replace("-", "").replace("_", "").isalnum()
