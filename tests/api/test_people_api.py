"""The routes of people, from outside."""

import csv
import json
from typing import Any

import httpx2
import pytest

from served import Api

V1 = "/api/v1"
PEOPLE = b"id,first_name,email\n1,Ada,ada@example.com\n2,Bob,bob@example.com\n=3,Eve,nowhere\n"


async def upload(api: Api, content: bytes = PEOPLE, **form: Any) -> httpx2.Response:
    told = {"audience": "contact", "key": "id", **form}
    return await api.client.post(f"{V1}/people/imports", files={"file": ("people.csv", content)}, data=told)


async def identify(api: Api, key: str = "crm-1", **attributes: Any) -> httpx2.Response:
    given = {"audience": "contact", "key": key, "attributes": attributes}
    return await api.client.post(f"{V1}/people", json=given)


async def test_A1_audiences_are_listed_counted_and_changed(api: Api):
    names = [one["name"] for one in (await api.client.get(f"{V1}/audiences")).json()]
    assert names == ["contact", "customer_profile", "lead"]
    home = f"{V1}/audiences/customer_profile"
    await api.client.put(f"{home}/attributes/mail", json={"type": "email"})
    changed = await api.client.patch(home, json={"email_attribute": "mail", "label": "Profile"})
    assert changed.json() == {
        "name": "customer_profile",
        "label": "Profile",
        "email_attribute": "mail",
        "phone_attribute": None,
        "zone_attribute": None,
        "attributes": {"first_name": "text", "last_name": "text", "mail": "email"},
    }
    assert (await api.client.get(home)).json() == {**changed.json(), "people": 0}
    cleared = await api.client.patch(home, json={"email_attribute": None})
    assert (cleared.json()["email_attribute"], cleared.json()["label"]) == (None, "Profile")


async def test_what_an_audience_cannot_be_is_refused(api: Api):
    contact = f"{V1}/audiences/contact"
    assert (await api.client.get(f"{V1}/audiences/martians")).status_code == 404
    assert (await api.client.patch(contact, json={"email_attribute": "first_name"})).status_code == 422
    assert (await api.client.patch(contact, json={"label": None})).status_code == 422
    assert (await api.client.put(f"{contact}/attributes/email", json={"type": "text"})).status_code == 409
    assert (await api.client.put(f"{contact}/attributes/Email", json={"type": "text"})).status_code == 422


async def test_A2_a_person_is_made_changed_and_read(api: Api):
    made = (await identify(api, first_name="Ada", email="Ada@Example.com")).json()
    changed = (await identify(api, first_name=None, last_name="Lovelace")).json()
    assert changed["id"] == made["id"]
    assert changed["attributes"] == {"last_name": "Lovelace", "email": "ada@example.com"}
    assert (await api.client.get(f"{V1}/people/{made['id']}")).json() == changed
    assert (await api.client.get(f"{V1}/people/3-999")).status_code == 404
    assert (await api.client.get(f"{V1}/people/ada")).status_code == 404


async def test_A2_a_person_that_does_not_fit_is_refused_with_every_place(api: Api):
    refused = await identify(api, "", shoe=1, email="x")
    assert refused.status_code == 422
    assert {problem["where"] for problem in refused.json()["problems"]} == {
        "/key",
        "/attributes/shoe",
        "/attributes/email",
    }


async def test_people_are_searched_and_paged(api: Api):
    for number in range(5):
        await identify(api, f"crm-{number}", first_name="Ada" if number else "Bob")
    found, after = [], None
    while True:
        asked = {"audience": "contact", "search": "ada", "limit": 3, **({"after": after} if after else {})}
        page = (await api.client.get(f"{V1}/people", params=asked)).json()
        found += [one["key"] for one in page["people"]]
        if (after := page["next"]) is None:
            break
    assert sorted(found) == ["crm-1", "crm-2", "crm-3", "crm-4"]


async def test_A3_a_file_is_imported_and_its_rejected_rows_are_downloaded(api: Api):
    answer = await upload(api)
    assert answer.status_code == 201, answer.text
    done = answer.json()
    assert (done["rows"], done["accepted"], done["rejected"], done["failure"]) == (3, 2, 1, None)
    assert (done["source"], done["started_by"]) == ("people.csv", "key tests")
    assert (await api.client.get(f"{V1}/people/imports/{done['id']}")).json() == done
    assert (await api.client.get(f"{V1}/people/imports")).json() == {"imports": [done]}
    rejected = await api.client.get(f"{V1}/people/imports/{done['id']}/rejected")
    assert rejected.headers["content-disposition"] == f'attachment; filename="rejected-{done["id"]}.csv"'
    header, row = csv.reader(rejected.text.splitlines())
    assert header == ["row", "reason", "id", "first_name", "email"]
    assert (row[0], row[2:]) == ("4", ["'=3", "Eve", "nowhere"])
    assert (await api.client.get(f"{V1}/people/imports/99/rejected")).status_code == 404


async def test_A3_importing_again_answers_that_nothing_changed(api: Api):
    await upload(api)
    again = (await upload(api)).json()
    assert (again["accepted"], again["updated"], again["unchanged"]) == (0, 0, 2)


async def test_A3_a_large_file_goes_through_the_disk(api: Api):
    rows = b"".join(b"%d,Ada,ada%d@example.com\n" % (number, number) for number in range(60_000))
    assert len(rows) > 1024 * 1024
    done = (await upload(api, b"id,first_name,email\n" + rows)).json()
    assert done["accepted"] == 60_000


async def test_A2_columns_are_mapped_and_added(api: Api):
    content = "Kunde;Vorname;Größe;Telefon\n1;Ada;38,5;030 123456\n".encode()
    mapping = {"Vorname": "first_name", "Größe": "size", "Telefon": "phone"}
    form = {"key": "Kunde", "mapping": json.dumps(mapping), "add_unknown_attributes": "true", "region": "DE"}
    done = await upload(api, content, **form)
    assert done.json()["accepted"] == 1, done.text
    page = (await api.client.get(f"{V1}/people", params={"audience": "contact"})).json()
    assert page["people"][0]["attributes"] == {"first_name": "Ada", "size": "38,5", "phone": "+4930123456"}


@pytest.mark.parametrize(
    ("content", "form"),
    [
        (b"", {}),
        (b"id,shoe\n1,38\n", {}),
        (PEOPLE, {"key": "number"}),
        (PEOPLE, {"mapping": "[]"}),
        (PEOPLE, {"region": "XX"}),
    ],
)
async def test_A3_a_file_that_does_not_fit_is_refused_as_a_whole(api: Api, content, form):
    refused = await upload(api, content, **form)
    assert refused.status_code == 422
    page = (await api.client.get(f"{V1}/people", params={"audience": "contact"})).json()
    assert page == {"people": [], "next": None}


async def test_consents_are_set_and_listed_by_address(api: Api):
    said = {"channel": "email", "address": "Ada@Example.com", "purpose": "commercial", "state": "opted_out"}
    kept = (await api.client.put(f"{V1}/consents", json=said)).json()
    assert (kept["address"], kept["source"]) == ("ada@example.com", "key tests")
    asked = {"channel": "email", "address": "ada@EXAMPLE.com"}
    assert (await api.client.get(f"{V1}/consents", params=asked)).json() == [kept]
    assert (await api.client.put(f"{V1}/consents", json={**said, "address": "ada"})).status_code == 422
    assert (await api.client.put(f"{V1}/consents", json={**said, "purpose": "fun"})).status_code == 422


async def test_suppressions_are_set_listed_and_lifted(api: Api):
    for name in "abc":
        await api.client.put(f"{V1}/suppressions", json={"channel": "email", "address": f"{name}@example.com"})
    page = {"channel": "email", "limit": 2, "after": "a@example.com"}
    listed = (await api.client.get(f"{V1}/suppressions", params=page)).json()
    assert [(one["address"], one["reason"]) for one in listed] == [
        ("b@example.com", "manual"),
        ("c@example.com", "manual"),
    ]
    one = {"channel": "email", "address": "B@example.com"}
    assert (await api.client.delete(f"{V1}/suppressions", params=one)).status_code == 204
    assert (await api.client.get(f"{V1}/suppressions", params=one)).json() == []
    assert (await api.client.delete(f"{V1}/suppressions", params=one)).status_code == 404
