"""Nothing that is done in the editor is lost: on a slow network, without one, under a server that starts again, logged
out, with YAML half written, or when somebody else publishes meanwhile."""

from typing import Any

import pytest
from desk import ACCOUNT, Desk, opened
from playwright.sync_api import Browser, Page, Route, expect

from house import House

PAUSE = {"id": "pause", "kind": "wait", "for": "2 days"}
SAVES = "**/api/v1/journeys/*"


@pytest.fixture(scope="module")
def workspace(house: House) -> House:
    house.call("POST", "/segments", json={"name": "all", "audience": "contact", "live": True,
                                          "condition": {"attribute": "email", "test": "is_set"}})  # fmt: skip
    return house


def opened_draft(desk: Desk, name: str, view: str = "canvas", **start: Any) -> Page:
    document = {"journey": name, "start": {"segment": "all", **start}, "steps": [PAUSE]}
    journey = desk.house.call("POST", "/journeys", json=document)["id"]
    page = desk.open(f"/journeys/{journey}/edit?view={view}")
    expect(page.get_by_role("textbox", name="Name of the journey")).to_have_value(name)
    return page


def rename(page: Page, name: str) -> None:
    page.get_by_role("textbox", name="Name of the journey").fill(name)


def names(house: House) -> set[str]:
    return {journey["name"] for journey in house.call("GET", "/journeys")["journeys"]}


def add_wait(page: Page) -> None:
    page.get_by_role("button", name="Add a step after pause", exact=True).click()
    page.get_by_role("option", name="Wait").first.click()


def publish(page: Page, name: str) -> None:
    """From the editor, by the page that is there for it."""
    page.get_by_role("link", name="Publish").click()
    expect(page.get_by_role("heading", name=f"Publish {name}")).to_be_visible()
    page.get_by_role("button", name="Publish").click()
    page.get_by_role("dialog").get_by_role("button", name="Publish").click()
    expect(page.get_by_text("Live", exact=True)).to_be_visible()


def steps(house: House, journey: str, version: int = 1) -> list[str]:
    found = house.call("GET", f"/journeys/{journey}", params={"version": version})
    return [step["id"] for step in found["document"]["steps"]]


def held(page: Page) -> list[Route]:
    """Saves are held back, as by a network that is slow; until nobody listens any more."""
    waiting: list[Route] = []
    page.route(SAVES, lambda route: waiting.append(route) if route.request.method == "PUT" else route.continue_())
    return waiting


def test_whoever_leaves_at_once_leaves_when_it_is_saved(desk: Desk, workspace: House) -> None:
    page = opened_draft(desk, "Slow network")
    waiting = held(page)
    rename(page, "Slow but sure")
    page.get_by_role("link", name="Publish").click()
    expect(page.get_by_role("dialog", name="Not everything is saved yet")).to_be_visible()
    desk.look("leave-saving")
    page.get_by_role("button", name="Stay here").click()
    rename(page, "Slow but surely")
    page.get_by_role("link", name="Publish").click()
    page.unroute(SAVES)  # which lets through what is held back
    assert waiting
    expect(page.get_by_role("heading", name="Publish Slow but surely")).to_be_visible()
    assert "Slow but surely" in names(workspace)


def test_without_a_network_nothing_is_lost_and_it_is_saved_when_it_is_back(desk: Desk, workspace: House) -> None:
    page = opened_draft(desk, "No network")
    page.route(SAVES, lambda route: route.abort() if route.request.method == "PUT" else route.continue_())
    rename(page, "No network at first")
    expect(page.get_by_role("button", name="Not saved: see why")).to_be_visible()
    page.get_by_role("link", name="Segments").click()
    expect(page.get_by_role("dialog", name="Not everything is saved yet")).to_be_visible()
    desk.look("leave-refused")
    page.keyboard.press("Enter")
    expect(page.get_by_role("textbox", name="Name of the journey")).to_have_value("No network at first")
    page.unroute(SAVES)
    expect(page.get_by_text("Saved at")).to_be_visible()
    assert "No network at first" in names(workspace)
    desk.complaints[:] = [one for one in desk.complaints if "ERR_FAILED" not in one]


def test_a_save_whose_answer_was_lost_is_our_own(desk: Desk, workspace: House) -> None:
    page = opened_draft(desk, "Half a connection")

    lost: list[str] = []

    def lose(route: Route) -> None:
        if route.request.method != "PUT" or lost:
            return route.continue_()
        lost.append(route.fetch().text())
        return route.abort()

    page.route(SAVES, lose)
    rename(page, "Saved unheard")
    expect(page.get_by_role("button", name="Not saved: see why")).to_be_visible()
    rename(page, "Saved and heard")
    expect(page.get_by_text("Saved at")).to_be_visible()
    assert "Saved and heard" in names(workspace)
    desk.complaints[:] = [one for one in desk.complaints if "ERR_FAILED" not in one]


def test_whoever_is_logged_out_meanwhile_goes_on_where_they_were(desk: Desk, workspace: House) -> None:
    page = opened_draft(desk, "Logged out")
    assert page.evaluate("fetch('/api/v1/session', {method: 'DELETE'}).then((answer) => answer.ok)")
    rename(page, "Logged in again")
    expect(page.get_by_text("this page is as you left it")).to_be_visible()
    desk.look("login-again")
    page.get_by_label("Email address").fill(ACCOUNT["email"])
    page.get_by_role("textbox", name="Password").fill(ACCOUNT["password"])
    page.keyboard.press("Enter")
    expect(page.get_by_role("textbox", name="Name of the journey")).to_have_value("Logged in again")
    expect(page.get_by_text("Saved at")).to_be_visible()
    assert "Logged in again" in names(workspace)


def test_yaml_that_cannot_be_read_is_not_thrown_away_unasked(desk: Desk, workspace: House) -> None:
    page = opened_draft(desk, "Half written", "yaml")
    text = page.get_by_role("textbox", name="The journey as YAML")
    text.click()
    page.keyboard.press("Control+End")
    page.keyboard.insert_text("  - {id: next, kind: wait, for: 1 day")
    expect(page.get_by_role("alert")).to_be_visible()
    page.get_by_text("Outline", exact=True).click()
    desk.look("leave-yaml")
    page.keyboard.press("Escape")
    page.get_by_role("link", name="All journeys").click()
    page.get_by_role("button", name="Stay here").click()
    rename(page, "Wholly written")
    expect(page.get_by_text("Saved at")).to_be_visible()
    text.click()
    page.keyboard.press("Control+End")
    page.keyboard.insert_text("}")
    page.get_by_text("Outline", exact=True).click()
    expect(page.get_by_role("treeitem", name="next")).to_be_visible()
    expect(page.get_by_role("textbox", name="Name of the journey")).to_have_value("Wholly written")


def test_P4_what_was_not_saved_when_another_published_goes_on_in_a_new_version(
    desk: Desk, browser: Browser, workspace: House
) -> None:
    page = opened_draft(desk, "Published meanwhile", frequency="newly_added")
    with opened(workspace, browser) as other:
        publish(other.open("/journeys/published-meanwhile/edit"), "Published meanwhile")
    add_wait(page)
    dialog = page.get_by_role("dialog", name="Somebody else has published this journey")
    expect(dialog.get_by_text("Added: wait")).to_be_visible()
    expect(page.get_by_text("Not saved: published meanwhile")).to_be_visible()
    desk.look("published-meanwhile")
    page.set_viewport_size({"width": 390, "height": 844})
    desk.look("published-meanwhile-narrow")
    page.set_viewport_size({"width": 1440, "height": 900})
    dialog.get_by_role("button", name="New version with my changes").click()
    expect(page.get_by_text("Saved at")).to_be_visible()
    assert steps(workspace, "published-meanwhile") == ["pause"]
    assert steps(workspace, "published-meanwhile", 2) == ["pause", "wait"]
    publish(page, "Published meanwhile")
    assert workspace.call("GET", "/journeys/published-meanwhile")["version"] == 2


def test_P4_a_new_version_keeps_the_name_and_one_that_is_made_already_is_gone_on_with(
    desk: Desk, workspace: House
) -> None:
    page = opened_draft(desk, "Renamed meanwhile", frequency="newly_added")
    workspace.call("POST", "/journeys/renamed-meanwhile/publication")
    add_wait(page)
    rename(page, "Another name")
    dialog = page.get_by_role("dialog", name="Somebody else has published this journey")
    expect(dialog.get_by_text("A new version keeps the name Renamed meanwhile.")).to_be_visible()
    workspace.call("POST", "/journeys/renamed-meanwhile/versions")
    dialog.get_by_role("button", name="New version with my changes").click()
    expect(page.get_by_text("Saved at")).to_be_visible()
    expect(page.get_by_role("textbox", name="Name of the journey")).to_have_value("Renamed meanwhile")
    assert steps(workspace, "renamed-meanwhile", 2) == ["pause", "wait"]


def test_P7_where_there_can_be_no_new_version_it_goes_on_in_a_copy(desk: Desk, workspace: House) -> None:
    page = opened_draft(desk, "Starts once")
    workspace.call("POST", "/journeys/starts-once/publication")
    add_wait(page)
    dialog = page.get_by_role("dialog", name="Somebody else has published this journey")
    expect(dialog.get_by_text("a new version would start nobody")).to_be_visible()
    expect(dialog.get_by_role("button", name="New version with my changes")).to_have_count(0)
    name = dialog.get_by_role("textbox", name="Name of the copy")
    name.fill("Starts once")
    dialog.get_by_role("button", name="Copy with my changes").click()
    expect(dialog.get_by_text("A journey called 'Starts once' exists already.")).to_be_visible()
    desk.look("published-copy-refused")
    name.fill("Starts again")
    dialog.get_by_role("button", name="Copy with my changes").click()
    expect(page).to_have_url(f"{workspace.client.base_url}/app/journeys/starts-again/edit")
    expect(page.get_by_role("textbox", name="Name of the journey")).to_have_value("Starts again")
    assert steps(workspace, "starts-again") == ["pause", "wait"]
    assert steps(workspace, "starts-once") == ["pause"]


def test_a_server_that_starts_again_under_the_editor_loses_nothing(desk: Desk, workspace: House) -> None:
    page = opened_draft(desk, "Restarted")
    workspace.port = int(str(workspace.client.base_url).rstrip("/").rpartition(":")[2])
    workspace.stop()
    rename(page, "Restarted and")
    expect(page.get_by_role("button", name="Not saved: see why")).to_be_visible()
    page.get_by_role("button", name="Not saved: see why").click()
    expect(page.get_by_text("saved as soon as the server is back")).to_be_visible()
    desk.look("editor-without-a-server")
    page.keyboard.press("Escape")
    add_wait(page)
    rename(page, "Restarted and saved")
    expect(page.get_by_role("button", name="Wait wait")).to_be_visible()
    workspace.start()
    expect(page.get_by_text("Saved at")).to_be_visible()
    assert steps(workspace, "restarted") == ["pause", "wait"]
    publish(page, "Restarted and saved")
    assert steps(workspace, "restarted") == ["pause", "wait"]
    desk.complaints.clear()  # of the browser, that it could not connect
