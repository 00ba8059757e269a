"""What tests begin with: documents and people with defaults, each with what its story changes."""

from typing import Any

from sojourn.content.model import EmailDocument, TextDocument

FOOTER = '<mj-text><a href="{{ unsubscribe_url }}">Unsubscribe</a> {{ postal_address }}</mj-text>'


def mjml(*parts: str, head: str = "") -> str:
    """An MJML body of one column that holds these parts."""
    inside = "\n".join(parts)
    return f"<mjml>\n{head}<mj-body><mj-section><mj-column>\n{inside}\n</mj-column></mj-section></mj-body></mjml>"


def email(*parts: str, **changes: Any) -> EmailDocument:
    """A commercial email that may be sent; `parts` stand before its footer."""
    given = {
        "kind": "email",
        "name": "launch-news",
        "audience": "contact",
        "subject": "News",
        "sender": "Contoso <news@contoso.example>",
        "body": mjml(*(parts or ("<mj-text>Hello</mj-text>",)), FOOTER),
    }
    return EmailDocument.model_validate(given | changes)


def text_message(body: str = "Hello", **changes: Any) -> TextDocument:
    given = {"kind": "text", "name": "launch-text", "audience": "contact", "body": body}
    return TextDocument.model_validate(given | changes)
