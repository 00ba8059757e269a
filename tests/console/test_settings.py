"""The settings: what everybody shares, attributes and their defaults, channels, keys; and sample data in one click."""

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
