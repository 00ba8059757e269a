"""Rule C2: what keeps a content from being Ready to send, each problem with its place."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from builders import FOOTER, email, mjml, text_message
from sojourn.content.check import check
from sojourn.content.model import EmailDocument, TextDocument
from sojourn.events.model import Trigger, TriggerDeclaration

ATTRIBUTES = {"first_name": "text", "age": "number", "vip": "boolean", "birthday": "date", "email": "email"}


def found(
    document: EmailDocument | TextDocument,
    attributes: Mapping[str, str] = ATTRIBUTES,
    address: str | None = "Main St 1",
) -> list[tuple[str, str]]:
    return [(problem.code, problem.where) for problem in check(document, attributes, address)]


def body_of(*parts: str) -> list[tuple[str, str]]:
    return found(email(*parts))


def test_C2_an_email_that_has_everything_has_no_problem() -> None:
    assert body_of("<mj-text>Hello {{ person.first_name }}</mj-text>") == []


def test_C2_an_empty_draft_lacks_everything_at_once() -> None:
    draft = EmailDocument(kind="email", name="draft", audience="contact")
    assert found(draft, address=None) == [
        ("body_missing", "body"),
        ("subject_missing", "subject"),
        ("sender_missing", "sender"),
        ("postal_address_unset", "workspace"),
    ]


@pytest.mark.parametrize(
    "sender", ["Contoso", "a@b@c", "Contoso <>", "Contoso <news@nowhere>", "a@x.example, b@x.example"]
)
def test_C2_a_sender_is_one_address(sender: str) -> None:
    assert found(email(sender=sender)) == [("sender_invalid", "sender")]


def test_C2_an_answer_goes_to_one_address() -> None:
    assert found(email(reply_to="Contoso <a@contoso.example>")) == [("reply_to_invalid", "reply_to")]
    assert found(email(reply_to="a@contoso.example")) == []


def test_C2_a_placeholder_is_an_attribute_of_the_audience_or_has_a_default() -> None:
    assert body_of('<mj-text>{{ person.nickname | default: "you" }}</mj-text>') == []
    assert body_of("<mj-text>A</mj-text>", "<mj-text>\n{{ person.nickname }}</mj-text>") == [
        ("placeholder_unknown", "body line 5")
    ]
    assert found(email(subject="News for {{ person.nickname }}")) == [("placeholder_unknown", "subject")]


@pytest.mark.parametrize(
    "name", ["person", "first_name", "now", "links.x", "person[person.first_name]", "unsubscribe_url.x"]
)
def test_C2_nothing_else_can_be_named(name: str) -> None:
    assert body_of(f"<mj-text>{{{{ {name} }}}}</mj-text>")[0] == ("placeholder_unknown", "body line 3")


def test_C2_what_a_template_sets_itself_is_known_to_it() -> None:
    assert (
        body_of(
            "<mj-text>{% assign n = person.age | plus: 1 %}{% for i in (1..3) %}{{ i }}{{ n }}{% endfor %}</mj-text>"
        )
        == []
    )


@pytest.mark.parametrize(
    "liquid", ["{% if %}", "{{ person.age | nofilter }}", "{% include 'x' %}", "{{ person.age", "{% endif %}"]
)
def test_C2_liquid_that_is_none_is_found_with_its_line(liquid: str) -> None:
    assert body_of(f"<mj-text>{liquid}</mj-text>") == [("liquid_invalid", "body line 3")]


def test_C2_what_fails_while_rendering_is_found_before_anybody_gets_it() -> None:
    assert ("rendering_failed", "body") in body_of("<mj-text>{{ 1 | divided_by: person.age }}</mj-text>")
    assert ("rendering_failed", "body") in body_of("<mj-text>{{ 'now' | date: '%Y' }}</mj-text>")


@pytest.mark.parametrize(
    ("part", "code", "line"),
    [
        ("<mj-buton>Go</mj-buton>", "mjml_unknown_tag", 3),
        ("<mj-include path='x'/>", "mjml_unknown_tag", 3),
        ("<mj-text colour='red'>A</mj-text>", "mjml_unknown_attribute", 3),
        ("<mj-section><mj-column><mj-text>A</mj-text></mj-column></mj-section>", "mjml_misplaced", 3),
        ("<p>A</p>", "mjml_misplaced", 3),
        ("Hello", "mjml_misplaced", 2),
        ("{{ person.first_name }}", "mjml_misplaced", 2),
        ("<mj-social>{% if true %}<mj-social-element name='x'/>{% endif %}</mj-social>", "mjml_misplaced", 3),
        ("<mj-text>A", "mjml_invalid", 5),
        ("<mj-text>A < B</mj-text>", "mjml_invalid", 3),
        ("<mj-text {% if true %}align='left'{% endif %}>A</mj-text>", "mjml_invalid", 3),
        ("<mj-text>&nosuch;</mj-text>", "mjml_invalid", 3),
        ("<mj-divider>A</mj-divider>", "mjml_invalid", 3),
    ],
)
def test_C2_mjml_that_would_vanish_or_break_is_found_with_its_line(part: str, code: str, line: int) -> None:
    assert body_of(part)[0] == (code, f"body line {line}")


@pytest.mark.parametrize("body", ["Hello", "<html><body>A</body></html>", "<mjml></mjml>", "<mjml><mj-body/></mjml>"])
def test_C2_a_body_is_mjml(body: str) -> None:
    assert found(email(body=body))[0] == ("mjml_invalid", "body line 1")


def test_C2_entities_cannot_be_declared() -> None:
    body = '<!DOCTYPE mjml [<!ENTITY a "b">]>' + mjml("<mj-text>&a;</mj-text>", FOOTER)
    assert found(email(body=body)) == [("mjml_invalid", "body")]


def test_C2_styles_that_would_not_be_moved_are_found() -> None:
    styles = "<mj-style inline='inline'>p{}</mj-style><mj-attributes><mj-text colour='x'/></mj-attributes>"
    head = f"<mj-head>{styles}</mj-head>"
    assert [code for code, _ in found(email(body=mjml(FOOTER, head=head)))] == ["mjml_unknown_attribute"] * 2


def test_C2_a_slip_is_answered_with_the_word_that_was_meant() -> None:
    (problem,) = check(email("<mj-text colr='red'>A</mj-text>"), ATTRIBUTES, "Main St 1")
    assert problem.advice == "Did you mean 'color'?"


def test_C2_commercial_email_shows_the_way_out_and_the_postal_address_to_everybody() -> None:
    bare = email(body=mjml("<mj-text>Hello</mj-text>"))
    assert found(bare) == [("unsubscribe_missing", "body"), ("postal_address_missing", "body")]
    for_some = email(body=mjml("{% if person.vip %}", FOOTER, "{% endif %}"))
    assert found(for_some) == [("unsubscribe_missing", "body"), ("postal_address_missing", "body")]
    assert found(bare.model_copy(update={"purpose": "transactional"}), address=None) == []


def test_C2_the_part_without_html_shows_them_too() -> None:
    assert found(email(plain_text="Hello")) == [
        ("unsubscribe_missing", "plain_text"),
        ("postal_address_missing", "plain_text"),
    ]
    assert found(email(plain_text="Hello {{ unsubscribe_url }} {{ postal_address }}")) == []


def test_C2_a_subject_is_not_empty_for_anybody() -> None:
    assert found(email(subject="{{ person.first_name }}")) == [("empty_for_some", "subject")]


def test_C2_a_text_message_has_a_body_and_known_placeholders() -> None:
    assert found(text_message("Hello {{ person.first_name }}"), address=None) == []
    assert found(text_message("")) == [("body_missing", "body")]
    assert found(text_message("{{ person.first_name }}")) == [("empty_for_some", "body")]
    assert found(text_message("Hi {{ unsubscribe_url }}")) == [("placeholder_unknown", "body")]
    assert found(text_message("Hi {% if %}")) == [("liquid_invalid", "body line 1")]


@pytest.mark.parametrize("unwritable", ["\x00", "\x07", "\ufffe"])
def test_characters_that_no_message_can_carry_are_refused(unwritable: str) -> None:
    with pytest.raises(ValueError, match=r"U\+"):
        email(subject=f"A{unwritable}")


@pytest.mark.parametrize("field", ["subject", "sender", "preheader", "reply_to"])
def test_what_stands_in_a_header_is_one_line(field: str) -> None:
    with pytest.raises(ValueError, match="one line"):
        email(**{field: "A\nBcc: x@y.example"})


PLACED = Trigger(
    "order.placed",
    TriggerDeclaration(audience="contact", attributes={"amount": "number", "on": "date"}),
    datetime(2026, 12, 1, tzinfo=UTC),
    datetime(2026, 12, 1, tzinfo=UTC),
    "ada",
)


def asked(body: str, trigger: Trigger | None = PLACED, **changes: str) -> list[tuple[str, str]]:
    document = text_message(body, **{"trigger": "order.placed", **changes})
    return [(problem.code, problem.where) for problem in check(document, ATTRIBUTES, None, trigger)]


def test_C2_J10_what_the_trigger_declares_can_be_said() -> None:
    assert asked("Thanks: {{ trigger.amount }} on {{ trigger.on | date: '%d %B' }}") == []
    assert asked("Thanks\n{{ trigger.total }}") == [("placeholder_unknown", "body line 2")]
    assert asked("Thanks {{ trigger.total | default: 0 }}") == []


def test_C2_J10_without_a_trigger_nothing_is_known_of_one() -> None:
    assert found(text_message("Thanks {{ trigger.amount }}")) == [("placeholder_unknown", "body")]
    assert found(text_message("Thanks {{ trigger.amount | default: 'you' }}")) == []


def test_C2_J10_the_trigger_is_there_ready_to_use_and_of_the_audience() -> None:
    assert asked("Thanks", None) == [("trigger_missing", "trigger")]
    assert asked("Thanks", replace(PLACED, ready_at=None)) == [("trigger_not_ready", "trigger")]
    assert asked("Thanks", audience="lead") == [("trigger_other_audience", "trigger")]


def test_C2_J10_a_link_may_be_made_from_the_trigger() -> None:
    link = '<mj-button link="order" href="https://contoso.example/orders?worth={{ trigger.amount }}">Order</mj-button>'
    document = email(link, trigger="order.placed")
    assert check(document, ATTRIBUTES, "Main St 1", PLACED) == []
