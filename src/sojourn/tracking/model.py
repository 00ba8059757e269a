"""What came back from the world, and whether a machine sent it (rule T3).

Machines open mails and follow links before people do: scanners of mail servers, previews of chats, picture proxies.
What they do is kept, marked as automated, and moves nobody. A proxy that fetches pictures for people who read is not
such a machine: an open through one is an open, and says so.
"""

import re
from datetime import datetime, timedelta
from typing import Any, Literal, NamedTuple

from crawlerdetect import CrawlerDetect

from sojourn.delivery.model import DeliveryKey

Kind = Literal["clicked", "opened", "unsubscribed"]

TOO_SOON = timedelta(seconds=5)  # nobody has received, read and clicked a mail so soon after it was handed over
AGENT_LENGTH = 300  # characters of a user agent that are looked at and kept

# Security products that say who they are (their makers' documentation), beside the crawlers that crawlerdetect knows.
_SCANNERS = re.compile(
    r"safelinks|barracuda|proofpoint|urldefense|mimecast|ironport|forcepoint|sophos|symantec|trend ?micro|fireeye"
    r"|existence discovery|ms-?office",
    re.IGNORECASE,
)
# Who fetches pictures for readers: Gmail's and Yahoo's proxies, and Apple's, which says Mozilla/5.0 and no more.
_PROXIES = re.compile(r"GoogleImageProxy|YahooMailProxy|^Mozilla/5\.0$")
# Crawlers in the eyes of crawlerdetect, and what people read their mail with.
_MAIL_PROGRAMS = re.compile(r"Outlook|Microsoft Office|MSOffice|ms-office", re.IGNORECASE)
_CRAWLERS = CrawlerDetect()


class Interaction(NamedTuple):
    """A link of a delivery was used. `id` is the event's, `link` the id of the link in the content."""

    id: str
    kind: Kind
    key: DeliveryKey
    at: datetime
    method: str
    agent: str
    link: str | None = None
    source: str | None = None

    def as_json(self) -> dict[str, Any]:
        return self._asdict() | {"key": str(self.key), "at": self.at.isoformat()}

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> "Interaction":
        """Raises KeyError, TypeError, ValueError or NotFound for what as_json did not write."""
        read = {"key": DeliveryKey.parse(kept["key"]), "at": datetime.fromisoformat(kept["at"])}
        return cls(**{**kept, **read})


class Verdict(NamedTuple):
    """`automated` is why a machine is thought to have done it, None for people; `proxy` marks opens through a proxy."""

    automated: Literal["head_request", "scanner", "too_soon"] | None
    proxy: bool = False


def classify(seen: Interaction, handed_at: datetime | None) -> Verdict:
    """`handed_at` is when the channel took the message, None when that is not known (yet)."""
    if seen.method == "HEAD":
        return Verdict("head_request")
    if seen.kind == "opened" and _PROXIES.search(seen.agent):
        return Verdict(None, proxy=True)
    if seen.kind == "opened" and _MAIL_PROGRAMS.search(seen.agent):
        return Verdict(None)
    if seen.kind != "unsubscribed" and is_scanner(seen.agent):
        return Verdict("scanner")
    if seen.kind == "clicked" and (handed_at is None or seen.at < handed_at + TOO_SOON):
        return Verdict("too_soon")
    return Verdict(None)


def is_scanner(agent: str) -> bool:
    """Whether a user agent is a program's that nobody sits at; every browser says more than Mozilla/5.0."""
    return agent in ("", "Mozilla/5.0") or bool(_SCANNERS.search(agent)) or bool(_CRAWLERS.is_crawler(agent))
