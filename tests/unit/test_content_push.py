"""Push messages and what webhooks say: checked before anybody gets them, written for one person."""

import pytest

from builders import push_message
from sojourn.content.body import BodyTemplate, check_body
from sojourn.content.check import check
from sojourn.content.compile import compile_push
from sojourn.content.model import COMPILED
from sojourn.content.render import PushTemplate, RenderedPush
from sojourn.kit.errors import Invalid

ATTRIBUTES = {"first_name": "text"}
ADA = {"first_name": 'Ada "<3"'}


def problems(**changes):
    return [(problem.code, problem.where) for problem in check(push_message(**changes), ATTRIBUTES, None)]


def test_C2_a_push_message_has_a_title_and_a_body():
    assert problems() == []
    assert problems(title="", body="") == [("body_missing", "body"), ("title_missing", "title")]
    assert problems(title="{{ person.first_name }}") == [("empty_for_some", "title")]
    assert problems(body="{{ person.nick }}") == [("placeholder_unknown", "body"), ("empty_for_some", "body")]


@pytest.mark.parametrize("link", ["javascript:alert(1)", "https://{{ person.first_name }}.example/", "contoso.example"])
def test_C2_the_link_of_a_push_message_leads_to_a_web_page(link):
    assert ("link_invalid", "link") in problems(link=link)


def test_a_push_message_is_written_for_one_person():
    document = push_message(
        "Hi {{ person.first_name }}",
        title="A\u00a0{{ person.first_name }}",
        link="https://x.example/?n={{ person.first_name }}",
    )
    compiled = COMPILED.validate_python(compile_push(document).model_dump(mode="json"))
    rendered = PushTemplate.of(compiled).render(ADA)
    assert rendered == RenderedPush('A Ada "<3"', 'Hi Ada "<3"', "https://x.example/?n=Ada%20%22%3C3%22")


def test_W14_texts_of_a_body_are_liquid_and_no_value_breaks_out():
    body = {"text": "Hi {{ person.first_name }}", "in": [{"who": "{{ participant.key }}"}, 5, None, True]}
    rendered = BodyTemplate.of(body).render(ADA, {"key": "ada"})
    assert rendered == {"text": 'Hi Ada "<3"', "in": [{"who": "ada"}, 5, None, True]}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("{{ person.nick }}", "placeholder_unknown"),
        ("{{ participant.secret }}", "placeholder_unknown"),
        ("{{ postal_address }}", "placeholder_unknown"),
        ("{% if %}", "liquid_invalid"),
        ("{{ person.first_name | divided_by: 0 }}", "rendering_failed"),
    ],
)
def test_W14_a_body_is_checked(text, code):
    (problem,) = check_body({"a/b": [text]}, "contact", ATTRIBUTES)
    assert (problem.code, problem.where.removesuffix(" line 1")) == (code, "/a~1b/0")


def test_W14_a_body_that_is_sound():
    assert list(check_body({"a": "{{ person.nick | default: 'x' }} {{ participant.step }}"}, "contact", {})) == []


def test_a_body_that_is_not_liquid_is_refused():
    with pytest.raises(Invalid):
        BodyTemplate.of({"a": "{{"})
