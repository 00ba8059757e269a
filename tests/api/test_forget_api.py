"""Deleting a person, and everything that is known of one in one call (A4), from outside."""

from datetime import timedelta
from typing import Any

import pytest

from builders import asks, sends, waits
from participation import T0, Participation, enter, look
from served import Api
from sojourn.channels.inbox import store as inbox
from sojourn.db.connect import transaction
from sojourn.delivery import store as delivery
from sojourn.delivery.model import EmailMessage, Mailbox
from sojourn.delivery.store import Settlement
from sojourn.people import store as people

V1 = "/api/v1"
HOUR = timedelta(hours=1)


@pytest.fixture
async def ada(api: Api) -> Participation:
    """Ada was sent the mail, which the inbox kept, clicked, and is in a wait."""
    async with transaction(api.pool) as conn:
        ada = await enter(conn, sends(), asks(yes=[waits()]), first_name="Ada")
        ((claimed,), _) = await delivery.claim(conn, ada.person.shard, "email", 10, T0)
        message = EmailMessage(
            claimed.key,
            "ada@x.example",
            Mailbox("news@x.example"),
            "News",
            "<p>Dear</p>",
            "Dear Ada",
            T0,
            "1@x.example",
        )
        await inbox.keep(conn, ada.person.shard, "email", [message])
        settled = Settlement(claimed.key, "sent", answer="250 OK", provider_id="4711")
        await delivery.settle(conn, ada.person.shard, [settled], T0)
        await ada.look(T0)
        await ada.does("email.clicked", T0 + HOUR, link="product", properties={"shoe": 38})
        said = {"purpose": "commercial", "state": "opted_in", "source": "form", "now": T0}
        await people.set_consent(conn, "email", "ada@x.example", **said)  # type: ignore[arg-type]
        await people.suppress(
            conn, "text", str((await people.person(conn, ada.person))["attributes"]["phone"]), "stop", T0
        )
    return ada


async def exported(api: Api, ada: Participation) -> Any:
    answer = await api.client.get(f"{V1}/people/{ada.person}/export")
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_A4_everything_that_is_known_of_a_person_is_one_call(api: Api, ada: Participation) -> None:
    known = await exported(api, ada)
    assert (known["id"], known["audience"], known["key"]) == (str(ada.person), "contact", "ada")
    assert known["attributes"]["first_name"] == "Ada"
    email, phone = known["addresses"]
    assert (email["address"], email["suppressed"]) == ("ada@x.example", None)
    assert [(one["purpose"], one["state"], one["source"]) for one in email["consents"]] == [
        ("commercial", "opted_in", "form")
    ]
    assert (phone["channel"], phone["address"], phone["suppressed"]) == ("text", known["attributes"]["phone"], "stop")
    assert [(one["segment"], one["until"]) for one in known["segments"]] == [("everybody", None)]
    assert (await api.client.get(f"{V1}/people/{ada.person}/memberships")).json() == known["segments"]
    (event,) = known["events"]
    assert (event["name"], event["properties"], event["link"]) == ("email.clicked", {"shoe": 38}, "product")
    (sent,) = known["deliveries"]
    assert (sent["key"], sent["step"], sent["content"], sent["state"]) == (
        str(ada.key("announce")), "announce", "launch-news", "sent",
    )  # fmt: skip
    assert (sent["address"], sent["answer"], sent["provider_id"]) == ("ada@x.example", "250 OK", "4711")
    assert event["delivery"] == sent["key"]
    (message,) = known["messages"]
    assert (message["key"], message["body"], message["html"]) == (sent["key"], "Dear Ada", "<p>Dear</p>")
    (way,) = known["participations"]
    assert (way["journey"], way["version"], way["run"], way["left_at"]) == ("launch", 1, 1, None)
    assert [(visit["step"], visit["outcome"]) for visit in way["visits"]] == [
        ("announce", "sent"), ("clicked", "yes"), ("pause", None),
    ]  # fmt: skip
    assert way["visits"][1]["cause"]["event"] == event["id"]


async def test_A4_an_old_address_is_known_too_and_the_addresses_of_others_are_not(api: Api, ada: Participation) -> None:
    async with transaction(api.pool) as conn:
        await people.identify(conn, "contact", "ada", {"email": "new@x.example", "phone": None}, T0 + HOUR)
        await people.identify(conn, "contact", "bob", {"email": "bob@x.example"}, T0 + HOUR)
    assert [one["address"] for one in (await exported(api, ada))["addresses"]] == ["ada@x.example", "new@x.example"]


async def test_A4_of_somebody_of_whom_nothing_else_is_known_the_rest_is_empty(api: Api) -> None:
    made = await api.client.post(f"{V1}/people", json={"audience": "lead", "key": "eve"})
    known = (await api.client.get(f"{V1}/people/{made.json()['id']}/export")).json()
    kinds = ("addresses", "segments", "events", "participations", "deliveries", "messages")
    assert not any(known[kind] for kind in kinds)


async def test_A4_a_person_is_deleted_at_once_and_the_rest_is_erased_in_the_next_turn(
    api: Api, ada: Participation
) -> None:
    home = f"{V1}/people/{ada.person}"
    assert (await api.client.delete(home)).status_code == 204
    for path in (home, f"{home}/export", f"{home}/memberships"):
        assert (await api.client.get(path)).status_code == 404
    assert (await api.client.delete(home)).status_code == 404
    found = await api.client.get(f"{V1}/people", params={"audience": "contact"})
    assert found.json()["people"] == []
    async with transaction(api.pool) as conn:
        await look(conn, ada.person.shard, T0 + 2 * HOUR)
    way = (await api.client.get(f"{home}/timeline")).json()
    assert [visit["exit_reason"] for visit in way["visits"]] == [None, None, "person_deleted"]
    assert {visit["address"] for visit in way["visits"]} == {None}
    assert [event["properties"] for event in way["events"]] == [{}]
    assert (await api.client.get(f"{V1}/inbox")).json()["messages"] == []
    gone = {"flow": "exited", "outcome": "person_deleted"}
    behind = await api.client.get(f"{V1}/journeys/launch/participants", params=gone)
    assert [(one["person"], one["key"]) for one in behind.json()["participants"]] == [(str(ada.person), None)]


async def test_A4_nobody_can_be_deleted_who_is_not_there(api: Api) -> None:
    for person in ("3-999", "ada"):
        assert (await api.client.delete(f"{V1}/people/{person}")).status_code == 404
    assert (await api.stranger.delete(f"{V1}/people/3-999")).status_code == 401
