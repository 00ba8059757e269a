"""The page's own journey, as its documents: segment, two contents, and the journey with a chosen start and launch."""

from datetime import datetime, timedelta
from typing import Any

from house import House

DAY = timedelta(days=1)

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


def publish_for(house: House, people: int) -> datetime:
    """Publishes the journey for p0@x.example, p1@x.example and so on; returns its start, in an hour.

    The launch is three days after the start.
    """
    start = datetime.fromisoformat(house.call("GET", "/clock")["now"]).replace(microsecond=0) + timedelta(hours=1)
    rows = "".join(f"p{n}@x.example,P{n},1000,+336123{n:05}\n" for n in range(people))
    file = ("people.csv", "email,first_name,lifetime_value,phone\n" + rows, "text/csv")
    house.call("PATCH", "/workspace", json={"postal_address": "Contoso, 1 Main Street, Springfield"})
    house.call("PUT", "/audiences/contact/attributes/lifetime_value", json={"type": "number"})
    house.call("POST", "/people/imports", data={"audience": "contact", "key": "email"}, files={"file": file})
    house.call("POST", "/segments", json=SEGMENT)
    for content in (ANNOUNCEMENT, LAUNCHED):
        house.call("POST", "/contents", json=content)
        house.call("POST", f"/contents/{content['name']}/readiness")
    house.call("POST", "/journeys", json=journey("Product launch", start, start + 3 * DAY))
    house.call("POST", "/journeys/product-launch/publication")
    return start


def _local(instant: datetime) -> str:
    return instant.replace(tzinfo=None).isoformat()
