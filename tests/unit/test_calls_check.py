"""What forbids publishing a webhook or a push message (P2)."""

from datetime import UTC, datetime

import pytest
from pydantic import ValidationError

from builders import asks, calls, journey, pushes
from sojourn.journeys.check import check
from sojourn.journeys.steps.base import ContentFacts, SegmentFacts, Surroundings

AROUND = Surroundings(
    now=datetime(2026, 12, 1, 9, tzinfo=UTC),
    zone="UTC",
    audience="contact",
    attributes={"email": "email", "first_name": "text"},
    contents={"launch-push": ContentFacts("push", "contact", 1), "launch-text": ContentFacts("text", "contact", 2)},
    segments={"everybody": SegmentFacts(1, "contact", live=True)},
)


def problems(*steps):
    return [(problem.code, problem.where) for problem in check(journey(*steps), AROUND)]


def test_P2_webhooks_and_push_messages_that_are_sound():
    opened = asks("opened", of="shown", event="opened", link=None)
    assert problems(calls(body={"text": "{{ person.first_name }}"}), calls("again"), pushes(), opened) == []


def test_P2_a_push_message_needs_its_kind_of_content_and_a_subscription():
    assert problems(pushes(content="launch-text")) == [("content_wrong_kind", "shown")]
    assert problems(pushes(to="email")) == [("send_to_wrong_kind", "shown")]
    clicked = asks(of="shown", event="link_clicked", link=None)
    assert problems(pushes(), clicked) == [("interaction_unknown", "clicked")]


def test_P2_what_a_webhook_says_is_checked():
    (problem,) = check(journey(calls(body={"to": ["{{ person.nick }}"]})), AROUND)
    assert (problem.code, problem.where) == ("placeholder_unknown", "call")
    assert problem.message.startswith("In body/to/0: ")


@pytest.mark.parametrize(
    "url",
    [
        *("http://hooks.example/", "ftp://hooks.example/", "https:///hook", "hooks.example", "https://x.example/a b"),
        *("https://user:password@hooks.example/", "https://hooks.example/#top", "https://hooks.example:99999/"),
        *("https://hüte.example/", "https://[::1/", "https://hooks.example/" + "a" * 2000),
    ],
)
def test_W14_what_cannot_be_called_is_refused(url):
    with pytest.raises(ValidationError, match=r"https://|no user, password or fragment"):
        journey(calls(url=url))


@pytest.mark.parametrize("body", [{"n": float("nan")}, {"text": "x" * 20_000}, {"text": "\0"}])
def test_W14_a_body_that_is_no_json_or_too_large_is_refused(body):
    with pytest.raises(ValidationError, match=r"JSON|zero byte"):
        journey(calls(body=body))
