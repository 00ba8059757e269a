"""Routes of access: set-up, logging in and out, keys, the workspace. `public` holds the few that answer strangers.

A try to log in is counted and committed before the password is looked at, and no connection is held while it is hashed:
so these routes open their transactions themselves.
"""

from datetime import datetime
from typing import Literal

from fastapi import APIRouter, Request, Response, status
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, SecretStr
from starlette.exceptions import HTTPException

from sojourn.access import store
from sojourn.access.caller import Caller
from sojourn.access.model import ABSOLUTE, Email, Name, Password, Zone, cookie_name, network_of
from sojourn.access.password import hashed, outdated, verified
from sojourn.access.request import RealTime, Served, Services, Transaction, over_https
from sojourn.db.connect import Connection, Row, database_time, transaction
from sojourn.kit.errors import Conflict, Invalid, Unauthorized
from sojourn.kit.ids import token_hash
from sojourn.kit.log import logger
from sojourn.kit.model import Document

public = APIRouter(tags=["access"])
router = APIRouter(tags=["access"])
LOG = logger("access")

# ---------------------------------------------------------------------------------------------------- set-up


class SetupState(BaseModel):
    needed: bool


class Secret(Document):
    """Holds a password: taken exactly as typed, and never repeated in an error."""

    model_config = ConfigDict(str_strip_whitespace=False, hide_input_in_errors=True)


class Setup(Secret):
    token: str = Field(max_length=100, description="From the set-up link that `sojourn serve` prints.")
    email: Email
    password: Password
    workspace: Name | None = None
    zone: Zone | None = None


class Login(Secret):
    email: Email
    password: SecretStr = Field(max_length=1024)


class LoginLink(Secret):
    token: str = Field(max_length=100, description="From the login link that `sojourn login` prints.")


class CallerAnswer(BaseModel):
    name: str = Field(description="An email address, or `key NAME`: what histories record.")
    kind: Literal["session", "key"]


@public.get("/setup")
async def read_setup(conn: Transaction) -> SetupState:
    """Whether the first account is still to be made."""
    return SetupState(needed=await store.needs_setup(conn))


@public.post("/setup", status_code=status.HTTP_201_CREATED)
async def set_up(given: Setup, request: Request, response: Response, services: Served) -> CallerAnswer:
    """Makes the first account with the token of the set-up link, names the workspace, and logs in."""
    async with transaction(services.pool) as conn:
        await store.use_setup_link(conn, given.token)
        now = await database_time(conn)
        account = await store.create_account(conn, given.email, await hashed(given.password.get_secret_value()), now)
        await store.change_workspace(conn, name=given.workspace, zone=given.zone)
        session = await store.start_session(conn, account, now)
    LOG.info("set up", account=account)
    _give_cookie(request, response, services, session)
    return CallerAnswer(name=given.email, kind="session")


# ---------------------------------------------------------------------------------------------------- sessions


@public.post("/session", status_code=status.HTTP_201_CREATED)
async def log_in(given: Login, request: Request, response: Response, services: Served) -> CallerAnswer:
    """Starts a session and ends the one this browser had before.

    After several wrong passwords the answer is 429 with Retry-After, for a while that grows with each and has a limit.
    """
    network = network_of(request.client.host if request.client else "")
    account = await _admit_attempt(services, given.email, network)
    password = given.password.get_secret_value()
    right = await verified(account["password"] if account else None, password)
    if account is None or not right:
        LOG.warning("login refused", account=account and account["id"])
        raise Unauthorized("The email address or the password is wrong.")
    stronger = await hashed(password) if outdated(account["password"]) else None
    async with transaction(services.pool) as conn:
        now = await database_time(conn)
        await store.forgive_attempts(conn, given.email, network, now)
        if stronger:
            await store.keep_password(conn, account["id"], stronger)
        session = await _new_session(conn, account, request, services, now)
    LOG.info("login", account=account["id"])
    _give_cookie(request, response, services, session)
    return CallerAnswer(name=account["email"], kind="session")


@public.post("/session/link", status_code=status.HTTP_201_CREATED)
async def log_in_by_link(given: LoginLink, request: Request, response: Response, services: Served) -> CallerAnswer:
    """Starts a session with the token of a login link, which works once."""
    async with transaction(services.pool) as conn:
        now = await database_time(conn)
        account = await store.use_login_link(conn, given.token, now)
        session = await _new_session(conn, account, request, services, now)
    LOG.info("login by link", account=account["id"])
    _give_cookie(request, response, services, session)
    return CallerAnswer(name=account["email"], kind="session")


@router.get("/session")
async def read_session(who: Caller) -> CallerAnswer:
    """Who calls."""
    return CallerAnswer(name=who.name, kind="session" if who.session else "key")


@router.delete("/session", status_code=status.HTTP_204_NO_CONTENT)
async def log_out(who: Caller, conn: Transaction, request: Request, response: Response, services: Served) -> None:
    """Ends this session; its cookie opens nothing from then on."""
    if who.session is None:
        raise Conflict("A key has no session to end. Delete the key to make it stop working.")
    await store.end_session(conn, who.session)
    secure = over_https(request, services)
    response.delete_cookie(cookie_name(secure), secure=secure, httponly=True, samesite="lax")


async def _admit_attempt(services: Services, email: str, network: str) -> Row | None:
    """The account to compare with, or None for an unknown one; 429 if it is too early to try again."""
    async with transaction(services.pool) as conn:
        now = await database_time(conn)
        next_at = await store.count_attempt(conn, email, network, now)
        account = await store.account(conn, email)
    if next_at is not None:
        LOG.warning("login too early", account=account and account["id"])
        seconds = int((next_at - now).total_seconds()) + 1
        raise HTTPException(429, f"Too many wrong passwords. Try again in {seconds} s.", {"Retry-After": str(seconds)})
    return account


async def _new_session(conn: Connection, account: Row, request: Request, services: Services, now: datetime) -> str:
    """The token of a session that takes the place of the one this browser had."""
    await store.end_session(conn, token_hash(request.cookies.get(_cookie_of(request, services), "")))
    return await store.start_session(conn, account["id"], now)


def _cookie_of(request: Request, services: Services) -> str:
    return cookie_name(over_https(request, services))


def _give_cookie(request: Request, response: Response, services: Services, session: str) -> None:
    secure = over_https(request, services)
    age = int(ABSOLUTE.total_seconds())
    response.set_cookie(cookie_name(secure), session, max_age=age, secure=secure, httponly=True, samesite="lax")


# ---------------------------------------------------------------------------------------------------- keys


class NewKey(Document):
    name: Name
    expires_at: AwareDatetime | None = None


class KeyAnswer(BaseModel):
    name: str
    created_at: datetime
    used_at: datetime | None = Field(description="Right to about a minute.")
    expires_at: datetime | None


class CreatedKey(BaseModel):
    name: str
    key: str = Field(description="Shown this once: only a hash of it is kept.")
    expires_at: datetime | None


@router.get("/keys")
async def list_keys(conn: Transaction) -> list[KeyAnswer]:
    """The keys of programs, without the secrets, which nobody can show again."""
    return [KeyAnswer(**key) for key in await store.keys(conn)]


@router.post("/keys", status_code=status.HTTP_201_CREATED)
async def create_key(given: NewKey, who: Caller, conn: Transaction, now: RealTime) -> CreatedKey:
    """A key for a program, to be sent as `Authorization: Bearer sj_...`."""
    if given.expires_at is not None and given.expires_at <= now:
        raise Invalid("The key would have expired already: give a time in the future.")
    key = await store.create_key(conn, given.name, now, given.expires_at)
    LOG.info("key created", key=given.name, by_session=who.session is not None)
    return CreatedKey(name=given.name, key=key, expires_at=given.expires_at)


@router.delete("/keys/{name}", status_code=status.HTTP_204_NO_CONTENT)
async def delete_key(name: str, conn: Transaction) -> None:
    """From this moment on the key opens nothing."""
    await store.delete_key(conn, name)
    LOG.info("key deleted", key=name)


# ---------------------------------------------------------------------------------------------------- workspace


class WorkspaceAnswer(BaseModel):
    name: str
    zone: str
    postal_address: str | None


class WorkspaceChange(Document):
    """What is left out stays as it is."""

    name: Name | None = None
    zone: Zone | None = None
    postal_address: str | None = Field(
        None, max_length=500, description="Stands in commercial emails; an empty text removes it."
    )


@router.get("/workspace", tags=["workspace"])
async def read_workspace(conn: Transaction) -> WorkspaceAnswer:
    """The workspace's name, its time zone and the postal address of commercial emails."""
    return WorkspaceAnswer(**await store.workspace(conn))


class WebhookSecretAnswer(BaseModel):
    secret: str = Field(examples=["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"])


@router.get("/workspace/webhook-secret", tags=["workspace"])
async def read_webhook_secret(conn: Transaction) -> WebhookSecretAnswer:
    """What the calls of webhook steps are signed with (Standard Webhooks): whoever is called checks them with it."""
    return WebhookSecretAnswer(secret=await store.webhook_secret(conn))


@router.patch("/workspace", tags=["workspace"])
async def change_workspace(given: WorkspaceChange, conn: Transaction) -> WorkspaceAnswer:
    """Changes some of the workspace's settings."""
    return WorkspaceAnswer(**await store.change_workspace(conn, **given.model_dump()))
