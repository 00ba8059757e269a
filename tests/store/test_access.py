"""Credentials and attempts as the database keeps them, at times that the tests choose."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from sojourn.access import store
from sojourn.access.model import ABSOLUTE, ACCOUNT_PACE, ADDRESS_PACE, IDLE, LINK
from sojourn.db.connect import Connection, Pool, transaction
from sojourn.kit.errors import Conflict, NotFound, Unauthorized

NOW = datetime(2026, 12, 1, 9, tzinfo=UTC)
SECOND, MINUTE, DAY = timedelta(seconds=1), timedelta(minutes=1), timedelta(days=1)
EMAIL, HOME = "ann@example.org", "192.0.2.7"


async def ann(conn: Connection) -> int:
    return await store.create_account(conn, EMAIL, "hash", NOW)


async def test_a_new_set_up_link_replaces_the_one_before_and_works_once(conn: Connection) -> None:
    assert await store.needs_setup(conn)
    older, newer = await store.ensure_setup_link(conn, NOW), await store.ensure_setup_link(conn, NOW)
    assert older is not None
    assert newer is not None
    with pytest.raises(Unauthorized, match="Starting the server again"):
        await store.use_setup_link(conn, older)
    await store.use_setup_link(conn, newer)
    with pytest.raises(Unauthorized):
        await store.use_setup_link(conn, newer)


async def test_the_first_account_ends_the_set_up(conn: Connection) -> None:
    token = await store.ensure_setup_link(conn, NOW)
    assert token is not None
    await ann(conn)
    with pytest.raises(Unauthorized):
        await store.use_setup_link(conn, token)
    assert not await store.needs_setup(conn)
    assert await store.ensure_setup_link(conn, NOW) is None


async def test_a_login_link_works_once_for_its_account_and_not_for_long(conn: Connection) -> None:
    account = await ann(conn)
    late, once = [await store.create_login_link(conn, EMAIL, NOW) for _ in range(2)]
    with pytest.raises(Unauthorized, match="not valid any more"):
        await store.use_login_link(conn, late, NOW + LINK)
    assert await store.use_login_link(conn, once, NOW + LINK - SECOND) == {"id": account, "email": EMAIL}
    with pytest.raises(Unauthorized):
        await store.use_login_link(conn, once, NOW)
    with pytest.raises(NotFound, match="bob"):
        await store.create_login_link(conn, "bob@example.org", NOW)


async def test_only_hashes_of_tokens_are_kept(conn: Connection) -> None:
    tokens = [await store.create_key(conn, "import", NOW), await store.start_session(conn, await ann(conn), NOW)]
    rows = await (await conn.execute("select * from credential")).fetchall()
    for token in tokens:
        assert token not in str(rows)
        assert token.encode() not in [row["hash"] for row in rows]


async def test_a_session_ends_when_it_is_not_used(conn: Connection) -> None:
    token = await store.start_session(conn, await ann(conn), NOW)
    used = NOW + IDLE - SECOND
    assert (await store.find_credential(conn, token, "session", used) or {})["email"] == EMAIL
    assert await store.find_credential(conn, token, "session", used + IDLE - SECOND)
    assert await store.find_credential(conn, token, "session", used + IDLE - SECOND + IDLE) is None


async def test_a_session_ends_after_a_week_however_much_it_is_used(conn: Connection) -> None:
    token = await store.start_session(conn, await ann(conn), NOW)
    for hours in range(10, 7 * 24, 10):
        assert await store.find_credential(conn, token, "session", NOW + timedelta(hours=hours))
    assert await store.find_credential(conn, token, "session", NOW + ABSOLUTE) is None


async def test_ended_sessions_are_swept_away_by_the_next_login(conn: Connection) -> None:
    account = await ann(conn)
    for _ in range(3):
        await store.start_session(conn, account, NOW)
        await store.create_login_link(conn, EMAIL, NOW)
    token = await store.start_session(conn, account, NOW + IDLE)
    row = await (await conn.execute("select count(*) as n from credential")).fetchone()
    assert row == {"n": 1}
    assert await store.find_credential(conn, token, "session", NOW + IDLE)


async def test_a_token_opens_only_as_what_it_is(conn: Connection) -> None:
    key, setup = await store.create_key(conn, "import", NOW), await store.ensure_setup_link(conn, NOW)
    session = await store.start_session(conn, await ann(conn), NOW)
    assert key.startswith("sj_")
    assert await store.find_credential(conn, key, "key", NOW)
    assert await store.find_credential(conn, key, "session", NOW) is None
    assert await store.find_credential(conn, session, "key", NOW) is None
    assert await store.find_credential(conn, str(setup), "key", NOW) is None
    for kind in ("session", "key"):
        assert await store.find_credential(conn, await store.create_login_link(conn, EMAIL, NOW), kind, NOW) is None
    for other in (key, session):
        with pytest.raises(Unauthorized):
            await store.use_login_link(conn, other, NOW)


async def test_the_last_use_is_recorded_once_a_minute(conn: Connection) -> None:
    key = await store.create_key(conn, "import", NOW)
    recorded = []
    for seconds in (0, 59, 61, 90):
        await store.find_credential(conn, key, "key", NOW + seconds * SECOND)
        recorded.append((await store.keys(conn))[0]["used_at"])
    assert recorded == [NOW, NOW, NOW + 61 * SECOND, NOW + 61 * SECOND]


async def test_a_key_may_expire_and_may_be_deleted(conn: Connection) -> None:
    brief = await store.create_key(conn, "brief", NOW, NOW + DAY)
    lasting = await store.create_key(conn, "lasting", NOW)
    assert await store.find_credential(conn, brief, "key", NOW + DAY - SECOND)
    assert await store.find_credential(conn, brief, "key", NOW + DAY) is None
    assert await store.find_credential(conn, lasting, "key", NOW + 1000 * DAY)
    await store.delete_key(conn, "lasting")
    assert await store.find_credential(conn, lasting, "key", NOW) is None
    with pytest.raises(NotFound, match="lasting"):
        await store.delete_key(conn, "lasting")


async def test_two_keys_cannot_have_one_name(conn: Connection) -> None:
    await store.create_key(conn, "import", NOW)
    with pytest.raises(Conflict, match="'import'"):
        await store.create_key(conn, "import", NOW)


async def waits(conn: Connection, *, email: str = EMAIL, network: str = HOME, tries: int) -> list[float]:
    """The seconds that had to pass before each of so many wrong tries, made as soon as they are allowed."""
    now, waited = NOW, []
    for _ in range(tries):
        begun = now
        while next_at := await store.count_attempt(conn, email, network, now):
            now = next_at
        waited.append((now - begun).total_seconds())
    return waited


async def test_guessing_one_account_becomes_slower_but_never_ends(conn: Connection) -> None:
    waited = await waits(conn, tries=15)
    assert waited[: ACCOUNT_PACE.free + 1] == [0] * (ACCOUNT_PACE.free + 1)
    assert waited[ACCOUNT_PACE.free + 1 :] == [1, 2, 4, 8, 16, 32, 60, 60, 60]


async def test_guessing_many_accounts_from_one_network_becomes_slower_too(conn: Connection) -> None:
    now = NOW
    for number in range(ADDRESS_PACE.free + 1):
        assert await store.count_attempt(conn, f"{number}@example.org", HOME, now) is None
    assert await store.count_attempt(conn, "other@example.org", HOME, now) == now + SECOND
    assert await store.count_attempt(conn, "other@example.org", "192.0.2.8", now) is None


async def test_tries_that_come_too_early_do_not_make_the_wait_longer(conn: Connection) -> None:
    await waits(conn, tries=ACCOUNT_PACE.free + 1)
    for network in (f"198.51.100.{number}" for number in range(50)):
        assert await store.count_attempt(conn, EMAIL, network, NOW) == NOW + SECOND


async def test_guesses_made_at_the_same_time_count_too(pool: Pool) -> None:
    async def attempt() -> bool:
        async with transaction(pool) as conn:
            return await store.count_attempt(conn, EMAIL, HOME, NOW) is None

    admitted = await asyncio.gather(*(attempt() for _ in range(20)))
    assert sum(admitted) == ACCOUNT_PACE.free + 1


async def test_a_login_forgives_its_account_and_takes_back_its_own_count_of_the_network(conn: Connection) -> None:
    await waits(conn, tries=ACCOUNT_PACE.free + 1)
    await store.forgive_attempts(conn, EMAIL, HOME, NOW)
    row = await (await conn.execute("select failures from login_attempt")).fetchall()
    assert row == [{"failures": ACCOUNT_PACE.free}]
    assert await waits(conn, tries=2) == [0, 0]


async def test_a_day_later_all_is_forgotten(conn: Connection) -> None:
    await waits(conn, tries=12)
    later = NOW + DAY + 10 * MINUTE
    for _ in range(ACCOUNT_PACE.free + 1):
        assert await store.count_attempt(conn, EMAIL, HOME, later) is None
    await store.forgive_attempts(conn, "other@example.org", "192.0.2.8", later + 2 * DAY)
    assert await (await conn.execute("select from login_attempt")).fetchall() == []


async def test_a_change_of_the_workspace_leaves_the_rest(conn: Connection) -> None:
    assert await store.change_workspace(conn, postal_address="1 High Street") == {
        "name": "Sojourn",
        "zone": "UTC",
        "postal_address": "1 High Street",
    }
    await store.change_workspace(conn, name="Acme", zone="Europe/Paris")
    assert await store.workspace(conn) == {"name": "Acme", "zone": "Europe/Paris", "postal_address": "1 High Street"}
    assert (await store.change_workspace(conn, postal_address=""))["postal_address"] is None
