"""Content in the console: an email from blank to Ready to send and to a test, by mouse and by keyboard alone; texts,
push notifications, and what happens when two write at once."""

import re
from collections.abc import Iterator

import pytest
from desk import Desk
from playwright.sync_api import Locator, Page, expect

from house import House

FRAME = "The email as it is received"
BODY = "<mjml><mj-body><mj-section><mj-column>{0}</mj-column></mj-section></mj-body></mjml>"
FOOTER = '<mj-text>{{ postal_address }} <a href="{{ unsubscribe_url }}">Unsubscribe</a></mj-text>'


@pytest.fixture(scope="module", autouse=True)
def _people(house: House) -> None:
    house.call("PATCH", "/workspace", json={"postal_address": "Contoso, 1 Main Street"})
    for key, first in (("ann@x.example", "Ann"), ("bob@x.example", "Bob")):
        attributes = {"email": key, "first_name": first, "last_name": "Lee"}
        house.call("POST", "/people", json={"audience": "contact", "key": key, "attributes": attributes})


@pytest.fixture
def page(desk: Desk, house: House) -> Iterator[Page]:
    yield desk.page
    for content in house.call("GET", "/contents"):
        house.call("DELETE", f"/contents/{content['name']}")


def given(house: House, name: str = "launch-news", *parts: str, **changes: object) -> None:
    email = {
        "kind": "email",
        "name": name,
        "audience": "contact",
        "subject": "News",
        "sender": "Contoso <news@contoso.example>",
        "body": BODY.format("\n".join((*parts, FOOTER))),
    }
    house.call("POST", "/contents", json=email | changes)


def saved(page: Page) -> None:
    expect(page.get_by_role("status").get_by_text("Saved", exact=True)).to_be_visible()


def tab_to(page: Page, target: Locator, *, back: bool = False) -> None:
    """By the keyboard alone, as often as it takes."""
    for _ in range(80):
        if target.evaluate("(found) => found === document.activeElement"):
            return
        page.keyboard.press("Shift+Tab" if back else "Tab")
    raise AssertionError(f"the keyboard does not come to {target}")


def test_an_email_is_written_from_blank_and_personalised(desk: Desk, page: Page, house: House) -> None:
    desk.open("/content")
    expect(page.get_by_role("heading", name="Write what journeys send")).to_be_visible()
    desk.look("content-empty")
    page.get_by_role("link", name="New content").first.click()
    page.get_by_role("textbox", name="Name").fill("Spring launch!")
    desk.look("content-new")
    page.get_by_role("button", name="Create").click()
    expect(page.get_by_role("heading", name="spring-launch", level=1)).to_be_visible()

    checks = page.get_by_role("region", name="Checks")
    expect(checks.get_by_text("things to mend")).to_be_visible()
    checks.get_by_role("button", name="Go to: The email has no subject.").click()
    subject = page.get_by_role("textbox", name="Subject")
    expect(subject).to_be_focused()
    subject.fill("For , from us")
    subject.evaluate("(field) => field.setSelectionRange(4, 4)")
    page.get_by_role("button", name="Personalise: Subject").click()
    desk.look("content-personalise")
    page.get_by_label("If it is missing").fill("you")
    page.get_by_role("button", name="Insert").click()
    expect(subject).to_have_value('For {{ person.first_name | default: "you" }}, from us')
    page.get_by_role("combobox", name="Sender").fill("Contoso <news@contoso.example>")
    page.get_by_role("textbox", name="Heading").fill("A spring for everybody")
    page.get_by_role("textbox", name="Text", exact=True).fill("Come **in**.")
    page.get_by_role("button", name="Add a block after this: Text 2").click()
    page.get_by_role("menuitem", name="Button").click()
    expect(page.get_by_role("textbox", name="Label")).to_be_focused()
    page.keyboard.type("See the garden")
    page.get_by_role("textbox", name="Address", exact=True).fill("https://contoso.example/garden")
    page.get_by_role("textbox", name="Link id").fill("garden")

    saved(page)
    (link,) = house.call("GET", "/contents/spring-launch")["links"]
    assert (link["id"], link["url"]) == ("garden", "https://contoso.example/garden")


def test_an_email_is_previewed_for_a_person_mended_made_ready_and_sent_as_a_test(
    desk: Desk, page: Page, house: House
) -> None:
    button = '<mj-button link="garden" href="https://contoso.example/garden">See the garden</mj-button>'
    words = "<mj-text>Dear {{ person.first_nam }}, come <b>in</b>.</mj-text>"
    given(house, "spring-launch", words, button, subject='For {{ person.first_name | default: "you" }}, from us')
    desk.open("/content/spring-launch")
    checks = page.get_by_role("region", name="Checks")
    frame = page.frame_locator(f"iframe[title='{FRAME}']")
    expect(frame.get_by_role("link", name="See the garden")).to_be_visible()
    checks.get_by_role("button", name=re.compile("Go to: .*first_nam'")).click()
    field = page.get_by_role("textbox", name="Text", exact=True)
    expect(field).to_be_focused()
    field.fill('Dear {{ person.first_name | default: "friend" }}, come **in**.')
    expect(checks.get_by_text("Nothing keeps it")).to_be_visible()
    expect(frame.get_by_text("Dear friend, come in.")).to_be_visible()
    page.get_by_role("combobox", name="Show it for").fill("Ann")
    page.get_by_role("option", name="Ann Lee").click()
    expect(frame.get_by_text("Dear Ann, come in.")).to_be_visible()
    expect(page.get_by_text("Subject: For Ann, from us")).to_be_visible()
    desk.look("content-editor")
    for way in ("Phone", "Dark", "Plain text"):
        page.get_by_role("region", name="Preview").get_by_text(way, exact=True).click()
        desk.look(f"content-{way.split()[0].lower()}")
    expect(page.get_by_text("See the garden (https://contoso.example/garden)")).to_be_visible()

    page.get_by_role("button", name="Mark Ready to send").click()
    expect(page.get_by_text("Version 1 is Ready to send.")).to_be_visible()
    page.get_by_role("button", name="Send a test").click()
    expect(page.get_by_text("As Ann Lee · ann@x.example would get it")).to_be_visible()
    page.get_by_label("Email addresses").fill("ed@contoso.example")
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.get_by_text("ed@contoso.example: Handed over")).to_be_visible()
    desk.look("content-test")
    page.get_by_role("link", name="Open it in the inbox").click()
    expect(page.get_by_role("heading", name="[Test] For Ann, from us")).to_be_visible()


def test_an_email_is_written_and_made_ready_by_the_keyboard_alone(desk: Desk, page: Page, house: House) -> None:
    desk.open("/content/new")
    press = page.keyboard.press
    tab_to(page, page.get_by_role("radio", name="Email"))
    tab_to(page, page.get_by_role("textbox", name="Name"))
    page.keyboard.type("By keys")
    press("Enter")
    expect(page.get_by_role("heading", name="by-keys", level=1)).to_be_visible()
    tab_to(page, page.get_by_role("textbox", name="Subject"))
    page.keyboard.type("Hello ")
    tab_to(page, page.get_by_role("button", name="Personalise: Subject"))
    press("Enter")
    tab_to(page, page.get_by_label("If it is missing"))
    press("Enter")
    expect(page.get_by_role("textbox", name="Subject")).to_have_value(
        'Hello {{ person.first_name | default: "friend" }}'
    )
    expect(page.get_by_role("textbox", name="Subject")).to_be_focused()
    tab_to(page, page.get_by_role("combobox", name="Sender"))
    page.keyboard.type("news@contoso.example")
    tab_to(page, page.get_by_role("textbox", name="Heading"))
    page.keyboard.type("Keys")
    tab_to(page, page.get_by_role("textbox", name="Text", exact=True))
    page.keyboard.type("Look ")
    press("Control+b")
    page.keyboard.type("here")
    press("ArrowRight")
    press("ArrowRight")
    page.keyboard.type(" ")
    press("Control+k")
    tab_to(page, page.get_by_label("Words"))
    page.keyboard.type("the shop")
    tab_to(page, page.get_by_role("dialog").get_by_label("Address"))
    page.keyboard.type("contoso.example/shop")
    press("Enter")
    expect(page.get_by_role("textbox", name="Text", exact=True)).to_have_value(
        'Look **here** [the shop](https://contoso.example/shop "the-shop")'
    )
    tab_to(page, page.get_by_role("button", name="Add a block after this: Text 2"), back=True)
    press("Enter")
    expect(page.get_by_role("menuitem", name="Heading")).to_be_visible()
    for _ in range(5):
        press("ArrowDown")
    press("Enter")
    expect(page.get_by_role("region", name="Divider 3")).to_be_visible()
    tab_to(page, page.get_by_role("button", name="Move up: Divider 3"), back=True)
    press("Enter")
    expect(page.get_by_role("region", name="Divider 2")).to_be_visible()
    expect(page.get_by_text("Nothing keeps it from being Ready to send")).to_be_visible()
    tab_to(page, page.get_by_role("button", name="Mark Ready to send"), back=True)
    press("Enter")
    expect(page.get_by_text("Version 1 is Ready to send.")).to_be_visible()
    made = house.call("GET", "/contents/by-keys")
    assert (made["state"], [link["id"] for link in made["links"]]) == ("Ready to send", ["the-shop"])
    assert "<b>here</b>" in made["document"]["body"]


def test_blocks_are_moved_duplicated_deleted_and_brought_back(desk: Desk, page: Page, house: House) -> None:
    given(house, "launch-news", "<mj-text>One</mj-text>", "<mj-table><tr><td>A table</td></tr></mj-table>")
    desk.open("/content/launch-news")
    expect(page.get_by_role("region", name="Source 2")).to_be_visible()
    page.get_by_role("button", name="Duplicate: Text 1").click()
    page.get_by_role("button", name="Delete: Text 1").click()
    expect(page.get_by_role("textbox", name="Text", exact=True)).to_be_focused()
    page.get_by_role("button", name="Delete: Source 2").click()
    expect(page.get_by_role("region", name="Source 2")).to_have_count(0)
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("region", name="Source 2")).to_be_visible()
    page.get_by_role("button", name="Add a block", exact=True).click()
    page.get_by_role("menuitem", name="Two columns").click()
    page.get_by_role("button", name="Add to column 2").click()
    page.get_by_role("menuitem", name="Image").click()
    expect(page.get_by_role("textbox", name="Address of the picture")).to_be_focused()
    saved(page)
    desk.look("content-blocks")
    body = house.call("GET", "/contents/launch-news")["document"]["body"]
    assert "<mj-table><tr><td>A table</td></tr></mj-table>" in body
    assert len(re.findall("<mj-column>", body)) == 3


def test_the_source_is_the_other_face_of_the_same_document(desk: Desk, page: Page, house: House) -> None:
    given(house, "launch-news", "<mj-text>One</mj-text>")
    desk.open("/content/launch-news")
    page.get_by_text("Source", exact=True).click()
    source = page.get_by_role("textbox", name="Source")
    expect(source).to_contain_text("<mj-text>One</mj-text>")
    desk.look("content-source")
    source.click()
    page.keyboard.press("Control+End")
    page.keyboard.type("<")
    expect(page.get_by_text("can only be edited as source")).to_be_visible()
    expect(page.get_by_text("It cannot be shown yet.")).to_be_visible()
    desk.look("content-broken")
    page.keyboard.press("Backspace")
    page.get_by_text("Blocks", exact=True).click()
    expect(page.get_by_role("textbox", name="Text", exact=True)).to_have_value("One")


def test_C5_a_link_keeps_its_id_when_its_address_and_text_are_changed(desk: Desk, page: Page, house: House) -> None:
    given(house, "launch-news", '<mj-button link="product" href="https://a.example/1">Go</mj-button>')
    desk.open("/content/launch-news")
    links = page.get_by_role("region", name="Links")
    links.get_by_role("textbox", name="Address of link 1").fill("https://a.example/2")
    links.get_by_role("textbox", name="Text of link 1").fill("Go there")
    expect(page.get_by_role("textbox", name="Label")).to_have_value("Go there")
    saved(page)
    assert house.call("GET", "/contents/launch-news")["links"] == [
        {"id": "product", "url": "https://a.example/2", "text": "Go there"}
    ]


def test_what_somebody_else_saved_meanwhile_is_not_overwritten(desk: Desk, page: Page, house: House) -> None:
    given(house)
    desk.open("/content/launch-news")
    theirs = house.call("GET", "/contents/launch-news")["document"] | {"subject": "Theirs"}
    house.call("PUT", "/contents/launch-news", json=theirs)
    subject = page.get_by_role("textbox", name="Subject")
    subject.fill("Mine")
    expect(page.get_by_role("alert").get_by_text("Somebody else has changed this meanwhile")).to_be_visible()
    desk.look("content-conflict")
    page.get_by_role("button", name="Load theirs").click()
    expect(subject).to_have_value("Theirs")
    house.call("PUT", "/contents/launch-news", json=theirs | {"subject": "Theirs again"})
    subject.fill("Mine")
    page.get_by_role("button", name="Keep mine").click()
    saved(page)
    assert house.call("GET", "/contents/launch-news")["document"]["subject"] == "Mine"


def test_D7_a_text_message_counts_its_segments_and_is_shown_as_a_phone_would(desk: Desk, page: Page) -> None:
    desk.open("/content/new?kind=text")
    page.get_by_role("textbox", name="Name").fill("Launch text")
    page.get_by_role("button", name="Create").click()
    words = page.get_by_role("textbox", name="Text")
    words.fill("a" * 161)
    expect(page.get_by_text("161 characters, 2 segments")).to_be_visible()
    words.fill("“Now”")
    expect(page.get_by_text("5 characters, 1 segment")).to_be_visible()
    expect(page.get_by_text("GSM-7 lacks “ ”")).to_be_visible()
    words.fill("It is here, ")
    page.get_by_role("button", name="Personalise: Text").click()
    page.get_by_role("button", name="Insert").click()
    expect(page.get_by_text("It is here, friend")).to_be_visible()
    desk.look("content-text")
    page.get_by_role("button", name="Mark Ready to send").click()
    expect(page.get_by_text("Version 1 is Ready to send.")).to_be_visible()
    words.fill("It was here")
    expect(page.get_by_role("button", name="Mark Ready to send")).to_be_visible()
    saved(page)


def test_a_push_notification_has_a_title_a_text_and_a_link(desk: Desk, page: Page) -> None:
    desk.open("/content/new?kind=push")
    page.get_by_role("textbox", name="Name").fill("Launch push")
    page.get_by_role("button", name="Create").click()
    page.get_by_role("textbox", name="Title").fill("News")
    page.get_by_role("textbox", name="Text").fill("It is here")
    page.get_by_role("textbox", name="Link").fill("contoso.example")
    expect(page.get_by_text("is no address of a web page")).to_be_visible()
    page.get_by_role("button", name=re.compile("Go to: 'contoso")).click()
    expect(page.get_by_role("textbox", name="Link")).to_be_focused()
    page.get_by_role("textbox", name="Link").fill("https://contoso.example/")
    expect(page.get_by_role("link", name="https://contoso.example/")).to_be_visible()
    desk.look("content-push")


def test_the_list_is_searched_filtered_copied_from_and_deleted_from(desk: Desk, page: Page, house: House) -> None:
    given(house)
    given(house, "spring-news", audience="lead")
    text = {"kind": "text", "name": "launch-text", "audience": "contact", "body": "Hello"}
    house.call("POST", "/contents", json=text)
    house.call("POST", "/contents/launch-text/readiness")
    journey = {
        "journey": "Launch",
        "start": {"segment": "all", "frequency": "once", "at": "publication"},
        "steps": [{"id": "a", "kind": "email", "content": "launch-news", "to": "email"}],
    }
    house.call("POST", "/journeys", json=journey)
    desk.open("/content")
    expect(page.get_by_role("row", name=re.compile("launch-news.*Draft.*Launch"))).to_be_visible()
    desk.look("content-list")
    page.get_by_role("textbox", name="Search content").fill("news")
    page.get_by_role("combobox", name="Audience").click()
    page.get_by_role("option", name="Lead").click()
    expect(page.get_by_role("status").or_(page.get_by_text("1 content"))).to_be_visible()
    page.reload()
    expect(page.get_by_role("link", name="spring-news")).to_be_visible()
    expect(page.get_by_role("link", name="launch-news")).to_have_count(0)
    page.get_by_role("button", name="Actions for spring-news").click()
    page.get_by_role("menuitem", name="Copy").click()
    page.get_by_role("dialog").get_by_label("Name").fill("Summer news")
    page.get_by_role("dialog").get_by_role("button", name="Copy").click()
    expect(page.get_by_role("heading", name="summer-news", level=1)).to_be_visible()
    page.get_by_role("button", name="Actions for summer-news").click()
    page.get_by_role("menuitem", name="Delete").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    expect(page.get_by_role("heading", name="Content", level=1)).to_be_visible()
    expect(page.get_by_role("link", name="summer-news")).to_have_count(0)
    house.call("DELETE", "/journeys/launch")


def test_J10_what_the_trigger_said_can_be_said_too(desk: Desk, page: Page, house: House) -> None:
    house.call(
        "POST", "/triggers", json={"name": "cart.left", "audience": "contact", "attributes": {"amount": "number"}}
    )
    house.call("POST", "/triggers/cart.left/readiness")
    given(house, "cart-left", "<mj-text>One</mj-text>")
    desk.open("/content/cart-left")
    page.get_by_role("combobox", name="Trigger").click()
    page.get_by_role("option", name="cart.left").click()
    page.get_by_role("textbox", name="Subject").fill("")
    page.get_by_role("button", name="Personalise: Subject").click()
    page.get_by_label("Attribute").select_option("trigger.amount")
    page.get_by_label("If it is missing").fill("much")
    page.get_by_role("button", name="Insert").click()
    expect(page.get_by_role("textbox", name="Subject")).to_have_value('{{ trigger.amount | default: "much" }}')
    expect(page.get_by_text("Nothing keeps it")).to_be_visible()
    saved(page)
    desk.look("content-trigger")
    assert house.call("GET", "/contents/cart-left")["document"]["trigger"] == "cart.left"


def test_a_new_email_begins_with_the_default_sender_and_can_have_any_other(
    desk: Desk, page: Page, house: House
) -> None:
    for name, reply_to in (("Contoso", "help@contoso.example"), ("Contoso Shop", None), ("Ada Lee", None)):
        address = f"{name.split()[-1].lower()}@contoso.example"
        house.call("POST", "/senders", json={"name": name, "address": address, "reply_to": reply_to})
    desk.open("/content/new")
    page.get_by_role("textbox", name="Name").fill("From us")
    page.get_by_role("button", name="Create").click()
    sender, answers = page.get_by_role("combobox", name="Sender"), page.get_by_role("textbox", name="Reply to")
    expect(sender).to_have_value("Contoso <contoso@contoso.example>")
    expect(answers).to_have_value("help@contoso.example")
    sender.click()
    expect(page.get_by_role("option")).to_have_count(3)
    desk.look("content-senders")
    sender.fill("shop")
    expect(page.get_by_role("option")).to_have_count(1)
    page.get_by_role("option", name="Contoso Shop").click()
    expect(sender).to_have_value("Contoso Shop <shop@contoso.example>")
    expect(answers).to_have_value("")
    answers.fill("desk@contoso.example")
    sender.fill("Bob <bob@contoso.example>")
    expect(page.get_by_role("option")).to_have_count(0)
    saved(page)
    told = house.call("GET", "/contents/from-us")["document"]
    assert (told["sender"], told["reply_to"]) == ("Bob <bob@contoso.example>", "desk@contoso.example")
    sender.press("Tab")
    tab_to(page, sender, back=True)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(sender).to_have_value("Ada Lee <lee@contoso.example>")
    for one in house.call("GET", "/senders"):
        house.call("DELETE", f"/senders/{one['id']}")


def test_the_editor_on_a_phone(desk: Desk, page: Page, house: House) -> None:
    given(house, "launch-news", "<mj-text>One</mj-text>")
    page.set_viewport_size({"width": 390, "height": 844})
    desk.open("/content/launch-news")
    expect(page.get_by_role("textbox", name="Text", exact=True)).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    desk.look("content-narrow")
    desk.open("/content")
    expect(page.get_by_role("link", name="launch-news")).to_be_visible()
    desk.look("content-list-narrow")
