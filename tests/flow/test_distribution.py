"""What is given away: a wheel with the console in it, and a source distribution that becomes one without Node.

The console is built beforehand here, if it has not changed since; `make dist` does it all from nothing.
"""

import os
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

from sojourn import __version__
from sojourn.app import console

ROOT = Path(__file__).parents[2]
PAGE = "sojourn/app/console/static/index.html"


def built(tree: Path, target: str, path: str, into: Path) -> Path:
    command = [sys.executable, "-m", "hatchling", "build", "--target", target, "--directory", str(into)]
    done = subprocess.run(
        command, cwd=tree, env={**os.environ, "PATH": path}, check=False, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
    (file,) = into.iterdir()
    return file


@pytest.mark.skipif(not console.STATIC.exists(), reason="the console is not built: run `make console`")
def test_a_wheel_carries_the_console_and_a_source_distribution_makes_the_same_wheel_without_node(
    tmp_path: Path,
) -> None:
    wheel = zipfile.ZipFile(built(ROOT, "wheel", os.environ["PATH"], tmp_path / "wheel"))
    names = set(wheel.namelist())
    assert {PAGE, "sojourn/db/schema.sql", "sojourn/app/sample/launch.yaml"} <= names
    assert {
        f"sojourn/app/console/static/assets/{asset.name}" for asset in (console.STATIC / "assets").iterdir()
    } <= names
    assert {name.partition("/")[0] for name in names} == {"sojourn", f"sojourn-{__version__}.dist-info"}
    with tarfile.open(built(ROOT, "sdist", os.environ["PATH"], tmp_path / "sdist")) as sources:
        sources.extractall(tmp_path / "sources", filter="data")
    (tree,) = (tmp_path / "sources").iterdir()
    assert not list(tree.rglob("node_modules"))
    for file in (tree / "console" / "src").rglob("*.ts"):
        os.utime(file)  # whatever unpacks it may give its files any time
    again = zipfile.ZipFile(built(tree, "wheel", "", tmp_path / "again"))
    assert set(again.namelist()) == names
    assert again.read(PAGE) == wheel.read(PAGE)
