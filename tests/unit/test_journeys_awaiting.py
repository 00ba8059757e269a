"""Steps that wait for something to happen, as documents: their forms, and what forbids publishing them."""

from datetime import UTC, datetime

import pytest
from pydantic import ValidationError

from builders import (
    DECLARED,
    journey,
    sends,
    texts,
    waits,
    waits_for,
    waits_to_join,
    waits_until_attribute,
    waits_until_window,
)
from sojourn.journeys.check import check
from sojourn.journeys.compile import plan
from sojourn.journeys.steps.base import ContentFacts, SegmentFacts, Surroundings, TriggerFacts
from sojourn.kit.documents import read_yaml

AROUND = Surroundings(
    now=datetime(2026, 12, 1, 9, tzinfo=UTC),
    zone="UTC",
    audience="contact",
    attributes={"email": "email", "phone": "phone", "birthday": "date", "renewal_at": "datetime"},
    contents={
        "launch-news": ContentFacts("email", "contact", 1, links={"product": "https://contoso.example"}),
        "launch-text": ContentFacts("text", "contact", 2),
    },
    segments={
        "everybody": SegmentFacts(1, "contact", live=True),
        "vip": SegmentFacts(2, "contact", live=True),
        "draft": SegmentFacts(3, "contact", live=False),
        "leads": SegmentFacts(4, "lead", live=True),
    },
    triggers=DECLARED | {"cart.planned": TriggerFacts("contact", ready=False), "lead.won": TriggerFacts("lead")},
)


def codes(*steps, around=AROUND):
    return [(problem.code, problem.where) for problem in check(journey(*steps), around)]


def read(step):
    return journey(step).steps[0]


def written(step):
    return journey(step).model_dump(mode="json", by_alias=True, exclude_unset=True)["steps"][0]


def of_which(attribute, test, value):
    """A wait for a paid cart, of which one property is tested."""
    return waits_for(where=[{"property": attribute, "test": test, "value": value}])


# ---------------------------------------------------------------------------------------------------- if/then


def branch(*cases, **changes):
    return {"id": "branch", "kind": "if", "of": "announce", "within": "1 day", "cases": list(cases)} | changes


PRODUCT = {"outcome": "product", "event": "link_clicked", "link": "product", "then": [waits("after-product")]}
OPENED = {"outcome": "opened", "event": "opened"}


def test_W7_both_forms_are_kept_as_they_were_written():
    single = {"id": "branch", "kind": "if", "of": "announce", "event": "opened", "within": "1 day", "yes": []}
    for document in (single, branch(PRODUCT, OPENED, no=[waits("n")])):
        assert written(document) == document


def test_W7_W1_each_case_leads_its_way():
    document = journey(sends(), branch(PRODUCT, OPENED, no=[waits("n")]), waits("after"))
    routes = {planned.step.id: dict(planned.routes) for planned in plan(document)}
    assert routes["branch"] == {"product": "after-product", "opened": "after", "no": "n"}
    assert routes["after-product"] == routes["n"] == {"done": "after"}


@pytest.mark.parametrize(
    ("step", "said"),
    [
        (branch(), "either `event`"),
        (branch(OPENED, event="opened"), "either `event`"),
        (branch(PRODUCT, link="product"), "stand in each case"),
        (branch(PRODUCT, yes=[waits("y")]), "stand in each case"),
        (branch(OPENED | {"link": "product"}), "only be named with the event link_clicked"),
        (branch(OPENED | {"outcome": "Opened!"}), "pattern"),
        (branch(OPENED | {"event": "forwarded"}), "Input should be 'delivered'"),
    ],
)
def test_W7_what_is_no_branch_is_refused(step, said):
    with pytest.raises(ValidationError, match=said):
        journey(step)


@pytest.mark.parametrize(
    ("steps", "code"),
    [
        ([sends(), branch(PRODUCT, PRODUCT | {"then": []})], "outcome_taken"),
        ([sends(), branch(OPENED | {"outcome": "no"})], "outcome_taken"),
        ([branch(OPENED)], "message_not_before"),
        ([sends(), branch(OPENED, PRODUCT | {"link": "gone"})], "link_missing"),
        ([texts("announce"), branch({"outcome": "replied", "event": "replied"}, OPENED)], "interaction_unknown"),
    ],
)
def test_W7_P2_each_case_is_checked(steps, code):
    assert codes(*steps) == [(code, "branch")]


def test_W7_P2_sound_cases_have_no_problems():
    assert codes(sends(), branch(PRODUCT, OPENED)) == []


# ---------------------------------------------------------------------------------------------------- wait_for


def test_W9_both_forms_are_kept_as_they_were_written():
    for document in (waits_for(yes=[waits()]), waits_for(where=[]), waits_to_join(no=[])):
        assert written(document) == document


@pytest.mark.parametrize(
    ("step", "said"),
    [
        (waits_for(segment="vip"), "either `trigger` or `segment`"),
        ({"id": "w", "kind": "wait_for", "within": "1 day"}, "either `trigger` or `segment`"),
        (waits_to_join(where=[{"property": "a", "test": "is", "value": 1}]), "goes with `trigger`"),
        (waits_for(within="1201 months"), "at most a hundred years"),
        (waits_for(where=[{"property": "a", "test": "resembles", "value": 1}]), "Input should be"),
    ],
)
def test_W9_what_is_no_wait_is_refused(step, said):
    with pytest.raises(ValidationError, match=said):
        journey(step)


@pytest.mark.parametrize(
    ("step", "problem"),
    [
        (waits_for(trigger="Cart paid!"), ("event_unknown", "paid/trigger")),
        (waits_for(trigger="email.devoured"), ("event_unknown", "paid/trigger")),
        (
            waits_for(where=[{"property": "amount", "test": "at_least", "value": "x"}]),
            ("value_not_understood", "paid/where/0/value"),
        ),
        (waits_for(trigger="cart.sold", where=[]), ("trigger_missing", "paid/trigger")),
        (waits_for(trigger="cart.planned", where=[]), ("trigger_not_ready", "paid/trigger")),
        (waits_for(trigger="lead.won", where=[]), ("trigger_other_audience", "paid/trigger")),
        (of_which("town", "is", "Oslo"), ("attribute_unknown", "paid/where/0/property")),
        (of_which("amount", "contains", "5"), ("test_not_for_type", "paid/where/0/test")),
        (of_which("amount", "is", "5"), ("value_of_other_type", "paid/where/0/value")),
        (waits_to_join(segment="nobody"), ("segment_missing", "joined")),
        (waits_to_join(segment="draft"), ("segment_not_live", "joined")),
        (waits_to_join(segment="leads"), ("segment_other_audience", "joined")),
    ],
)
def test_W9_J10_P2_the_trigger_and_the_segment_are_checked(step, problem):
    assert codes(step) == [problem]


def test_W9_P2_sound_waits_have_no_problems():
    assert codes(waits_for(), waits_for("clicked", trigger="email.clicked", where=[]), waits_to_join()) == []


# ---------------------------------------------------------------------------------------------------- wait_until


def test_W12_every_form_is_kept_as_it_was_written():
    before = waits_until_attribute(offset={"before": "3 days"})
    for document in (waits_until_attribute(), before, waits_until_window(), waits_until_window(weekdays=["mon"])):
        assert written(document) == document


def test_W12_yaml_as_people_write_it_is_understood():
    text = """
journey: Birthday
start: {segment: everybody}
steps:
  - {id: day, kind: wait_until, attribute: birthday, offset: {before: 1 weeks}}
  - {id: office, kind: wait_until, time: {weekdays: [mon, tue], from: 09:00, to: 17:00}}
"""
    (document,) = read_yaml(text, "birthday.yaml")
    day, office = journey(*document["steps"]).steps
    assert (day.attribute, day.offset.before) == ("birthday", "1 week")
    assert (office.time.weekdays, office.time.begin, office.time.end) == (["mon", "tue"], "09:00", "17:00")


@pytest.mark.parametrize(
    ("step", "said"),
    [
        ({"id": "w", "kind": "wait_until"}, "exactly one of `at`"),
        (waits_until_attribute(at="2026-12-05T09:00"), "exactly one of `at`"),
        (waits_until_window() | {"attribute": "birthday"}, "exactly one of `at`"),
        (waits_until_window() | {"offset": {"after": "1 day"}}, "goes with `attribute`"),
        (waits_until_attribute(offset={}), "either before or after"),
        (waits_until_attribute(offset={"before": "1 day", "after": "1 day"}), "either before or after"),
        (waits_until_attribute(offset={"before": "1201 months"}), "at most a hundred years"),
        (waits_until_window(weekdays=[]), "at least 1 item"),
        (waits_until_window(weekdays=["monday"]), "'mon', 'tue'"),
        (waits_until_window(**{"from": "24:00"}), "pattern"),
        (waits_until_window(to="9:00"), "pattern"),
    ],
)
def test_W12_what_is_no_moment_is_refused(step, said):
    with pytest.raises(ValidationError, match=said):
        journey(step)


@pytest.mark.parametrize(
    ("step", "code"),
    [
        (waits_until_attribute(attribute="anniversary"), "attribute_unknown"),
        (waits_until_attribute(attribute="email"), "attribute_of_wrong_type"),
    ],
)
def test_W12_P2_the_attribute_is_checked(step, code):
    assert codes(step) == [(code, "birthday")]


def test_W12_P2_sound_moments_have_no_problems():
    renewal = waits_until_attribute("renewal", attribute="renewal_at", offset={"before": "2 weeks"})
    assert codes(waits_until_attribute(), renewal, waits_until_window()) == []
    assert codes(waits_until_attribute(attribute="x"), around=Surroundings(AROUND.now, "UTC")) == [
        ("segment_missing", "start")
    ]


def test_W12_only_what_depends_on_a_person_listens_to_their_changes():
    steps = [{"id": "w", "kind": "wait_until", "at": "2026-12-05T09:00"}, waits_until_attribute(), waits_until_window()]
    assert [list(read(step).listens(AROUND, {})) for step in steps] == [[], [""], [""]]
