"""The inbox in the console: what the people of a journey received, found, read, and clicked as they would."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from desk import Desk, opened
from playwright.sync_api import Browser, expect

from house import BROWSER, House

FRAME = "iframe[title^='The email as it was received']"
EMAIL = """<mjml><mj-body><mj-section><mj-column>
<mj-text>Dear {{ person.first_name }}, look.</mj-text>
<mj-button link="product" href="https://contoso.example/lamp">See the lamp</mj-button>
<mj-text>{{ postal_address }} <a href="{{ unsubscribe_url }}">Unsubscribe</a></mj-text>
</mj-column></mj-section></mj-body></mjml>"""
STEPS = [
    {"id": "announce", "kind": "email", "content": "news", "to": "email"},
    {"id": "remind", "kind": "text", "content": "reminder", "to": "phone"},
]


@pytest.fixture(scope="module", autouse=True)
def _journey(house: House) -> None:
    """Two people have got an email and a text message each."""
    house.call("PATCH", "/workspace", json={"postal_address": "Contoso, 1 Main Street"})
    for number, first in enumerate(("Ann", "Bob")):
        attributes = {"email": f"{first.lower()}@x.example", "first_name": first, "phone": f"+3361234567{number}"}
        house.call("POST", "/people", json={"audience": "contact", "key": first.lower(), "attributes": attributes})
    common = {"audience": "contact"}
    sent = {"subject": "The lamp, {{ person.first_name }}", "sender": "Contoso <news@contoso.example>", "body": EMAIL}
    ready(house, {"kind": "email", "name": "news", **common, **sent})
    ready(house, {"kind": "text", "name": "reminder", **common, "body": "It is here, {{ person.first_name }}"})
    condition = {"attribute": "email", "test": "is_set"}
    house.call("POST", "/segments", json={"name": "everybody", "audience": "contact", "condition": condition})
    house.call("POST", "/segments/everybody/publication")
    start = {"segment": "everybody", "frequency": "once", "at": "publication"}
    house.call("POST", "/journeys", json={"journey": "Launch", "start": start, "steps": STEPS})
    house.call("POST", "/journeys/launch/publication")
    now = datetime.fromisoformat(house.call("GET", "/clock")["now"])
    house.move_to(now + timedelta(minutes=5))


def ready(house: House, document: dict[str, Any]) -> None:
    house.call("POST", "/contents", json=document)
    house.call("POST", f"/contents/{document['name']}/readiness")


def test_messages_are_listed_searched_and_filtered_by_the_address_of_the_page(desk: Desk) -> None:
    page = desk.open("/inbox")
    expect(page.get_by_role("row")).to_have_count(5)
    desk.look("inbox")
    page.get_by_role("combobox", name="Channel").click()
    page.get_by_role("option", name="Text message").click()
    expect(page.get_by_role("row")).to_have_count(3)
    page.get_by_role("textbox", name="Search").fill("ann")
    expect(page.get_by_role("link", name="It is here, Ann")).to_be_visible()
    expect(page.get_by_role("row")).to_have_count(2)
    page.reload()
    expect(page.get_by_role("row")).to_have_count(2)
    page.get_by_role("textbox", name="Search").fill("nobody")
    expect(page.get_by_role("heading", name="Nothing matches")).to_be_visible()
    desk.look("inbox-none")


def test_an_email_is_read_in_a_frame_that_runs_nothing_and_tells_who_got_it_and_why(desk: Desk) -> None:
    page = desk.open("/inbox?search=ann%40x.example")
    page.get_by_role("link", name="The lamp, Ann").click()
    expect(page.get_by_role("heading", name="The lamp, Ann")).to_be_visible()
    expect(page.frame_locator(FRAME).get_by_text("Dear Ann, look.")).to_be_visible()
    assert page.locator(FRAME).get_attribute("sandbox") == "allow-popups allow-popups-to-escape-sandbox"
    expect(page.get_by_role("row", name="From Contoso <news@contoso.example>")).to_be_visible()
    expect(page.get_by_role("row", name="List-Unsubscribe-Post")).to_be_visible()
    expect(page.get_by_role("link", name="Launch")).to_have_attribute("href", "/app/journeys/launch")
    expect(page.get_by_role("link", name="ann", exact=True)).to_be_visible()
    desk.look("inbox-email")
    page.get_by_text("Plain text", exact=True).click()
    expect(page.get_by_text("See the lamp (http")).to_be_visible()
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    desk.look("inbox-narrow")


def test_a_link_is_clicked_as_the_person_would_and_counts_as_theirs(house: House, browser: Browser) -> None:
    with opened(house, browser, user_agent=BROWSER) as desk:
        page = desk.open("/inbox?search=bob%40x.example")
        page.context.route("https://contoso.example/**", lambda route: route.fulfill(body="The lamp"))
        page.get_by_role("link", name="The lamp, Bob").click()
        with page.expect_popup() as popup:
            page.frame_locator(FRAME).get_by_role("link", name="See the lamp").click()
        expect(popup.value.get_by_text("The lamp")).to_be_visible()
        assert popup.value.url == "https://contoso.example/lamp"
    events = house.call("GET", f"/people/{house.person('bob')}/timeline")["events"]
    clicks = [(event["link"], event["automated"]) for event in events if event["name"] == "email.clicked"]
    assert clicks == [("product", False)]


def test_a_text_message_is_a_bubble(desk: Desk) -> None:
    page = desk.open("/inbox?channel=text&search=ann")
    page.get_by_role("link", name="It is here, Ann").click()
    expect(page.get_by_role("main").get_by_text("It is here, Ann", exact=True)).to_be_visible()
    desk.look("inbox-text")
