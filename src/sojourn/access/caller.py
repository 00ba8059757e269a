"""Who calls: the person of a session, or the engineer's program behind a key. The door finds out, routes are told."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request, Security
from fastapi.security import APIKeyCookie, HTTPBearer
from fastapi.security.http import HTTPAuthorizationCredentials

from sojourn.access.model import COOKIE
from sojourn.kit.errors import Unauthorized

_SESSION = APIKeyCookie(
    name=f"__Host-{COOKIE}",
    scheme_name="session",
    auto_error=False,
    description=f"A browser's session, from POST /api/v1/session. On plain http the cookie is named `{COOKIE}`.",
)
_KEY = HTTPBearer(scheme_name="key", auto_error=False, description="A program's key, from POST /api/v1/keys: `sj_...`.")


@dataclass(frozen=True)
class Who:
    """`name` is what histories record: an email address, or `key NAME`, or `command line`.

    `session` is the hash of a browser's session, None for everybody else; so is `key` of a program's key.
    """

    name: str
    session: bytes | None = None
    key: bytes | None = None


async def caller_of(
    request: Request,
    _session: Annotated[str | None, Security(_SESSION)],
    _key: Annotated[HTTPAuthorizationCredentials | None, Security(_KEY)],
) -> Who:
    """The two parameters only put the ways in into the OpenAPI document; the door has looked at them already."""
    who = getattr(request.state, "who", None)
    if not isinstance(who, Who):
        raise Unauthorized("This needs a login or a key.")
    return who


Caller = Annotated[Who, Depends(caller_of)]
