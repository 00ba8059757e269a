"""Everything that forbids publishing (P2): one broken document shows all kinds at once, each with its step and advice;
what excludes another kind is shown in a document of its own."""

import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from builders import (
    asks,
    branches,
    calls,
    compares,
    raises,
    sends,
    sets,
    splits,
    texts,
    waits,
    waits_for,
    waits_to_join,
    waits_until,
    waits_until_attribute,
)
from sojourn.journeys.check import check
from sojourn.journeys.model import JourneyDocument
from sojourn.journeys.steps.base import ContentFacts, Predecessor, SegmentFacts, Surroundings, TriggerFacts
from sojourn.kit.errors import Problem

AROUND = Surroundings(
    now=datetime(2026, 12, 1, 9, tzinfo=UTC),
    zone="UTC",
    journey="Launch",
    audience="contact",
    attributes={"email": "email", "phone": "phone", "first_name": "text"},
    contents={
        "launch-news": ContentFacts("email", "contact", 1, links={"product": "https://contoso.example"}),
        "launch-text": ContentFacts("text", "contact", 2),
        "draft": ContentFacts("email", "contact", None),
        "for-leads": ContentFacts("email", "lead", 3),
        "receipt": ContentFacts("email", "contact", 4, trigger="cart.left", asks={"amount": False}),
    },
    segments={
        "everybody": SegmentFacts(1, "contact", live=True),
        "sketch": SegmentFacts(2, "contact", live=False),
        "leads": SegmentFacts(3, "lead", live=True),
    },
    channels=frozenset({"email", "push"}),
    triggers={
        "cart.left": TriggerFacts("contact", {"amount": "number"}),
        "cart.planned": TriggerFacts("contact", ready=False),
        "lead.won": TriggerFacts("lead"),
    },
)
PAST = "2026-11-30T09:00"
TOWN = {"outcome": "town", "when": {"attribute": "town", "test": "is_set"}}
AMOUNT = {"outcome": "amount", "where": [{"property": "amount", "test": "at_least", "value": 5}]}

BROKEN: dict[str, Any] = {
    "journey": "Launch",
    "start": {
        "segment": ["everybody", "gone", "sketch"], "exclude": ["leads"],
        "timezone": "Mars/Base", "at": PAST, "end": PAST,
    },
    "steps": [
        sends(),
        sends("no-content", content="gone"),
        sends("a-text", content="launch-text"),
        sends("leads-news", content="for-leads"),
        sends("sketched", content="draft"),
        sends("nowhere", to="mail"),
        sends("to-phone", to="phone"),
        sends("unchosen", content=""),
        sends("unasked", content="receipt"),
        texts("short"),
        asks("never-sent", of="other"),
        asks("no-such-link", link="gone"),
        asks("unheard", of="short", event="opened", link=None),
        asks("twice", event=None, link=None, cases=[
            {"outcome": "no", "event": "opened"}, {"outcome": "other", "event": "bounced"},
        ]),
        waits("twice"),
        waits_until("late", PAST),
        waits_until_attribute("undated", attribute="birthday"),
        waits_until_attribute("named", attribute="first_name"),
        waits_for("unnamed", trigger="Not A Name"),
        waits_to_join("joining", segment="gone"),
        branches("kinds", TOWN, AMOUNT),
        splits("parts", few=30, many=60),
        compares("tried", share=0, end=PAST),
        compares("elsewhere", metric={"event": "opened", "of": {"a": "announce", "b": "elsewhere-b"}}),
        sets("untold", attribute="town"),
        raises("kept", trigger="email.opened"),
        raises("misnamed", trigger="Not A Name"),
        raises("undeclared", trigger="cart.gone"),
        raises("planned", trigger="cart.planned"),
        raises("mistyped", trigger="cart.left", amount="5", town="Oslo"),
        waits_for("won", trigger="lead.won", where=[]),
        waits_for("compared", trigger="cart.left", where=[{"property": "amount", "test": "is", "value": "5"}]),
        calls("call", body={"town": "{{ person.town }}"}),
    ],
}  # fmt: skip

FOUND = {
    ("segment_missing", "start"),
    ("segment_not_live", "start"),
    ("segment_other_audience", "start"),
    ("unknown_zone", "start"),
    ("start_in_past", "start"),
    ("end_in_past", "start"),
    ("content_missing", "no-content"),
    ("content_wrong_kind", "a-text"),
    ("content_other_audience", "leads-news"),
    ("content_not_ready", "sketched"),
    ("send_to_missing", "nowhere"),
    ("send_to_wrong_kind", "to-phone"),
    ("not_chosen", "unchosen"),
    ("content_other_trigger", "unasked"),
    ("channel_not_configured", "short"),
    ("message_not_before", "never-sent"),
    ("link_missing", "no-such-link"),
    ("interaction_unknown", "unheard"),
    ("outcome_taken", "twice"),
    ("step_id_taken", "twice"),
    ("wait_in_past", "late"),
    ("attribute_unknown", "undated"),
    ("attribute_of_wrong_type", "named"),
    ("event_unknown", "unnamed/trigger"),
    ("segment_missing", "joining"),
    ("attribute_unknown", "kinds/cases/0/when/attribute"),
    ("no_trigger", "kinds/cases/1/where"),
    ("parts_not_whole", "parts"),
    ("share_out_of_range", "tried"),
    ("test_end_in_past", "tried"),
    ("message_not_in_version", "elsewhere"),
    ("attribute_unknown", "untold"),
    ("name_reserved", "kept"),
    ("name_invalid", "misnamed"),
    ("trigger_missing", "undeclared/trigger"),
    ("trigger_not_ready", "planned/trigger"),
    ("value_not_understood", "mistyped/properties/amount"),
    ("attribute_unknown", "mistyped/properties/town"),
    ("trigger_other_audience", "won/trigger"),
    ("value_of_other_type", "compared/where/0/value"),
    ("placeholder_unknown", "call"),
}

EARLIER = Predecessor(1, 1, "newly_added", None, 0)
TRIGGERED = {"trigger": "cart.left", "audience": "nobody"}
ALONE = [
    ({"steps": []}, AROUND, "no_steps"),
    ({"start": {"segment": "everybody", "end": "2026-12-02T09:00", "at": "2026-12-02T09:00"}}, AROUND,
     "end_before_start"),
    ({"start": {"segment": "everybody"}}, replace(AROUND, predecessor=EARLIER), "frequency_changed"),
    ({"start": TRIGGERED}, replace(AROUND, attributes={}), "audience_missing"),
    ({"start": {"segment": "everybody", "end": "2026-12-02T09:00", "rate": {"people": 1, "per": "day"}}}, AROUND,
     "entry_never_open"),
    ({"exits": [{"segment": "everybody"}]}, AROUND, "exit_is_entry"),
]  # fmt: skip


def problems(around: Surroundings, **document: Any) -> list[Problem]:
    sound = {"journey": "Launch", "start": {"segment": "everybody"}, "steps": [waits()]}
    return check(JourneyDocument.model_validate(sound | document), around)


def test_P2_one_broken_document_shows_every_kind_at_once_each_with_its_step_and_what_to_do():
    found = problems(AROUND, **BROKEN)
    assert {(problem.code, problem.where) for problem in found} == FOUND
    for problem in found:
        assert problem.message.endswith("."), problem
        assert problem.advice.endswith("."), problem


@pytest.mark.parametrize(("document", "around", "code"), ALONE, ids=[code for *_, code in ALONE])
def test_P2_what_excludes_another_kind_is_told_alone_with_what_to_do(document, around, code):
    (found,) = problems(around, **document)
    assert (found.code, found.where, bool(found.advice)) == (code, "exits/0" if "exits" in document else "start", True)


def test_P2_every_kind_that_the_docs_list_under_publishing_is_shown_here():
    page = (Path(__file__).parents[2] / "docs" / "reference" / "problems.md").read_text("utf-8")
    section = page.partition("## Publishing a journey")[2].partition("\n## ")[0]
    listed = set(re.findall(r"^\| `(\w+)` \|", section, flags=re.MULTILINE))
    shown = {code for code, _ in FOUND} | {code for *_, code in ALONE}
    assert not listed - shown, f"break it in BROKEN, or in a document of ALONE: {sorted(listed - shown)}"


def test_P2_a_channel_without_a_provider_is_told_at_each_of_its_messages_and_at_no_other():
    nothing = replace(AROUND, channels=frozenset())
    assert [problem.where for problem in problems(nothing, steps=[sends(), waits(), texts()])] == [
        "announce",
        "launched",
    ]
    (found,) = problems(AROUND, steps=[sends(), texts()])
    assert str(found) == (
        "launched: Nothing is configured that sends text messages."
        " Give the server and its workers a SOJOURN_TEXT other than none."
    )


def test_P2_the_advice_names_what_can_be_chosen():
    (wrong, none) = problems(AROUND, steps=[sends(to="phone"), texts("t", to="email")])[:1] + problems(
        replace(AROUND, attributes={"email": "email"}, channels=frozenset({"text"})), steps=[texts("t", to="phone")]
    )
    assert (wrong.advice, none.advice) == ("Choose one of: email.", "Declare an attribute of type phone first.")
