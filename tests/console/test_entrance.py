"""Getting in: a stranger is asked to log in at whatever address they came to."""

from urllib.parse import urlsplit

from desk import ACCOUNT, Desk
from playwright.sync_api import expect


def test_a_stranger_logs_in_where_they_came_to_and_out_again(desk: Desk) -> None:
    desk.page.context.clear_cookies()
    page = desk.open("/nowhere")
    expect(page.get_by_role("heading", name="Log in")).to_be_visible()
    desk.look("login")
    page.get_by_label("Email address").fill(ACCOUNT["email"])
    page.get_by_role("textbox", name="Password").fill("wrong")
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_text("wrong", exact=False)).to_be_visible()
    page.get_by_role("textbox", name="Password").fill(ACCOUNT["password"])
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_role("heading", name="There is no page at this address").first).to_be_visible()
    desk.look("not-found")
    page.get_by_role("button", name=ACCOUNT["email"]).click()
    page.get_by_role("menuitem", name="Log out").click()
    expect(page.get_by_role("heading", name="Log in")).to_be_visible()


def test_a_login_link_opens_the_page_it_leads_to_and_works_once(desk: Desk) -> None:
    desk.page.context.clear_cookies()
    link = desk.house.command("login", ACCOUNT["email"]).strip()
    page = desk.open(f"/segments#{urlsplit(link).fragment}")
    expect(page.get_by_role("heading", name="Segments", exact=True)).to_be_visible()
    assert page.url.endswith("/app/segments")
    page.get_by_role("button", name=ACCOUNT["email"]).click()
    page.get_by_role("menuitem", name="Log out").click()
    expect(page.get_by_role("heading", name="Log in")).to_be_visible()
    page.goto("about:blank")
    desk.open(f"/segments#{urlsplit(link).fragment}")
    expect(page.get_by_text("This login link is not valid any more")).to_be_visible()
    desk.look("login-link-used")


def test_the_set_up_page_says_when_the_link_lacks_its_token(desk: Desk) -> None:
    page = desk.open("/setup")
    expect(page.get_by_text("Open the set-up link")).to_be_visible()
    expect(page.get_by_role("button", name="Make the account")).to_be_disabled()
    desk.look("setup")
