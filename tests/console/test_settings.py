"""The settings: what everybody shares, attributes and their defaults, senders, channels, keys; and sample data in one
click."""

import re

from desk import Desk
from playwright.sync_api import expect


def test_the_workspace_is_changed(desk: Desk) -> None:
    page = desk.open("/settings")
    page.get_by_label("Postal address").fill("Contoso, 1 Main Street, Springfield")
    page.get_by_role("combobox", name="Time zone").fill("Paris")
    page.get_by_role("option", name="Europe/Paris").click()
    desk.look("settings-workspace")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved")).to_be_visible()
    told = desk.house.call("GET", "/workspace")
    assert (told["zone"], told["postal_address"]) == ("Europe/Paris", "Contoso, 1 Main Street, Springfield")


def test_an_attribute_is_declared_and_sent_to_by_default(desk: Desk) -> None:
    page = desk.open("/settings/attributes")
    contacts = page.get_by_role("region", name="Contact")
    contacts.get_by_label("Name").fill("work_email")
    contacts.get_by_label("Type").click()
    page.get_by_role("option", name="Email address").click()
    contacts.get_by_role("button", name="Add attribute").click()
    expect(contacts.get_by_role("cell", name="work_email")).to_be_visible()
    contacts.get_by_label("Send emails to").click()
    page.get_by_role("option", name="work_email").click()
    expect(contacts.get_by_label("Send emails to")).to_have_value("work_email")
    desk.look("settings-attributes")
    (contact,) = [one for one in desk.house.call("GET", "/audiences") if one["name"] == "contact"]
    assert contact["email_attribute"] == "work_email"


def test_senders_are_added_and_one_is_the_default(desk: Desk) -> None:
    page = desk.open("/settings/senders")
    expect(page.get_by_role("heading", name="Say from whom your emails are")).to_be_visible()
    desk.look("settings-senders-empty")
    page.get_by_role("button", name="Add a sender").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("From name").fill("Contoso")
    dialog.get_by_label("From address").fill("news")
    dialog.get_by_role("button", name="Save").click()
    expect(dialog.get_by_text("'news' cannot be used: An email address must have an @-sign")).to_be_visible()
    desk.look("settings-senders-add")
    dialog.get_by_label("From address").fill("news@contoso.example")
    expect(dialog.get_by_label("New emails begin with this sender")).to_be_checked()
    dialog.get_by_role("button", name="Save").click()
    contoso = page.get_by_role("region", name="Contoso <news@contoso.example>")
    expect(contoso.get_by_text("Default")).to_be_visible()
    expect(contoso.get_by_text("No email is from this sender.")).to_be_visible()

    page.get_by_role("button", name="Add a sender").click()
    dialog.get_by_label("From name").fill("Ada of Contoso")
    dialog.get_by_label("From address").fill("ada@contoso.example")
    dialog.get_by_label("Reply to").fill("help@contoso.example")
    expect(dialog.get_by_label("New emails begin with this sender")).not_to_be_checked()
    dialog.get_by_role("button", name="Save").click()
    ada = page.get_by_role("region", name="Ada of Contoso")
    expect(ada.get_by_text("Answers go to help@contoso.example")).to_be_visible()
    ada.get_by_role("button", name="Actions for Ada of Contoso").click()
    page.get_by_role("menuitem", name="Make default").click()
    expect(ada.get_by_text("Default")).to_be_visible()
    expect(contoso.get_by_text("Default")).to_have_count(0)


def test_a_sender_tells_which_emails_have_it_and_is_changed_without_them(desk: Desk) -> None:
    for name in ("launch-news", "spring-news"):
        email = {"kind": "email", "audience": "contact", "sender": "Contoso <news@contoso.example>", "name": name}
        desk.house.call("POST", "/contents", json=email)
    page = desk.open("/settings/senders")
    dialog, contoso = page.get_by_role("dialog"), page.get_by_role("region", name="Contoso <news@contoso.example>")
    expect(contoso.get_by_text("2 emails are from this sender:")).to_be_visible()
    expect(contoso.get_by_role("link", name="spring-news")).to_be_visible()
    desk.look("settings-senders")
    contoso.get_by_role("button", name="Actions for Contoso").click()
    page.get_by_role("menuitem", name="Change").click()
    expect(dialog.get_by_text("2 emails have a copy of it and keep what they have.")).to_be_visible()
    dialog.get_by_label("From name").fill("Contoso Shop")
    desk.look("settings-senders-change")
    dialog.get_by_role("button", name="Save").click()
    shop = page.get_by_role("region", name="Contoso Shop <news@contoso.example>")
    expect(shop.get_by_text("No email is from this sender.")).to_be_visible()
    assert desk.house.call("GET", "/contents/launch-news")["document"]["sender"] == "Contoso <news@contoso.example>"


def test_a_sender_is_tried_out_and_deleted(desk: Desk) -> None:
    page = desk.open("/settings/senders")
    dialog, ada = page.get_by_role("dialog"), page.get_by_role("region", name="Ada of Contoso")
    ada.get_by_role("button", name="Send a test").click()
    expect(dialog.get_by_label("Email addresses")).to_have_value("ada@contoso.example")
    dialog.get_by_role("button", name="Send", exact=True).click()
    expect(dialog.get_by_text("ada@contoso.example: Handed over")).to_be_visible()
    desk.look("settings-senders-test")
    dialog.get_by_role("link", name="Open it in the inbox").click()
    expect(page.get_by_role("heading", name="[Test] An email from Ada of Contoso")).to_be_visible()

    desk.open("/settings/senders")
    ada.get_by_role("button", name="Actions for Ada of Contoso").click()
    page.get_by_role("menuitem", name="Delete").click()
    expect(dialog.get_by_text("New emails begin without a sender")).to_be_visible()
    desk.look("settings-senders-delete")
    dialog.get_by_role("button", name="Delete").click()
    expect(ada).to_have_count(0)
    assert [one["name"] for one in desk.house.call("GET", "/senders")] == ["Contoso Shop"]


def test_the_senders_on_a_phone(desk: Desk) -> None:
    sender = {"name": "The Customer Service of Contoso", "address": "customer-service@news.contoso.example"}
    desk.house.call("POST", "/senders", json=sender)
    desk.page.set_viewport_size({"width": 390, "height": 844})
    page = desk.open("/settings/senders")
    expect(page.get_by_role("region", name=re.compile("Customer Service"))).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    desk.look("settings-senders-narrow")


def test_a_channel_is_tested(desk: Desk) -> None:
    page = desk.open("/settings/channels")
    emails = page.get_by_role("region", name="Emails")
    emails.get_by_role("button", name="Test the connection").click()
    expect(emails.get_by_text("It works")).to_be_visible()
    desk.look("settings-channels")


def test_a_key_is_made_shown_once_and_revoked(desk: Desk) -> None:
    page = desk.open("/settings/keys")
    page.get_by_label("Name of the new key").fill("import from the shop")
    page.get_by_role("button", name="Make a key").click()
    expect(page.get_by_text("This is the only time")).to_be_visible()
    expect(page.get_by_text("sj_")).to_be_visible()
    expect(page.get_by_role("cell", name="import from the shop", exact=True)).to_be_visible()
    desk.look("settings-keys")
    page.reload()
    expect(page.get_by_role("cell", name="import from the shop", exact=True)).to_be_visible()
    expect(page.get_by_text("sj_")).to_have_count(0)
    page.get_by_role("button", name="Revoke import from the shop").click()
    page.get_by_role("button", name="Revoke", exact=True).click()
    expect(page.get_by_role("cell", name="import from the shop", exact=True)).to_have_count(0)


def test_sample_data_lead_to_a_journey(desk: Desk) -> None:
    page = desk.open("/journeys")
    page.get_by_role("button", name="Try it with sample data").click()
    expect(page.get_by_role("link", name="Product launch")).to_be_visible(timeout=60_000)
