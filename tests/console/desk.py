"""A browser's window at a Sojourn: every page that is looked at is kept as a picture in `.artefacts/console`, light and
dark, and held against WCAG 2.2 AA by axe-core. The browser must have nothing to complain about, and ask no other host.
"""

import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, ConsoleMessage, Page, Request

from house import House

ROOT = Path(__file__).parents[2]
PICTURES = ROOT / ".artefacts" / "console"
AXE = ROOT / "console" / "node_modules" / "axe-core" / "axe.min.js"
CHROMIUM = os.environ.get("SOJOURN_TEST_CHROMIUM") or shutil.which("chromium")
ACCOUNT = {"email": "ada@contoso.example", "password": "correct horse battery"}
QUIET = [f"--{name}" for name in ("disable-background-networking", "disable-component-update", "disable-sync")]
QUIET += ["--no-first-run", "--disable-quic", "--no-sandbox"]
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
SCHEMES = ("light", "dark")


@dataclass
class Desk:
    """A browser's window at a Sojourn: `page` is logged in; `look` keeps a picture and asks axe."""

    house: House
    page: Page
    complaints: list[str] = field(default_factory=list)

    def open(self, address: str) -> Page:
        """A page of the console, once it has come to rest."""
        self.page.goto(f"{self.house.client.base_url}/app{address}")
        self.page.wait_for_load_state("networkidle")
        return self.page

    def look(self, name: str) -> None:
        """What stands on the screen now: a picture, and no violation of WCAG 2.2 AA, in light and in dark."""
        PICTURES.mkdir(parents=True, exist_ok=True)
        found: list[str] = []
        for scheme in SCHEMES:
            self.page.emulate_media(color_scheme=scheme)
            self.page.screenshot(path=PICTURES / f"{name}-{scheme}.png", full_page=True)
            self.page.evaluate(AXE.read_text("utf-8"))  # not as a script in the page, which its policy forbids
            told = self.page.evaluate("(tags) => axe.run(document, {runOnly: tags})", RULES)
            found += [f"{scheme}: {violation_text(one)}" for one in told["violations"]]
        self.page.emulate_media(color_scheme="light")
        assert found == [], "\n".join(found)


def violation_text(violation: dict[str, Any]) -> str:
    places = [" ".join(map(str, node["target"])) + "  " + node["html"][:200] for node in violation["nodes"]]
    return f"{violation['id']}: {violation['help']}\n    " + "\n    ".join(places)


@contextmanager
def opened(house: House, browser: Browser, **options: Any) -> Iterator[Desk]:
    """A new window that is logged in; at the end it has nothing to complain about."""
    context = browser.new_context(viewport={"width": 1440, "height": 900}, reduced_motion="reduce", **options)
    context.set_default_timeout(15_000)
    base = str(house.client.base_url)
    answer = context.request.post(f"{base}/api/v1/session", data=ACCOUNT)
    assert answer.ok, answer.text()
    page = context.new_page()
    desk = Desk(house, page)
    watch(desk, base)
    try:
        yield desk
        assert not desk.complaints, "\n".join(desk.complaints)
    finally:
        context.close()


def watch(desk: Desk, base: str) -> None:
    """Whatever the browser says, but that a request was refused, and whoever else it asks."""

    def said(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not re.search("status of 4[0-9][0-9]", message.text):
            desk.complaints.append(f"{message.type}: {message.text} ({message.location.get('url')})")

    def asked(request: Request) -> None:
        if not request.url.startswith((base, "data:", "blob:", "about:")):
            desk.complaints.append(f"asked another host: {request.url}")

    desk.page.on("console", said)
    desk.page.on("pageerror", lambda error: desk.complaints.append(f"error: {error}"))
    desk.page.on("request", asked)
