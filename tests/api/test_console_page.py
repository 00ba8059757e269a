"""The console is one page at every address below /app/, and works under its own content security policy."""

import re

import pytest

from served import Api
from sojourn.app import console

pytestmark = pytest.mark.skipif(not console.STATIC.exists(), reason="the console is not built: run `make console`")


@pytest.mark.parametrize("address", ["/app/", "/app/setup", "/app/journeys/launch/analytics"])
async def test_every_address_answers_the_page_which_needs_nothing_from_elsewhere(api: Api, address: str) -> None:
    page = await api.stranger.get(address)
    assert page.status_code == 200
    assert "script-src 'self';" in page.headers["content-security-policy"]
    needed = re.findall(r'(?:src|href)="([^"]+)"', page.text)
    assert needed
    for path in needed:
        assert path.startswith("/app/assets/")
        answer = await api.stranger.get(path)
        assert (answer.status_code, "immutable" in answer.headers["cache-control"]) == (200, True)
    assert "<script>" not in page.text
    assert "style=" not in page.text


async def test_the_root_leads_to_the_console(api: Api) -> None:
    answer = await api.stranger.get("/")
    assert (answer.status_code, answer.headers["location"]) == (307, "/app/")


@pytest.mark.parametrize(
    "path", ["/app/assets/missing.js", "/app/assets/../__init__.py", "/app/assets/%2e%2e/index.html"]
)
async def test_no_other_file_is_given_away(api: Api, path: str) -> None:
    answer = await api.stranger.get(path)
    assert answer.status_code == 404 or "text/html" in answer.headers["content-type"]
    assert "APIRouter" not in answer.text
