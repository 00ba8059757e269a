"""The publish page: refused with what to do, then accepted; who starts, who is held back; a rehearsal before it."""

from desk import Desk
from playwright.sync_api import expect

from house import House

STEPS = [{"id": "announce", "kind": "email", "content": "news", "to": "email"}]
FOOTER = '<a href="{{ unsubscribe_url }}">Unsubscribe</a> {{ postal_address }}'
NEWS = {
    "kind": "email",
    "name": "news",
    "audience": "contact",
    "subject": "News",
    "sender": "Contoso <news@contoso.example>",
    "body": f"<mjml><mj-body><mj-section><mj-column><mj-text>Hello {FOOTER}</mj-text></mj-column></mj-section></mj-body></mjml>",  # noqa: E501
}


def a_draft(house: House) -> None:
    """Two customers, one without an address, and an email that is still a Draft."""
    house.call("PATCH", "/workspace", json={"postal_address": "Contoso, 1 Main Street"})
    for key, given in (("ada", {"email": "ada@contoso.example"}), ("ben", {})):
        house.call("POST", "/people", json={"audience": "contact", "key": key, "attributes": given})
    segment = {"name": "customers", "audience": "contact", "condition": {"all": []}, "live": True}
    house.call("POST", "/segments", json=segment)
    house.call("POST", "/contents", json=NEWS)
    house.call("POST", "/journeys", json={"journey": "News", "start": {"segment": "customers"}, "steps": STEPS})


def test_publishing_is_refused_then_rehearsed_and_accepted(desk: Desk) -> None:
    a_draft(desk.house)
    page = desk.open("/journeys/news/publish")
    expect(page.get_by_text("1 problem forbids publishing")).to_be_visible()
    expect(page.get_by_text("Open it and mark it Ready to send.")).to_be_visible()
    expect(page.get_by_role("button", name="Publish")).to_be_disabled()
    desk.look("publish-refused")
    desk.house.call("POST", "/contents/news/readiness")
    page = desk.open("/journeys/news/publish")
    expect(page.get_by_text("Nothing forbids publishing")).to_be_visible()
    expect(page.get_by_text("2 people start")).to_be_visible()
    expect(page.get_by_role("cell", name="address_missing")).to_be_visible()
    page.get_by_role("button", name="Rehearse").click()
    expect(page.get_by_text("2 people go through")).to_be_visible()
    desk.look("publish-rehearsed")
    page.get_by_role("button", name="Publish").click()
    page.get_by_role("dialog").get_by_role("button", name="Publish").click()
    page.wait_for_url("**/journeys/news")
    assert desk.house.call("GET", "/journeys/news")["state"] in ("Live", "Completing", "Completed")


def test_J10_a_journey_that_an_event_starts_is_rehearsed_with_so_many_a_day(desk: Desk) -> None:
    desk.house.call("POST", "/triggers", json={"name": "cart.left", "audience": "contact", "attributes": {}})
    desk.house.call("POST", "/triggers/cart.left/readiness")
    start = {"trigger": "cart.left", "audience": "contact"}
    steps = [{"id": "pause", "kind": "wait", "for": "1 day"}]
    desk.house.call("POST", "/journeys", json={"journey": "Carts", "start": start, "steps": steps})
    page = desk.open("/journeys/carts/publish")
    page.get_by_role("slider", name="Start each day, for a week").press("Home")
    page.get_by_role("button", name="Rehearse").click()
    expect(page.get_by_text("70 people go through")).to_be_visible()
    desk.look("publish-rehearsed-starts")
