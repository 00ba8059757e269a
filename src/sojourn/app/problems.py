"""The one place where errors become answers: problem details (RFC 9457) for every error, whoever raised it.

An error that is not on the closed list is a defect: it is logged, and answered without a word of what is inside.
"""

from collections.abc import Iterable, Mapping, Sequence
from http import HTTPStatus
from typing import Any

from fastapi.exceptions import RequestValidationError
from psycopg import DataError, OperationalError
from psycopg.errors import RestrictViolation
from pydantic import BaseModel, Field
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sojourn.kit.documents import path_in, pointer
from sojourn.kit.errors import (
    Conflict,
    Invalid,
    LeaseLost,
    NotFound,
    Problem,
    SojournError,
    Unauthorized,
    Unavailable,
)
from sojourn.kit.log import logger

LOG = logger("http")
MEDIA_TYPE = "application/problem+json"

STATUS: Mapping[type[SojournError], HTTPStatus] = {
    NotFound: HTTPStatus.NOT_FOUND,
    Invalid: HTTPStatus.UNPROCESSABLE_ENTITY,
    Conflict: HTTPStatus.CONFLICT,
    Unauthorized: HTTPStatus.UNAUTHORIZED,
    Unavailable: HTTPStatus.SERVICE_UNAVAILABLE,
    LeaseLost: HTTPStatus.SERVICE_UNAVAILABLE,
}
_CODES = {status: error.code for error, status in STATUS.items() if error is not LeaseLost} | {
    HTTPStatus.BAD_REQUEST: "malformed",
    HTTPStatus.FORBIDDEN: "forbidden",
    HTTPStatus.METHOD_NOT_ALLOWED: "method_not_allowed",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "too_large",
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: "unsupported_media_type",
    HTTPStatus.TOO_MANY_REQUESTS: "too_many_attempts",
}


class ProblemPlace(BaseModel):
    """One thing that is wrong, where, and what to do about it."""

    code: str = Field(examples=["not_understood"])
    where: str = Field(description="A JSON pointer (RFC 6901), a step, or `query NAME`.", examples=["/steps/0/wait"])
    message: str
    advice: str


class ProblemDetails(BaseModel):
    """An error, in the form of RFC 9457."""

    type: str = Field(description="The code as a URI.", examples=["urn:sojourn:problem:not_found"])
    title: str = Field(examples=["Not Found"])
    status: int = Field(examples=[404])
    detail: str = Field(examples=["There is no journey named 'launch'."])
    code: str = Field(description="For programs; the list is closed.", examples=["not_found"])
    problems: list[ProblemPlace] = Field(description="All that is wrong, when it can be listed.")


class ProblemAnswers:
    """ASGI middleware, around everything that can fail: turns what was raised into an answer."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = replaced = False

        async def sending(message: Message) -> None:
            nonlocal started, replaced
            if message["type"] == "http.response.start" and not started:
                started = True
                if replaced := _is_plain_refusal(message):
                    await answer_to(HTTPException(message["status"], "The body is too large."))(scope, receive, send)
            if not replaced:
                await send(message)

        try:
            await self._app(scope, receive, sending)
        except Exception as error:
            route = getattr(scope.get("route"), "path", None)  # never the path itself: it may hold a token
            answer = answer_to(error, method=scope.get("method"), route=route)
            if scope["type"] != "http" or started:
                raise
            await answer(scope, receive, send)


async def answer_request(request: Request, error: Exception) -> Response:
    """For the two errors that FastAPI would answer by itself."""
    return answer_to(error, method=request.method)


def answer_to(error: Exception, **asked: str | None) -> Response:
    """`asked` goes to the log, beside an error that somebody has to look at."""
    match error:
        case SojournError():
            return _problem(STATUS[type(error)], str(error), code=error.code, problems=getattr(error, "problems", ()))
        case RequestValidationError():
            return _problem(
                STATUS[Invalid], "The request was not understood.", problems=_places(error.errors(), error.body)
            )
        case ClientDisconnect():
            return _problem(HTTPStatus.BAD_REQUEST, "The request ended before its body did.")
        case HTTPException():
            return _problem(HTTPStatus(error.status_code), error.detail, headers=error.headers)
        case RestrictViolation() | DataError() | OperationalError():
            return _database_answer(error, asked)
    LOG.error("defect", exc_info=error, **asked)
    return _problem(HTTPStatus.INTERNAL_SERVER_ERROR, "Something is wrong inside Sojourn. It has been logged.")


def _database_answer(
    error: RestrictViolation | DataError | OperationalError, asked: Mapping[str, str | None]
) -> Response:
    if isinstance(error, RestrictViolation):
        sentence = str(error.diag.message_primary)
        return _problem(STATUS[Conflict], sentence[:1].upper() + sentence[1:] + ".")
    if isinstance(error, DataError):
        LOG.warning("data refused by the database", error=type(error).__name__, **asked)
        return _problem(STATUS[Invalid], "A text or number in the request is one that the database cannot keep.")
    LOG.error("database unavailable", error=str(error), **asked)
    return _problem(STATUS[Unavailable], "The database cannot be reached. Try again in a moment.")


def _problem(
    status: HTTPStatus,
    detail: str,
    *,
    code: str = "",
    problems: Iterable[Problem] = (),
    headers: Mapping[str, str] | None = None,
) -> Response:
    code = code or _CODES.get(status, "error")
    content = {
        "type": f"urn:sojourn:problem:{code}",
        "title": status.phrase,
        "status": status.value,
        "detail": detail,
        "code": code,
        "problems": [problem.as_json() for problem in problems],
    }
    response = JSONResponse(content, status, dict(headers or {}), MEDIA_TYPE)
    if status == HTTPStatus.UNAUTHORIZED:
        response.headers["WWW-Authenticate"] = "Bearer"  # RFC 9110, 11.6.1
    return response


def _places(found: Sequence[Any], body: Any) -> list[Problem]:
    return [
        Problem("not_understood", _place(one, body), one["msg"].removeprefix("Value error, ") + ".") for one in found
    ]


def _place(found: Mapping[str, Any], body: Any) -> str:
    """A JSON pointer into the body, else `query NAME`, `path NAME`, `header NAME`."""
    source, *parts = found["loc"]
    if source != "body" or found["type"] == "json_invalid":
        return " ".join(str(part) for part in found["loc"])
    return pointer(path_in(body, parts, missing=found["type"] == "missing"))


def _is_plain_refusal(message: Message) -> bool:
    """Starlette's limit on bodies answers by itself, in plain text."""
    plain = MutableHeaders(raw=message["headers"]).get("content-type", "").startswith("text/plain")
    return plain and message["status"] == HTTPStatus.REQUEST_ENTITY_TOO_LARGE
