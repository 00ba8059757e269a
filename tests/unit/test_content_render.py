"""Rule C4: one person's copy of a message, in a sandbox."""

from collections.abc import Mapping
from typing import Any

import pytest

from builders import email, text_message
from sojourn.content.compile import compile_email, compile_text
from sojourn.content.model import EmailDocument
from sojourn.content.render import EmailTemplate, RenderedEmail, TextTemplate
from sojourn.kit.errors import Invalid, NotFound

ADDRESS = "https://a.example/p/{{ person.first_name }}?x=1&amp;y={{ person.age }}"
PRODUCT = f'<mj-button link="product" href="{ADDRESS}">Go</mj-button>'
DIGITS = '{% assign s = "0123456789" %}'


def rendered(document: EmailDocument, person: Mapping[str, Any], pixel_url: str | None = None) -> RenderedEmail:
    return EmailTemplate.of(compile_email(document)).render(
        person,
        lambda link: f"https://track.example/{link}?a&b",
        unsubscribe_url="https://track.example/out",
        postal_address="Main St 1\nTown",
        pixel_url=pixel_url,
    )


def test_C4_a_person_gets_their_own_copy() -> None:
    hello = email(
        '<mj-text>Hello {{ person.first_name | default: "friend" }}</mj-text>', subject="For {{ person.first_name }}"
    )
    ann = rendered(hello, {"first_name": "Ann"})
    assert ann.subject == "For Ann"
    assert "Hello Ann<" in ann.html
    assert ann.text == "Hello Ann\n\nUnsubscribe (https://track.example/out) Main St 1\nTown\n"
    assert "Hello friend<" in rendered(hello, {}).html


def test_C4_attributes_keep_the_form_they_have() -> None:
    text = compile_text(
        text_message('{{ person.age }} {{ person.vip }} {{ person.gone }}|{{ person.on | date: "%-d %B" }}')
    )
    template = TextTemplate.of(text)
    assert template.render({"age": 42, "vip": True, "gone": None, "on": "2026-02-01"}) == "42 true |1 February"
    assert template.render({"age": 1.5, "on": "someday"}) == "1.5  |someday"


def test_C4_what_people_say_of_themselves_is_no_html() -> None:
    html = rendered(email("<mj-text>{{ person.first_name }}</mj-text>"), {"first_name": "<script>\"'&"}).html
    assert "&lt;script&gt;&#34;&#39;&amp;" in html
    assert "<script>" not in html


def test_C4_a_subject_is_one_line() -> None:
    document = email(subject="Hi {{ person.first_name }}")
    assert rendered(document, {"first_name": "A\r\nBcc: x@y.example\u2028\x85\x07"}).subject == "Hi A Bcc: x@y.example"


def test_every_link_is_a_hole_in_both_parts() -> None:
    made = rendered(email(PRODUCT), {"first_name": "Ann"})
    assert 'href="https://track.example/product?a&amp;b"' in made.html
    assert "Go (https://track.example/product?a&b)" in made.text
    assert "a.example" not in made.html + made.text


def test_the_picture_that_tells_of_openings_is_there_when_it_is_wanted() -> None:
    assert 'src="https://track.example/o?a&amp;b"' in rendered(email(), {}, "https://track.example/o?a&b").html
    assert "<img" not in rendered(email(), {}).html


def target(link: str, person: Mapping[str, Any]) -> str:
    return EmailTemplate.of(compile_email(email(link))).target("product", person)


def test_a_link_leads_to_the_address_of_its_version_with_values_encoded() -> None:
    person = {"first_name": "Ann/../é ?#\r\n", "age": 42}
    assert target(PRODUCT, person) == "https://a.example/p/Ann%2F..%2F%C3%A9%20%3F%23%0D%0A?x=1&y=42"
    assert target(PRODUCT, {}) == "https://a.example/p/?x=1&y="


def test_a_value_its_author_encoded_is_not_encoded_twice() -> None:
    query = "q={{ person.q | url_encode }}&amp;é=%20{% cycle 'a b' %}"
    link = f'<mj-button link="product" href="https://a.example/?{query}">Go</mj-button>'
    assert target(link, {"q": "a b&c"}) == "https://a.example/?q=a+b%26c&%C3%A9=%20a%20b"


def test_a_link_that_is_not_there_leads_nowhere() -> None:
    with pytest.raises(NotFound):
        target("<mj-text>No link</mj-text>", {})


@pytest.mark.parametrize(
    "bomb",
    [
        "{% for a in (1..999) %}{% for b in (1..999) %}{% for c in (1..999) %}{% endfor %}{% endfor %}{% endfor %}",
        "{% for a in (1..9999999999) offset:9999999990 %}x{% endfor %}",
        "{% tablerow a in (1..40000) %}x{% endtablerow %}",
        '{% if (1..1000000000) contains "x" %}{% endif %}',
        "{{ (1..1000000000) | join }}",
        DIGITS + "{% for a in (1..99) %}{% assign s = s | append: s %}{% endfor %}",
        DIGITS + "{% for a in (1..12) %}{% assign s = s | append: s %}{% endfor %}{{ s | replace: '', s }}",
        DIGITS + "{% for a in (1..12) %}{% assign s = s | append: s %}{% endfor %}{{ s | split: '' | join: s }}",
        "{% assign n = 99 %}{% for a in (1..99) %}{% assign n = n | times: n %}{% endfor %}",
        "{% capture s %}{% for a in (1..900) %}0123456789{% endfor %}{% endcapture %}"
        "{% for a in (1..900) %}{{ s }}{% endfor %}",
        "{{ person.big | strip_html }}",
    ],
)
def test_C4_a_bomb_is_stopped(bomb: str) -> None:
    template = TextTemplate.of(compile_text(text_message(bomb)))
    with pytest.raises(Invalid) as stopped:
        template.render({"big": "<" * 60_000})
    assert stopped.value.problems[0].code == "rendering_failed"


def test_Z1_a_template_has_no_clock() -> None:
    assert TextTemplate.of(compile_text(text_message("{{ now }}|{{ today }}"))).render({}) == "|"
