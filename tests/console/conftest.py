"""What tests of the console stand on: a whole Sojourn on a virtual clock, and Debian's Chromium, logged in."""

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from desk import ACCOUNT, AXE, CHROMIUM, QUIET, Desk, opened
from playwright.sync_api import Browser, expect, sync_playwright

from house import House, Postbox
from sojourn.app import console

expect.set_options(timeout=15_000)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One for each module: while Playwright is there its event loop runs, and tests that have their own could not."""
    if CHROMIUM is None:
        pytest.fail("these tests need Chromium: run `apt-get install chromium`, or name one by SOJOURN_TEST_CHROMIUM")
    if not console.STATIC.exists() or not AXE.exists():
        pytest.fail("the console is not built: run `make console`")
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield launched
        launched.close()


@pytest.fixture(scope="module")
def house(module_database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A Sojourn with one account; its mails stay in the inbox."""
    told = {
        "SOJOURN_DATABASE_URL": module_database,
        "SOJOURN_DATA": str(tmp_path_factory.mktemp("data")),
        "SOJOURN_WORKER": "house",
        "SOJOURN_LOG": "json",
    }
    house = House(told, Postbox())
    house.start()
    try:
        token = urlsplit(house.setup_link()).fragment.removeprefix("token=")
        house.call("POST", "/setup", json={"token": token, "workspace": "Contoso", **ACCOUNT})
        yield house
    finally:
        house.stop()


@pytest.fixture
def desk(house: House, browser: Browser) -> Iterator[Desk]:
    with opened(house, browser) as one:
        yield one
