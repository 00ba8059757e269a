"""The console: the built front end, served as it stands. Its own routes are the browser's, so every address below /app/
answers the same page, and the page's script finds out what it shows.

`make console` builds it into the folder `static`; a wheel carries it.
"""

from importlib.resources import files
from pathlib import Path

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, RedirectResponse
from starlette.staticfiles import StaticFiles
from starlette.types import Receive, Scope, Send

router = APIRouter(include_in_schema=False)

STATIC = Path(str(files(__package__))) / "static"

# Scripts are ours alone. Styles may stand in the page: components and previewed emails have theirs there. Emails show
# pictures of the author's own site.
_POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: https:; "
    "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
_PAGE = {"Content-Security-Policy": _POLICY, "Cache-Control": "no-cache", "X-Robots-Tag": "noindex"}
_NOT_BUILT = "<h1>The console is not built</h1><p>Run <code>make console</code> and load this page again.</p>"


class Assets(StaticFiles):
    """Files whose names change with what is in them: a browser asks once."""

    def __init__(self) -> None:
        super().__init__(directory=STATIC / "assets", check_dir=False)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Raises HTTPException 404 for what is not there."""
        response = await self.get_response(self.get_path(scope), scope)
        if response.status_code == 200:
            response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        await response(scope, receive, send)


@router.get("/")
async def root() -> RedirectResponse:
    return RedirectResponse("/app/")


@router.get("/app/{address:path}")
async def page(address: str) -> HTMLResponse:  # noqa: ARG001 - the browser reads it
    """The same page for every address."""
    index = STATIC / "index.html"
    if not index.exists():
        return HTMLResponse(_NOT_BUILT, 503, headers=_PAGE)
    return HTMLResponse(index.read_text("utf-8"), headers=_PAGE)
