"""People in the console: imported from a file, found, looked at, and deleted."""

from pathlib import Path

from desk import Desk
from playwright.sync_api import expect

CUSTOMERS = """customer_id,First name,E-mail,Lifetime value
C1,Ada,ada@contoso.example,1200
C2,Ben,ben@contoso.example,80
C3,Cleo,no address,15
"""


def test_an_empty_audience_teaches(desk: Desk) -> None:
    page = desk.open("/people")
    expect(page.get_by_role("heading", name="Nobody is here yet")).to_be_visible()
    desk.look("people-empty")


def test_a_file_is_imported_by_keyboard_and_its_people_are_found(desk: Desk, tmp_path: Path) -> None:
    file = tmp_path / "customers.csv"
    file.write_text(CUSTOMERS, "utf-8")
    page = desk.open("/people/import")
    with page.expect_file_chooser() as choosing:
        page.get_by_label("CSV file").press("Enter")
    choosing.value.set_files(file)
    expect(page.get_by_role("combobox", name="Key")).to_have_value("customer_id")
    address = page.get_by_role("combobox", name="Fills the attribute: E-mail")
    address.fill("email")
    address.press("ArrowDown")
    address.press("Enter")
    expect(address).to_have_value("email")
    desk.look("people-import")
    page.get_by_role("button", name="Import").press("Enter")
    expect(page.get_by_role("heading", name="Imported customers.csv")).to_be_visible()
    desk.look("people-imported")
    with page.expect_download() as downloading:
        page.get_by_role("link", name="Download the rejected rows").click()
    assert "no address" in Path(downloading.value.path()).read_text("utf-8")
    page.get_by_role("link", name="See the people").click()
    page.get_by_label("Search people").fill("ad")
    expect(page.get_by_role("link", name="C1")).to_be_visible()
    expect(page.get_by_role("link", name="C2")).to_have_count(0)
    desk.look("people")


def test_a_person_is_looked_at_and_deleted(desk: Desk) -> None:
    house = desk.house
    given = {"email": "eve@contoso.example", "first_name": "Eve"}
    made = house.call("POST", "/people", json={"audience": "contact", "key": "C9", "attributes": given})
    event = {"id": "1", "person": made["id"], "name": "order.placed", "properties": {"amount": 60}}
    house.call("POST", "/events", json=event)
    said = {"channel": "email", "address": "eve@contoso.example", "purpose": "commercial", "state": "opted_in"}
    house.call("PUT", "/consents", json=said)
    named = {
        "name": "evas",
        "audience": "contact",
        "condition": {"attribute": "first_name", "test": "is", "value": "Eve"},
    }
    house.call("POST", "/segments", json={**named, "live": True})
    page = desk.open(f"/people/{made['id']}")
    expect(page.get_by_role("link", name="evas")).to_be_visible()
    expect(page.get_by_text("order.placed")).to_be_visible()
    expect(page.get_by_text("Opted in to commercial")).to_be_visible()
    desk.look("person")
    page.get_by_role("button", name="Delete").click()
    desk.look("person-delete")
    page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    page.wait_for_url("**/people")
    house.refused("GET", f"/people/{made['id']}")
