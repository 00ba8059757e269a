"""The people behind the numbers (N3), and one person's way (N4)."""

from datetime import timedelta
from typing import Any

import pytest

from builders import a_contact, asks, journey, publish, sends, waits
from participation import FIRST, T0, Participation, enter, look, people_behind
from sojourn.analytics import store
from sojourn.analytics.model import StepNumbers
from sojourn.db.connect import Connection
from sojourn.db.shards import COUNT
from sojourn.delivery.store import claim
from sojourn.journeys import publish as publishing
from sojourn.kit.errors import NotFound
from sojourn.kit.ids import Ref

HOUR = timedelta(hours=1)


async def behind(ada: Participation, step: str | None = None, flow: str | None = None, **number: Any) -> list[str]:
    rows = await people_behind(ada.conn, ada.version, step=step, flow=flow, **number)
    return sorted(row["key"] for row in rows)


async def counted(ada: Participation) -> dict[str, StepNumbers]:
    return {step.step: step for step in (await store.numbers(ada.conn, ada.version, T0)).steps}


STEPS = (sends(), asks(yes=[waits("after", "2 hours")]), waits("pause", "3 hours"))


@pytest.fixture
async def ada(conn: Connection) -> Participation:
    """Ada's mail is under way."""
    return await enter(conn, *STEPS)


async def several(conn: Connection) -> Participation:
    """Ada was sent the mail and clicked; p0 to p3 were not, having no address, and wait for the pause to end."""
    people = [await a_contact(conn, f"p{number}", T0, email=None) for number in range(4)]
    ada = await enter(conn, *STEPS)
    for shard in {person.shard for person in people} - {ada.person.shard}:
        await look(conn, shard, T0)
        await claim(conn, shard, "email", 100, T0)
        await look(conn, shard, T0)
    await ada.hand_over(T0)
    await ada.does("email.clicked", T0 + HOUR, link="product")
    return ada


async def test_N3_every_number_opens_the_list_of_the_people_behind_it(conn: Connection) -> None:
    ada = await several(conn)
    others = ["p0", "p1", "p2", "p3"]
    for name, step in (await counted(ada)).items():
        assert len(await behind(ada, name)) == step.entered, name
        assert len(await behind(ada, name, "here")) == step.here, name
        for flow, outcomes in (("left", step.left), ("exited", step.exited)):
            assert len(await behind(ada, name, flow)) == sum(outcomes.values()), (name, flow)
            for outcome, n in outcomes.items():
                assert len(await behind(ada, name, flow, outcome=outcome)) == n, (name, outcome)
    assert await behind(ada, "announce", "blocked") == others
    assert await behind(ada, "clicked", outcome="yes") == await behind(ada, "after", "here") == ["ada"]
    assert await behind(ada, "pause", "here") == others


async def test_N3_without_a_step_it_is_about_the_whole_journey(conn: Connection) -> None:
    ada = await several(conn)
    assert await behind(ada) == await behind(ada, "start") == ["ada", "p0", "p1", "p2", "p3"]
    assert await behind(ada, None, "here") == await behind(ada)
    await publishing.stop(conn, "launch", "bob", T0 + HOUR)
    await ada.look(T0 + HOUR)
    assert "ada" in await behind(ada, None, "exited", outcome="journey_stopped")
    assert "ada" not in await behind(ada, None, "here")


async def test_N3_a_step_that_is_not_there_is_not_found(ada: Participation) -> None:
    with pytest.raises(NotFound, match="no step named 'nothing'"):
        await behind(ada, "nothing")
    assert await behind(ada, "announce", outcome="no such outcome") == []


async def test_N3_pages_follow_each_other(conn: Connection) -> None:
    ada = await several(conn)
    seen: list[Any] = []
    after = FIRST
    while rows := await people_behind(conn, ada.version, after=after, limit=2):
        seen += [row["key"] for row in rows]
        after = Ref(rows[-1]["shard"], rows[-1]["id"])
    assert sorted(seen) == ["ada", "p0", "p1", "p2", "p3"]


async def test_N3_the_list_says_where_each_one_is(conn: Connection) -> None:
    ada = await several(conn)
    rows = {row["key"]: row for row in await people_behind(conn, ada.version)}
    assert (rows["ada"]["at_step"], rows["p0"]["at_step"], rows["p0"]["audience"]) == ("after", "pause", "contact")
    assert Ref(rows["ada"]["shard"], rows["ada"]["person"]) == ada.person


async def test_N4_a_way_is_told_visit_by_visit_with_what_decided(conn: Connection) -> None:
    ada = await several(conn)
    visits, events = await store.timeline(conn, ada.person, 10)
    assert [(visit["step"], visit["outcome"]) for visit in visits] == [
        ("announce", "sent"), ("clicked", "yes"), ("after", None),
    ]  # fmt: skip
    assert (visits[0]["delivery"], visits[0]["address"], visits[0]["cause"]) == (
        "sent", "ada@x.example", {"delivery": "sent"},
    )  # fmt: skip
    assert visits[1]["cause"]["event"] == events[0]["id"]
    assert [(event["name"], event["step"], event["link"]) for event in events] == [
        ("email.clicked", "announce", "product")
    ]
    assert (await store.timeline(conn, ada.person, 0))[1] == []


async def test_N4_somebody_whose_message_is_under_way_can_be_looked_at(ada: Participation) -> None:
    visits, events = await store.timeline(ada.conn, ada.person, 10)
    assert [(visit["step"], visit["delivery"], visit["left_at"]) for visit in visits] == [("announce", "queued", None)]
    assert events == []


async def test_N4_who_was_deleted_left_a_way_and_who_never_was_is_not_found(ada: Participation) -> None:
    await ada.conn.execute("delete from person")
    assert len((await store.timeline(ada.conn, ada.person, 10))[0]) == 1
    for stranger in (Ref(ada.person.shard, ada.person.id + 1), Ref(COUNT, 1)):
        with pytest.raises(NotFound, match="no person"):
            await store.timeline(ada.conn, stranger, 10)


async def test_N4_who_is_in_no_journey_has_an_empty_way(conn: Connection) -> None:
    bob = await a_contact(conn, "bob", T0)
    assert await store.timeline(conn, bob, 10) == ([], [])


async def test_N2_who_clicks_twice_is_one_person_and_machines_are_counted_apart(conn: Connection) -> None:
    ada = await enter(conn, sends(), waits())
    await ada.hand_over(T0)
    for link, automated in (("product", False), ("product", False), ("about", False), ("about", True)):
        await ada.does("email.clicked", T0 + HOUR, link=link, automated=automated)
    message = (await counted(ada))["announce"].message
    assert message is not None
    assert message.clicked.model_dump() == {"people": 1, "total": 3, "automated": 1}
    assert message.links["product"].model_dump() == {"people": 1, "total": 2, "automated": 0}
    assert message.links["about"].model_dump() == {"people": 1, "total": 1, "automated": 1}


async def test_numbers_of_another_journey_are_its_own(conn: Connection) -> None:
    ada = await enter(conn, sends(), waits())
    await ada.hand_over(T0)
    second = await publish(conn, journey(sends(), name="Second"), T0)
    await ada.look(T0)
    found = {step.step: step for step in (await store.numbers(conn, second, T0)).steps}
    assert (found["announce"].here, (await counted(ada))["announce"].left) == (1, {"sent": 1})
