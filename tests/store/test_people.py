"""Audiences, persons, and what addresses consent to, as the database keeps them."""

from datetime import UTC, datetime, timedelta

import pytest

from sojourn.db.connect import Connection, Pool, transaction
from sojourn.db.shards import shard_of
from sojourn.events.store import take_touched
from sojourn.kit.errors import Conflict, Invalid, NotFound
from sojourn.kit.ids import Ref
from sojourn.people import store

NOW = datetime(2026, 12, 1, 9, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)


async def identify(conn: Connection, key: str, now: datetime = NOW, **attributes: object) -> Ref:
    return await store.identify(conn, "contact", key, attributes, now)


async def touched(conn: Connection, shard: int) -> list[tuple[int, str]]:
    return await take_touched(conn, shard, 100)


async def test_A1_three_audiences_exist_and_the_profile_has_no_addresses(conn):
    found = {one.name: (one.email_attribute, one.phone_attribute) for one in await store.audiences(conn)}
    assert found == {"contact": ("email", "phone"), "lead": ("email", "phone"), "customer_profile": (None, None)}


async def test_A1_a_profile_gets_an_email_once_someone_sets_it(conn):
    await store.declare_attributes(conn, "customer_profile", {"mail": "email"})
    changed = await store.change_audience(conn, "customer_profile", {"email_attribute": "mail"})
    assert changed == await store.audience(conn, "customer_profile")
    assert changed.email_attribute == "mail"


@pytest.mark.parametrize(("attribute", "code"), [("shoe", "attribute_unknown"), ("phone", "attribute_of_wrong_type")])
async def test_A1_an_email_attribute_exists_and_holds_emails(conn, attribute, code):
    with pytest.raises(Invalid) as refused:
        await store.change_audience(conn, "contact", {"email_attribute": attribute})
    assert [problem.code for problem in refused.value.problems] == [code]


async def test_the_type_of_an_attribute_is_final(conn):
    await store.declare_attributes(conn, "contact", {"age": "number"})
    await store.declare_attributes(conn, "contact", {"age": "number"})
    with pytest.raises(Conflict, match="cannot be changed"):
        await store.declare_attributes(conn, "contact", {"age": "text"})


@pytest.mark.parametrize(("name", "kind"), [("Age", "number"), ("a" * 61, "text"), ("age", "integer")])
async def test_a_declaration_that_cannot_be_kept_is_refused(conn, name, kind):
    with pytest.raises(Invalid):
        await store.declare_attributes(conn, "contact", {name: kind})


async def test_an_unknown_audience_is_not_found(conn):
    with pytest.raises(NotFound):
        await store.identify(conn, "martians", "1", {}, NOW)


async def test_A2_the_same_key_is_the_same_person(conn):
    ref = await identify(conn, "crm-1", first_name="Ada", email="Ada@Example.com")
    assert await identify(conn, " crm-1 ", LATER, last_name="Lovelace", email=None) == ref
    person = await store.person(conn, ref)
    assert person == await store.person_by_key(conn, "contact", "crm-1")
    assert person["attributes"] == {"first_name": "Ada", "last_name": "Lovelace"}
    assert (person["created_at"], person["changed_at"]) == (NOW, LATER)
    assert ref.shard == shard_of("contact", "crm-1")


async def test_A2_saying_the_same_again_changes_nothing_and_touches_nobody(conn):
    ref = await identify(conn, "crm-1", first_name="Ada")
    assert await touched(conn, ref.shard) == [(ref.id, "")]
    assert await identify(conn, "crm-1", LATER, first_name="Ada", last_name="") == ref
    assert await touched(conn, ref.shard) == []
    assert (await store.person(conn, ref))["changed_at"] == NOW


async def test_A2_a_person_is_refused_with_every_problem_and_its_place(conn):
    with pytest.raises(Invalid) as refused:
        await identify(conn, " ", email="ada", shoe=38, first_name=1)
    assert [(problem.code, problem.where) for problem in refused.value.problems] == [
        ("key_invalid", "/key"),
        ("value_not_understood", "/attributes/email"),
        ("attribute_unknown", "/attributes/shoe"),
        ("value_not_understood", "/attributes/first_name"),
    ]


async def test_people_who_do_not_exist_are_not_found(conn):
    with pytest.raises(NotFound):
        await store.person(conn, Ref(3, 1))
    with pytest.raises(NotFound):
        await store.person_by_key(conn, "contact", "nobody")


async def test_a_search_finds_by_the_beginning_of_key_name_and_email(conn):
    await identify(conn, "crm-1", first_name="Ada", last_name="Lovelace", email="countess@example.com")
    await identify(conn, "crm-2", first_name="Alan", last_name="Turing")
    await identify(conn, "100%_sure", first_name='Grace "\\" Hopper', last_name='x": "Ada')
    for search, keys in {
        "crm-": {"crm-1", "crm-2"},
        "ada": {"crm-1"},
        "love ADA": {"crm-1"},
        "ada turing": set(),
        "Countess@": {"crm-1"},
        "%": set(),
        "100%_": {"100%_sure"},
        "grace": {"100%_sure"},
        'x":': {"100%_sure"},
        "x%:": set(),
        "": {"crm-1", "crm-2", "100%_sure"},
    }.items():
        assert {row["key"] for row in await store.search_people(conn, "contact", search, None, 10)} == keys, search


async def test_pages_of_people_follow_each_other_without_gap_or_repetition(conn):
    for number in range(7):
        await identify(conn, f"crm-{number}")
    seen: list[Ref] = []
    while page := await store.search_people(conn, "contact", "", seen[-1] if seen else None, 3):
        seen += [store.ref_of(row) for row in page]
    assert len(seen) == 7 == len(set(seen)) == await store.count_people(conn, "contact")
    assert seen == sorted(seen)


async def test_consent_belongs_to_the_address_in_every_spelling(conn):
    said = {"purpose": "commercial", "source": "preference page"}
    await store.set_consent(conn, "email", "Ada@Example.com", state="opted_in", now=NOW, **said)
    await store.set_consent(conn, "email", "ada@example.COM", state="opted_out", now=LATER, **said)
    assert await store.consents(conn, "email", "ADA@example.com") == [
        {"channel": "email", "address": "ada@example.com", "state": "opted_out", "changed_at": LATER, **said}
    ]


async def test_a_suppression_keeps_its_first_reason_until_it_is_lifted(conn):
    await store.suppress(conn, "text", "+33 6 12 34 56 78", "stop", NOW)
    kept = await store.suppress(conn, "text", "+33612345678", "bounced", LATER)
    assert (kept["reason"], kept["since"]) == ("stop", NOW)
    await store.lift_suppression(conn, "text", "+33612345678")
    assert await store.suppressions(conn, "text", None, "", 10) == []
    with pytest.raises(NotFound):
        await store.lift_suppression(conn, "text", "+33612345678")


@pytest.mark.parametrize(
    ("channel", "address"), [("email", "+33612345678"), ("text", "ada@example.com"), ("email", "")]
)
async def test_an_address_is_one_of_its_channel(conn, channel, address):
    with pytest.raises(Invalid):
        await store.suppress(conn, channel, address, "manual", NOW)


async def test_a_touch_that_is_there_already_is_not_lost_when_a_worker_takes_it_first(pool: Pool):
    async with transaction(pool) as conn:
        ref = await identify(conn, "crm-1")
    async with transaction(pool) as writer, transaction(pool) as worker:
        await store.touch(writer, ref.shard, [ref.id])
        # not to be taken yet: what the writer wrote beside it cannot be seen before it commits
        assert await touched(worker, ref.shard) == []
    async with transaction(pool) as worker:
        assert await touched(worker, ref.shard) == [(ref.id, "")]


async def test_a_change_is_hinted_at_when_it_is_committed(pool: Pool, database: str):
    async with pool.connection() as listener:
        await listener.set_autocommit(True)
        await listener.execute("listen sojourn")
        async with transaction(pool) as conn:
            ref = await identify(conn, "crm-1")
        async for notice in listener.notifies(timeout=10, stop_after=1):
            assert notice.payload == str(ref.shard)
