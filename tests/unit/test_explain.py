"""Why a person did, or didn't, get it (N4): each decision in words."""

from datetime import UTC, datetime
from typing import Any

import pytest

from sojourn.analytics.explain import absence, sentence

AT = datetime(2026, 12, 1, 9, tzinfo=UTC)
LATER = datetime(2026, 12, 2, 9, tzinfo=UTC)


def visit(kind: str, outcome: str | None = None, **told: Any) -> dict[str, Any]:
    nothing = dict.fromkeys(("exit_reason", "cause", "delivery", "reason", "answer", "address", "handed_at"))
    left_at = LATER if outcome or told.get("exit_reason") else None
    return {**nothing, "step": "here", "kind": kind, "entered_at": AT, "left_at": left_at, "outcome": outcome, **told}


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (visit("start", exit_reason="excluded"), "did not enter: was a member of an excluded segment"),
        (visit("start", exit_reason="person_deleted"), "did not enter: was deleted"),
        (visit("start", exit_reason="entry_closed"), "did not enter: there was no slot left before the end"),
        (visit("start", exit_reason="journey_stopped"), "did not enter: the journey was stopped"),
        (visit("start", due=LATER), "waits for their slot, at 2026-12-02 09:00:00"),
        (visit("start", "entered"), "entered at 2026-12-02 09:00:00, when their slot came"),
        (visit("email"), "is here."),
        (
            visit("email", "sent", delivery="sent", address="a@x.example", handed_at=AT),
            "handed over at 2026-12-01 09:00:00",
        ),
        (
            visit("email", "blocked", delivery="blocked", reason="opted_out"),
            "not sent, because the address has opted out",
        ),
        (visit("text", "failed", delivery="failed", reason="refused", answer="550 no"), "not sent: refused (550 no)"),
        (visit("email", "sent", delivery="unknown", address="a@x.example"), "perhaps"),
        (visit("if", "yes", cause={"event": "e1", "at": "09:30"}), "yes, because of the event e1 at 09:30"),
        (
            visit("if", "no", cause={"reason": "limit_passed", "deadline": "10:00"}),
            "nothing of the kind happened until",
        ),
        (visit("if", "no", cause={"reason": "not_sent"}), "no, because the message was not sent"),
        (visit("wait", "done", cause={"until": "10:00"}), "waited until 10:00"),
        (
            visit("wait", exit_reason="journey_stopped"),
            "left the journey at 2026-12-02 09:00:00, because the journey was stopped",
        ),
        (visit("split", "a", cause={"share": 0.1}), "a, because {'share': 0.1}"),
        (visit("ab_test", "a", cause={"share": 0.1}), "a, because they are among those who test it"),
        (
            visit("ab_test", "b", cause={"winner": "b", "reason": "higher_rate", "rates": {"a": 0.075, "b": 0.225}}),
            "b, because it is the winner of the test (rates: a 7.5%, b 22.5%)",
        ),
    ],
)
def test_N4_each_visit_tells_what_decided_it(given: dict[str, Any], said: str) -> None:
    assert said in sentence(given)


def test_N4_who_never_entered_is_told_why() -> None:
    assert absence([], []) == ["The journey was not published, so nobody could enter."]
    member = {"segment": "vip", "since": LATER, "until": None}
    assert absence([member], [{"number": 1, "starts_at": AT}]) == [
        "Was not considered at 2026-12-01 09:00:00.",
        "Became a member of vip at 2026-12-02 09:00:00 and is a member now.",
    ]
