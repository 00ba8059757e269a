"""Where people go: branch and split decide by the person (W13), goal and exit by coming there (W14)."""

from collections import Counter
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from psycopg.sql import SQL

from builders import a_contact, a_workspace, branches, journey, publish, raises, sets, splits, waits
from participation import T0, Participation, come_again, enter, look
from share import share_of
from sojourn.db.connect import Connection
from sojourn.engine import store as engine
from sojourn.events.model import Event
from sojourn.events.store import append
from sojourn.journeys.model import JourneyDocument
from sojourn.journeys.steps.split import SplitStep
from sojourn.journeys.store import users_of_segment
from sojourn.people import store as people
from sojourn.segments import store as segments
from sojourn.segments.model import CONDITION

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
NAMED = {"attribute": "first_name", "test": "is_set"}


def case(outcome: str, when: dict[str, Any], *then: dict[str, Any]) -> dict[str, Any]:
    return {"outcome": outcome, "when": when, "then": list(then) or [waits(f"after-{outcome}")]}


async def named(conn: Connection, *cases: dict[str, Any], **attributes: Any) -> Participation:
    return await enter(conn, branches("kinds", *cases, other=[waits("after-other")]), **attributes)


# ---------------------------------------------------------------------------------------------------- branch


async def test_W13_the_first_case_that_holds_decides(conn):
    is_ada = {"attribute": "first_name", "test": "is", "value": "ada"}
    ada = await named(conn, case("eve", NAMED | {"test": "is", "value": "Eve"}), case("ada", is_ada),
                      case("named", NAMED), first_name="Ada")  # fmt: skip
    visit = await ada.visit("kinds")
    assert (visit["outcome"], visit["cause"], await ada.where()) == ("ada", {"case": 2}, "after-ada")
    assert visit["left_at"] == T0


async def test_W13_who_fits_no_case_goes_the_other_way(conn):
    ada = await named(conn, case("named", NAMED))
    visit = await ada.visit("kinds")
    assert (visit["outcome"], visit["cause"], await ada.where()) == (
        "other", {"reason": "no_case_holds"}, "after-other"
    )  # fmt: skip


async def test_W13_G1_a_missing_value_makes_a_test_false_and_its_negation_true(conn):
    is_ada = {"attribute": "first_name", "test": "is", "value": "Ada"}
    ada = await named(conn, case("is", is_ada), case("is-not", is_ada | {"test": "is_not"}))
    assert await ada.where() == "after-is-not"


async def test_W13_each_case_keeps_its_own_values(conn):
    """Parameters of several conditions in one statement must not be mixed up."""
    cases = [
        case(name.lower(), {"any": [{"attribute": "first_name", "test": "is", "value": name},
                                    {"attribute": "last_name", "test": "is", "value": f"Of {name}"}]})
        for name in ("Ann", "Bea", "Cleo")
    ]  # fmt: skip
    ada = await named(conn, *cases, last_name="of cleo")
    assert (await ada.visit("kinds"))["cause"] == {"case": 3}


@pytest.mark.parametrize(("days", "where"), [(6, "after-buyer"), (8, "after-other")])
async def test_W13_a_case_asks_for_events_as_of_the_arrival(conn, days, where):
    bought = case("buyer", {"did": "order.placed", "within": "7 days", "where": [
        {"property": "amount", "test": "at_least", "value": 5}]})  # fmt: skip
    ada = await enter(conn, waits("pause", "10 days"), branches("kinds", bought, other=[waits("after-other")]))
    at = T0 + (10 - days) * DAY
    await append(conn, [Event("order-1", ada.person, "order.placed", at, {"amount": 5})], at)
    await ada.look(T0 + 10 * DAY)
    assert await ada.where() == where


async def test_W13_what_changes_after_the_arrival_moves_nobody(conn):
    ada = await enter(conn, branches("kinds", case("named", NAMED), other=[waits("after-other", "1 day")]))
    await people.identify(conn, "contact", "ada", {"first_name": "Ada"}, T0 + HOUR)
    await ada.look(T0 + HOUR)
    assert await ada.where() == "after-other"


async def test_W13_the_steps_just_before_count(conn):
    nudged = case("nudged", {"all": [{"did": "cart.nudged"}, {"attribute": "first_name", "test": "is", "value": "B"}]})
    ada = await enter(conn, raises(), sets(value="B"), branches("kinds", nudged), first_name="A")
    assert await ada.where() == "after-nudged"


async def test_W13_a_case_without_steps_leads_to_what_stands_after(conn):
    empty = {"outcome": "named", "when": NAMED}
    ada = await enter(conn, branches("kinds", empty, other=[waits("after-other")]), waits("after"), first_name="Ada")
    assert await ada.where() == "after"


async def test_W13_nothing_is_known_of_somebody_who_was_deleted(conn):
    ada = await enter(conn, waits(), branches("kinds", case("everybody", {"all": []}), other=[waits("after-other")]))
    await conn.execute("delete from person")
    await ada.look(T0 + HOUR)
    assert ((await ada.visit("kinds"))["cause"], await ada.where()) == ({"reason": "person_deleted"}, "after-other")


async def asks_for_vips(conn: Connection, *before: dict[str, Any], **attributes: Any) -> Participation:
    """Ada comes to a branch on who is a member of `vip`: who has a first name, while it is live."""
    await segments.create(conn, "vip", "contact", CONDITION.validate_python(NAMED), T0, live=True)
    vip = {"outcome": "vip", "when": {"member_of": "vip"}, "then": [waits("after-vip", "1 day")]}
    rest = {"outcome": "rest", "when": {"not_member_of": "vip"}, "then": [waits("after-rest", "1 day")]}
    return await enter(conn, *before, branches("kinds", vip, rest), **attributes)


@pytest.mark.parametrize(("attributes", "where"), [({"first_name": "Ada"}, "after-vip"), ({}, "after-rest")])
async def test_W13_a_case_may_ask_who_is_a_member_of_a_segment(conn, attributes, where):
    assert await (await asks_for_vips(conn, **attributes)).where() == where


async def test_W13_membership_counts_as_of_the_arrival(conn):
    ada = await asks_for_vips(conn, waits("pause", "1 hour"))
    await people.identify(conn, "contact", "ada", {"first_name": "Ada"}, T0 + HOUR / 2)
    await ada.look(T0 + HOUR)
    await people.identify(conn, "contact", "ada", {"first_name": None}, T0 + 2 * HOUR)
    await ada.look(T0 + 2 * HOUR)
    assert await ada.where() == "after-vip"


async def test_W13_whoever_comes_before_the_members_are_known_waits_for_that(conn):
    ada = await asks_for_vips(conn, waits("pause", "1 hour"), first_name="Ada")
    await conn.execute("delete from segment_evaluation")
    steps = await engine.due_steps(conn, ada.person.shard, T0 + HOUR)
    while steps:
        assert [await engine.advance(conn, ada.person.shard, step, T0 + HOUR) for step in steps] == [(1, 1)]
        steps = await engine.due_steps(conn, ada.person.shard, T0 + HOUR)
    assert await ada.where() == "kinds"
    await ada.look(T0 + HOUR + timedelta(seconds=1))
    assert ((await ada.visit("kinds"))["outcome"], await ada.where()) == ("vip", "after-vip")


async def test_W13_G4_a_segment_that_a_live_branch_asks_about_is_in_use(conn):
    ada = await asks_for_vips(conn)
    assert await users_of_segment(conn, "vip") == ["Launch"]
    await segments.change(conn, "vip", "contact", CONDITION.validate_python({"any": []}))
    await ada.look(T0 + HOUR)
    assert await ada.where() == "after-rest"
    await conn.execute("update journey_version set completed_at = %s", [T0])
    assert await users_of_segment(conn, "vip") == []


async def started_by(conn: Connection, properties: dict[str, Any], *cases: dict[str, Any]) -> str:
    """Where Ada goes, whom an abandoned cart with these properties started; she abandoned a richer one before."""
    await a_workspace(conn, T0)
    ada = await a_contact(conn, "ada", T0, first_name="Ada")
    await append(conn, [Event("earlier", ada, "cart.abandoned", T0 - HOUR, {"amount": 500})], T0 - HOUR)
    document = journey(branches("kinds", *cases)).model_dump(mode="json", by_alias=True, exclude_unset=True)
    start = {"trigger": "cart.abandoned", "audience": "contact"}
    await publish(conn, JourneyDocument.model_validate({**document, "start": start}), T0)
    await look(conn, ada.shard, T0)
    await append(conn, [Event("this", ada, "cart.abandoned", T0 + HOUR, properties)], T0 + HOUR)
    await look(conn, ada.shard, T0 + HOUR)
    (visit,) = await (await conn.execute("select outcome from visit where outcome is not null")).fetchall()
    return str(visit["outcome"])


RICH = {"outcome": "rich", "where": [{"property": "amount", "test": "at_least", "value": 100}]}
UNPAID = {"outcome": "unpaid", "where": [{"property": "status", "test": "is_not", "value": "paid"}]}


@pytest.mark.parametrize(
    ("properties", "outcome"),
    [
        ({"amount": 100}, "rich"),
        ({"amount": 99, "status": "paid"}, "other"),
        ({"amount": 99}, "unpaid"),
        ({}, "unpaid"),
    ],
)
async def test_W13_J10_a_case_may_ask_the_very_event_that_started_the_participant(conn, properties, outcome):
    assert await started_by(conn, properties, RICH, UNPAID) == outcome


@pytest.mark.parametrize(("name", "outcome"), [("Ada", "rich"), ("Eve", "other")])
async def test_W13_J10_a_case_may_ask_the_person_and_the_event(conn, name, outcome):
    asked = RICH | {"when": NAMED | {"test": "is", "value": name}}
    assert await started_by(conn, {"amount": 100}, asked) == outcome


async def test_W13_J10_of_an_event_that_is_gone_nothing_is_known(conn):
    ada = await enter(conn, branches("kinds", case("everybody", {"all": []})))
    settings = {"cases": [{"when": None} | UNPAID]}
    step = {"step": ada.steps["kinds"], "kind": "branch", "settings": settings}
    await come_again(ada, "kinds", T0 + HOUR, looking=False)
    assert await engine.advance(conn, ada.person.shard, step, T0 + HOUR) == (1, 1)
    assert (await ada.visit("kinds"))["outcome"] == "other"


# ---------------------------------------------------------------------------------------------------- split


async def parts_of(conn: Connection, outcomes: list[str], bounds: list[int], salt: str = "Launch/parts") -> list[str]:
    """Where the real outcome query sends the people 1 to 10,000 of shard 7, one after the other."""
    due = SQL("with due as (select n as participant, n as person from generate_series(1, 10000) n) {} order by 1")
    given = {"outcomes": outcomes, "bounds": bounds, "salt": salt, "shard": 7}
    query, parameters = SplitStep.query(given)
    return [row["outcome"] for row in await (await conn.execute(due.format(query), parameters)).fetchall()]


async def test_W13_people_fall_by_their_own_share(conn):
    ada = await enter(conn, splits(few=30, many=70), waits())
    share = share_of(f"{ada.person}:Launch/parts")
    visit = await ada.visit("parts")
    assert visit["outcome"] == ("few" if share < Decimal("0.3") else "many")
    assert (visit["cause"], await ada.where()) == ({"share": float(share)}, "pause")


async def test_W13_each_part_gets_its_percentage(conn):
    """People are the same in each run, so the bound of four standard deviations cannot be missed by chance."""
    counts = Counter(await parts_of(conn, ["a", "b", "c", "nobody", "d"], [0, 300, 305, 805, 805]))
    for outcome, size in {"a": 0.3, "b": 0.005, "c": 0.5, "nobody": 0.0, "d": 0.195}.items():
        assert abs(counts[outcome] - 10_000 * size) <= 4 * (10_000 * size * (1 - size)) ** 0.5


async def test_W13_the_same_person_always_falls_the_same_way(conn):
    first = await parts_of(conn, ["a", "b"], [0, 300])
    assert await parts_of(conn, ["a", "b"], [0, 300]) == first
    larger = await parts_of(conn, ["a", "b"], [0, 400])
    assert {after for before, after in zip(first, larger, strict=True) if before == "a"} == {"a"}


async def test_W13_two_splits_have_nothing_to_do_with_each_other(conn):
    first, second = [await parts_of(conn, ["a", "b"], [0, 500], salt) for salt in ("Launch/parts", "Launch/again")]
    both = Counter(zip(first, second, strict=True))
    for pair in ("aa", "ab", "ba", "bb"):
        assert abs(both[pair[0], pair[1]] - 2500) <= 4 * (10_000 * 0.25 * 0.75) ** 0.5


# ---------------------------------------------------------------------------------------------------- goal, exit


async def test_W14_a_goal_is_counted_and_the_way_goes_on(conn):
    ada = await enter(conn, {"id": "bought", "kind": "goal", "name": "purchased"}, waits())
    visit = await ada.visit("bought")
    assert (visit["outcome"], visit["cause"], await ada.where()) == ("reached", {"goal": "purchased"}, "pause")


async def test_W14_exit_ends_the_participation_with_its_reason(conn):
    ada = await enter(conn, waits("before"), {"id": "out", "kind": "exit"}, waits("never"))
    await ada.look(T0 + HOUR)
    visit = await ada.visit("out")
    assert (visit["outcome"], visit["exit_reason"], visit["left_at"]) == (None, "exit_step", T0 + HOUR)
    row = await (await conn.execute("select left_at, exit_reason from participant")).fetchone()
    assert (row, await ada.where()) == ({"left_at": T0 + HOUR, "exit_reason": "exit_step"}, None)
    flows = await conn.execute("select flow, outcome, n from counter where step = %s order by 1", [ada.steps["out"]])
    assert [tuple(row.values()) for row in await flows.fetchall()] == [("entered", "", 1), ("exited", "exit_step", 1)]


async def test_W1_W14_who_exits_in_a_branch_does_not_come_to_what_stands_after(conn):
    out = case("named", NAMED, {"id": "out", "kind": "exit"})
    ada = await enter(conn, branches("kinds", out), waits("after"), first_name="Ada")
    assert ((await ada.visit("out"))["exit_reason"], await ada.where()) == ("exit_step", None)
