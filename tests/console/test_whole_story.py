"""The page's own story from end to end, in a browser: once by mouse, once by the keyboard alone.

A journey is made, drawn, refused, mended and published; time goes by, the email is read, its link is clicked, and at
the launch the text message is there. The story is told once; what differs are the hands that do it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from desk import ACCOUNT, Desk, opened
from playwright.sync_api import Browser, Locator, Page, expect

from house import House, environment, mail_server

DAY = timedelta(days=1)
EMAIL = {
    "kind": "email", "name": "product-announcement", "audience": "contact", "purpose": "commercial",
    "sender": "Contoso <news@contoso.example>", "subject": "Meet the lamp",
    "body": """<mjml><mj-body><mj-section><mj-column>
      <mj-button link="product" href="https://contoso.example/lamp">See the lamp</mj-button>
      <mj-text>{{ postal_address }} <a href="{{ unsubscribe_url }}">Unsubscribe</a></mj-text>
    </mj-column></mj-section></mj-body></mjml>""",
}  # fmt: skip
TEXT = {"kind": "text", "name": "product-launched", "audience": "contact", "purpose": "commercial",
        "body": "{{ person.first_name }}, the lamp is here."}  # fmt: skip
EVERYBODY = {"name": "everybody", "audience": "contact", "condition": {"attribute": "email", "test": "is_set"}}
FAR = 120
"""Tabs after which something is out of reach."""


@pytest.fixture(scope="module")
def house(module_database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A Sojourn that hands its mails to a mail server, with one person and two contents that are still drafts."""
    data: Path = tmp_path_factory.mktemp("data")
    with mail_server() as (postbox, smtp_url):
        house = House(environment(smtp_url, data, module_database), postbox)
        house.start()
        try:
            token = urlsplit(house.setup_link()).fragment.removeprefix("token=")
            house.call("POST", "/setup", json={"token": token, "workspace": "Contoso", **ACCOUNT})
            house.call("PATCH", "/workspace", json={"postal_address": "Contoso, 1 Main Street", "zone": "UTC"})
            house.call("POST", "/segments", json={**EVERYBODY, "live": True})
            yield house
        finally:
            house.stop()


@dataclass
class Mouse:
    page: Page

    def press(self, what: Locator) -> None:
        what.click()

    def write(self, what: Locator, text: str) -> None:
        what.fill(text)

    def choose(self, what: Locator, option: str) -> None:
        what.click()
        self.page.get_by_role("option", name=option).first.click()

    def moment(self, what: Locator, local: datetime) -> None:
        what.fill(local.strftime("%Y-%m-%dT%H:%M"))

    def check(self, what: Locator) -> None:
        what.check()

    def add(self, after: str, where: str, kind: str) -> None:
        self.page.get_by_role("button", name=where, exact=True).click()
        self.page.get_by_role("option", name=kind).first.click()

    def done(self) -> None:
        """With the settings of a step."""


@dataclass
class Keys:
    """Nothing but keys: what is wanted is come to by Tab, in lists and on the canvas by the arrows."""

    page: Page

    def hit(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def reach(self, what: Locator, key: str = "Tab") -> None:
        expect(what).to_be_visible()
        for _ in range(FAR):
            if what.evaluate("(here) => here === document.activeElement"):
                return
            self.hit(key)
        pytest.fail(f"{what} is out of reach of {key}")

    def press(self, what: Locator) -> None:
        self.reach(what)
        self.hit("Enter")

    def write(self, what: Locator, text: str) -> None:
        self.reach(what)
        self.hit("Control+a")
        self.page.keyboard.type(text)
        self.hit("Tab")

    def choose(self, what: Locator, option: str) -> None:
        self.reach(what)
        self.hit("Control+a")
        self.page.keyboard.type(option)
        expect(self.page.get_by_role("option", name=option).first).to_be_visible()
        self.hit("Enter")

    def moment(self, what: Locator, local: datetime) -> None:
        self.reach(what)
        self.page.keyboard.type(local.strftime("%m%d%Y"))
        self.hit("Tab")
        self.page.keyboard.type(local.strftime("%I%M%p"))

    def check(self, what: Locator) -> None:
        """A radio button, among its like."""
        self.reach(self.page.locator("input:checked").and_(self.page.locator(f"[name='{what.get_attribute('name')}']")))
        self.reach(what, "ArrowDown")

    def add(self, after: str, where: str, kind: str) -> None:
        self.reach(self.page.get_by_role("button", name=after).first)
        self.hit("ArrowDown")
        expect(self.page.get_by_role("button", name=where, exact=True)).to_be_focused()
        self.hit("Enter")
        self.page.keyboard.type(kind)
        self.hit("Enter")
        expect(self.page.get_by_role("button", name=kind).first).to_be_focused()
        self.hit("Enter")

    def done(self) -> None:
        self.hit("Escape")


@pytest.mark.parametrize("hands", [Mouse, Keys])
def test_the_whole_story_of_the_page(house: House, browser: Browser, hands: type[Mouse | Keys]) -> None:
    name = f"Launch by {hands.__name__}"
    start = datetime.fromisoformat(house.call("GET", "/clock")["now"]).astimezone(UTC) + timedelta(hours=1)
    start = start.replace(second=0, microsecond=0)
    with opened(house, browser) as desk:
        begin(house, hands.__name__.lower())
        page = desk.open("/journeys")
        hand = hands(page)
        make(hand, name, start)
        draw(hand, start + 3 * DAY)
        desk.look(f"story-{hands.__name__.lower()}-drawn")
        publish(hand, desk, name)
        live(house, start, hands.__name__.lower())
        see(hand, desk, name)


def begin(house: House, who: str) -> None:
    """One more person, and both contents as drafts."""
    attributes = {"email": f"{who}@x.example", "first_name": who.title(), "phone": "+33612345678"}
    house.call("POST", "/people", json={"audience": "contact", "key": who, "attributes": attributes})
    for content in (EMAIL, TEXT):
        house.call("POST", "/contents", json={**content, "name": f"{content['name']}-{who}"})


def make(hand: Mouse | Keys, name: str, start: datetime) -> None:
    page = hand.page
    hand.press(page.get_by_role("link", name="New journey").first)
    hand.press(page.get_by_role("button", name="Skip and create from blank"))
    hand.write(page.get_by_role("textbox", name="Name"), name)
    hand.choose(page.get_by_role("combobox", name="Segment", exact=True), "everybody")
    hand.check(page.get_by_role("radio", name="A one-time journey with a static audience"))
    hand.check(page.get_by_role("radio", name="Date and time"))
    hand.moment(page.get_by_label("Date and time", exact=True).last, start)
    hand.press(page.get_by_role("button", name="Create"))
    expect(page.get_by_role("textbox", name="Name of the journey")).to_have_value(name)


def draw(hand: Mouse | Keys, launch: datetime) -> None:
    page, who = hand.page, type(hand).__name__.lower()
    hand.add("Start", "Add the first step", "Send an email")
    hand.write(page.get_by_role("textbox", name="Name of this step"), "announce")
    hand.choose(page.get_by_role("combobox", name="Email to send"), f"product-announcement-{who}")
    hand.done()
    hand.add("Send an email announce", "Add a step after announce", "If/then")
    hand.choose(page.get_by_role("combobox", name="Which link"), "See the lamp")
    expect(page.get_by_role("textbox", name="Limit")).to_have_value("1")
    hand.done()
    hand.add("If/then if", "Add a step at the beginning of Yes of if", "Wait until")
    hand.moment(page.get_by_label("A specific date and time", exact=True).last, launch)
    hand.done()
    hand.add("Wait until", "Add a step after wait-until", "Send a text message")
    hand.choose(page.get_by_role("combobox", name="Text message to send"), f"product-launched-{who}")
    hand.done()
    expect(page.get_by_text("Saved at")).to_be_visible()


def publish(hand: Mouse | Keys, desk: Desk, name: str) -> None:
    page, who = hand.page, type(hand).__name__.lower()
    hand.press(page.get_by_role("link", name="Publish"))
    expect(page.get_by_text("2 problems forbid publishing")).to_be_visible()
    desk.look(f"story-{who}-refused")
    hand.press(page.get_by_role("link", name="Go to announce").first)
    hand.press(page.get_by_role("button", name="Check: 2 problems"))
    hand.press(page.get_by_role("button", name=f"Make product-announcement-{who} Ready to send"))
    hand.press(page.get_by_role("button", name=f"Make product-launched-{who} Ready to send"))
    expect(page.get_by_text("Nothing keeps this journey from being published.")).to_be_visible()
    page.keyboard.press("Escape")
    hand.press(page.get_by_role("link", name="Publish"))
    expect(page.get_by_text("Nothing forbids publishing")).to_be_visible()
    hand.press(page.get_by_role("button", name="Publish"))
    hand.press(page.get_by_role("dialog").get_by_role("button", name="Publish"))
    expect(page.get_by_role("heading", name=f"Publish {name}", exact=True)).to_have_count(0)


def live(house: House, start: datetime, who: str) -> None:
    """The email comes at the start, its link is clicked a day less an hour later, and then it is the launch."""
    house.move_to(start + timedelta(minutes=5))
    link = house.links(f"{who}@x.example")["See the lamp"]
    house.move_to(start + timedelta(hours=23))
    assert house.follow(link).headers["location"] == "https://contoso.example/lamp"
    house.move_to(start + 3 * DAY + timedelta(minutes=5))


def see(hand: Mouse | Keys, desk: Desk, name: str) -> None:
    page, who = hand.page, type(hand).__name__.lower()
    hand.press(page.get_by_role("link", name="Inbox"))
    hand.press(page.get_by_role("link", name=f"{who.title()}, the lamp is here."))
    expect(page.get_by_role("link", name=name)).to_be_visible()
    desk.look(f"story-{who}-text")
    hand.press(page.get_by_role("link", name="Journeys"))
    people = desk.house.call("GET", "/people", params={"audience": "contact"})["people"]
    entered, inside, sent = len(people), 0, len(people) + 1
    row = page.get_by_role("row", name=f"{name} Completed {entered} {inside} {sent}")
    expect(row).to_be_visible()
    hand.press(row.get_by_role("link", name=name))
    flow = page.get_by_role("group", name="Canvas")
    expect(flow.get_by_role("link", name=f"Entered at announce: {entered}")).to_be_visible()
    expect(flow.get_by_role("link", name="Went on: Yes at if: 1")).to_be_visible()
    desk.look(f"story-{who}-numbers")
