"""The one page of the server itself: setting up. It needs no account, since it makes the first one."""

from importlib.resources import files

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, Response

router = APIRouter(include_in_schema=False)

_NO_CACHE = {"Cache-Control": "no-cache", "X-Robots-Tag": "noindex"}


@router.get("/setup")
async def setup_page() -> HTMLResponse:
    return HTMLResponse(_text("setup.html"), headers=_NO_CACHE)


@router.get("/setup/{name}")
async def setup_file(name: str) -> Response:
    types = {"setup.js": "text/javascript", "setup.css": "text/css"}
    if name not in types:
        return Response(status_code=404)
    return Response(_text(name), media_type=types[name], headers=_NO_CACHE)


def _text(name: str) -> str:
    return files(__package__).joinpath(name).read_text("utf-8")
