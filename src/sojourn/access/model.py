"""The rules of access: how long a login lasts, what a password must be, how fast somebody may guess."""

from datetime import timedelta
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Annotated, Literal, NamedTuple

from pydantic import AfterValidator, Field, SecretStr, StringConstraints

from sojourn.kit.zones import known_zone

KEY_PREFIX = "sj_"
"""A key says what it is, so that scanners of public code recognise one that leaked."""

COOKIE = "sojourn"

IDLE = timedelta(hours=12)
"""A session that was not used for so long has ended (OWASP ASVS 5.0, 7.3.1)."""

ABSOLUTE = timedelta(days=7)
"""A session ends so long after its login, however much it is used (OWASP ASVS 5.0, 7.3.2)."""

LINK = timedelta(minutes=10)
"""A login link ends so long after it was made, and when it is used."""

Kind = Literal["session", "key"]


class Pace(NamedTuple):
    """How fast passwords may be tried: `free` tries at once, then 1, 2, 4 ... seconds between two, `longest` at most.

    Nobody is ever locked out for good: the wait has a limit, and what is older than a day is forgotten.
    """

    free: int
    longest: int


ACCOUNT_PACE = Pace(free=5, longest=60)
"""Short, since a stranger who guesses makes the account's owner wait too."""

ADDRESS_PACE = Pace(free=20, longest=900)


def cookie_name(https: bool) -> str:
    """On https browsers keep a `__Host-` cookie from being set by, or sent to, anybody else (RFC 6265bis, 4.1.3.2)."""
    return f"__Host-{COOKIE}" if https else COOKIE


def network_of(address: str) -> str:
    """The network that is made to wait for what one of its addresses did: an IPv4 address, an IPv6 network of 64 bits.

    What is no IP address (a socket file, say) stands for itself.
    """
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    return str(ip_network((parsed, 64), strict=False)) if isinstance(parsed, IPv6Address) else str(parsed)


def _long_enough(password: SecretStr) -> SecretStr:
    if not 12 <= len(password.get_secret_value()) <= 1024:
        raise ValueError("a password has at least 12 characters, and at most 1024; a few words make a good one")
    return password


def _zone(zone: str) -> str:
    if not known_zone(zone):
        raise ValueError(f"{zone!r} is no IANA time zone, such as Europe/Paris")
    return zone


Email = Annotated[
    str, StringConstraints(max_length=254, pattern=r"^[^@\s]+@[^@\s]+$", to_lower=True, strip_whitespace=True)
]
"""The name of an account. Mail is never sent there, so `ann@localhost` is as good as any."""

Password = Annotated[SecretStr, AfterValidator(_long_enough)]
"""A new password: at least 12 characters of any kind (OWASP ASVS 5.0, 6.2.1 and 6.2.5), taken exactly as typed."""

Name = Annotated[str, StringConstraints(min_length=1, max_length=100, strip_whitespace=True)]
Zone = Annotated[str, AfterValidator(_zone), Field(examples=["Europe/Paris"])]
