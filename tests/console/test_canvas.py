"""The editor of journeys: the page's own example is built on the canvas by mouse, and again by the keyboard alone."""

from typing import Any

import pytest
from desk import Desk, opened
from playwright.sync_api import Browser, Page, expect

from house import House

SEGMENT = {"attribute": "email", "test": "is_set"}
BODY = """<mjml><mj-body><mj-section><mj-column>
<mj-button link="product" href="https://contoso.example/lamp">See the lamp</mj-button>
<mj-text><a link="shops" href="https://contoso.example/shops">Our shops</a></mj-text>
<mj-text>{{ postal_address }} <a href="{{ unsubscribe_url }}">Unsubscribe</a></mj-text>
</mj-column></mj-section></mj-body></mjml>"""
EMAIL = {"kind": "email", "name": "product-announcement", "audience": "contact", "purpose": "commercial",
         "sender": "Contoso <news@contoso.example>", "subject": "Meet the lamp", "body": BODY}  # fmt: skip
TEXT = {"kind": "text", "name": "product-launched", "audience": "contact", "purpose": "commercial", "body": "Here!"}
ANNOUNCE = {"id": "announce", "kind": "email", "content": "product-announcement", "to": "email"}
CLICKED = {"id": "clicked", "kind": "if", "of": "announce", "event": "link_clicked", "link": "product",
           "within": "1 day"}  # fmt: skip


@pytest.fixture(scope="module")
def workspace(house: House) -> House:
    """A live segment, an email with two links, and a text message."""
    house.call("PATCH", "/workspace", json={"postal_address": "Contoso, 1 Main Street", "zone": "Europe/Paris"})
    house.call("POST", "/segments", json={"name": "vip", "audience": "contact", "condition": SEGMENT, "live": True})
    for content in (EMAIL, TEXT):
        house.call("POST", "/contents", json=content)
        house.call("POST", f"/contents/{content['name']}/readiness")
    return house


def draft(house: House, name: str, *steps: dict[str, Any], **start: Any) -> str:
    document = {"journey": name, "start": {"segment": "vip", **start}, "steps": list(steps)}
    made: str = house.call("POST", "/journeys", json=document)["id"]
    return made


def kept(house: House, journey: str) -> Any:
    return house.call("GET", f"/journeys/{journey}")["document"]


def canvas(desk: Desk, journey: str) -> Page:
    page = desk.open(f"/journeys/{journey}/edit")
    expect(page.get_by_role("group", name="Canvas")).to_be_visible()
    return page


def add(page: Page, where: str, kind: str) -> None:
    page.get_by_role("button", name=where, exact=True).click()
    page.get_by_role("option", name=kind).first.click()


def choose(page: Page, label: str, option: str) -> None:
    page.get_by_role("combobox", name=label).or_(page.get_by_role("textbox", name=label)).first.click()
    page.get_by_role("option", name=option).first.click()


def saved(page: Page) -> None:
    expect(page.get_by_text("Saved at")).to_be_visible()


def test_the_example_of_the_page_is_built_by_mouse(desk: Desk, workspace: House) -> None:
    journey = draft(workspace, "By mouse")
    page = canvas(desk, journey)
    page.get_by_role("button", name="Add the first step").click()
    desk.look("canvas-insert")
    page.get_by_role("option", name="Send an email").click()
    choose(page, "Email to send", "product-announcement")
    page.get_by_label("Name of this step").fill("Announce")
    page.get_by_label("Name of this step").blur()
    desk.look("canvas-email")
    add(page, "Add a step after announce", "If/then")
    choose(page, "Which link", "See the lamp")
    add(page, "Add a step at the beginning of Yes of if", "Wait until")
    page.get_by_label("A specific date and time", exact=True).last.fill("2026-12-05T09:00")
    add(page, "Add a step after wait-until", "Send a text message")
    choose(page, "Text message to send", "product-launched")
    saved(page)
    expect(page.get_by_text("Check: no problems")).to_be_visible()
    desk.look("canvas-example")
    steps = kept(workspace, journey)["steps"]
    assert steps[0] == ANNOUNCE
    assert {key: steps[1][key] for key in ("of", "event", "link", "within")} == {
        "of": "announce", "event": "link_clicked", "link": "product", "within": "1 day",
    }  # fmt: skip
    until, text = steps[1]["yes"]
    assert (until["kind"], until["at"]) == ("wait_until", "2026-12-05T09:00")
    assert text == {"id": "text", "kind": "text", "content": "product-launched", "to": "phone"}


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


@pytest.mark.parametrize("view", ["canvas", "outline"])
def test_steps_are_built_moved_and_deleted_by_the_keyboard_alone(desk: Desk, workspace: House, view: str) -> None:
    journey = draft(workspace, f"By keyboard in the {view}", ANNOUNCE)
    page = desk.open(f"/journeys/{journey}/edit?view={view}")
    on = "treeitem" if view == "outline" else "button"
    expect(page.get_by_role(on, name="Start")).to_be_visible()
    page.get_by_role(on, name="Start").focus()
    press(page, *(["ArrowDown", "+"] if view == "outline" else ["ArrowDown", "ArrowDown", "ArrowDown", "Enter"]))
    expect(page.get_by_role("combobox", name="Search what to add")).to_be_focused()
    page.keyboard.type("if/then")
    expect(page.get_by_role("option")).to_have_count(1)
    press(page, "Enter")
    expect(page.get_by_role(on, name="If/then if")).to_be_focused()
    press(page, "ArrowDown", *(["+"] if view == "outline" else ["Enter"]))
    page.keyboard.type("text message")
    press(page, "Enter")
    expect(page.get_by_role(on, name="Send a text message text")).to_be_focused()
    saved(page)
    assert [step["kind"] for step in kept(workspace, journey)["steps"][1]["yes"]] == ["text"]
    press(page, "Delete")
    expect(page.get_by_role("button", name="Delete it and join up")).to_be_focused()
    press(page, "Enter")
    expect(page.get_by_role(on, name="Send a text message text")).to_have_count(0)
    press(page, "Control+z")
    expect(page.get_by_role(on, name="Send a text message text")).to_be_visible()
    page.get_by_role(on, name="If/then if").focus()
    press(page, "Alt+ArrowUp")
    expect(page.get_by_role(on, name="If/then if")).to_be_focused()
    expect(page.get_by_text("1 problem").first).to_be_visible()
    desk.look(f"keyboard-{view}")
    press(page, "Control+d")
    expect(page.get_by_role(on, name="If/then if-2")).to_be_focused()


@pytest.mark.parametrize("view", ["canvas", "outline"])
def test_whoever_types_ahead_of_a_slow_machine_gets_what_they_typed(desk: Desk, workspace: House, view: str) -> None:
    journey = draft(workspace, f"Fast in the {view}", ANNOUNCE)
    page = desk.open(f"/journeys/{journey}/edit?view={view}")
    on = "treeitem" if view == "outline" else "button"
    page.get_by_role(on, name="Start").focus()
    page.clock.install()
    page.clock.pause_at(page.evaluate("Date.now() / 1000 + 1"))  # from here on no timer and no frame comes
    press(page, *(["+"] if view == "outline" else ["ArrowDown", "Enter"]))
    page.keyboard.type("text message")
    press(page, "Enter")
    expect(page.get_by_role(on, name="Send a text message text")).to_be_focused()
    press(page, *(["+"] if view == "outline" else ["ArrowDown", "Enter"]))
    page.keyboard.type("wait")
    press(page, "ArrowDown", "Enter")
    expect(page.get_by_role(on, name="Wait until wait-until")).to_be_focused()
    press(page, "Shift+F10", "Enter")
    page.keyboard.type("first of all")
    press(page, "Enter")
    expect(page.get_by_role(on, name="Wait until wait-until")).to_be_focused()
    press(page, "Delete", "Enter")
    expect(page.get_by_role(on, name="Start")).to_be_focused()
    press(page, "Control+z")
    page.clock.resume()
    saved(page)
    assert [step["id"] for step in kept(workspace, journey)["steps"]] == ["wait-until", "text", "announce"]


def test_steps_go_to_another_journey_by_the_clipboard(desk: Desk, workspace: House) -> None:
    page = canvas(desk, draft(workspace, "Copied from", ANNOUNCE, CLICKED))
    page.get_by_role("button", name="Send an email announce").focus()
    press(page, "Control+c")
    target = draft(workspace, "Pasted to", {"id": "pause", "kind": "wait", "for": "2 days"})
    page = canvas(desk, target)
    page.get_by_role("button", name="Wait pause").focus()
    press(page, "Control+v")
    expect(page.get_by_role("button", name="Send an email announce")).to_be_focused()
    press(page, "Control+z", "Control+Shift+z", "Control+z", "Control+y")
    saved(page)
    assert [step["id"] for step in kept(workspace, target)["steps"]] == ["pause", "announce"]


def test_a_step_is_moved_by_drag_and_by_menu(desk: Desk, workspace: House) -> None:
    pause = {"id": "pause", "kind": "wait", "for": "2 days"}
    journey = draft(workspace, "Moving", ANNOUNCE, CLICKED, pause)
    page = canvas(desk, journey)
    place = page.get_by_role("button", name="Add a step at the beginning of Yes of clicked")
    page.get_by_role("button", name="Wait pause").drag_to(place)
    expect(page.get_by_role("button", name="Add a step at the beginning of Yes of clicked")).to_be_visible()
    saved(page)
    assert [step["id"] for step in kept(workspace, journey)["steps"][1]["yes"]] == ["pause"]
    page.get_by_role("button", name="What to do with pause").click()
    page.get_by_role("menuitem", name="Move").click()
    desk.look("canvas-move")
    choose(page, "Where to", "First of all")
    expect(page.get_by_role("button", name="Wait pause")).to_be_focused()
    page.wait_for_function("() => document.body.innerText.includes('Saved at')")
    expect(page.get_by_role("button", name="Add a step after pause")).to_be_visible()


def test_two_editors_of_one_journey_keep_both_or_choose(desk: Desk, browser: Browser, workspace: House) -> None:
    journey = draft(workspace, "Two editors", ANNOUNCE)
    with opened(workspace, browser) as other:
        mine, theirs = canvas(desk, journey), canvas(other, journey)
        add(theirs, "Add the first step", "Wait")
        saved(theirs)
        add(mine, "Add a step after announce", "Goal reached")
        expect(mine.get_by_role("dialog", name="Somebody else has changed this journey")).to_be_visible()
        desk.look("canvas-conflict")
        mine.get_by_role("button", name="Keep both").click()
        saved(mine)
        assert [step["id"] for step in kept(workspace, journey)["steps"]] == ["wait", "announce", "goal-reached"]
        theirs.get_by_role("textbox", name="Name of the journey").fill("Theirs now")
        expect(theirs.get_by_text("What you changed")).to_be_visible()
        theirs.get_by_role("button", name="Take theirs").click()
        expect(theirs.get_by_role("textbox", name="Name of the journey")).to_have_value("Two editors")
        expect(theirs.get_by_role("button", name="Goal reached goal-reached")).to_be_visible()


def test_problems_lead_to_their_step_and_are_mended_there(desk: Desk, workspace: House) -> None:
    workspace.call("POST", "/contents", json={**EMAIL, "name": "not-ready"})
    for name in ("asked-about", "waited-for"):
        workspace.call("POST", "/segments", json={"name": name, "audience": "contact", "condition": SEGMENT})
    lacking = {"id": "lacking", "kind": "email", "content": "not-ready", "to": ""}
    joined = {"id": "joined", "kind": "wait_for", "segment": "waited-for", "within": "1 day"}
    asked = {"id": "asked", "kind": "branch", "cases": [{"outcome": "yes", "when": {"member_of": "asked-about"}}]}
    page = canvas(desk, draft(workspace, "Problems", lacking, joined, asked))
    page.get_by_role("button", name="Check").click()
    page.get_by_role("button", name="Send to email").click()
    page.get_by_role("button", name="Make not-ready Ready to send").click()
    page.get_by_role("button", name="Make asked-about live").click()
    page.get_by_role("button", name="Make waited-for live").click()
    expect(page.get_by_text("Nothing keeps this journey from being published.")).to_be_visible()
    desk.look("canvas-checked")


def test_the_yaml_is_the_journey_both_ways(desk: Desk, workspace: House) -> None:
    journey = draft(workspace, "In YAML", ANNOUNCE, CLICKED)
    page = desk.open(f"/journeys/{journey}/edit?view=yaml")
    text = page.get_by_role("textbox", name="The journey as YAML")
    expect(text).to_contain_text("product-announcement")
    text.click()
    press(page, "Control+End")
    page.keyboard.insert_text("  - {id: pause, kind: wait, for: 2 days}\n")
    saved(page)
    desk.look("canvas-yaml")
    assert [step["id"] for step in kept(workspace, journey)["steps"]] == ["announce", "clicked", "pause"]
    page.keyboard.insert_text("  - {id: fax, kind: fax}\n")
    expect(page.get_by_role("button", name="There is no such kind of step.")).to_be_visible()
    press(page, "Control+z")
    page.get_by_text("Canvas", exact=True).click()
    expect(page.get_by_role("button", name="Wait pause")).to_be_visible()


def test_the_start_says_who_enters_and_when(desk: Desk, workspace: House) -> None:
    journey = draft(workspace, "Weekly")
    page = canvas(desk, journey)
    page.get_by_role("button", name="Start").click()
    page.get_by_role("radio", name="A repeating journey").check()
    page.get_by_role("radio", name="Date and time").check()
    page.get_by_role("textbox", name="Date and time").fill("2026-12-03T10:00")
    expect(page.get_by_text("December 10, 2026")).to_be_visible()
    page.get_by_role("button", name="Let people leave when something happens").click()
    page.get_by_role("combobox", name="Name of the event").fill("cart.paid")
    desk.look("canvas-start")
    saved(page)
    assert kept(workspace, journey)["exits"][0]["trigger"] == "cart.paid"
    start = kept(workspace, journey)["start"]
    assert (start["frequency"], start["repeat"]["unit"], start["at"]) == ("repeating", "week", "2026-12-03T10:00")


def test_J11_some_people_are_held_out(desk: Desk, workspace: House) -> None:
    journey = draft(workspace, "Compared", {"id": "rest", "kind": "wait", "for": "1 hour"})
    page = canvas(desk, journey)
    page.get_by_role("button", name="Start").click()
    page.get_by_role("switch", name="Hold some people out").check()
    page.get_by_role("textbox", name="How many of a hundred").fill("12.5")
    page.get_by_role("textbox", name="How many of a hundred").blur()
    desk.look("canvas-held-out")
    saved(page)
    assert kept(workspace, journey)["start"]["hold_out"] == 12.5


def test_a_published_journey_is_shown_and_cannot_be_changed(desk: Desk, workspace: House) -> None:
    journey = draft(workspace, "Live one", ANNOUNCE)
    workspace.call("POST", f"/journeys/{journey}/publication")
    page = desk.open(f"/journeys/{journey}")
    page.get_by_role("button", name="Send an email announce").click()
    expect(page.get_by_label("Name of this step")).to_be_disabled()
    expect(page.get_by_role("button", name="Add a step after announce")).to_have_count(0)
    expect(page.get_by_text("Version 1 is published and cannot be changed.")).to_be_visible()
    desk.look("canvas-published")
    page.get_by_role("button", name="Actions for Live one").click()
    page.get_by_role("menuitem", name="History").click()
    expect(page.get_by_role("cell", name="published")).to_be_visible()
    desk.look("journey-history")


def test_on_a_phone_the_outline_is_the_editor(desk: Desk, workspace: House) -> None:
    desk.page.set_viewport_size({"width": 390, "height": 844})
    page = desk.open(f"/journeys/{draft(workspace, 'On a phone', ANNOUNCE, CLICKED)}/edit")
    expect(page.get_by_role("tree")).to_be_visible()
    desk.look("outline-phone")
    page.get_by_role("treeitem", name="announce").first.click()
    desk.look("panel-phone")


WAYS = """async () => {
  const pane = document.querySelector(".react-flow__pane");
  const frames = [];
  let last = performance.now();
  for (let n = 0; n < 120; n += 1) {
    const way = { deltaX: n % 40 < 20 ? 60 : -60, deltaY: 90, bubbles: true, cancelable: true };
    pane.dispatchEvent(new WheelEvent("wheel", { ...way, clientX: 500, clientY: 400 }));
    await new Promise(requestAnimationFrame);
    const now = performance.now();
    frames.push(now - last);
    last = now;
  }
  return frames.sort((a, b) => a - b);
}"""


def branching(count: int) -> list[dict[str, Any]]:
    """So many steps: messages, and every tenth a branch with steps on both sides."""
    steps: list[dict[str, Any]] = []
    for number in range(count // 10):
        sides = {
            side: [{"id": f"{side}{number}-{n}", "kind": "wait", "for": "1 day"} for n in range(4)]
            for side in ("yes", "no")
        }
        message = {"id": f"email{number}", "kind": "email", "content": "product-announcement", "to": "email"}
        steps += [message, {"id": f"if{number}", "kind": "if", "of": message["id"], "event": "opened",
                            "within": "1 day", **sides}]  # fmt: skip
    return steps


@pytest.mark.parametrize("count", [1000, 3000])
def test_thousands_of_steps_are_moved_across_fluently(desk: Desk, workspace: House, count: int) -> None:
    page = canvas(desk, draft(workspace, f"With {count} steps", *branching(count)))
    drawn = page.locator(".react-flow__node").count()
    frames = page.evaluate(WAYS)
    middle, slow = frames[len(frames) // 2], frames[len(frames) * 95 // 100]
    print(f"{count} steps: {drawn} things drawn; a frame takes {middle:.0f} ms, 95 of 100 at most {slow:.0f} ms")
    assert drawn < 200
    page.get_by_role("button", name="Find a step").click()
    last = f"if{count // 10 - 1}"
    page.get_by_role("combobox", name="Find a step by its name").fill(last)
    page.get_by_role("option", name=last).click()
    expect(page.get_by_role("button", name=f"If/then {last}")).to_be_focused()
