"""A mail server, as its address in the settings describes it: `smtp://user:password@host:587?tls=starttls`.

The rules are the careful ones: certificates are checked, port 587 means STARTTLS or nothing (RFC 8314 §3.3), and a
password crosses a network only inside TLS, unless the address says in so many words that it may not matter.
"""

import ipaddress
import ssl
from dataclasses import dataclass, field
from typing import Literal, NamedTuple, cast, get_args
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from sojourn.kit.errors import Invalid, Problem

Tls = Literal["none", "opportunistic", "starttls", "wrapped"]

FORM = "smtp://user:password@host:587, smtps://user:password@host:465 or smtp://host:25?tls=none"
OPTIONS = {"tls", "cafile", "insecure_auth"}


class Patience(NamedTuple):
    """How long to wait, in seconds: for each command, for the answer to a whole message, with an unused connection.

    To give up on an answer leaves a doubt, so that one takes long (RFC 5321 §4.5.3.2.6 advises ten minutes).
    """

    command: float = 30.0
    reply: float = 300.0
    idle: float = 10.0


@dataclass(frozen=True)
class Server:
    """Where mail is handed over. `cafile` names the authorities to trust instead of the system's."""

    host: str
    port: int
    tls: Tls
    user: str | None = None
    password: str = field(default="", repr=False)
    cafile: str | None = None
    insecure_auth: bool = False

    def __str__(self) -> str:
        return f"{self.host}:{self.port}"

    @classmethod
    def parse(cls, url: str) -> "Server":
        """Raises Invalid with what is wrong in the address, never repeating its password."""
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError as error:
            raise _refusal(f"it cannot be read ({error})") from error
        options = {name: values[-1] for name, values in parse_qs(parts.query, keep_blank_values=True).items()}
        if parts.scheme not in ("smtp", "smtps"):
            raise _refusal("it does not start with smtp:// or smtps://")
        if not parts.hostname or parts.path not in ("", "/"):
            raise _refusal("it does not name one host")
        if unknown := options.keys() - OPTIONS:
            raise _refusal(f"there is no option named {', '.join(sorted(unknown))}")
        return cls(
            host=parts.hostname,
            port=port or (465 if parts.scheme == "smtps" else 25),
            tls=_tls(parts, port, options.get("tls")),
            user=unquote(parts.username) if parts.username else None,
            password=unquote(parts.password or ""),
            cafile=options.get("cafile"),
            insecure_auth=options.get("insecure_auth") == "1",
        )

    @property
    def may_log_in_openly(self) -> bool:
        """Whether the password may be said without TLS: to this machine itself, or because the address allows it."""
        if self.insecure_auth or self.host == "localhost":
            return True
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return False

    def trust(self) -> ssl.SSLContext:
        """Whom to believe that they are this host. Raises Invalid when the file of authorities cannot be read."""
        try:
            return ssl.create_default_context(cafile=self.cafile)
        except (OSError, ssl.SSLError) as error:
            raise _refusal(f"the file {self.cafile} holds no certificates that can be read ({error})") from error


def _tls(parts: SplitResult, port: int | None, option: str | None) -> Tls:
    if parts.scheme == "smtps":
        if option is not None:
            raise _refusal("smtps:// is inside TLS from the first byte, and takes no option tls")
        return "wrapped"
    if option is None:
        return "starttls" if port == 587 else "opportunistic"
    if option not in get_args(Tls) or option == "wrapped":
        raise _refusal(f"tls={option} is none of tls=none, tls=starttls and tls=opportunistic")
    return cast("Tls", option)


def _refusal(what: str) -> Invalid:
    problem = Problem("smtp_url", "SOJOURN_SMTP_URL", f"The mail server's address is wrong: {what}.", f"Write {FORM}.")
    return Invalid(str(problem), [problem])
