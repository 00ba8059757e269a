"""Where links in messages come back: public, without a login, at /c, /o and /u.

A forged link is answered like one that never was (T2). A click is answered when it is durable (T1). Asking for the way
out is not taking it: only a POST unsubscribes (T4), from a mail program (RFC 8058) or from our page.
"""

from base64 import b64decode
from datetime import datetime

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse, PlainTextResponse, RedirectResponse
from psycopg import Error

from sojourn.delivery.model import DeliveryKey
from sojourn.delivery.trial import WAY_OUT
from sojourn.kit.errors import Invalid
from sojourn.kit.ids import new_event_id
from sojourn.tracking.model import AGENT_LENGTH, Interaction, Kind
from sojourn.tracking.request import Tracked

router = APIRouter(include_in_schema=False)

PRIVATE = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex",
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'"
    ),
}
PIXEL = b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAICRAEAOw==")
LONGEST_BODY = 4_096  # bytes of what is posted to unsubscribe that are looked at
ONE_CLICK = b"One-Click"


@router.api_route("/c/{token}", methods=["GET", "HEAD"])
async def follow_link(request: Request, tracking: Tracked, token: str) -> Response:
    """Records a click and leads to where the link was published to lead."""
    if (clicked := tracking.links.clicked(token)) is None:
        return _unknown()
    key, link = clicked
    at = await tracking.clock.now()
    try:
        target = await tracking.targets.find(key, link)
    except (Error, TimeoutError):
        return _later()
    except Invalid:
        target = None
    if target is None:
        return _unknown()
    await tracking.recorder.record(_seen("clicked", request, key, at, link=target.link))
    return RedirectResponse(target.url, 302, PRIVATE)


@router.api_route("/o/{token}.gif", methods=["GET", "HEAD"])
async def show_picture(request: Request, tracking: Tracked, token: str) -> Response:
    """Records an open and shows a picture of one transparent pixel."""
    if (key := tracking.links.delivery("o", token)) is None:
        return _unknown()
    await tracking.recorder.record(_seen("opened", request, key, await tracking.clock.now()))
    return Response(PIXEL, headers=PRIVATE, media_type="image/gif")


@router.api_route(WAY_OUT, methods=["GET", "HEAD", "POST"])
async def leave_nothing() -> Response:
    """The way out of a test message (C6)."""
    return _page("This was a test", "<p>In the real message, this link lets people unsubscribe. Nothing changed.</p>")


@router.api_route("/u/{token}", methods=["GET", "HEAD"])
async def ask_to_unsubscribe(tracking: Tracked, token: str) -> Response:
    """The page that asks; it changes nothing."""
    if tracking.links.delivery("u", token) is None:
        return _unknown()
    form = '<form method="post"><button>Unsubscribe</button></form>'
    return _page("Unsubscribe", f"<p>Do you want to stop receiving these messages at this address?</p>{form}")


@router.post("/u/{token}")
async def unsubscribe(request: Request, tracking: Tracked, token: str) -> Response:
    """Unsubscribes the address that the message went to: at once, and again without harm."""
    if (key := tracking.links.delivery("u", token)) is None:
        return _unknown()
    source = "one_click" if ONE_CLICK in await _beginning(request) else "page"
    seen = _seen("unsubscribed", request, key, await tracking.clock.now(), source=source)
    await tracking.recorder.record(seen._replace(id=f"unsubscribed-{key}"))
    return _page("You are unsubscribed", "<p>This address will not receive these messages any more.</p>")


def _seen(
    kind: Kind, request: Request, key: DeliveryKey, at: datetime, *, link: str | None = None, source: str | None = None
) -> Interaction:
    agent = request.headers.get("user-agent", "")[:AGENT_LENGTH].replace("\x00", "")
    return Interaction(new_event_id(), kind, key, at, request.method, agent, link, source)


async def _beginning(request: Request) -> bytes:
    """The body as far as it matters: mail programs post it as a form of either kind (RFC 8058 §3.2), and no more."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) >= LONGEST_BODY:
            break
    return body


def _unknown() -> Response:
    return PlainTextResponse("There is no such link.", 404, PRIVATE)


def _later() -> Response:
    """The last resort: the link is a true one, and where it leads cannot be found out without the database."""
    message = "This link cannot be followed at this moment. Please try it again in a minute."
    return PlainTextResponse(message, 503, PRIVATE | {"Retry-After": "30"})


def _page(title: str, body: str) -> Response:
    head = f'<meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{title}</title>'
    style = "<style>body{font:1.1rem/1.5 sans-serif;margin:4rem auto;max-width:32rem;padding:0 1rem}</style>"
    main = f"<main><h1>{title}</h1>{body}</main>"
    return HTMLResponse(
        f'<!doctype html><html lang="en"><head>{head}{style}</head><body>{main}</body></html>', headers=PRIVATE
    )
