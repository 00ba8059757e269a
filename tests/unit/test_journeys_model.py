"""The journey document: strict, the same in JSON and YAML, its times on a wall clock."""

import json
from datetime import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from builders import asks, journey, sends, waits, waits_until
from sojourn.journeys.model import JourneyDocument
from sojourn.journeys.start import SegmentStart
from sojourn.kit.documents import read_yaml, write_yaml

FIRST, LAST = datetime.fromisoformat("1900-01-01"), datetime.fromisoformat("9000-12-31")
TIMES = st.datetimes(FIRST, LAST).map(lambda at: at.isoformat())
NAMES = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=30).map(lambda s: f"J1 {s}")
WAITS = st.builds("{} {}".format, st.integers(0, 100), st.sampled_from(["second", "hours", "day", "weeks", "month"]))


def lists_of_steps() -> st.SearchStrategy[list[dict]]:
    """Nested lists of steps of every kind; ids are given afterwards."""
    message = st.builds(lambda kind, content, to: {"kind": kind, "content": content, "to": to},
                        st.sampled_from(["email", "text"]), NAMES, NAMES)  # fmt: skip
    wait = WAITS.map(lambda duration: {"kind": "wait", "for": duration})
    until = TIMES.map(lambda at: {"kind": "wait_until", "at": at})

    def branching(inner: st.SearchStrategy[list[dict]]) -> st.SearchStrategy[list[dict]]:
        branch = st.builds(
            lambda within, yes, no: asks("", of="a", event="opened", link=None, within=within, yes=yes, no=no),
            WAITS,
            inner,
            inner,
        )
        return st.lists(message | wait | until | branch, max_size=3)

    return st.recursive(st.lists(message | wait | until, max_size=3), branching, max_leaves=5)


def numbered(steps: list[dict], prefix: str = "s") -> list[dict]:
    """The steps with ids that say where they stand."""
    return [
        step
        | {"id": f"{prefix}{place}"}
        | {branch: numbered(step[branch], f"{prefix}{place}{branch}") for branch in ("yes", "no") if branch in step}
        for place, step in enumerate(steps)
    ]


DOCUMENTS = st.builds(
    lambda name, at, zone, steps: {
        "journey": name,
        "start": {"segment": "vip", "at": at} | ({"timezone": zone} if zone else {}),
        "steps": numbered(steps),
    },
    NAMES,
    TIMES | st.just("publication"),
    st.none() | st.sampled_from(["Europe/Paris", "no zone at all"]),
    lists_of_steps(),
)


@settings(max_examples=60, deadline=None)
@given(DOCUMENTS)
def test_a_journey_is_the_same_in_json_and_yaml_and_back(document):
    parsed = JourneyDocument.model_validate(document)
    as_json = parsed.model_dump(mode="json", by_alias=True, exclude_unset=True)
    (from_yaml,) = read_yaml(write_yaml(as_json), "journey.yaml")
    assert from_yaml == json.loads(json.dumps(as_json)) == as_json
    assert JourneyDocument.model_validate(from_yaml) == parsed


def test_yaml_as_people_write_it_is_understood():
    text = """
journey: Product launch
start: {segment: vip, at: 2026-12-01T09:00, timezone: Europe/Paris}
steps:
  - {id: announce, kind: email, content: launch-news, to: email}
  - id: clicked
    kind: if
    of: announce
    event: link_clicked
    within: 1 days
    yes: [{id: launch, kind: wait_until, at: 2026-12-05}]
    no: []
"""
    (document,) = read_yaml(text, "launch.yaml")
    parsed = JourneyDocument.model_validate(document)
    assert parsed.start.at == datetime.fromisoformat("2026-12-01T09:00")
    branch = parsed.steps[1]
    assert (branch.within, branch.yes[0].at, branch.no) == ("1 day", datetime.fromisoformat("2026-12-05T00:00"), [])


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"jurney": "x"}, "Extra inputs"),
        ({"journey": "  "}, "at least 1 character"),
        ({"journey": "!!"}, "at least one letter or digit"),
        ({"start": {"segment": []}}, "at least 1 item"),
        ({"start": {"segment": "vip", "frequency": "hourly"}}, "once"),
        ({"steps": [waits("Pause")]}, "pattern"),
        ({"steps": [sends(kind="fax")]}, "'email', 'text', 'push', 'if', 'wait', 'wait_until'"),
        ({"steps": [sends(content=None)]}, "valid string"),
        ({"steps": [asks(event="opened")]}, "only be named with the event link_clicked"),
        ({"steps": [asks(event="forwarded", link=None)]}, "Input should be 'delivered'"),
        ({"steps": [asks(within="a day")]}, "'a day' is not a duration"),
        ({"steps": [asks(within="1201 months")]}, "at most a hundred years"),
        ({"steps": [waits("pause", "5201 weeks")]}, "at most a hundred years"),
        ({"steps": [waits("pause", 5)]}, "valid string"),
    ],
)
def test_what_is_no_journey_is_refused_with_what_is_expected(change, said):
    document = {"journey": "Launch", "start": {"segment": "vip"}, "steps": []}
    with pytest.raises(ValidationError, match=said):
        JourneyDocument.model_validate(document | change)


@pytest.mark.parametrize(
    ("at", "said"),
    [
        ("tomorrow", "'tomorrow' is not a time"),
        ("2026-12-01T09:00Z", "no zone or offset"),
        ("2026-12-01T09:00+01:00", "no zone or offset"),
        (1_764_579_600, "written like"),
        (True, "written like"),
        (None, "written like"),
        ("0001-01-01T00:00", "between the years 1900 and 9000"),
        ("9999-12-31T23:59", "between the years 1900 and 9000"),
    ],
)
def test_J7_a_time_is_on_a_wall_clock_and_what_is_wrong_with_it_is_said_once(at, said):
    with pytest.raises(ValidationError, match=said) as refused:
        SegmentStart(segment="vip", at=at)
    assert refused.value.error_count() == 1
    with pytest.raises(ValidationError, match=said if at is not None else "exactly one of `at`"):
        journey(waits_until("launch", at))
