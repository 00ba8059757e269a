"""Which addresses may be called: those that everybody in the world may, and those that the operator lists.

Whoever writes a journey must not reach through Sojourn what only Sojourn can reach (server-side request forgery). So
the addresses that a name resolves to are judged, immediately before connecting to one of them, and not the name.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from sojourn.kit.errors import Invalid, Problem

PORTS = (80, 443)
Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

# They carry an IPv4 address that a gateway goes to: NAT64 (RFC 6052), 6to4 (RFC 3056), Teredo (RFC 4380), and the
# IPv4-compatible ones that RFC 4291 has given up.
_TUNNELS = [IPv6Network(network) for network in ("64:ff9b::/96", "2002::/16", "2001::/32", "::/96")]


@dataclass(frozen=True)
class Allowed:
    """What may be called besides, on any port: hosts by name, and networks of addresses."""

    hosts: frozenset[str] = frozenset()
    networks: tuple[Network, ...] = ()

    @classmethod
    def parse(cls, text: str) -> "Allowed":
        """From the setting: hosts, addresses and networks with commas between. Raises Invalid."""
        hosts, networks = set(), []
        for part in filter(None, (part.strip().lower() for part in text.split(","))):
            try:
                networks.append(ip_network(part))
            except ValueError:
                if "/" in part or ":" in part:
                    message, advice = f"{part!r} is no host, address or network.", "Write it as 10.0.0.0/8."
                    problem = Problem("webhook_allow", "SOJOURN_WEBHOOK_ALLOW", message, advice)
                    raise Invalid(str(problem), [problem]) from None
                hosts.add(part)
        return cls(frozenset(hosts), tuple(networks))


def refusal(host: str, port: int, addresses: Sequence[str], allowed: Allowed) -> str | None:
    """Why this host, with all the addresses it has, is not called; None when it may be."""
    if host.lower() in allowed.hosts:
        return None
    found = [ip_address(address.partition("%")[0]) for address in addresses]
    foreign = [address for address in found if not _listed(address, allowed)]
    for address in foreign:
        if not is_public(address):
            return f"{host} is at {address}, which is not an address of the public internet"
    if foreign and port not in PORTS:
        return f"port {port} of {host} is not called, only {PORTS[0]} and {PORTS[1]}"
    return None


def is_public(address: Address) -> bool:
    """Whether an address belongs to the world, whatever it is wrapped in."""
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped is not None:
            return is_public(address.ipv4_mapped)
        if any(address in tunnel for tunnel in _TUNNELS):
            return False
    return address.is_global and not address.is_multicast


def _listed(address: Address, allowed: Allowed) -> bool:
    return any(address in network for network in allowed.networks)
