"""The publish page: refused with what to do, then accepted; who starts, who is held back; a rehearsal before it."""

from desk import Desk
from playwright.sync_api import Locator, Page, expect

from house import House

STEPS = [
    {"id": "announce", "kind": "email", "content": "news", "to": "email"},
    {"id": "opened", "kind": "if", "of": "announce", "event": "opened", "within": "1 day",
     "yes": [{"id": "thanks", "kind": "email", "content": "news", "to": "email"}],
     "no": [{"id": "pause", "kind": "wait", "for": "2 days"}, {"id": "gone", "kind": "exit"}]},
]  # fmt: skip
FOOTER = '<a href="{{ unsubscribe_url }}">Unsubscribe</a> {{ postal_address }}'
CUSTOMERS = 20
NEWS = {
    "kind": "email",
    "name": "news",
    "audience": "contact",
    "subject": "News",
    "sender": "Contoso <news@contoso.example>",
    "body": f"<mjml><mj-body><mj-section><mj-column><mj-text>Hello {FOOTER}</mj-text></mj-column></mj-section></mj-body></mjml>",  # noqa: E501
}


def a_draft(house: House) -> None:
    """Some customers, one without an address, and an email that is still a Draft."""
    house.call("PATCH", "/workspace", json={"postal_address": "Contoso, 1 Main Street"})
    for key in ("ada", "ben", *(f"customer{number}" for number in range(CUSTOMERS - 2))):
        given = {} if key == "ben" else {"email": f"{key}@contoso.example"}
        house.call("POST", "/people", json={"audience": "contact", "key": key, "attributes": given})
    segment = {"name": "customers", "audience": "contact", "condition": {"all": []}, "live": True}
    house.call("POST", "/segments", json=segment)
    house.call("POST", "/contents", json=NEWS)
    house.call("POST", "/journeys", json={"journey": "News", "start": {"segment": "customers"}, "steps": STEPS})


def test_publishing_is_refused_then_rehearsed_and_accepted(desk: Desk) -> None:
    a_draft(desk.house)
    page = desk.open("/journeys/news/publish")
    expect(page.get_by_text("2 problems forbid publishing")).to_be_visible()
    expect(page.get_by_text("Open it and mark it Ready to send.").first).to_be_visible()
    expect(page.get_by_role("button", name="Publish")).to_be_disabled()
    desk.look("publish-refused")
    desk.house.call("POST", "/contents/news/readiness")
    page = desk.open("/journeys/news/publish")
    expect(page.get_by_text("Nothing forbids publishing")).to_be_visible()
    expect(page.get_by_text(f"{CUSTOMERS} people start")).to_be_visible()
    expect(page.get_by_role("cell", name="there is no address").first).to_be_visible()
    page.get_by_role("button", name="Rehearse").click()
    expect(page.get_by_text(f"{CUSTOMERS} people go through")).to_be_visible()
    expect(page.get_by_text("Messages held back: there is no address (1)")).to_be_visible()
    drawn(page)
    desk.look("publish-rehearsed")
    page.get_by_role("radiogroup", name="How people would go").get_by_text("Table").click()
    expect(page.get_by_role("row", name="announce Send an email")).to_contain_text(f"Sent {CUSTOMERS - 1}")
    narrow(desk)
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


def drawn(page: Page) -> None:
    """The people of the rehearsal on tiles, outcomes and connectors, and its messages over time."""
    flow = page.get_by_role("region", name="How people would go")
    expect(flow.get_by_role("button", name="Send an email announce")).to_be_visible()
    expect(flow.get_by_text("Yes")).to_be_visible()
    yes, no = (people(flow, f"outcome:opened:{outcome}") for outcome in ("yes", "no"))
    assert yes + no == CUSTOMERS
    widths = {count: width(flow, f"outcome:opened:{name}") for name, count in (("yes", yes), ("no", no))}
    assert widths[max(widths)] > widths[min(widths)]
    assert flow.get_by_role("link").count() == 0
    flow.get_by_role("button", name="Find a step").click()
    page.get_by_role("combobox", name="Find a step by its name").fill("pause")
    page.keyboard.press("Enter")
    expect(flow.get_by_role("button", name="Wait pause")).to_be_focused()
    hours = page.get_by_role("table", name="Messages per hour").get_by_role("row")
    sent = [row.split("\t")[-1] for row in hours.all_inner_texts()[1:]]
    assert sum(map(int, sent)) == CUSTOMERS - 1 + yes


def people(flow: Locator, to: str) -> int:
    return int(flow.locator(f"path[data-to='{to}']").get_attribute("data-people") or 0)


def width(flow: Locator, to: str) -> float:
    return float(flow.locator(f"path[data-to='{to}']").get_attribute("stroke-width") or 0)


def narrow(desk: Desk) -> None:
    desk.page.set_viewport_size({"width": 390, "height": 844})
    assert desk.page.evaluate("document.documentElement.scrollWidth") <= 390
    desk.look("publish-rehearsed-phone")
    desk.page.set_viewport_size({"width": 1440, "height": 900})
