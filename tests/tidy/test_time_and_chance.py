"""Rule Z1 is enforced, not only written: the linter refuses clocks and chance everywhere but in kit/clock.py."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CLOCKS = {
    "datetime.now": "from datetime import UTC, datetime\n\nprint(datetime.now(UTC))\n",
    "datetime.utcnow": "import datetime\n\nprint(datetime.datetime.utcnow())\n",
    "date.today": "from datetime import date\n\nprint(date.today())\n",
    "time.time": "import time\n\nprint(time.time())\n",
    "time.monotonic": "from time import monotonic\n\nprint(monotonic())\n",
    "random": "import random\n\nprint(random.random())\n",
}


def refusals(code: str, file: str) -> str:
    command = [sys.executable, "-m", "ruff", "check", "--select=TID251", "--output-format=concise", "-q"]
    answer = subprocess.run(
        [*command, f"--stdin-filename={file}", "-"], input=code, cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert answer.stderr == ""
    return answer.stdout


@pytest.mark.parametrize("code", CLOCKS.values(), ids=CLOCKS.keys())
def test_Z1_a_clock_is_refused(code: str) -> None:
    assert "TID251" in refusals(code, "src/sojourn/engine/anything.py")


def test_Z1_one_module_may_read_the_clock() -> None:
    assert refusals(CLOCKS["time.monotonic"], "src/sojourn/kit/clock.py") == ""


def test_Z1_no_query_reads_a_clock_for_itself() -> None:
    """But for `clock_timestamp()`, by which the shell reads the database's clock (Z3) and leases are kept."""
    words = ("now()", "current_timestamp", "current_date", "localtimestamp", "statement_timestamp()", "random()")
    found = [
        f"{file.relative_to(ROOT)}: {word}"
        for file in sorted((ROOT / "src").rglob("*.sql"))
        for word in words
        if word in re.sub(r"--.*", "", file.read_text("utf-8")).lower()
    ]
    assert found == []
