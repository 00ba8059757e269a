"""Setting up, logging in and out, keys and the workspace, as a browser and a program see them."""

from datetime import UTC, datetime, timedelta
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any

import httpx2
import pytest
from argon2 import PasswordHasher
from standardwebhooks import Webhook

from served import Api
from sojourn.access import store
from sojourn.channels.webhook import store as webhooks
from sojourn.db.connect import database_time, transaction
from sojourn.kit.settings import Settings

ANN = {"email": "ann@example.org", "password": "correct horse battery"}
HERE = {"Sec-Fetch-Site": "same-origin"}


async def set_up_link(api: Api) -> str:
    async with transaction(api.pool) as conn:
        return str(await store.ensure_setup_link(conn, await database_time(conn)))


def cookie_of(answer: httpx2.Response) -> Any:
    (morsel,) = SimpleCookie(answer.headers["set-cookie"]).values()
    return morsel


async def next_attempt(api: Api, seconds: int) -> None:
    async with transaction(api.pool) as conn:
        await conn.execute("update login_attempt set next_at = last_at + make_interval(secs => %s)", [seconds])


async def test_the_set_up_link_makes_the_first_account_and_logs_in(api: Api) -> None:
    token = await set_up_link(api)
    assert (await api.stranger.get("/api/v1/setup")).json() == {"needed": True}
    given = {"token": token, **ANN, "workspace": "Acme", "zone": "Europe/Paris"}
    answer = await api.stranger.post("/api/v1/setup", json=given)
    assert (answer.status_code, answer.json()) == (201, {"name": "ann@example.org", "kind": "session"})
    assert (await api.stranger.get("/api/v1/setup")).json() == {"needed": False}
    assert (await api.stranger.get("/api/v1/workspace")).json() == {
        "name": "Acme",
        "zone": "Europe/Paris",
        "postal_address": None,
    }
    assert (await api.stranger.post("/api/v1/setup", json=given)).status_code == 401


async def test_a_set_up_that_is_refused_leaves_the_link_valid(api: Api) -> None:
    token = await set_up_link(api)
    for wrong, status in (({"token": "x"}, 401), ({"password": "short"}, 422), ({"zone": "Mars/Base"}, 422)):
        answer = await api.stranger.post("/api/v1/setup", json={"token": token, **ANN, **wrong})
        assert answer.status_code == status
        assert "short" not in answer.text
    assert (await api.stranger.post("/api/v1/setup", json={"token": token, **ANN})).status_code == 201


async def test_a_login_gives_a_cookie_that_scripts_and_other_sites_cannot_use(
    api: Api, browser: httpx2.AsyncClient
) -> None:
    answer = await api.stranger.post("/api/v1/session", json={**ANN, "email": "Ann@Example.org"})
    cookie = cookie_of(answer)
    assert (answer.status_code, answer.json()) == (201, {"name": "ann@example.org", "kind": "session"})
    assert (cookie.key, cookie["httponly"], cookie["samesite"], cookie["path"]) == ("sojourn", True, "lax", "/")
    assert (cookie["secure"], cookie["domain"], cookie["max-age"]) == ("", "", str(7 * 24 * 3600))
    assert len(cookie.value) == 43


async def test_who_am_i(api: Api, browser: httpx2.AsyncClient) -> None:
    assert (await browser.get("/api/v1/session")).json() == {"name": "ann@example.org", "kind": "session"}
    assert (await api.client.get("/api/v1/session")).json() == {"name": "key tests", "kind": "key"}


async def test_after_logging_out_the_cookie_opens_nothing(api: Api, browser: httpx2.AsyncClient) -> None:
    kept = {"Cookie": f"sojourn={browser.cookies['sojourn']}"}
    answer = await browser.delete("/api/v1/session")
    assert answer.status_code == 204
    assert cookie_of(answer)["max-age"] == "0"
    assert "sojourn" not in browser.cookies
    assert (await api.stranger.get("/api/v1/session", headers=kept)).status_code == 401


async def test_a_key_has_no_session_to_end(api: Api) -> None:
    assert (await api.client.delete("/api/v1/session")).status_code == 409


async def test_a_login_ends_the_session_this_browser_had(api: Api, browser: httpx2.AsyncClient) -> None:
    before = browser.cookies["sojourn"]
    assert (await browser.post("/api/v1/session", json=ANN)).status_code == 201
    assert browser.cookies["sojourn"] != before
    headers = {"Cookie": f"sojourn={before}"}
    assert (await api.stranger.get("/api/v1/session", headers=headers)).status_code == 401
    assert (await browser.get("/api/v1/session")).status_code == 200


async def test_a_login_link_logs_in_once_and_ends_the_session_this_browser_had(
    api: Api, browser: httpx2.AsyncClient
) -> None:
    kept = {"Cookie": f"sojourn={browser.cookies['sojourn']}"}
    async with transaction(api.pool) as conn:
        link = {"token": await store.create_login_link(conn, ANN["email"], await database_time(conn))}
    elsewhere = {"Sec-Fetch-Site": "cross-site"}
    assert (await api.stranger.post("/api/v1/session/link", json=link, headers=elsewhere)).status_code == 403
    answer = await browser.post("/api/v1/session/link", json=link)
    assert (answer.status_code, answer.json()) == (201, {"name": "ann@example.org", "kind": "session"})
    assert (await browser.get("/api/v1/session")).status_code == 200
    assert (await api.stranger.get("/api/v1/session", headers=kept)).status_code == 401
    again = await api.stranger.post("/api/v1/session/link", json=link)
    assert (again.status_code, "set-cookie" in again.headers) == (401, False)


async def test_a_wrong_password_and_an_unknown_account_look_the_same(api: Api, browser: httpx2.AsyncClient) -> None:
    answers = [
        await api.stranger.post("/api/v1/session", json={**ANN, **wrong})
        for wrong in ({"password": "wrong horse battery"}, {"email": "bob@example.org"}, {"email": "no address"})
    ]
    assert [answer.status_code for answer in answers[:2]] == [401, 401]
    assert answers[0].json() == answers[1].json()
    assert all("set-cookie" not in answer.headers for answer in answers)


async def test_guessing_is_slowed_down_for_known_and_unknown_accounts_alike(
    api: Api, browser: httpx2.AsyncClient
) -> None:
    wrong = [{"email": email, "password": "wrong horse battery"} for email in ("ann@example.org", "bob@example.org")]
    for tried in wrong:
        assert (await api.stranger.post("/api/v1/session", json=tried)).status_code == 401
    await next_attempt(api, 600)
    for tried in (*wrong, ANN):  # the right password must wait too, or it could be guessed meanwhile
        answer = await api.stranger.post("/api/v1/session", json=tried)
        assert (answer.status_code, answer.json()["code"]) == (429, "too_many_attempts")
        assert 1 <= int(answer.headers["retry-after"]) <= 601
    assert (await browser.get("/api/v1/session")).status_code == 200
    await next_attempt(api, 0)
    assert (await api.stranger.post("/api/v1/session", json=ANN)).status_code == 201


async def test_a_hash_with_weaker_parameters_is_made_again_at_login(api: Api) -> None:
    weak = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(ANN["password"])
    async with transaction(api.pool) as conn:
        await store.create_account(conn, ANN["email"], weak, await database_time(conn))
    assert (await api.stranger.post("/api/v1/session", json=ANN)).status_code == 201
    async with transaction(api.pool) as conn:
        kept = await store.account(conn, ANN["email"])
    assert kept is not None
    assert kept["password"].startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert (await api.stranger.post("/api/v1/session", json=ANN)).status_code == 201


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec-Fetch-Site": "same-origin"}, 201),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Origin": "https://evil.example"}, 403),
        ({}, 403),
        ({**HERE, "Content-Type": "text/plain"}, 415),
    ],
)
async def test_a_cookie_counts_only_for_requests_of_our_own_pages(
    api: Api, browser: httpx2.AsyncClient, headers: dict[str, str], status: int
) -> None:
    del browser.headers["Sec-Fetch-Site"]
    body = {"content": b'{"name": "import"}', "headers": {"Content-Type": "application/json", **headers}}
    answer = await browser.post("/api/v1/keys", **body)
    assert answer.status_code == status
    names = [key["name"] for key in (await api.client.get("/api/v1/keys")).json()]
    assert ("import" in names) == (status == 201)


async def test_the_origin_of_the_server_itself_is_ours(api: Api, browser: httpx2.AsyncClient) -> None:
    del browser.headers["Sec-Fetch-Site"]
    headers = {"Origin": api.url}
    assert (await browser.patch("/api/v1/workspace", json={"name": "Acme"}, headers=headers)).status_code == 200


async def test_other_sites_cannot_log_a_browser_in(api: Api, browser: httpx2.AsyncClient) -> None:
    headers = {"Sec-Fetch-Site": "cross-site"}
    assert (await api.stranger.post("/api/v1/session", json=ANN, headers=headers)).status_code == 403


async def test_a_key_needs_no_word_of_where_it_comes_from(api: Api) -> None:
    headers = {"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"}
    assert (await api.client.patch("/api/v1/workspace", json={"name": "Acme"}, headers=headers)).status_code == 200


class TestBehindHttps:
    @pytest.fixture
    def settings(self, tmp_path: Path) -> Settings:
        return Settings(data=tmp_path, public_url="https://journeys.example.org")

    async def test_the_cookie_is_bound_to_https_and_to_this_host(self, api: Api) -> None:
        answer = await api.stranger.post("/api/v1/setup", json={"token": await set_up_link(api), **ANN})
        cookie = cookie_of(answer)
        assert (cookie.key, cookie["secure"], cookie["path"], cookie["domain"]) == ("__Host-sojourn", True, "/", "")
        assert answer.headers["strict-transport-security"] == "max-age=31536000"
        for name, status in (("__Host-sojourn", 200), ("sojourn", 401)):
            headers = {"Cookie": f"{name}={cookie.value}"}
            assert (await api.stranger.get("/api/v1/session", headers=headers)).status_code == status


async def test_a_key_is_shown_once_and_opens_until_it_is_deleted(api: Api, browser: httpx2.AsyncClient) -> None:
    made = (await browser.post("/api/v1/keys", json={"name": "import"})).json()
    headers = {"Authorization": f"Bearer {made['key']}"}
    assert (await api.stranger.get("/api/v1/session", headers=headers)).json()["name"] == "key import"
    listed = await browser.get("/api/v1/keys")
    assert [key["name"] for key in listed.json()] == ["import", "tests"]
    assert made["key"] not in listed.text
    assert listed.json()[0]["used_at"] is not None
    assert (await browser.post("/api/v1/keys", json={"name": "import"})).status_code == 409
    assert (await browser.delete("/api/v1/keys/import")).status_code == 204
    assert (await browser.delete("/api/v1/keys/import")).status_code == 404
    assert (await api.stranger.get("/api/v1/session", headers=headers)).status_code == 401


async def test_a_key_may_end_by_itself(api: Api) -> None:
    def ending(at: datetime) -> dict[str, str]:
        return {"name": "brief", "expires_at": at.isoformat()}

    async with transaction(api.pool) as conn:
        now = await database_time(conn)
    assert (await api.client.post("/api/v1/keys", json=ending(now - timedelta(days=1)))).status_code == 422
    answer = await api.client.post("/api/v1/keys", json=ending(now + timedelta(days=1)))
    assert datetime.fromisoformat(answer.json()["expires_at"]) == (now + timedelta(days=1)).astimezone(UTC)


async def test_sessions_and_keys_live_in_real_time_whatever_the_clock_of_the_journeys_says(
    api: Api, browser: httpx2.AsyncClient
) -> None:
    api.clock.at += timedelta(days=1000)
    assert (await browser.get("/api/v1/session")).status_code == 200


async def test_the_workspace_is_changed_in_part(api: Api) -> None:
    change = {"zone": "America/New_York", "postal_address": "1 High Street"}
    expected = {"name": "Sojourn", **change}
    assert (await api.client.patch("/api/v1/workspace", json=change)).json() == expected
    answer = await api.client.patch("/api/v1/workspace", json={"zone": "Europe/Atlantis"})
    assert answer.status_code == 422
    assert answer.json()["problems"][0]["where"] == "/zone"
    assert "Europe/Atlantis" in answer.json()["problems"][0]["message"]
    assert (await api.client.patch("/api/v1/workspace", json={"zones": "UTC"})).status_code == 422
    assert (await api.client.get("/api/v1/workspace")).json() == expected


async def test_W14_the_secret_of_webhooks_is_told_to_those_who_may_call_alone(api: Api) -> None:
    told = (await api.client.get("/api/v1/workspace/webhook-secret")).json()["secret"]
    signed = Webhook(told).sign("7-1.5", datetime(2026, 12, 1, tzinfo=UTC), "{}")
    async with transaction(api.pool) as conn:
        kept = Webhook(await webhooks.secret(conn))
    assert kept.sign("7-1.5", datetime(2026, 12, 1, tzinfo=UTC), "{}") == signed
    assert (await api.stranger.get("/api/v1/workspace/webhook-secret")).status_code == 401
