"""What access says to PostgreSQL. Times are real ones, from the database, even where a journey's clock is virtual:
a login must end, and a guesser must wait, whatever a rehearsal's clock says."""

from base64 import b64encode
from collections.abc import Sequence
from datetime import datetime

from sojourn.access.caller import Who
from sojourn.access.model import ABSOLUTE, ACCOUNT_PACE, ADDRESS_PACE, IDLE, KEY_PREFIX, LINK, Kind, Pace
from sojourn.db.connect import Connection, Row
from sojourn.db.queries import Queries
from sojourn.kit.errors import Conflict, NotFound, Unauthorized
from sojourn.kit.ids import new_token, token_hash

QUERIES = Queries(__package__)

# ---------------------------------------------------------------------------------------------------- workspace


async def workspace(conn: Connection) -> Row:
    """`name`, `zone` and `postal_address` (may be None)."""
    return await _one(conn, "workspace", {})


async def webhook_secret(conn: Connection) -> str:
    """In the form of Standard Webhooks: `whsec_` and Base64."""
    row = await _one(conn, "webhook_secret", {})
    return "whsec_" + b64encode(row["webhook_secret"]).decode()


async def change_workspace(
    conn: Connection, *, name: str | None = None, zone: str | None = None, postal_address: str | None = None
) -> Row:
    """The workspace after the change: None leaves a setting as it is, an empty postal address removes it."""
    return await _one(conn, "change_workspace", {"name": name, "zone": zone, "postal_address": postal_address})


# ---------------------------------------------------------------------------------------------------- set-up


async def needs_setup(conn: Connection) -> bool:
    """Whether nobody has an account yet."""
    return not (await _one(conn, "has_account", {}))["answer"]


async def ensure_setup_link(conn: Connection, now: datetime) -> str | None:
    """A fresh token for `{public_url}/app/setup#token=...`, which replaces older ones; None after the set-up."""
    if not await needs_setup(conn):
        return None
    await conn.execute(QUERIES["forget_setup_links"])
    return await _new_credential(conn, {"kind": "setup", "name": "set-up link", "now": now})


async def use_setup_link(conn: Connection, token: str) -> None:
    """Raises Unauthorized unless the token is the set-up link's; a token works once."""
    if await _found(conn, "use_setup_link", {"hash": token_hash(token)}) is None:
        raise Unauthorized("This set-up link is not valid any more. Starting the server again prints a new one.")


async def create_account(conn: Connection, email: str, password_hash: str, now: datetime) -> int:
    """The new account's id. From the first one on no set-up link is valid."""
    row = await _one(conn, "create_account", {"email": email, "password": password_hash, "now": now})
    await conn.execute(QUERIES["forget_setup_links"])
    account: int = row["id"]
    return account


# ---------------------------------------------------------------------------------------------------- logging in


async def account(conn: Connection, email: str) -> Row | None:
    """`id`, `email` and `password` (its hash), or None."""
    return await _found(conn, "account", {"email": email})


async def keep_password(conn: Connection, account: int, password_hash: str) -> None:
    await conn.execute(QUERIES["keep_password"], {"account": account, "password": password_hash})


async def count_attempt(conn: Connection, email: str, network: str, now: datetime) -> datetime | None:
    """Counts one try to log in, for the account and for its network. None: go on; else when to try again."""
    for subject, pace in _subjects(email, network):  # in this order, so that two tries never wait for each other
        counted = {"subject": subject, "now": now, **pace._asdict()}
        await conn.execute(QUERIES["forget_old_attempts"], counted)
        if await _found(conn, "count_attempt", counted) is None:
            waiting = await _found(conn, "next_attempt", {"subject": subject})
            return waiting["next_at"] if waiting else now
    return None


async def forgive_attempts(conn: Connection, email: str, network: str, now: datetime) -> None:
    """After a login that succeeded."""
    (of_network, _), (of_account, _) = _subjects(email, network)
    await conn.execute(QUERIES["forgive_address"], {"subject": of_network})
    await conn.execute(QUERIES["forgive_account"], {"subject": of_account})
    await conn.execute(QUERIES["sweep_attempts"], {"now": now})


async def start_session(conn: Connection, account: int, now: datetime) -> str:
    """The token of a new session of this account, valid for a week at most."""
    await conn.execute(QUERIES["forget_ended_sessions"], {"now": now, "idle": IDLE})
    browser = {"kind": "session", "name": "browser", "account": account, "now": now, "expires_at": now + ABSOLUTE}
    return await _new_credential(conn, browser)


async def create_login_link(conn: Connection, email: str, now: datetime) -> str:
    """A token for `{public_url}/app/...#login=...`: it logs this account in once, within ten minutes. Only the command
    line makes them. Raises NotFound."""
    found = await account(conn, email)
    if found is None:
        raise NotFound("account", email)
    link = {"kind": "login", "name": "login link", "account": found["id"], "now": now, "expires_at": now + LINK}
    return await _new_credential(conn, link)


async def use_login_link(conn: Connection, token: str, now: datetime) -> Row:
    """The account that the link is for: `id` and `email`. Raises Unauthorized when it was used, or is too old."""
    found = await _found(conn, "use_login_link", {"hash": token_hash(token), "now": now})
    if found is None:
        raise Unauthorized(
            "This login link is not valid any more. Log in, or get a new one from the command line: sojourn login."
        )
    return found


async def end_session(conn: Connection, credential: bytes) -> None:
    """Nothing happens when the hash is no session's."""
    await conn.execute(QUERIES["end_session"], {"hash": credential})


# ---------------------------------------------------------------------------------------------------- keys and callers


async def create_key(conn: Connection, name: str, now: datetime, expires_at: datetime | None = None) -> str:
    """A new key, `sj_` and 256 bits, told this once: only its hash is kept. Raises Conflict if the name is taken."""
    return await _new_credential(conn, {"kind": "key", "name": name, "now": now, "expires_at": expires_at}, KEY_PREFIX)


async def keys(conn: Connection) -> Sequence[Row]:
    """All keys by name: `name`, `created_at`, `used_at` (to the minute), `expires_at`."""
    return await (await conn.execute(QUERIES["keys"])).fetchall()


async def delete_key(conn: Connection, name: str) -> None:
    """Raises NotFound."""
    if await _found(conn, "delete_key", {"name": name}) is None:
        raise NotFound("key", name)


async def find_credential(conn: Connection, token: str, kind: Kind, now: datetime) -> Row | None:
    """The valid session or key of this token: `hash`, `kind`, `name`, `email`. Its use is recorded once a minute."""
    row = await _found(conn, "credential", {"hash": token_hash(token), "kind": kind, "now": now, "idle": IDLE})
    if row is not None and row["use_unrecorded"]:
        await conn.execute(QUERIES["record_use"], {"hash": row["hash"], "now": now})
    return row


async def is_valid(conn: Connection, who: Who, now: datetime) -> bool:
    """Whether the session or key that somebody came with still opens the door; to ask is not to use it."""
    kind: Kind = "session" if who.session else "key"
    asked = {"hash": who.session or who.key, "kind": kind, "now": now, "idle": IDLE}
    return await _found(conn, "credential", asked) is not None


async def _new_credential(conn: Connection, kept: Row, prefix: str = "") -> str:
    """The token, of which only the hash goes to the database. Raises Conflict for a second key of one name."""
    token = prefix + new_token()
    parameters = {"account": None, "expires_at": None, **kept, "hash": token_hash(token)}
    if await _found(conn, "create_credential", parameters) is None:
        raise Conflict(f"There is a key named {kept['name']!r} already. Delete it first, or choose another name.")
    return token


def _subjects(email: str, network: str) -> tuple[tuple[bytes, Pace], tuple[bytes, Pace]]:
    return (token_hash(f"network {network}"), ADDRESS_PACE), (token_hash(f"account {email}"), ACCOUNT_PACE)


async def _found(conn: Connection, query: str, parameters: Row) -> Row | None:
    return await (await conn.execute(QUERIES[query], parameters)).fetchone()


async def _one(conn: Connection, query: str, parameters: Row) -> Row:
    row = await _found(conn, query, parameters)
    assert row is not None, query
    return row
