"""Makes the pictures of the tutorial: follows it page by page in Chromium, at a Sojourn of its own with sample data.

    make screenshots

The clock is virtual and begins on the same Monday each time, and people open and click by the hash of their address, so
that the pictures come out the same.
"""

import re
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from desk import ACCOUNT, CHROMIUM, QUIET, Desk, opened
from playwright.sync_api import Browser, Page, expect, sync_playwright

from house import House, environment, mail_server
from sojourn.app.sample.people import chance

PICTURES = Path(__file__).parent / "pictures"
T0 = datetime(2030, 1, 7, 9, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
LIKE_A_READER = {"locale": "en-GB", "timezone_id": "UTC"}
WIDTH = 1280
JOURNEY = "Lamp launch"


def main() -> None:
    PICTURES.mkdir(exist_ok=True)
    with a_house() as house, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        set_up(house, browser)
        with opened(house, browser, **LIKE_A_READER) as desk:
            desk.page.clock.set_fixed_time(T0)
            sample_data(desk)
            new_journey(desk)
            publish(desk)
            live(desk)
            numbers(desk)
        browser.close()


@contextmanager
def a_house() -> Iterator[House]:
    with tempfile.TemporaryDirectory() as folder, mail_server() as (postbox, smtp_url):
        Path(folder).chmod(0o755)
        house = House(environment(smtp_url, Path(folder) / "data"), postbox)
        house.start()
        try:
            yield house
        finally:
            house.stop()


def shoot(page: Page, name: str, height: int = 800) -> None:
    page.set_viewport_size({"width": WIDTH, "height": height})
    expect(page.get_by_role("status", name="Loading")).to_have_count(0)
    page.mouse.move(0, 0)
    page.screenshot(path=PICTURES / f"{name}.png", animations="disabled", caret="hide")


def set_up(house: House, browser: Browser) -> None:
    link = house.setup_link()
    house.move_to(T0)
    page = browser.new_page(reduced_motion="reduce", **LIKE_A_READER)  # type: ignore[arg-type]
    page.goto(link)
    page.get_by_label("Name of the workspace").fill("Contoso")
    page.get_by_label("Email address").fill(ACCOUNT["email"])
    page.get_by_role("textbox", name="Password").fill(ACCOUNT["password"])
    shoot(page, "set-up", 560)
    page.get_by_role("button", name="Make the account").click()
    page.wait_for_url("**/journeys")
    page.close()


def sample_data(desk: Desk) -> None:
    page = desk.open("/journeys")
    shoot(page, "first-page", 480)
    page.get_by_role("button", name="Try it with sample data").click()
    expect(page.get_by_role("link", name="Product launch")).to_be_visible()
    page = desk.open("/segments/most-valuable-customers")
    shoot(page, "segment", 600)
    page = desk.open(f"/content/product-announcement?for={desk.house.person('C00027')}")
    page.get_by_role("button", name="Sender, purpose and audience").click()
    expect(page.get_by_text("Subject: ").first).not_to_contain_text("Hello,")
    shoot(page, "email")
    desk.complaints.clear()  # the page's clock may not run in the frame of the preview


def new_journey(desk: Desk) -> None:
    page = desk.open("/journeys/new")
    page.get_by_label("Describe the journey").fill("announce a product launch")
    page.get_by_role("button", name="Announcement with follow-up").click()
    page.get_by_role("textbox", name="Name").fill(JOURNEY)
    page.get_by_role("combobox", name="Segment", exact=True).click()
    page.get_by_role("option", name="most-valuable-customers").first.click()
    page.keyboard.press("Escape")
    shoot(page, "who-starts")
    page.get_by_role("button", name="Create").click()
    page.wait_for_url("**/journeys/lamp-launch/edit*")
    page.get_by_role("button", name="Send an email announce").click()
    choose(page, "Email to send", "product-announcement")
    page.get_by_role("button", name="Send a text message launched").click()
    choose(page, "Text message to send", "product-launched")
    page.get_by_role("button", name="If/then clicked").click()
    choose(page, "Which link", "See the lamp")
    expect(page.get_by_text("Saved at")).to_be_visible()
    whole(page)
    shoot(page, "canvas")


def whole(page: Page) -> None:
    page.set_viewport_size({"width": WIDTH, "height": 800})
    page.get_by_role("button", name="Show the whole journey").click()


def choose(page: Page, field: str, option: str) -> None:
    page.get_by_role("combobox", name=field).click()
    page.get_by_role("option", name=option).first.click()


def publish(desk: Desk) -> None:
    page = desk.page
    page.get_by_role("link", name="Publish").click()
    expect(page.get_by_text("Nothing forbids publishing")).to_be_visible()
    page.get_by_role("button", name="Rehearse").click()
    expect(page.get_by_text("people go through")).to_be_visible()
    shoot(page, "publish")
    page.get_by_role("button", name="Publish").click()
    page.get_by_role("dialog").get_by_role("button", name="Publish").click()
    expect(page.get_by_role("heading", name=f"Publish {JOURNEY}")).to_have_count(0)


def live(desk: Desk) -> None:
    """A day in which people look at their mail, each at their hour, and click or do not."""
    house = desk.house
    house.move_to(T0 + timedelta(minutes=1))
    readers: defaultdict[int, list[str]] = defaultdict(list)
    for who, _ in house.postbox.received:
        if chance(who, "opens") < 0.6:
            readers[1 + int(20 * chance(who, "when") ** 2)].append(who)
    for hour, people in sorted(readers.items()):
        house.move_to(T0 + hour * HOUR)
        for who in people:
            read(house, who)
    house.move_to(T0 + DAY + HOUR)
    desk.page.clock.set_fixed_time(T0 + DAY + HOUR)


def read(house: House, who: str) -> None:
    (mail,) = house.postbox.to(who)
    html = mail.get_body(("html",))
    assert html is not None
    for pixel in re.findall(r'src="([^"]+\.gif)"', html.get_content()):
        house.follow(pixel)
    if chance(who, "clicks") < 0.55:
        house.follow(house.links(who)["See the lamp"])
    elif chance(who, "strolls") < 0.3:
        house.follow(house.links(who)["Our shops"])


def numbers(desk: Desk) -> None:
    page = desk.open("/journeys/lamp-launch/analytics")
    expect(page.get_by_text("Updated")).to_be_visible()
    whole(page)
    shoot(page, "numbers")
    page = desk.open("/journeys/lamp-launch/analytics?step=announce")
    whole(page)
    shoot(page, "message")
    page = desk.open("/journeys/lamp-launch/analytics?step=launch&people=here")
    shoot(page, "people", 480)
    page.get_by_role("dialog").get_by_role("link", name="Show their way").first.click()
    expect(page.get_by_role("listitem").nth(1)).to_be_visible()
    whole(page)
    shoot(page, "way")
    page = desk.open("/journeys/lamp-launch/analytics?view=time")
    expect(page.get_by_role("img", name="What happened by hour")).to_be_visible()
    for series in ("Entered", "Sent", "Opened"):
        page.get_by_role("group", name="Shown").get_by_text(series).click()
    shoot(page, "over-time", 560)


main()
