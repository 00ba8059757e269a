"""Documents in YAML say what they seem to say, and what is wrong with one is told with its line and place."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from sojourn.journeys.model import JourneyDocument
from sojourn.kit.documents import problems_of, read_yaml, write_yaml
from sojourn.kit.errors import Invalid

TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20)
VALUE = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**12), 10**12)
    | st.floats(allow_nan=False, allow_infinity=False)
    | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=8,
)


def read_one(text):
    (document,) = read_yaml(text, "launch.yaml")
    return document


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("yes", "yes"),
        ("no", "no"),
        ("on", "on"),
        ("True", "True"),
        ("true", True),
        ("2026-12-01T09:00", "2026-12-01T09:00"),
        ("2026-12-01", "2026-12-01"),
        ("12:30", "12:30"),
        ("0612345", "0612345"),
        ("1_000", "1_000"),
        ("0x1F", "0x1F"),
        ("-12", -12),
        ("0", 0),
        ("1.50", 1.5),
        ("~", None),
        ("null", None),
    ],
)
def test_a_plain_word_means_what_it_looks_like(written, read):
    value = read_one(f"it: {written}")["it"]
    assert (value, type(value)) == (read, type(read))


def test_yes_and_no_are_names_of_branches():
    assert read_one("yes: []\nno: []") == {"yes": [], "no": []}


@given(st.dictionaries(TEXT, VALUE, max_size=4))
def test_a_document_comes_back_from_yaml_as_it_was(document):
    text = write_yaml(document)
    assert (read_one(text) if document else None) == (document or None)


def test_several_documents_stand_in_one_file_and_empty_ones_do_not_count():
    assert read_yaml("a: 1\n---\n---\nb: 2\n---\n", "two.yaml") == [{"a": 1}, {"b": 2}]
    assert read_yaml("# nothing\n", "none.yaml") == []


@pytest.mark.parametrize(
    ("text", "line", "what"),
    [
        ("a: 1\nb: [1,\n", 3, "stream end"),
        ("a: 1\n b: 2\n", 2, "not allowed"),
        ("a: 1\nb:\n  c: 2\n  c: 3\n", 4, "'c' stands twice"),
        ("a: 1\nb: \a\n", 2, "U+0007"),
        ("a: *nobody\n", 1, "undefined alias"),
        ("a: !!python/name:os.system\n", 1, "constructor"),
    ],
)
def test_what_is_not_yaml_is_told_with_file_and_line(text, line, what):
    with pytest.raises(Invalid, match=r"launch\.yaml is not YAML") as refused:
        read_one(text)
    (problem,) = refused.value.problems
    assert (problem.code, problem.where) == ("not_yaml", f"launch.yaml line {line}")
    assert what in problem.message


@pytest.mark.parametrize(("text", "line"), [("- a\n", 1), ("a: 1\n---\njust words\n", 3)])
def test_what_is_no_document_is_told_with_file_and_line(text, line):
    with pytest.raises(Invalid, match=rf"launch\.yaml line {line} holds something that is not a document"):
        read_yaml(text, "launch.yaml")


def test_a_document_knows_the_line_of_each_of_its_places():
    document = read_one("# about\na: 1\nsteps:\n  - id: x\n  - id: y\n    with/slash: 2\n")
    places = {"": 2, "/a": 2, "/steps/1": 5, "/steps/1/id": 5, "/steps/1/with~1slash": 6, "/steps/1/missing": 5}
    assert {place: document.line(place) for place in places} == {
        place: f"launch.yaml line {line}" for place, line in places.items()
    }


def test_the_places_of_what_is_wrong_are_those_of_the_document():
    given = {
        "journey": "Launch",
        "start": {"segment": "vip", "at": "tomorrow", "typo": 1},
        "steps": [
            {"id": "a", "kind": "email", "to": "email"},
            {
                "id": "b",
                "kind": "if",
                "of": "a",
                "event": "opened",
                "within": "1 day",
                "yes": [{"id": "c", "kind": "x"}],
            },
            {"id": "d", "kind": "wait", "for": "a while"},
        ],
    }
    with pytest.raises(ValidationError) as refused:
        JourneyDocument.model_validate(given)
    assert [(problem.code, problem.where) for problem in problems_of(refused.value, given)] == [
        ("not_understood", place)
        for place in ("/start/at", "/start/typo", "/steps/0/content", "/steps/1/yes/0", "/steps/2/for")
    ]
