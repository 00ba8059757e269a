"""Identifiers: references that carry their shard, names for addresses, and unguessable tokens."""

import hashlib
import re
import secrets
import unicodedata
import uuid
from typing import NamedTuple

from sojourn.kit.errors import NotFound


class Ref(NamedTuple):
    """One row of a table about people. Written `37-10234` wherever people and programs see it."""

    shard: int
    id: int

    def __str__(self) -> str:
        return f"{self.shard}-{self.id}"

    @classmethod
    def parse(cls, text: str) -> "Ref":
        """Raises NotFound when the text is no reference, since nothing can be found under it."""
        match = re.fullmatch(r"(\d{1,3})-(\d{1,18})", text)
        if match is None:
            raise NotFound("reference", text)
        return cls(int(match[1]), int(match[2]))


def new_event_id() -> str:
    return uuid.uuid4().hex


def new_token() -> str:
    """256 bits, for sessions, keys and set-up links."""
    return secrets.token_urlsafe(32)


def token_hash(token: str) -> bytes:
    """What is kept of a token. A token is random and long, so one round of SHA-256 is enough (OWASP ASVS 5.0, 11.4)."""
    return hashlib.sha256(token.encode()).digest()


def slug(name: str) -> str:
    """`Product launch` -> `product-launch`: the name of a thing in addresses and on the command line."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")
