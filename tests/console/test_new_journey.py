"""Making a journey: described in words or from blank, named, and told who starts it and when."""

from desk import Desk
from playwright.sync_api import expect

from house import House


def a_segment(house: House) -> None:
    if house.call("GET", "/segments"):
        return
    house.call("POST", "/people", json={"audience": "contact", "key": "ada", "attributes": {"email": "ada@x.example"}})
    given = {"name": "customers", "audience": "contact", "condition": {"all": []}, "live": True}
    house.call("POST", "/segments", json=given)


def test_words_find_a_template_and_a_journey_is_made_of_it(desk: Desk) -> None:
    a_segment(desk.house)
    page = desk.open("/journeys/new")
    desk.look("new-journey")
    page.get_by_label("Describe the journey").fill("welcome our new customers")
    page.get_by_role("button", name="Welcome series").click()
    expect(page.get_by_label("Name")).to_have_value("Welcome series")
    expect(page.get_by_label("newly added audience members")).to_be_checked()
    page.get_by_role("combobox", name="Segment", exact=True).click()
    page.get_by_role("option", name="customers").first.click()
    page.keyboard.press("Escape")
    desk.look("new-journey-about")
    page.get_by_role("button", name="Create").click()
    page.wait_for_url("**/journeys/welcome-series/edit*")
    made = desk.house.call("GET", "/journeys/welcome-series")["document"]
    assert (made["start"]["segment"], made["start"]["frequency"]) == ("customers", "newly_added")
    assert [step["id"] for step in made["steps"]] == ["welcome", "two-days", "first-steps", "clicked"]


def test_a_blank_journey_repeats_on_a_schedule_that_is_shown(desk: Desk) -> None:
    page = desk.open("/journeys/new")
    page.get_by_role("button", name="Skip and create from blank").press("Enter")
    page.get_by_label("Name").fill("Weekly news")
    page.get_by_label("A repeating journey").check()
    page.get_by_text("Monday").or_(page.get_by_text("Mon", exact=True)).first.click()
    expect(page.get_by_role("list").filter(has_text="Monday").get_by_role("listitem")).to_have_count(5)
    desk.look("new-journey-repeating")
    page.get_by_role("button", name="Create").click()
    page.wait_for_url("**/journeys/weekly-news/edit*")
    start = desk.house.call("GET", "/journeys/weekly-news")["document"]["start"]
    assert (start["repeat"]["unit"], start["repeat"]["weekdays"]) == ("week", ["mon"])
