"""Emails beside what is kept of them. `python tests/unit/test_content_compile.py` writes the goldens anew."""

from pathlib import Path

import pytest

from builders import email, mjml
from sojourn.content.compile import compile_email
from sojourn.content.model import CompiledEmail, Link
from sojourn.kit.errors import Invalid

BODIES = sorted((Path(__file__).parent / "golden" / "content").glob("*.mjml"))


def compiled(path: Path) -> CompiledEmail:
    return compile_email(email(subject="Hi {{ person.first_name }}", preheader="Look", body=path.read_text("utf-8")))


@pytest.mark.parametrize("path", BODIES, ids=lambda path: path.stem)
def test_a_body_becomes_the_html_and_the_text_beside_it(path: Path) -> None:
    made = compiled(path)
    assert made.html + "\n" == path.with_suffix(".html").read_text("utf-8")
    assert made.text + "\n" == path.with_suffix(".txt").read_text("utf-8")


def links(*parts: str) -> tuple[Link, ...]:
    return compile_email(email(*parts)).links


def test_C5_a_link_keeps_the_id_its_author_gave_when_its_url_and_text_are_edited() -> None:
    (before,) = links('<mj-button link="product" href="https://contoso.example/1">See</mj-button>')
    (after,) = links('<mj-button link="product" href="https://contoso.example/2">Look</mj-button>')
    assert before == Link(id="product", url="https://contoso.example/1", text="See")
    assert after == Link(id="product", url="https://contoso.example/2", text="Look")


def test_C5_a_link_without_an_id_is_called_by_its_position() -> None:
    found = links(
        '<mj-text><a href="https://a.example/">A</a> <a link="b" href="https://b.example/">B</a></mj-text>',
        '<mj-image src="https://c.example/c.png" alt="C" href="https://c.example/"/>',
    )
    assert [(link.id, link.text) for link in found] == [("link-1", "A"), ("b", "B"), ("link-3", "C")]


def test_C5_two_places_that_lead_to_the_same_page_may_share_an_id() -> None:
    once = '<mj-text><a link="a" href="https://a.example/">A</a></mj-text>'
    assert len(links(once, once)) == 1
    with pytest.raises(Invalid) as refusal:
        links(once, once.replace("a.example", "b.example"))
    assert [(problem.code, problem.where) for problem in refusal.value.problems] == [("link_ambiguous", "body line 4")]


def test_C5_what_the_compiler_puts_around_an_address_belongs_to_the_link() -> None:
    (shared,) = links(
        '<mj-social><mj-social-element name="x" href="https://a.example/">X</mj-social-element></mj-social>'
    )
    assert shared.url == "https://twitter.com/intent/tweet?url=https://a.example/"
    (relative,) = links(
        '<mj-navbar base-url="https://a.example"><mj-navbar-link href="/b">B</mj-navbar-link></mj-navbar>'
    )
    assert relative.url == "https://a.example/b"


def test_the_way_out_and_links_that_are_no_web_pages_are_not_followed() -> None:
    made = compile_email(
        email('<mj-text><a href="mailto:a@b.example">M</a><a href="tel:+331">T</a><a href="#x">X</a></mj-text>')
    )
    assert made.links == ()
    for address in ("mailto:a@b.example", "tel:+331", "#x", "{{ unsubscribe_url }}"):
        assert f'href="{address}"' in made.html


@pytest.mark.parametrize(
    "address",
    [
        "",
        "/product",
        "contoso.example",
        "javascript:alert(1)",
        "ftp://contoso.example/",
        "{{ person.url }}",
        "{{ unsubscribe_url }}?x",
        "https://{{ person.host }}/",
        "https://contoso.example{{ person.tail }}",
        "https://contoso.example:80{{ person.tail }}",
        "https://user@contoso.example/",
        "https://contoso.example\\@evil.example/",
        "https://contoso.example/a b",
        "https://contoso.example/{% raw %} {% endraw %}a b",
        "{% if person.vip %}https://a.example/{% endif %}",
        "https://a.example/{% if person.vip %}vip",
        "https://a.example/{{ unsubscribe_url }}",
        "https://a.example/{% for x in (1..3) %}{{ y }}{% endfor %}",
    ],
)
def test_an_address_is_absolute_and_its_host_comes_from_no_placeholder(address: str) -> None:
    with pytest.raises(Invalid) as refusal:
        links(f"<mj-text><a href='{address}'>A</a></mj-text>")
    assert {problem.code for problem in refusal.value.problems} <= {"link_invalid", "liquid_invalid"}


def test_capitals_hide_no_link() -> None:
    assert links('<mj-text><A HREF="https://a.example/">A</A></mj-text>')[0].url == "https://a.example/"


def test_liquid_survives_mjml_in_texts_and_attributes() -> None:
    made = compile_email(
        email(
            '<mj-text css-class="{% if 1 < 2 %}a{% endif %}">{% if person.age < 18 and "<" %}young{% endif %}</mj-text>'
        )
    )
    assert 'class="{% if 1 < 2 %}a{% endif %}"' in made.html
    assert '{% if person.age < 18 and "<" %}young{% endif %}' in made.html


def test_liquid_may_stand_around_whole_sections_columns_and_their_parts() -> None:
    column = "<mj-column>{% if true %}<mj-text>A</mj-text>{% endif %}</mj-column>"
    section = f"<mj-section>{{% if true %}}{column}{{% endif %}}</mj-section>"
    made = compile_email(email(body=f"<mjml><mj-body>{{% if true %}}{section}{{% endif %}}</mj-body></mjml>"))
    assert made.html.count("{% if true %}") == 3


def test_html_is_as_free_as_it_is_everywhere() -> None:
    made = compile_email(email('<mj-text>a<br>b<hr>&nbsp;&eacute; R&D<img src="https://a.example/?a=1&b=2"></mj-text>'))
    assert 'a<br />b<hr />\u00a0é R&amp;D<img src="https://a.example/?a=1&amp;b=2" />' in made.html


def test_no_fonts_are_fetched_but_those_the_author_asks_for() -> None:
    assert "googleapis" not in compile_email(email('<mj-text font-family="Ubuntu">A</mj-text>')).html


def test_an_own_plain_text_has_the_links_of_the_body() -> None:
    made = compile_email(
        email(
            '<mj-button link="product" href="https://a.example/p?n={{ person.last_name }}">Go</mj-button>',
            plain_text="See https://a.example/p?n={{ person.last_name }}. Also https://other.example/.",
        )
    )
    assert made.text == 'See {{ links["product"] }}. Also https://other.example/.'


def test_comments_stay_with_the_author_except_those_for_outlook() -> None:
    outlook = "<!--[if mso]>{{ person.first_name }}<![endif]-->"
    head = "<mj-head><!-- a --><mj-attributes><!-- b --></mj-attributes></mj-head>"
    made = compile_email(email(body=mjml(f"<!-- c --><mj-text>A<!-- d -->B{outlook}</mj-text>", head=head)))
    assert f">AB{outlook}<" in made.html
    assert made.text == "AB"


def test_words_that_look_like_tokens_are_left_alone() -> None:
    assert ">liquid0z liquidx1z<" in compile_email(email("<mj-text>liquid0z liquidx1z</mj-text>")).html


def test_a_title_in_quotes_stays_inside_its_attribute() -> None:
    html = compile_email(email(subject='The "new" one')).html
    assert 'aria-label="The &quot;new&quot; one"' in html


def test_a_body_needs_no_head_and_the_preheader_replaces_an_older_one() -> None:
    head = "<mj-head><mj-preview>old</mj-preview></mj-head>"
    html = compile_email(email(body=mjml("<mj-text>A</mj-text>", head=head), preheader="<new>")).html
    assert "&lt;new&gt;" in html
    assert "old" not in html


if __name__ == "__main__":
    for body in BODIES:
        body.with_suffix(".html").write_text(compiled(body).html + "\n", "utf-8")
        body.with_suffix(".txt").write_text(compiled(body).text + "\n", "utf-8")
