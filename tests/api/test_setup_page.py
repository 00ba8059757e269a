"""The set-up link leads to a page that works under the server's own content security policy."""

import re

from served import Api


async def test_the_set_up_link_leads_to_a_page_that_needs_nothing_from_elsewhere(api: Api) -> None:
    page = await api.stranger.get("/setup")
    assert page.status_code == 200
    assert "default-src 'self'" in page.headers["content-security-policy"]
    needed = re.findall(r'(?:src|href)="([^"]+)"', page.text)
    assert needed == ["/setup/setup.css", "/setup/setup.js", "/api/openapi.json"]
    for path in needed:
        assert (await api.stranger.get(path)).status_code == 200
    assert "<script>" not in page.text
    assert "style=" not in page.text


async def test_the_page_gives_away_no_other_file(api: Api) -> None:
    assert (await api.stranger.get("/setup/__init__.py")).status_code == 404
