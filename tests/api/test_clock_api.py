"""The route of the virtual clock: it answers when a worker has done all that is due by then."""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime, timedelta

import pytest
from fastapi import APIRouter

from served import Api
from sojourn.app import clock_api
from sojourn.app.worker import Worker
from sojourn.db.clock import clock_of
from sojourn.db.connect import open_pool
from sojourn.engine.owner import Owner

CLOCK = "/api/v1/clock"
HOUR = timedelta(hours=1)


@pytest.fixture
def extra_routers() -> list[APIRouter]:
    return [clock_api.router]


@pytest.fixture
async def worker(database: str) -> AsyncIterator[Worker]:
    async with open_pool(database, size=4) as pool:
        worker = Worker(pool, database, clock_of(pool, virtual=True), Owner(pool, "one"), virtual=True)
        task = asyncio.create_task(worker.run())
        yield worker
        worker.stop()
        await task


async def shown(api: Api) -> datetime:
    return datetime.fromisoformat((await api.client.get(CLOCK)).json()["now"])


async def test_Z1_it_stands_still_until_somebody_moves_it(api: Api) -> None:
    assert await shown(api) == await shown(api)


async def test_Z1_it_answers_when_the_worker_has_brought_it_there(api: Api, worker: Worker) -> None:
    target = await shown(api) + HOUR
    moved = await api.client.put(CLOCK, json={"now": target.isoformat()}, timeout=60)
    assert (moved.status_code, datetime.fromisoformat(moved.json()["now"])) == (200, target)
    again = await api.client.put(CLOCK, json={"now": target.isoformat()}, timeout=60)
    assert (again.status_code, await shown(api)) == (200, target)


async def test_Z1_time_never_goes_back(api: Api, worker: Worker) -> None:
    refused = await api.client.put(CLOCK, json={"now": (await shown(api) - HOUR).isoformat()})
    assert (refused.status_code, refused.json()["code"]) == (409, "conflict")
    assert "only moves forward" in refused.json()["detail"]


@pytest.mark.parametrize("now", ["2026-12-01T09:00:00", "tomorrow", None])
async def test_an_instant_has_an_offset(api: Api, now: str | None) -> None:
    refused = await api.client.put(CLOCK, json={"now": now})
    assert [problem["where"] for problem in refused.json()["problems"]] == ["/now"]


async def test_without_a_worker_it_does_not_pretend(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock_api, "PATIENCE", 0.0)
    target = await shown(api) + HOUR
    refused = await api.client.put(CLOCK, json={"now": target.isoformat()})
    assert (refused.status_code, refused.json()["code"]) == (503, "unavailable")


async def test_a_stranger_moves_nothing(api: Api) -> None:
    assert (await api.stranger.put(CLOCK, json={"now": "2027-01-01T00:00:00Z"})).status_code == 401
