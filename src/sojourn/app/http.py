"""The HTTP application: every folder's routes behind one door, one form of error, one OpenAPI document.

From the outside in: headers for browsers, errors into answers, the door of /api, a limit on bodies, the routes.
"""

from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from typing import Any, Literal, TypedDict

from fastapi import APIRouter, Depends, FastAPI
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from pydantic import BaseModel
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware

from sojourn import __version__
from sojourn.access import api as access
from sojourn.access.caller import caller_of
from sojourn.access.door import Door
from sojourn.access.request import Served, Services
from sojourn.analytics import api as analytics
from sojourn.analytics.live import Watching
from sojourn.app import console
from sojourn.app.headers import SecurityHeaders
from sojourn.app.problems import MEDIA_TYPE, ProblemAnswers, ProblemDetails, answer_request
from sojourn.app.sample import api as sample
from sojourn.channels import api as channels
from sojourn.channels.inbox import api as inbox
from sojourn.channels.registry import channels_of
from sojourn.content import api as content
from sojourn.content.senders import api as senders
from sojourn.db.connect import database_time
from sojourn.delivery import api as delivery
from sojourn.events import api as events
from sojourn.journeys import api as journeys
from sojourn.journeys.store import users_of_segment, users_of_trigger
from sojourn.people import api as people
from sojourn.rehearsal import api as rehearsal
from sojourn.segments import api as segments
from sojourn.tracking import api as tracking
from sojourn.tracking.request import open_tracking

API = "/api/v1"
LARGEST_BODY = 10 * 1024 * 1024
"""Bytes. A route that takes files says so itself: `@router.post(..., max_body_size=...)`."""

ROUTERS: Sequence[APIRouter] = (
    access.router,
    people.router,
    events.router,
    segments.router,
    content.router,
    senders.router,
    delivery.router,
    journeys.router,
    analytics.router,
    rehearsal.router,
    inbox.router,
    channels.router,
    sample.router,
)

segments.users_of_segment.append(users_of_segment)
events.users_of_trigger.append(users_of_trigger)

_PROBLEM: dict[int | str, dict[str, Any]] = {"default": {"model": ProblemDetails, "description": "What went wrong."}}
_TAGS = [
    {"name": "access", "description": "Setting up, logging in, keys of programs."},
    {"name": "workspace", "description": "The settings that everybody shares."},
    {"name": "people", "description": "Audiences, persons, imports, and what addresses consent to."},
    {"name": "events", "description": "What happened to people, and the events that are declared: triggers."},
    {"name": "segments", "description": "Saved questions about the people of an audience, and their members."},
    {"name": "content", "description": "Emails and text messages, and their checks and previews."},
    {"name": "senders", "description": "From whom emails can be, and tests of it."},
    {"name": "journeys", "description": "Steps, who starts them, and their life from draft to stopped."},
    {"name": "analytics", "description": "The numbers of running journeys, and the people behind them."},
    {"name": "inbox", "description": "What was kept instead of sent."},
    {"name": "channels", "description": "What carries messages out, and whether it works."},
    {"name": "health", "description": "Whether the server works."},
]

health = APIRouter(tags=["health"])


class Common(TypedDict):
    responses: dict[int | str, dict[str, Any]]
    max_body_size: int


class Health(BaseModel):
    status: Literal["ok"]


@health.get("/health")
async def read_health(services: Served) -> Health:
    """Answers when the database does; for load balancers and supervisors."""
    async with services.pool.connection(timeout=5) as conn:
        await database_time(conn)
    return Health(status="ok")


class Application(FastAPI):
    def openapi(self) -> dict[str, Any]:
        """The document of all routes, in which errors have the media type that they are sent with."""
        if self.openapi_schema is None:
            for operation in _operations(super().openapi()):
                for response in operation["responses"].values():
                    if response["description"] == _PROBLEM["default"]["description"]:
                        (details,) = response["content"].values()
                        response["content"] = {MEDIA_TYPE: details}
        return super().openapi()


def create_app(services: Services, *, extra: Sequence[APIRouter] = ()) -> FastAPI:
    """The application; `extra` are routers that only some servers have. They stand behind the door like all others."""
    https = (services.settings.public_url or "").startswith("https://")
    app = Application(
        title="Sojourn",
        version=__version__,
        description="Customer journeys: segments, messages, waits and branches. All times are instants of RFC 3339.",
        openapi_url="/api/openapi.json",
        openapi_tags=_TAGS,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        separate_input_output_schemas=False,
        lifespan=_lifespan,
        generate_unique_id_function=lambda route: route.name,
        exception_handlers={HTTPException: answer_request, RequestValidationError: answer_request},
        middleware=[
            Middleware(SecurityHeaders, https=https),
            Middleware(ProblemAnswers),
            Middleware(Door, services=services, public=_public()),
        ],
    )
    app.state.services = services
    app.state.channels_of = channels_of
    app.state.watching = Watching(services)
    common = Common(responses=_PROBLEM, max_body_size=LARGEST_BODY)
    app.include_router(health, **common)
    app.include_router(tracking.router, **common)
    app.mount("/app/assets", console.Assets())
    app.include_router(console.router, **common)
    app.include_router(access.public, prefix=API, **common)
    for router in (*ROUTERS, *extra):
        app.include_router(router, prefix=API, dependencies=[Depends(caller_of)], **common)
    return app


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    async with open_tracking(app.state.services) as app.state.tracking:
        yield


def _public() -> frozenset[tuple[str, str]]:
    """The (method, path) under /api that answer strangers."""
    routes = [route for route in access.public.routes if isinstance(route, APIRoute)]
    return frozenset(
        {("GET", "/api/openapi.json")}
        | {(method, API + route.path) for route in routes for method in route.methods or ()}
    )


def _operations(document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for path in document["paths"].values():
        yield from (operation for operation in path.values() if isinstance(operation, dict))
