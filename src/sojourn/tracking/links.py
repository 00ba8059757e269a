"""Signed links (rule T2): a link says which delivery it belongs to, in about 30 characters that nobody else can make.

A token is a few small numbers and a signature over them: HMAC-SHA-256, cut to 80 bits (RFC 2104 §5). What kind of link
it is stands inside the signature, so that the token of a picture is worth nothing as that of a way out. The link of a
click names the content version and the link's place among its links: the version never changes, so the place means
one link for ever (C5), and where it leads can be known without asking for the delivery. Links do not expire (D6).
"""

import hmac
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Literal, NamedTuple

from sojourn.delivery.model import DeliveryKey

Kind = Literal["c", "o", "u"]
"""Click, open, unsubscribe: the first part of the path."""

SIGNATURE = 10  # bytes
_TOKEN = re.compile(r"[A-Za-z0-9_-]{16,80}")


class ContentLink(NamedTuple):
    """A link in a content version, by its place among the version's links, counted from 0."""

    version: int
    place: int


class Links:
    """Makes and reads the links of the workspace with this key; `base_url` is how the world reaches the server."""

    def __init__(self, signing_key: bytes, base_url: str) -> None:
        self._key, self._base = signing_key, base_url.rstrip("/")

    def click(self, key: DeliveryKey, link: ContentLink) -> str:
        return f"{self._base}/c/{self._token('c', (*key, *link))}"

    def open(self, key: DeliveryKey) -> str:
        """The address of the picture."""
        return f"{self._base}/o/{self._token('o', key)}.gif"

    def unsubscribe(self, key: DeliveryKey) -> str:
        return f"{self._base}/u/{self._token('u', key)}"

    def clicked(self, token: str) -> tuple[DeliveryKey, ContentLink] | None:
        """The delivery and the link that the token of a click stands for; None if it was not made here, as a click."""
        match self._numbers("c", token):
            case [shard, participant, step, version, place]:
                return DeliveryKey(shard, participant, step), ContentLink(version, place)
        return None

    def delivery(self, kind: Kind, token: str) -> DeliveryKey | None:
        """The delivery that an open or unsubscribe token stands for; None if it was not made here, as that."""
        match self._numbers(kind, token):
            case [shard, participant, step]:
                return DeliveryKey(shard, participant, step)
        return None

    def _token(self, kind: Kind, numbers: tuple[int, ...]) -> str:
        packed = b"".join(map(_packed, numbers))
        return _spelled(packed + self._signature(kind, packed))

    def _numbers(self, kind: Kind, token: str) -> list[int] | None:
        if not _TOKEN.fullmatch(token) or len(token) % 4 == 1:
            return None
        signed = urlsafe_b64decode(token + "=" * (-len(token) % 4))
        packed, signature = signed[:-SIGNATURE], signed[-SIGNATURE:]
        if not hmac.compare_digest(signature, self._signature(kind, packed)):
            return None
        # base64 has several spellings of the same bytes; only the one that was given out is a link
        return _unpacked(packed) if _spelled(signed) == token else None

    def _signature(self, kind: Kind, packed: bytes) -> bytes:
        return hmac.digest(self._key, f"sojourn link {kind} ".encode() + packed, "sha256")[:SIGNATURE]


def _spelled(signed: bytes) -> str:
    return urlsafe_b64encode(signed).rstrip(b"=").decode()


def _packed(number: int) -> bytes:
    """Seven bits to a byte, the lowest first; the eighth says that more follow (LEB128)."""
    packed = bytearray()
    while number > 0x7F:
        packed.append(number & 0x7F | 0x80)
        number >>= 7
    packed.append(number)
    return bytes(packed)


def _unpacked(packed: bytes) -> list[int]:
    numbers, number, bits = [], 0, 0
    for byte in packed:
        number |= (byte & 0x7F) << bits
        bits += 7
        if byte <= 0x7F:
            numbers.append(number)
            number, bits = 0, 0
    return numbers
