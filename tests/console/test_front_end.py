"""The front end's own checks: its form, its types, its unit tests, that it has the types of the API as it is, and that
its first page is light."""

import gzip
import re
import subprocess
import sys
from pathlib import Path

import pytest

from sojourn.app import console
from sojourn.app.openapi import document

ROOT = Path(__file__).parents[2]
MODULES = ROOT / "console" / "node_modules"

OPTIONS = ("--default-non-nullable", "false")

pytestmark = pytest.mark.skipif(not MODULES.exists(), reason="the front end is not installed: run `make console`")


def npm(*arguments: str) -> None:
    done = subprocess.run(
        [sys.executable, ROOT / "hatch_build.py", *arguments], check=False, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("check", ["lint", "types", "test"])
def test_the_front_end_passes_its_checks(check: str) -> None:
    npm("run", "--silent", check)


def test_the_types_of_the_api_are_generated_from_it(tmp_path: Path) -> None:
    (tmp_path / "openapi.json").write_text(document(), "utf-8")
    made = tmp_path / "schema.d.ts"
    npm("exec", "--", "openapi-typescript", str(tmp_path / "openapi.json"), *OPTIONS, "--output", str(made))
    committed = ROOT / "console" / "src" / "api" / "schema.d.ts"
    assert made.read_text("utf-8") == committed.read_text("utf-8"), "run `make console-types`"


def test_the_first_page_loads_less_than_300_kb_of_script() -> None:
    """Compressed; editors and charts come when they are opened."""
    page = (console.STATIC / "index.html").read_text("utf-8")
    scripts = re.findall(r'(?:src|href)="/app/(assets/[^"]+\.js)"', page)
    assert scripts
    assert sum(len(gzip.compress((console.STATIC / one).read_bytes())) for one in scripts) < 300_000
