"""Whatever an author writes and whatever people are called: a clear refusal or a message, and never somebody's HTML."""

from contextlib import suppress
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from builders import email, mjml, text_message
from sojourn.content.check import check
from sojourn.content.compile import compile_content, compile_email, compile_text
from sojourn.content.render import EmailTemplate, TextTemplate
from sojourn.content.vocabulary import ATTRIBUTES
from sojourn.kit.errors import Invalid

WORDS = st.text(
    st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"], exclude_characters="\ufffe\uffff"), max_size=8
)
VALUES = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), WORDS)
PEOPLE = st.dictionaries(st.sampled_from(["first_name", "age", "x"]), VALUES)

NAMES = st.sampled_from(
    ["person.x", "person", "x", "forloop.index", "1", "-3.5", "'a'", "nil", "(1..3)", "person['x']"]
)
FILTERS = st.sampled_from([
    "upcase", "default: 'a'", "date: '%Y'", "times: 9", "divided_by: 0", "join", "split: ''", "first", "size", "sum",
    "sort", "append: person.x", "replace: 'a', 'b'", "slice: 1, 2", "round: 2", "truncate: 5", "url_decode",
    "newline_to_br", "escape_once", "strip_html", "concat: person.x", "where: 'a'", "base64_decode", "url_encode",
])  # fmt: skip
OUTPUTS = st.builds(
    lambda name, filters: "{{ " + " | ".join([name, *filters]) + " }}", NAMES, st.lists(FILTERS, max_size=3)
)
TAGS = st.sampled_from([
    "{% if person.x %}", "{% else %}", "{% endif %}", "{% for x in (1..3) %}", "{% endfor %}",
    "{% assign x = person.x %}", "{% raw %}", "{% endraw %}", "{% comment %}", "{% endcomment %}", "{% cycle 1, 2 %}",
    "{% break %}",
    "{% case x %}", "{% when 1 %}", "{% endcase %}", "{% capture x %}", "{% endcapture %}", "{%- liquid\necho 1 -%}",
    "{{ x | nosuch }}", "{%", "%}", "{{", "}}", "{{ | }}",
])  # fmt: skip
LIQUID = st.lists(st.one_of(WORDS, OUTPUTS, TAGS), max_size=8).map("".join)

TAG = st.sampled_from([*ATTRIBUTES, "p", "a", "br", "table", "style", "mj-nosuch"])
ATTRIBUTE = st.sampled_from(
    ["href", "link", "width", "padding", "color", "src", "name", "mj-class", "background-url", "mode"]
)
VALUE = st.one_of(
    LIQUID, st.sampled_from(["https://a.example/", "10px", "100%", "-1", "1e99px", "facebook", "'", '"', "<"])
)


def element(inside: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    attributes = st.dictionaries(ATTRIBUTE, VALUE, max_size=3)
    written = attributes.map(lambda given: "".join(f' {name}="{value}"' for name, value in given.items()))
    return st.builds(
        lambda tag, given, parts: f"<{tag}{given}>{''.join(parts)}</{tag}>", TAG, written, st.lists(inside, max_size=3)
    )


BODIES = st.recursive(LIQUID, element, max_leaves=6)


@settings(max_examples=300, deadline=None)
@given(BODIES | BODIES.map(mjml), LIQUID, PEOPLE)
def test_any_email_is_rendered_or_refused(body: str, subject: str, person: dict[str, Any]) -> None:
    document = email(body=body, subject=subject.replace("\n", " "), plain_text=subject or None)
    check(document, {"x": "text"}, "Main St 1")
    with suppress(Invalid):
        template = EmailTemplate.of(compile_email(document))
        made = template.render(
            person, lambda link: template.target(link, person), unsubscribe_url="u", postal_address="p"
        )
        assert len(made.subject.splitlines()) <= 1


@settings(max_examples=300, deadline=None)
@given(LIQUID, PEOPLE)
def test_any_text_message_is_rendered_or_refused(body: str, person: dict[str, Any]) -> None:
    with suppress(Invalid):
        TextTemplate.of(compile_text(text_message(body))).render(person)


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=200))
def test_any_characters_are_a_document_or_none(source: str) -> None:
    with suppress(ValueError):
        for document in (email(body=source), text_message(source)):
            check(document, {}, None)
            with suppress(Invalid):
                compile_content(document)


@settings(max_examples=200, deadline=None)
@given(st.lists(FILTERS, max_size=4))
def test_C4_no_filters_let_html_of_a_person_through(filters: list[str]) -> None:
    chain = " | ".join(["person.x", *filters])
    template = EmailTemplate.of(compile_email(email(f"<mj-text>{{{{ {chain} }}}}</mj-text>")))
    with suppress(Invalid):
        html = template.render({"x": "<svg\"'>%3Csvg&lt;svg"}, str, unsubscribe_url="u", postal_address="p").html
        assert "<svg" not in html.lower()
