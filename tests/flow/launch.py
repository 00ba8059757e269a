"""The page's own journey, as its documents: segment, two contents, and the journey with a chosen start and launch."""

from datetime import datetime
from typing import Any

SEGMENT = {
    "name": "most-valuable-customers",
    "audience": "contact",
    "condition": {"attribute": "lifetime_value", "test": "at_least", "value": 1000},
    "live": True,
}

ANNOUNCEMENT = {
    "kind": "email",
    "name": "product-announcement",
    "audience": "contact",
    "purpose": "commercial",
    "subject": "{{ person.first_name | default: 'Hello' }}, meet our new product",
    "sender": "Contoso <news@contoso.example>",
    "body": """
<mjml><mj-body>
  <mj-section><mj-column>
    <mj-text>Dear {{ person.first_name | default: "friend" }}, it launches soon.</mj-text>
    <mj-button link="product" href="https://contoso.example/product?from=mail">See the product</mj-button>
    <mj-text><a link="about" href="https://contoso.example/about">About us</a></mj-text>
    <mj-text>{{ postal_address }} <a href="{{ unsubscribe_url }}">Unsubscribe</a></mj-text>
  </mj-column></mj-section>
</mj-body></mjml>""",
}

LAUNCHED = {
    "kind": "text",
    "name": "product-launched",
    "audience": "contact",
    "purpose": "commercial",
    "body": "{{ person.first_name | default: 'Hello' }}, our product is here.",
}


def journey(name: str, start: datetime, launch: datetime, segment: str = "most-valuable-customers") -> dict[str, Any]:
    """The journey of the page; times are on the wall clock of the workspace, UTC."""
    return {
        "journey": name,
        "start": {"segment": segment, "frequency": "once", "at": _local(start)},
        "steps": [
            {"id": "announce", "kind": "email", "content": "product-announcement", "to": "email"},
            {
                "id": "clicked",
                "kind": "if",
                "of": "announce",
                "event": "link_clicked",
                "link": "product",
                "within": "1 day",
                "yes": [
                    {"id": "launch", "kind": "wait_until", "at": _local(launch)},
                    {"id": "launched", "kind": "text", "content": "product-launched", "to": "phone"},
                ],
                "no": [],
            },
        ],
    }


def _local(instant: datetime) -> str:
    return instant.replace(tzinfo=None).isoformat()
