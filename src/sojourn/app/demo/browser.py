"""Whether somebody sits before a screen, and showing them a page of the console."""

import asyncio
import webbrowser
from collections.abc import Mapping


def can_show(environment: Mapping[str, str], platform: str) -> bool:
    """Whether a browser that is opened here would be seen. `platform` is as `sys.platform` has it."""
    if environment.get("CI") or environment.get("SSH_CONNECTION"):
        return False
    return platform in ("darwin", "win32") or bool(environment.get("DISPLAY") or environment.get("WAYLAND_DISPLAY"))


async def show(url: str) -> None:
    """Opens it in the user's own browser, which goes on by itself; nothing happens where there is none."""
    await asyncio.to_thread(webbrowser.open, url)
