"""Segments in the console: built from conditions with a live count, made live, looked into, stopped."""

import pytest
from desk import Desk
from playwright.sync_api import expect

from house import House


@pytest.fixture(autouse=True, scope="module")
def customers(house: House) -> None:
    house.call("PUT", "/audiences/contact/attributes/lifetime_value", json={"type": "number"})
    for key, value in (("ada", 1200), ("ben", 80), ("cleo", 3000)):
        a_customer(house, key, value)


def a_customer(house: House, key: str, value: int) -> None:
    given = {"email": f"{key}@contoso.example", "first_name": key.capitalize(), "lifetime_value": value}
    house.call("POST", "/people", json={"audience": "contact", "key": key, "attributes": given})


def test_an_empty_list_teaches(desk: Desk) -> None:
    page = desk.open("/segments")
    expect(page.get_by_role("heading", name="Your first segment")).to_be_visible()
    desk.look("segments-empty")


def test_a_segment_is_built_with_a_live_count(desk: Desk) -> None:
    page = desk.open("/segments/new")
    expect(page.get_by_text("3 people would be members")).to_be_visible()
    page.get_by_label("Name").fill("most-valuable")
    page.get_by_role("button", name="Add condition").click()
    page.get_by_role("menuitem", name="Attribute of the person").click()
    page.get_by_role("combobox", name="Attribute").fill("lifetime")
    page.get_by_role("option", name="lifetime_value").click()
    page.get_by_role("combobox", name="Test").click()
    page.get_by_role("option", name="is at least").click()
    page.get_by_role("textbox", name="Value").fill("1000")
    expect(page.get_by_text("2 people would be members")).to_be_visible()
    page.get_by_role("button", name="Add condition").click()
    page.get_by_role("menuitem", name="Group of conditions").click()
    inner = page.get_by_role("group", name="Group of conditions, level 2")
    inner.get_by_role("button", name="Add condition").click()
    page.get_by_role("menuitem", name="Did not do something").click()
    inner.get_by_label("Only lately").check()
    expect(page.get_by_text("2 people would be members")).to_be_visible()
    desk.look("segment-builder")
    page.get_by_role("button", name="Save and make live").click()
    page.wait_for_url("**/segments/most-valuable")
    expect(page.get_by_text("Live", exact=True)).to_be_visible()
    page.get_by_role("tab", name="Members").click()
    expect(page.get_by_role("link", name="cleo")).to_be_visible()
    expect(page.get_by_text("2 people are members now")).to_be_visible()
    desk.look("segment-members")
    a_customer(desk.house, "ben", 1000)
    expect(page.get_by_role("link", name="ben")).to_be_visible()
    expect(page.get_by_text("3 people are members now")).to_be_visible()
    desk.open("/segments")
    expect(page.get_by_role("link", name="most-valuable")).to_be_visible()
    desk.look("segments")


def test_a_condition_that_cannot_be_asked_says_why(desk: Desk) -> None:
    page = desk.open("/segments/new")
    page.get_by_role("button", name="Add condition").press("Enter")
    page.get_by_role("menuitem", name="Did something").press("Enter")
    page.get_by_role("combobox", name="Event").or_(page.get_by_role("textbox", name="Event")).first.fill("No Such Name")
    expect(page.get_by_text("No event can be called")).to_be_visible()


def test_G1_a_segment_asks_about_another_one(desk: Desk) -> None:
    given = {"audience": "contact", "condition": {"attribute": "first_name", "test": "is", "value": "Ada"}}
    for name, live in (("adas", True), ("one-day", False)):
        desk.house.call("POST", "/segments", json={**given, "name": name, "live": live})
    page = desk.open("/segments/adas?show=members")
    expect(page.get_by_text("1 person is a member now")).to_be_visible()
    desk.open("/segments/new")
    page.get_by_label("Name").fill("all-others")
    page.get_by_role("button", name="Add condition").press("Enter")
    page.get_by_role("menuitem", name="Member of a segment").press("Enter")
    expect(page.get_by_text("No segment is chosen yet.")).to_be_visible()
    segment = page.get_by_role("combobox", name="Segment", exact=True)
    segment.focus()
    page.keyboard.type("one")
    expect(page.get_by_role("option", name="one-day · Draft")).to_be_visible()
    segment.fill("ada")
    segment.press("ArrowDown")
    segment.press("Enter")
    expect(page.get_by_text("1 person would be a member")).to_be_visible()
    membership = page.get_by_role("combobox", name="Is a member or not")
    membership.press("Enter")
    membership.press("ArrowDown")
    membership.press("Enter")
    expect(page.get_by_text("2 people would be members")).to_be_visible()
    desk.look("segment-of-segments")
    page.get_by_role("button", name="Save and make live").click()
    page.wait_for_url("**/segments/all-others")
    page.get_by_role("tab", name="Members").click()
    expect(page.get_by_text("2 people are members now")).to_be_visible()
    desk.open("/segments/adas")
    page.get_by_role("button", name="Stop").click()
    page.get_by_role("dialog").get_by_role("button", name="Stop").click()
    expect(page.get_by_text("used by: segment all-others")).to_be_visible()


def test_a_segment_is_not_offered_those_that_ask_about_it(desk: Desk) -> None:
    for name, condition in (("first", {"all": []}), ("second", {"member_of": "first"})):
        given = {"name": name, "audience": "contact", "condition": condition, "live": True}
        desk.house.call("POST", "/segments", json=given)
    page = desk.open("/segments/first")
    page.get_by_role("button", name="Add condition").press("Enter")
    page.get_by_role("menuitem", name="Member of a segment").press("Enter")
    page.get_by_role("combobox", name="Segment", exact=True).fill("s")
    expect(page.get_by_role("option", name="second · asks about this segment")).to_be_disabled()
    expect(page.get_by_role("option", name="first", exact=False)).to_have_count(0)
    desk.look("segment-circle")


def test_G4_a_draft_that_asks_about_a_segment_that_is_gone_says_so_instead_of_becoming_live(desk: Desk) -> None:
    given = {"audience": "contact", "condition": {"all": []}}
    desk.house.call("POST", "/segments", json={**given, "name": "gone", "live": True})
    asking = {**given, "name": "asking", "condition": {"not_member_of": "gone"}}
    desk.house.call("POST", "/segments", json=asking)
    desk.house.call("DELETE", "/segments/gone")
    page = desk.open("/segments/asking")
    expect(page.get_by_role("combobox", name="Segment", exact=True)).to_have_value("gone (cannot be used here)")
    page.get_by_role("button", name="Make live").click()
    expect(page.get_by_role("alert").get_by_text("There is no segment 'gone'.")).to_be_visible()
    desk.look("segment-asks-about-nothing")


def test_a_segment_is_stopped_and_deleted(desk: Desk) -> None:
    given = {"name": "everybody", "audience": "contact", "condition": {"all": []}, "live": True}
    desk.house.call("POST", "/segments", json=given)
    page = desk.open("/segments/everybody")
    page.get_by_role("button", name="Stop").click()
    page.get_by_role("dialog").get_by_role("button", name="Stop").click()
    expect(page.get_by_text("Stopped", exact=True)).to_be_visible()
    page.get_by_role("button", name="Delete").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    page.wait_for_url("**/segments")
    desk.house.refused("GET", "/segments/everybody")
