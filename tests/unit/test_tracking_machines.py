"""T3: machines are not people, and people with strange programs are no machines."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sojourn.delivery.model import DeliveryKey
from sojourn.tracking.model import TOO_SOON, Interaction, Verdict, classify

HANDED = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0"
PEOPLE = [
    FIREFOX,
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148",
    "Mozilla/5.0 (Linux; Android 13; wv) AppleWebKit/537.36 Chrome/119.0 Mobile Safari/537.36 Instagram 309.0.0.40.113",
    "Mozilla/5.0 (X11; Linux x86_64; rv:102.0) Gecko/20100101 Thunderbird/102.4",
]
MACHINES = [
    "",
    "Mozilla/5.0",
    "curl/8.0",
    "python-requests/2.31",
    "Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)",
    "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)",
    "Mozilla/5.0 (compatible; Barracuda Sentinel)",
    "Mimecast URL Protect",
    "Proofpoint URLDefense",
    "Microsoft Office Existence Discovery",
]
PROXIES = [
    "Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)",
    "YahooMailProxy; https://help.yahoo.com/kb/yahoo-mail-proxy-SLN28749.html",
    "Mozilla/5.0",
]


def seen(**changes: Any) -> Interaction:
    made = Interaction(
        "e1", "clicked", DeliveryKey(37, 10234, 5), HANDED + timedelta(hours=1), "GET", FIREFOX, "product"
    )
    return made._replace(**changes)


@pytest.mark.parametrize("agent", PEOPLE)
@pytest.mark.parametrize("kind", ["clicked", "opened", "unsubscribed"])
def test_T3_people_are_people(kind: str, agent: str) -> None:
    assert classify(seen(kind=kind, agent=agent), HANDED) == Verdict(None)


@pytest.mark.parametrize("agent", MACHINES)
def test_T3_scanners_and_crawlers_that_follow_links_are_machines(agent: str) -> None:
    assert classify(seen(agent=agent), HANDED) == Verdict("scanner")


@pytest.mark.parametrize("agent", PROXIES)
def test_T3_a_proxy_fetches_pictures_for_people(agent: str) -> None:
    assert classify(seen(kind="opened", agent=agent), HANDED) == Verdict(None, proxy=True)


def test_T3_outlook_shows_pictures_to_people_and_follows_links_for_nobody() -> None:
    outlook = "Microsoft Office/16.0 (Windows NT 10.0; Microsoft Outlook 16.0.17328; Pro)"
    assert classify(seen(kind="opened", agent=outlook), HANDED) == Verdict(None)
    assert classify(seen(agent=outlook), HANDED) == Verdict("scanner")


def test_T3_asking_for_the_head_only_is_no_reading() -> None:
    for kind in ("clicked", "opened"):
        assert classify(seen(kind=kind, method="HEAD"), HANDED) == Verdict("head_request")


@pytest.mark.parametrize(
    ("after", "verdict"),
    [
        (timedelta(seconds=-1), "too_soon"),
        (timedelta(0), "too_soon"),
        (TOO_SOON - timedelta(microseconds=1), "too_soon"),
        (TOO_SOON, None),
    ],
)
def test_T3_nobody_clicks_before_they_can_have_read(after: timedelta, verdict: str | None) -> None:
    assert classify(seen(at=HANDED + after), HANDED).automated == verdict
    assert classify(seen(at=HANDED + after, kind="opened"), HANDED).automated is None


def test_T3_a_click_on_a_message_that_was_not_handed_over_is_too_soon() -> None:
    assert classify(seen(), None) == Verdict("too_soon")


@given(
    st.builds(
        Interaction,
        id=st.text(),
        kind=st.sampled_from(["clicked", "opened", "unsubscribed"]),
        key=st.builds(DeliveryKey, st.integers(0, 63), st.integers(1, 10**15), st.integers(1, 10**8)),
        at=st.datetimes(timezones=st.just(UTC)),
        method=st.text(),
        agent=st.text(),
        link=st.none() | st.text(),
        source=st.none() | st.text(),
    )
)
def test_T1_what_is_kept_on_disk_is_what_was_seen(made: Interaction) -> None:
    assert Interaction.from_json(made.as_json()) == made
