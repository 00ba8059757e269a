"""The door of /api: who has neither a key nor a login gets no further, whatever route, known or not, they asked for.

It stands before the routes, so that no new route can forget it, and no body is read for a stranger. What it finds out
is what `Caller` hands to the routes.
"""

from collections.abc import Set as AbstractSet

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from sojourn.access import store
from sojourn.access.caller import Who
from sojourn.access.check import SAFE_METHODS, comes_from_elsewhere, is_sent_by_forms
from sojourn.access.model import Kind, cookie_name
from sojourn.access.request import Services, over_https
from sojourn.db.clock import clock_of
from sojourn.db.connect import transaction
from sojourn.kit.errors import Unauthorized


class Door:
    """ASGI middleware. `public` are the few (method, path) that answer strangers, for setting up and logging in."""

    def __init__(self, app: ASGIApp, services: Services, public: AbstractSet[tuple[str, str]]) -> None:
        self._app = app
        self._services = services
        self._public = public
        self._clock = clock_of(services.pool, virtual=False)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Raises Unauthorized, or HTTPException for what another site made a browser send."""
        if scope["type"] == "http" and (scope["path"] == "/api" or scope["path"].startswith("/api/")):
            await self._let_in(Request(scope))
        await self._app(scope, receive, send)

    async def _let_in(self, request: Request) -> None:
        if (request.method, request.scope["path"]) in self._public:
            self._refuse_other_sites(request, by_cookie=False)
            return
        scheme, _, key = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer":
            request.state.who = await self._who(key.strip(), "key")
            return
        session = request.cookies.get(cookie_name(over_https(request, self._services)), "")
        request.state.who = await self._who(session, "session")
        self._refuse_other_sites(request, by_cookie=True)

    async def _who(self, token: str, kind: Kind) -> Who:
        if not token:
            raise Unauthorized("This needs a login, or a key: send `Authorization: Bearer sj_...`.")
        async with transaction(self._services.pool) as conn:
            found = await store.find_credential(conn, token, kind, await self._clock.now())
        if found is None:
            raise Unauthorized("The key is not valid." if kind == "key" else "The login has ended. Log in again.")
        if kind == "key":
            return Who(f"key {found['name']}", key=found["hash"])
        return Who(found["email"], session=found["hash"])

    def _refuse_other_sites(self, request: Request, *, by_cookie: bool) -> None:
        if request.method in SAFE_METHODS:
            return
        if comes_from_elsewhere(request.headers, self._services.settings.public_url, by_cookie=by_cookie):
            raise HTTPException(403, "Another site made the browser send this, so nothing was done.")
        if is_sent_by_forms(request.headers):
            raise HTTPException(415, "A browser sends this as application/json, or a file as multipart/form-data.")
