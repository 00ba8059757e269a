"""A running journey in numbers: they move while the page is open, each opens its people, one person's way is replayed,
and a server that starts again is found again."""

import csv
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from desk import Desk
from playwright.sync_api import Locator, Page, expect

from house import House

T0 = datetime(2026, 12, 1, 9, tzinfo=UTC)
PEOPLE = ("ada", "ben", "cleo", "dora", "emil", "fay", "=1+1")
LAUNCH: dict[str, Any] = {
    "journey": "Product launch",
    "start": {"segment": "customers", "frequency": "newly_added", "timezone": "UTC"},
    "steps": [
        {"id": "announce", "kind": "email", "content": "news", "to": "email"},
        {
            "id": "clicked",
            "kind": "if",
            "of": "announce",
            "event": "link_clicked",
            "link": "product",
            "within": "1 day",
            "yes": [
                {"id": "pause", "kind": "wait", "for": "2 days"},
                {"id": "launched", "kind": "text", "content": "launched", "to": "phone"},
            ],
            "no": [],
        },
    ],
}
BODY = (
    "<mjml><mj-body><mj-section><mj-column>"
    '<mj-button href="https://contoso.example/product" link="product">See it</mj-button>'
    '<mj-button href="https://contoso.example/about" link="about">About us</mj-button>'
    '<mj-text><a href="{{ unsubscribe_url }}">Unsubscribe</a> {{ postal_address }}</mj-text>'
    "</mj-column></mj-section></mj-body></mjml>"
)


@pytest.fixture(scope="module")
def launch(house: House) -> House:
    """Seven customers, one without an address; ada and ben click the product, fay the other link, and a scanner."""
    house.move_to(T0)
    house.call("PATCH", "/workspace", json={"postal_address": "Contoso, 1 Main Street"})
    for key in PEOPLE:
        attributes = {"email": None if key == "dora" else f"{key.strip('=')}@contoso.example", "phone": "+33612345678"}
        add(house, key, **attributes)
    segment = {"name": "customers", "audience": "contact", "condition": {"all": []}, "live": True}
    house.call("POST", "/segments", json=segment)
    email = {"subject": "News", "sender": "Contoso <news@contoso.example>", "body": BODY}
    for content in ({"kind": "email", "name": "news", **email}, {"kind": "text", "name": "launched", "body": "Here"}):
        house.call("POST", "/contents", json={"audience": "contact", **content})
        house.call("POST", f"/contents/{content['name']}/readiness")
    house.call("POST", "/journeys", json=LAUNCH)
    house.call("POST", "/journeys/product-launch/publication")
    house.move_to(T0 + timedelta(minutes=1))
    for key, link in (("ada", "product"), ("ben", "product"), ("fay", "about")):
        click(house, key, link)
    click(house, "cleo", "product", agent="Mozilla/5.0 (compatible; SafeLinks Scanner; bot)")
    house.move_to(T0 + timedelta(minutes=2))
    return house


def add(house: House, key: str, **attributes: Any) -> None:
    house.call("POST", "/people", json={"audience": "contact", "key": key, "attributes": attributes})


def click(house: House, key: str, link: str, **how: str) -> None:
    (message,) = [m for m in house.call("GET", "/inbox")["messages"] if m["address"] == f"{key}@contoso.example"]
    html = house.call("GET", f"/inbox/{message['key']}")["html"]
    words = {"product": "See it", "about": "About us"}[link]
    (url,) = re.findall(rf'<a[^>]*?href="([^"]+)"[^>]*>\s*{words}', html)
    assert house.follow(url, **how).status_code in (302, 303, 307)


def tile(page: Page, step: str) -> Locator:
    return page.locator(".number-tile", has=page.locator(f"[data-node={step}]"))


def number(page: Page, step: str, flow: str) -> Locator:
    return tile(page, step).locator(f"[data-flow={flow}] dd")


def test_N1_numbers_stand_on_the_steps_and_move_while_the_page_is_open(launch: House, desk: Desk) -> None:
    page = desk.open("/journeys/product-launch/analytics")
    expect(number(page, "announce", "left")).to_have_text("7")
    expect(number(page, "clicked", "here")).to_have_text("4")
    expect(page.get_by_text("Updated")).to_be_visible()
    widths = {
        step: float(page.locator(f"path[data-from='outcome:clicked:{step}']").get_attribute("stroke-width") or 0)
        for step in ("yes", "no")
    }
    assert widths["yes"] == pytest.approx(2 * widths["no"])
    desk.look("analytics")
    add(launch, "gus", email="gus@contoso.example", phone="+33612345678")
    launch.move_to(T0 + timedelta(minutes=3))
    expect(number(page, "announce", "left")).to_have_text("8")
    expect(number(page, "clicked", "here")).to_have_text("5")


def test_N2_the_panel_of_a_message_tells_its_funnel_rates_and_links(launch: House, desk: Desk) -> None:
    page = desk.open("/journeys/product-launch/analytics")
    page.get_by_role("button", name="Send an email announce").click()
    expect(page).to_have_url(re.compile("step=announce"))
    panel = page.get_by_role("region", name="Numbers")
    expect(panel.get_by_role("link", name="Delivered at announce: 7")).to_be_visible()
    expect(panel.get_by_role("link", name="Clicks by machines at announce: 1")).to_be_visible()
    links = panel.get_by_role("table", name="Links")
    expect(links.get_by_role("row", name="product")).to_have_text("product2228.57%")
    desk.look("analytics-message")
    page.reload()
    expect(panel.get_by_text("there is no address")).to_be_visible()
    page.get_by_role("button", name="Back to the whole journey").click()
    expect(panel.get_by_role("heading", name="The whole journey")).to_be_visible()


def test_N3_every_number_opens_its_people_who_are_exported(launch: House, desk: Desk) -> None:
    page = desk.open("/journeys/product-launch/analytics")
    number(page, "clicked", "here").get_by_role("link").click()
    dialog = page.get_by_role("dialog", name="Here now at clicked")
    expect(dialog.get_by_role("link", name="cleo")).to_be_visible()
    desk.look("analytics-people")
    with page.expect_download() as downloading:
        dialog.get_by_role("link", name="Export CSV").click()
    with downloading.value.path().open(newline="") as file:
        keys = {row["key"] for row in csv.DictReader(file)}
    assert keys == {"cleo", "emil", "fay", "gus", "'=1+1"}
    page.go_back()
    expect(dialog).to_have_count(0)
    desk.open("/journeys/product-launch/analytics?step=announce&people=clicked&link=about")
    expect(page.get_by_role("dialog").get_by_role("row")).to_have_count(2)
    expect(page.get_by_role("dialog").get_by_role("link", name="fay")).to_be_visible()


def test_N4_one_persons_way_is_replayed_with_the_reason_for_each_decision(launch: House, desk: Desk) -> None:
    page = desk.open("/journeys/product-launch/analytics?step=pause&people=here")
    page.get_by_role("row", name="ada").get_by_role("link", name="Show their way").click()
    way = page.get_by_role("region", name="The way of ada")
    visits = way.get_by_role("listitem")
    expect(visits).to_have_count(3)
    expect(visits.nth(1)).to_contain_text("Yes, because of a click on product at")
    expect(tile(page, "announce")).to_have_attribute("data-way", "current")
    way.get_by_role("button", name="Next visit").focus()
    page.keyboard.press("Enter")
    expect(tile(page, "clicked")).to_have_attribute("data-way", "current")
    expect(tile(page, "announce")).to_have_attribute("data-way", "visited")
    desk.look("analytics-way")
    tile(page, "announce").get_by_role("button").click()
    expect(tile(page, "announce")).to_have_attribute("data-way", "current")
    way.get_by_role("button", name="Play").click()
    expect(tile(page, "pause")).to_have_attribute("data-way", "current")
    expect(way.get_by_role("button", name="Play")).to_be_visible()
    page.get_by_role("link", name="Back to the numbers").click()
    expect(page.get_by_role("region", name="Numbers")).to_be_visible()


def test_N1_N2_the_same_as_a_table_and_over_time(launch: House, desk: Desk) -> None:
    page = desk.open("/journeys/product-launch/analytics?view=table")
    expect(page.get_by_role("row", name="announce").get_by_role("link", name="Blocked at announce: 1")).to_be_visible()
    desk.look("analytics-table")
    page.get_by_text("Over time", exact=True).click()
    expect(page.get_by_role("img", name="What happened by hour")).to_be_visible()
    page.get_by_text("Minute", exact=True).click()
    rows = page.get_by_role("table", name="Over time").get_by_role("row")
    expect(rows).to_have_count(4)
    desk.look("analytics-time")


def test_the_arrow_keys_lead_from_step_to_step(launch: House, desk: Desk) -> None:
    page = desk.open("/journeys/product-launch/analytics")
    tile(page, "start").get_by_role("button").focus()
    for key, step in (("Down", "announce"), ("Down", "clicked"), ("Down", "pause"), ("Up", "clicked")):
        page.keyboard.press(f"Arrow{key}")
        expect(tile(page, step).get_by_role("button")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("region", name="Numbers").get_by_role("heading", name="clicked")).to_be_visible()
    page.keyboard.press("Tab")
    expect(number(page, "clicked", "entered").get_by_role("link")).to_be_focused()


def test_a_journey_that_nobody_has_come_to_says_so(launch: House, desk: Desk) -> None:
    nobody = {"attribute": "email", "test": "is", "value": "nobody@contoso.example"}
    launch.call("POST", "/segments", json={"name": "nobody", "audience": "contact", "condition": nobody, "live": True})
    start = LAUNCH["start"] | {"segment": "nobody"}
    launch.call("POST", "/journeys", json=LAUNCH | {"journey": "Nobody", "start": start})
    launch.call("POST", "/journeys/nobody/publication")
    page = desk.open("/journeys/nobody/analytics")
    expect(page.get_by_text("Nobody has come yet.")).to_be_visible()
    desk.look("analytics-nobody")
    page.get_by_text("Over time", exact=True).click()
    expect(page.get_by_text("Nothing has happened yet.")).to_be_visible()


def test_a_draft_has_nothing_to_count(launch: House, desk: Desk) -> None:
    launch.call("POST", "/journeys", json=LAUNCH | {"journey": "Draft"})
    page = desk.open("/journeys/draft/analytics")
    expect(page.get_by_role("heading", name="Nothing to count yet")).to_be_visible()
    desk.look("analytics-draft")


def test_N1_the_page_finds_a_server_that_starts_again(launch: House, desk: Desk) -> None:
    page = desk.open("/journeys/product-launch/analytics")
    expect(number(page, "announce", "entered")).to_have_text("8")
    launch.port = int(str(launch.client.base_url).rstrip("/").rpartition(":")[2])
    launch.stop()
    expect(page.get_by_role("alert").get_by_text("Live numbers interrupted, retrying")).to_be_visible()
    desk.look("analytics-interrupted")
    launch.start()
    add(launch, "hal", email="hal@contoso.example", phone="+33612345678")
    launch.move_to(T0 + timedelta(minutes=4))
    expect(number(page, "announce", "entered")).to_have_text("9")
    expect(page.get_by_role("alert")).to_have_count(0)
    desk.complaints.clear()  # of the browser, that it could not connect


def test_N1_whoever_is_logged_out_elsewhere_is_asked_to_log_in(launch: House, desk: Desk) -> None:
    page = desk.open("/journeys/product-launch/analytics")
    expect(number(page, "announce", "entered")).to_have_text("9")
    ours = {"Sec-Fetch-Site": "same-origin"}
    answer = page.context.request.delete(f"{launch.client.base_url}/api/v1/session", headers=ours)
    assert answer.ok, answer.text()
    expect(page.get_by_role("heading", name="Log in")).to_be_visible()


def test_P4_numbers_are_by_version_by_run_and_together(launch: House, desk: Desk) -> None:
    repeat = {"segment": "customers", "frequency": "repeating", "repeat": {"unit": "day"}, "at": "2026-12-02T09:00"}
    launch.call("POST", "/journeys", json=LAUNCH | {"journey": "Daily", "start": repeat | {"timezone": "UTC"}})
    launch.call("POST", "/journeys/daily/publication")
    launch.move_to(T0 + timedelta(days=2, minutes=1))
    page = desk.open("/journeys/daily/analytics")
    expect(number(page, "announce", "entered")).to_have_text("18")
    launch.call("POST", "/journeys/daily/versions")
    launch.call("POST", "/journeys/daily/publication")
    launch.move_to(T0 + timedelta(days=3, minutes=1))
    expect(number(page, "announce", "entered")).to_have_text("9")
    page.get_by_role("combobox", name="Version").click()
    page.get_by_role("option", name="All versions together").click()
    expect(number(page, "announce", "entered")).to_have_text("27")
    page.get_by_role("combobox", name="Version").click()
    page.get_by_role("option", name="Version 1").click()
    expect(number(page, "announce", "entered")).to_have_text("18")
    page.get_by_role("combobox", name="Run").click()
    desk.look("analytics-runs")
    page.get_by_role("option", name="Run 2").click()
    expect(number(page, "announce", "entered")).to_have_text("9")
    expect(page).to_have_url(re.compile("version=1&run=2"))


TEST: dict[str, Any] = {
    "journey": "Two mails",
    "start": {"segment": "customers", "frequency": "repeating", "repeat": {"unit": "day"}, "at": "publication"},
    "steps": [
        {
            "id": "better",
            "kind": "ab_test",
            "share": 80,
            "a": [{"id": "mail-a", "kind": "email", "content": "news", "to": "email"}],
            "b": [{"id": "mail-b", "kind": "email", "content": "news", "to": "email"}],
            "metric": {"event": "link_clicked", "link": "product", "of": {"a": "mail-a", "b": "mail-b"}},
            "end": {"after": "1 hour"},
            "default": "a",
        }
    ],
}


def test_W13_N2_the_panel_of_an_ab_test_tells_the_tally_so_far_then_who_won_and_why(launch: House, desk: Desk) -> None:
    begins = T0 + timedelta(days=3, minutes=1)
    launch.move_to(begins)
    launch.call("POST", "/journeys", json=TEST)
    launch.call("POST", "/journeys/two-mails/publication")
    launch.move_to(begins + timedelta(minutes=1))
    page = desk.open("/journeys/two-mails/analytics")
    page.get_by_role("button", name="A/B test better").click()
    panel = page.get_by_role("region", name="Numbers")
    expect(panel.get_by_text(re.compile(r"Running until Dec 4, 2026, 10:01.AM \(UTC\)"))).to_be_visible()
    tally = panel.get_by_role("table", name="The test")
    expect(tally.get_by_role("row", name="So far")).to_have_text("So farVersion AVersion B")
    expect(tally.get_by_role("row", name="Rate")).to_have_text("Rate0%0%")
    desk.look("analytics-test-running")
    people = launch.call("GET", "/journeys/two-mails/participants", params={"step": "mail-b", "flow": "sent"})
    key = people["participants"][0]["key"]
    message = launch.call("GET", f"/inbox/{launch.visits(key, 'two-mails')['mail-b']['delivery']}")
    (url,) = re.findall(r'<a[^>]*?href="([^"]+)"[^>]*>\s*See it', message["html"])
    assert launch.follow(url).status_code in (302, 303, 307)
    page.reload()
    expect(tally.get_by_role("row", name="Clicked product")).to_have_text("Clicked product01")
    launch.move_to(begins + timedelta(hours=2))
    page.reload()
    expect(panel.get_by_text("Version B won: its rate is the higher one.")).to_be_visible()
    expect(tally.get_by_role("columnheader", name="Version B")).to_contain_text("Winner")
    desk.look("analytics-test-decided")
    won = tally.get_by_role("row", name="Got it afterwards").get_by_role("link")
    count = int(won.inner_text())
    won.click()
    expect(page.get_by_role("dialog", name="Went on: Version B: as the winner at better")).to_be_visible()
    expect(page.get_by_role("dialog").get_by_role("row")).to_have_count(count + 1)


def test_W13_J3_each_run_has_its_own_test(launch: House, desk: Desk) -> None:
    launch.move_to(T0 + timedelta(days=4, minutes=3))
    page = desk.open("/journeys/two-mails/analytics?step=better")
    panel = page.get_by_role("region", name="Numbers")
    expect(panel.get_by_role("heading", name="The test of run 2")).to_be_visible()
    runs = panel.get_by_role("table", name="Rates by run")
    expect(runs.get_by_role("row", name="Run 2")).to_contain_text("Running")
    expect(runs.get_by_role("row", name="Run 1")).to_contain_text("Version B")
    desk.look("analytics-test-runs")
    runs.get_by_role("link", name="Run 1").click()
    expect(page).to_have_url(re.compile("version=1&run=1&step=better"))
    expect(panel.get_by_text("Version B won")).to_be_visible()
    expect(runs).to_have_count(0)
    desk.page.set_viewport_size({"width": 390, "height": 844})
    desk.open("/journeys/two-mails/analytics?step=better")
    expect(panel.get_by_role("heading", name="The test of run 2")).to_be_visible()
    desk.look("analytics-test-narrow")


def test_N4_a_person_leads_to_their_way_in_the_version_that_they_went(launch: House, desk: Desk) -> None:
    page = desk.open(f"/people/{launch.person('ada')}")
    page.get_by_role("region", name="Daily").get_by_role("link", name="Show on the canvas").click()
    way = page.get_by_role("region", name="The way of ada")
    expect(way.get_by_role("listitem").first).to_be_visible()
    way.get_by_role("combobox", name="Which way").click()
    page.get_by_role("option", name="Version 1, run 1").click()
    expect(page).to_have_url(re.compile("version=1"))
    expect(way.get_by_role("listitem").first).to_contain_text("Handed over at")
    desk.look("analytics-way-of-several")


def test_a_narrow_window_begins_with_the_table(launch: House, desk: Desk) -> None:
    desk.page.set_viewport_size({"width": 390, "height": 844})
    page = desk.open("/journeys/product-launch/analytics")
    expect(page.get_by_role("heading", name="The whole journey")).to_be_visible()
    desk.look("analytics-narrow")
    page.get_by_role("rowheader", name="announce").get_by_role("link").click()
    expect(page.get_by_role("heading", name="announce")).to_be_visible()
    page.get_by_role("button", name="Back to the whole journey").click()
    expect(page.get_by_role("table", name="Numbers")).to_be_visible()
