"""The application as a whole: its door, its one form of error, its headers, its document."""

import asyncio
import json
import re
from typing import Any

import httpx2
import pytest
from fastapi import APIRouter, FastAPI
from psycopg import DataError
from psycopg_pool import PoolTimeout
from pydantic import BaseModel
from structlog.testing import capture_logs

from served import Api
from sojourn.access.request import Transaction
from sojourn.app.problems import STATUS
from sojourn.app.serving import serve_http
from sojourn.db.connect import transaction
from sojourn.kit import errors
from sojourn.kit.errors import Conflict, Problem, SojournError, Unavailable

PUBLIC = {
    *(("get", "/api/v1/setup"), ("post", "/api/v1/setup")),
    *(("post", "/api/v1/session"), ("post", "/api/v1/session/link")),
}


class Wait(BaseModel):
    days: int


class Steps(BaseModel):
    steps: list[Wait | str]


@pytest.fixture
def extra_routers() -> list[APIRouter]:
    """Routes that go wrong in every way there is."""
    router = APIRouter(prefix="/trouble")

    @router.get("/{kind}")
    async def trouble(kind: str, conn: Transaction, limit: int = 1) -> None:
        if kind == "frozen":
            await conn.execute("insert into journey (slug, name, created_at) values ('a', 'A', '2026-12-01')")
            await conn.execute(
                "insert into journey_version (journey, number, document, published_at) "
                "select id, 1, '{}', '2026-12-01' from journey"
            )
            await conn.execute("update journey_version set number = 2")
        raise {
            "conflict": Conflict("It is live.", [Problem("live", "step e1", "is live", "Stop it.")]),
            "timeout": PoolTimeout("postgresql://user:secret@host"),
            "nul": DataError("NUL"),
            "defect": RuntimeError("secret inside"),
        }[kind]

    @router.post("/steps")
    async def take_steps(given: Steps) -> None: ...

    @router.post("/file", max_body_size=20 * 1024 * 1024)
    async def take_file(given: list[str]) -> int:
        return len(given[0])

    return [router]


def problem(answer: httpx2.Response, status: int, code: str) -> dict[str, Any]:
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json"), answer.text
    details: dict[str, Any] = answer.json()
    assert (details["status"], details["code"], details["type"]) == (status, code, f"urn:sojourn:problem:{code}")
    return details


async def document(api: Api) -> dict[str, Any]:
    answer = await api.stranger.get("/api/openapi.json")
    assert answer.status_code == 200
    return dict(answer.json())


async def test_nothing_under_api_answers_a_stranger_but_the_few_public_routes(api: Api) -> None:
    asked = [
        (method, path)
        for path, methods in (await document(api))["paths"].items()
        for method in methods
        if "/api/" in path
    ]
    assert set(asked) > PUBLIC
    for method, path in set(asked) - PUBLIC:
        for body in (b"", b"not json"):
            answer = await api.stranger.request(method, re.sub(r"\{.*?\}", "1-1", path), content=body)
            problem(answer, 401, "unauthorized")
            assert answer.headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize("path", ["/api", "/api/", "/api/v1/nowhere", "/api/v1/keys/", "/api/v1//keys", "/api/docs"])
async def test_an_unknown_path_is_told_apart_only_to_those_who_may_know(api: Api, path: str) -> None:
    problem(await api.stranger.get(path), 401, "unauthorized")
    problem(await api.client.get(path), 404, "not_found")


async def test_a_wrong_key_and_a_key_in_the_cookie_open_nothing(api: Api) -> None:
    key = api.client.headers["authorization"].removeprefix("Bearer ")
    for headers in ({"Authorization": f"Bearer {key}x"}, {"Authorization": key}, {"Cookie": f"sojourn={key}"}):
        problem(await api.stranger.get("/api/v1/keys", headers=headers), 401, "unauthorized")


async def test_health_needs_no_key_and_says_nothing_else(api: Api) -> None:
    answer = await api.stranger.get("/health")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


async def test_an_error_of_the_list_is_a_problem_with_its_list(api: Api) -> None:
    details = problem(await api.client.get("/api/v1/trouble/conflict"), 409, "conflict")
    assert details["detail"] == "It is live."
    assert details["problems"] == [{"code": "live", "where": "step e1", "message": "is live", "advice": "Stop it."}]


async def test_what_the_database_refuses_to_change_is_a_conflict_in_its_words(api: Api) -> None:
    details = problem(await api.client.get("/api/v1/trouble/frozen"), 409, "conflict")
    assert details["detail"] == "A published version cannot be modified."
    async with transaction(api.pool) as conn:
        assert await (await conn.execute("select from journey")).fetchone() is None


async def test_a_defect_is_logged_and_answered_without_what_is_inside(api: Api) -> None:
    with capture_logs() as logged:
        answer = await api.client.get("/api/v1/trouble/defect")
    assert problem(answer, 500, "error")
    assert "secret" not in answer.text
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert [(line["event"], line["route"]) for line in logged] == [("defect", "/trouble/{kind}")]


async def test_a_database_out_of_reach_is_unavailable_and_names_no_address(api: Api) -> None:
    answer = await api.client.get("/api/v1/trouble/timeout")
    problem(answer, 503, "unavailable")
    assert "secret" not in answer.text


async def test_a_closed_database_makes_health_unavailable(api: Api) -> None:
    await api.pool.close()
    problem(await api.stranger.get("/health"), 503, "unavailable")


async def test_text_the_database_cannot_keep_is_the_callers_fault(api: Api) -> None:
    problem(await api.client.get("/api/v1/trouble/nul"), 422, "invalid")
    problem(await api.client.patch("/api/v1/workspace", json={"name": "nul \0"}), 422, "invalid")


async def test_every_error_of_the_closed_list_has_a_status() -> None:
    named = {error for error in vars(errors).values() if isinstance(error, type) and issubclass(error, SojournError)}
    assert set(STATUS) == named - {SojournError}


@pytest.mark.parametrize(
    ("body", "where"),
    [
        ({}, {"/steps"}),
        ({"steps": [{"days": "no"}, {}]}, {"/steps/0/days", "/steps/0", "/steps/1/days", "/steps/1"}),
        ({"steps": 3}, {"/steps"}),
        ([], {"/"}),
    ],
)
async def test_each_place_that_was_not_understood_is_a_json_pointer(api: Api, body: Any, where: set[str]) -> None:
    details = problem(await api.client.post("/api/v1/trouble/steps", json=body), 422, "invalid")
    assert {one["where"] for one in details["problems"]} == where
    assert {one["code"] for one in details["problems"]} == {"not_understood"}


async def test_other_places_are_named_too(api: Api) -> None:
    details = problem(await api.client.get("/api/v1/trouble/conflict", params={"limit": "x"}), 422, "invalid")
    assert [one["where"] for one in details["problems"]] == ["query limit"]
    headers = {"Content-Type": "application/json"}
    details = problem(await api.client.post("/api/v1/trouble/steps", content=b"{", headers=headers), 422, "invalid")
    assert [one["where"] for one in details["problems"]] == ["body 1"]


async def test_a_body_has_a_limit_that_a_route_may_raise(api: Api) -> None:
    large = json.dumps(["x" * 11 * 1024 * 1024]).encode()

    async def in_pieces() -> Any:
        for start in range(0, len(large), 1024 * 1024):
            yield large[start : start + 1024 * 1024]

    headers = {"Content-Type": "application/json"}
    for content in (large, in_pieces()):
        answer = await api.client.post("/api/v1/trouble/steps", content=content, headers=headers)
        problem(answer, 413, "too_large")
        assert answer.headers["x-content-type-options"] == "nosniff"
    answer = await api.client.post("/api/v1/trouble/file", content=large, headers=headers)
    assert answer.json() == 11 * 1024 * 1024


async def test_every_answer_tells_browsers_to_be_careful(api: Api) -> None:
    for answer in (await api.stranger.get("/nowhere"), await api.stranger.get("/api/v1/keys")):
        assert "default-src 'self'" in answer.headers["content-security-policy"]
        assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert "server" not in answer.headers
        assert "access-control-allow-origin" not in answer.headers
    assert answer.headers["cache-control"] == "no-store"


async def test_the_document_is_complete(api: Api) -> None:
    told = await document(api)
    assert told["openapi"].startswith("3.1")
    assert set(told["components"]["securitySchemes"]) == {"session", "key"}
    assert "HTTPValidationError" not in told["components"]["schemas"]
    seen: list[str] = []
    for path, methods in told["paths"].items():
        for method, operation in methods.items():
            seen.append(operation["operationId"])
            assert "trouble" in path or operation.get("description"), f"{operation['operationId']} says nothing"
            problems = operation["responses"]["default"]["content"]["application/problem+json"]
            assert problems["schema"]["$ref"].endswith("/ProblemDetails")
            public = (method, path) in PUBLIC or not path.startswith("/api/")
            assert operation.get("security", []) == ([] if public else [{"session": []}, {"key": []}]), path
    assert sorted(seen) == sorted(set(seen)), "two routes have a function of the same name"


async def test_a_port_that_is_taken_is_said_plainly(api: Api) -> None:
    port = int(api.url.rpartition(":")[2])
    with pytest.raises(Unavailable, match=f"port {port} of 127.0.0.1"):
        async with serve_http(api.client, "127.0.0.1", port):  # type: ignore[arg-type]
            pass


async def test_stopping_lets_an_answer_under_way_end_and_cuts_one_that_does_not(api: Api) -> None:
    app, begun, go_on = FastAPI(), asyncio.Event(), asyncio.Event()

    @app.get("/slow")
    async def slow() -> str:
        begun.set()
        await go_on.wait()
        return "done"

    async with httpx2.AsyncClient() as client:
        async with serve_http(app, "127.0.0.1", 0) as url:
            answer = asyncio.create_task(client.get(f"{url}/slow"))
            await begun.wait()
            asyncio.get_running_loop().call_soon(go_on.set)
        assert (await answer).json() == "done"
        begun.clear()
        go_on.clear()
        async with serve_http(app, "127.0.0.1", 0, grace=0) as url:
            answer = asyncio.create_task(client.get(f"{url}/slow"))
            await begun.wait()
        assert (await answer).status_code == 500
