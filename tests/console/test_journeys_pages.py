"""The list of journeys: what is there, how it stands, and what can be done to it."""

from desk import Desk
from playwright.sync_api import expect

from house import House

WELCOME = {"journey": "Welcome", "start": {"segment": "everybody"}, "steps": []}


def a_live_journey(house: House) -> None:
    """A segment of one person, and a journey that they wait in."""
    house.call("POST", "/people", json={"audience": "contact", "key": "ada", "attributes": {"email": "ada@x.example"}})
    segment = {"name": "everybody", "audience": "contact", "condition": {"all": []}, "live": True}
    house.call("POST", "/segments", json=segment)
    wait = {"id": "wait", "kind": "wait", "for": "2 days"}
    house.call("POST", "/journeys", json=WELCOME | {"steps": [wait]})
    house.call("POST", "/journeys/welcome/publication")


def test_an_empty_list_teaches(desk: Desk) -> None:
    page = desk.open("/journeys")
    expect(page.get_by_role("heading", name="Your first journey")).to_be_visible()
    desk.look("journeys-empty")


def test_a_journey_is_found_paused_resumed_copied_and_stopped(desk: Desk) -> None:
    a_live_journey(desk.house)
    page = desk.open("/journeys")
    row = page.get_by_role("row").filter(has=page.get_by_role("link", name="Welcome", exact=True))
    expect(row.get_by_role("cell").nth(3)).to_have_text("1")
    desk.look("journeys")

    def choose(action: str) -> None:
        page.get_by_role("button", name="Actions for Welcome", exact=True).click()
        page.get_by_role("menuitem", name=action).click()

    choose("Pause")
    page.get_by_label("Freeze").check()
    desk.look("journeys-pause")
    page.get_by_role("button", name="Pause", exact=True).click()
    expect(row.get_by_text("Paused")).to_be_visible()
    choose("Resume")
    page.get_by_label("Spread the messages").check()
    desk.look("journeys-resume")
    page.get_by_role("button", name="Resume", exact=True).click()
    expect(row.get_by_text("Completing").or_(row.get_by_text("Live"))).to_be_visible()
    choose("Stop")
    desk.look("journeys-stop")
    page.get_by_role("button", name="Stop", exact=True).click()
    expect(row.get_by_text("Stopped")).to_be_visible()
    choose("Copy")
    page.get_by_label("Name of the copy").fill("Welcome again")
    page.get_by_role("button", name="Copy", exact=True).click()
    page.wait_for_url("**/journeys/welcome-again/edit")
    desk.open("/journeys?search=again")
    expect(page.get_by_role("link", name="Welcome again")).to_be_visible()
    expect(page.get_by_role("link", name="Welcome", exact=True)).to_have_count(0)
    page.get_by_role("button", name="Actions for Welcome again").click()
    page.get_by_role("menuitem", name="Delete").click()
    page.get_by_role("button", name="Delete", exact=True).click()
    expect(page.get_by_role("heading", name="No journey matches")).to_be_visible()
