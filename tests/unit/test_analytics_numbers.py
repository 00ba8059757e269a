"""What the rows of the counters and of the events come to (N1, N2)."""

from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic import ValidationError

from sojourn.analytics.behind import Number
from sojourn.analytics.model import Interaction, Numbers, StepNumbers, step_numbers, summed, together
from sojourn.analytics.over_time import moments


def numbers(*flows: tuple[str, str, int], kind: str = "email", interactions: Any = ()) -> StepNumbers:
    rows = [{"flow": flow, "outcome": outcome, "n": n} for flow, outcome, n in flows]
    return step_numbers({"name": "announce", "kind": kind}, rows, interactions)


def interaction(name: str, people: int, total: int, automated: int = 0, link: str | None = None) -> dict[str, Any]:
    return {"name": name, "of_link": link, "people": people, "total": total, "automated": automated}


def test_N1_here_is_what_came_and_did_not_go():
    step = numbers(
        ("entered", "", 10), ("left", "yes", 3), ("left", "no", 2), ("exited", "journey_stopped", 1), kind="if"
    )
    assert (step.entered, step.here, step.left, step.exited) == (10, 4, {"yes": 3, "no": 2}, {"journey_stopped": 1})
    assert step.message is None


def test_N1_a_step_that_nobody_came_to_has_nothing():
    step = numbers(kind="wait")
    assert (step.entered, step.here, step.left, step.exited, step.message) == (0, 0, {}, {}, None)


def test_N2_a_message_is_queued_sent_blocked_failed_or_in_doubt():
    message = numbers(
        ("entered", "", 10), ("left", "sent", 5), ("left", "blocked", 2), ("left", "failed", 1),
        ("sent", "", 4), ("blocked", "opted_out", 1), ("blocked", "suppressed", 1), ("failed", "refused", 1),
        ("unknown", "worker_lost", 1),
    ).message  # fmt: skip
    assert message is not None
    assert (message.queued, message.sent, message.unknown) == (2, 4, 1)
    assert (message.blocked, message.failed) == ({"opted_out": 1, "suppressed": 1}, {"refused": 1})


@pytest.mark.parametrize(
    ("flows", "queued"),
    [
        ([("entered", "", 5)], 5),
        ([("entered", "", 5), ("sent", "", 3)], 2),  # three have their answer and go on in a moment
        ([("entered", "", 5), ("sent", "", 3), ("left", "sent", 3)], 2),
        ([("entered", "", 5), ("exited", "stopped", 2), ("blocked", "stopped", 2)], 3),  # two were cancelled
        ([("entered", "", 5), ("exited", "stopped", 5), ("sent", "", 1), ("blocked", "stopped", 4)], 0),
        (
            [("entered", "", 5), ("exited", "person_deleted", 1), ("sent", "", 1)],
            4,
        ),  # it was out when they were deleted
    ],
)
def test_N2_queued_is_what_has_no_answer_yet(flows, queued):
    message = numbers(*flows).message
    assert message is not None
    assert message.queued == queued


def test_N2_interactions_are_unique_and_total_by_message_and_by_link():
    message = numbers(
        ("entered", "", 9), ("left", "sent", 9), ("sent", "", 9),
        interactions=[
            interaction("email.clicked", 3, 5, 7), interaction("email.clicked", 2, 4, 1, "product"),
            interaction("email.clicked", 1, 1, 6, "about"), interaction("email.opened", 4, 4),
            interaction("email.bounced", 2, 2),
        ],
    ).message  # fmt: skip
    assert message is not None
    assert message.clicked == Interaction(people=3, total=5, automated=7)
    assert message.links == {
        "product": Interaction(people=2, total=4, automated=1),
        "about": Interaction(people=1, total=1, automated=6),
    }
    assert (message.opened.people, message.complained.total, message.delivered) == (4, 0, 7)


def test_N2_what_bounced_without_being_known_as_sent_makes_no_negative_number():
    message = numbers(("unknown", "worker_lost", 1), interactions=[interaction("email.bounced", 1, 1)]).message
    assert message is not None
    assert message.delivered == 0


def test_N2_a_text_message_has_its_own_interactions():
    message = numbers(kind="text", interactions=[interaction("text.unsubscribed", 1, 1)]).message
    assert message is not None
    assert (message.unsubscribed.people, message.clicked.people) == (1, 0)


# ---------------------------------------------------------------------------------------------------- rates


def test_N2_rates_are_people_by_what_was_delivered_or_sent():
    message = numbers(
        ("entered", "", 100), ("left", "sent", 90), ("left", "blocked", 10), ("sent", "", 90),
        ("blocked", "opted_out", 10),
        interactions=[
            interaction("email.bounced", 10, 10), interaction("email.opened", 40, 90),
            interaction("email.clicked", 20, 50, 33),
            interaction("email.clicked", 16, 40, 33, "product"), interaction("email.clicked", 8, 10, 0, "about"),
            interaction("email.complained", 2, 2), interaction("email.unsubscribed", 4, 5),
        ],
    ).message  # fmt: skip
    assert message is not None
    assert message.delivered == 80
    assert message.rates.model_dump() == {
        "delivery": 0.888889, "open": 0.5, "click": 0.25, "click_to_open": 0.5, "bounce": 0.111111, "complaint": 0.025,
        "unsubscribe": 0.05, "links": {"product": 0.2, "about": 0.1},
    }  # fmt: skip


def test_N2_where_there_is_nothing_to_divide_by_there_is_no_rate():
    message = numbers(("entered", "", 3), interactions=[interaction("email.clicked", 0, 0, 4, "product")]).message
    assert message is not None
    rates = message.rates.model_dump()
    assert rates.pop("links") == {"product": None}
    assert set(rates.values()) == {None}


def test_P4_N2_rates_of_versions_together_are_of_their_sums_and_not_averaged():
    first = numbers(("entered", "", 100), ("sent", "", 100), interactions=[interaction("email.clicked", 10, 10)])
    second = numbers(("entered", "", 10), ("sent", "", 10), interactions=[interaction("email.clicked", 10, 10)])
    told = [
        Numbers(journey="launch", version=number, state="Live", at=datetime(2026, 12, 1, tzinfo=UTC), steps=[step])
        for number, step in ((2, second), (1, first))
    ]
    message = together(told).steps[0].message
    assert message is not None
    assert (message.sent, message.clicked.people, message.rates.click) == (110, 20, 0.181818)


# ---------------------------------------------------------------------------------------------------- other shapes


def test_N2_shards_are_added_up_by_step_name_and_link():
    rows = [
        {"shard": shard, "step": 7, **interaction("email.clicked", 1, 2, 3, link)}
        for shard in (1, 2) for link in (None, "product")
    ]  # fmt: skip
    assert [(row["of_link"], row["people"], row["total"], row["automated"]) for row in summed(rows)] == [
        (None, 2, 4, 6), ("product", 2, 4, 6),
    ]  # fmt: skip


def test_N2_what_happened_at_a_time_stands_together_and_what_did_not_is_nothing():
    nine, ten = (datetime(2026, 12, 1, hour, tzinfo=UTC) for hour in (9, 10))
    rows = [("entered", nine, 3), ("sent", nine, 2), ("clicked", ten, 1), ("delivered", ten, 9)]
    first, second = moments({"what": what, "at": at, "n": n} for what, at, n in rows)
    assert (first.at, first.entered, first.sent, first.clicked, first.bounced) == (nine, 3, 2, 0, 0)
    assert (second.at, second.clicked, second.entered) == (ten, 1, 0)


@pytest.mark.parametrize("flow", ["sent", "clicked", "blocked"])
def test_N3_a_number_of_a_message_needs_its_step(flow):
    assert Number(step="announce", flow=flow).flow == flow
    with pytest.raises(ValidationError, match="name its step"):
        Number(flow=flow)
