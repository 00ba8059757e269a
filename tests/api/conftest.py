"""Every test of the API talks to a server of its own."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx2
import pytest
from fastapi import APIRouter

from served import Api, served
from sojourn.access import store as access
from sojourn.db.connect import Pool, database_time, transaction
from sojourn.kit.settings import Settings


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Overridden by tests that need others."""
    return Settings(data=tmp_path)


@pytest.fixture
def extra_routers() -> list[APIRouter]:
    """Overridden by tests that need routes of their own."""
    return []


@pytest.fixture
async def api(pool: Pool, settings: Settings, extra_routers: list[APIRouter]) -> AsyncIterator[Api]:
    async with served(pool, settings, extra_routers) as api:
        yield api


@pytest.fixture
async def browser(api: Api) -> AsyncIterator[httpx2.AsyncClient]:
    """Ann, who set the workspace up and is logged in by a cookie; she sends what a browser sends from our own pages."""
    async with transaction(api.pool) as conn:
        token = await access.ensure_setup_link(conn, await database_time(conn))
    ann = {"email": "ann@example.org", "password": "correct horse battery"}
    async with httpx2.AsyncClient(base_url=api.url, headers={"Sec-Fetch-Site": "same-origin"}) as client:
        answer = await client.post("/api/v1/setup", json={"token": token, **ann})
        assert answer.status_code == 201, answer.text
        yield client
