"""What forbids publishing (P2): every problem has its code, its step and what to do, and all are told at once."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from builders import asks, journey, sends, texts, waits, waits_until
from sojourn.journeys.check import check
from sojourn.journeys.steps.base import ContentFacts, SegmentFacts, Surroundings

NOW = datetime(2026, 12, 1, 9, tzinfo=UTC)
LIVE = SegmentFacts(1, "contact", live=True)
CONTENTS = {
    "launch-news": ContentFacts("email", "contact", 1, links={"product": "https://contoso.example"}),
    "launch-text": ContentFacts("text", "contact", 2),
    "draft": ContentFacts("email", "contact", None),
    "for-leads": ContentFacts("email", "lead", 3),
}
AROUND = Surroundings(
    now=NOW,
    zone="UTC",
    audience="contact",
    attributes={"email": "email", "phone": "phone", "first_name": "text"},
    contents=CONTENTS,
    segments={"leads": SegmentFacts(2, "lead", live=True)},
)
SOUND = (sends(), asks(yes=[waits_until(at="2026-12-05T09:00"), texts()]))


def problems(*steps, segment=LIVE, around=AROUND, **start):
    document = journey(*steps, **start)
    known = {name: segment for name in document.start.segments if segment is not None}
    return check(document, replace(around, segments={**known, **around.segments}))


def codes(*steps, **given):
    return [(problem.code, problem.where) for problem in problems(*steps, **given)]


def test_P2_a_sound_journey_has_no_problems():
    assert problems(*SOUND) == []


@pytest.mark.parametrize(
    ("start", "segment", "code"),
    [
        ({}, None, "segment_missing"),
        ({}, SegmentFacts(1, "contact", live=False), "segment_not_live"),
        ({"timezone": "Mars/Base"}, LIVE, "unknown_zone"),
        ({"timezone": "CET"}, LIVE, "unknown_zone"),
        ({"at": "2026-12-01T08:59:59"}, LIVE, "start_in_past"),
        ({"exclude": ["nobody"]}, LIVE, "segment_missing"),
        ({"exclude": ["leads"]}, LIVE, "segment_other_audience"),
        ({"end": "2026-12-01T09:00"}, LIVE, "end_in_past"),
        ({"at": "2026-12-02T09:00", "end": "2026-12-02T09:00"}, LIVE, "end_before_start"),
    ],
)
def test_P2_the_start_is_checked(start, segment, code):
    assert codes(*SOUND, segment=segment, **start) == [(code, "start")]


def test_J7_a_start_now_is_not_past_and_a_wall_clock_is_read_in_its_zone():
    assert problems(*SOUND, at="2026-12-01T09:00") == []
    in_paris = Surroundings(**{**vars(AROUND), "zone": "Europe/Paris"})
    assert codes(*SOUND, at="2026-12-01T09:30", around=in_paris) == [("start_in_past", "start")]
    assert problems(*SOUND, at="2026-12-01T10:00", around=in_paris) == []


@pytest.mark.parametrize(
    ("step", "code"),
    [
        (sends(content="nothing"), "content_missing"),
        (sends(content="launch-text"), "content_wrong_kind"),
        (sends(content="for-leads"), "content_other_audience"),
        (sends(content="draft"), "content_not_ready"),
        (sends(to="mail"), "send_to_missing"),
        (sends(to="phone"), "send_to_wrong_kind"),
        (texts("announce", to="email"), "send_to_wrong_kind"),
        (waits_until("announce", "2026-12-01T09:00"), "wait_in_past"),
    ],
)
def test_P2_each_step_is_checked(step, code):
    assert codes(step) == [(code, "announce")]


@pytest.mark.parametrize(
    ("steps", "code"),
    [
        ([asks()], "message_not_before"),
        ([waits("announce"), asks()], "message_not_before"),
        ([asks(of="clicked")], "message_not_before"),
        ([sends(), asks("b", yes=[texts("t")]), asks(of="t", event="delivered", link=None)], "message_not_before"),
        ([texts("announce"), asks(event="opened", link=None)], "interaction_unknown"),
        ([sends(), asks(link="other")], "link_missing"),
    ],
)
def test_P2_a_branch_asks_about_a_message_that_everybody_was_sent(steps, code):
    assert codes(*steps) == [(code, "clicked")]


@pytest.mark.parametrize("link", [None, "product"])
def test_P2_a_branch_on_a_known_link_or_on_any_is_sound(link):
    assert problems(sends(), asks(link=link)) == []


def test_P2_ids_are_unique_wherever_they_stand_and_the_way_in_has_one():
    twice = [sends(), asks(yes=[waits("pause")], no=[waits("pause")]), waits("start")]
    assert codes(*twice) == [("step_id_taken", "pause"), ("step_id_taken", "start")]
    assert codes() == [("no_steps", "start")]


def test_P2_everything_is_told_at_once_each_with_what_to_do():
    steps = [
        sends(content="draft"),
        asks(link="gone", yes=[waits_until(at="2026-11-30T09:00"), texts(to="email")]),
        texts("launched", content="none"),
    ]
    found = problems(
        *steps, segment=SegmentFacts(1, "contact", live=False), timezone="Mars/Base", at="2026-11-30T09:00"
    )
    assert [(problem.code, problem.where) for problem in found] == [
        ("segment_not_live", "start"),
        ("unknown_zone", "start"),
        ("start_in_past", "start"),
        ("step_id_taken", "launched"),
        ("content_not_ready", "announce"),
        ("wait_in_past", "launch"),
        ("send_to_wrong_kind", "launched"),
        ("content_missing", "launched"),
    ]
    assert all(problem.message.endswith(".") for problem in found)


def test_P2_without_a_segment_nothing_is_said_about_an_audience_that_is_not_known():
    unknown = Surroundings(now=NOW, zone="UTC", contents=CONTENTS)
    assert codes(*SOUND, segment=None, around=unknown) == [("segment_missing", "start")]
    assert codes(sends(content="draft"), segment=None, around=unknown)[1:] == [("content_not_ready", "announce")]
