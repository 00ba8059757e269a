"""Where links lead. What was published never changes, so a link once known is known without the database (rule T1).

At the start the links of the newest content are read, others when they are first followed. A link that is made from a
person's attributes, or from what the event said that started them, needs those each time.
"""

from collections import OrderedDict
from typing import Any, NamedTuple

from liquid import BoundTemplate

from sojourn.content.model import Link
from sojourn.content.placeholders import placeholders
from sojourn.content.sandbox import URL, parse, write
from sojourn.db.connect import Pool, transaction
from sojourn.delivery.model import DeliveryKey
from sojourn.delivery.store import triggers
from sojourn.tracking import store
from sojourn.tracking.links import ContentLink
from sojourn.tracking.patience import PATIENCE, within

VERSIONS = 1_000  # content versions whose links are kept at hand


class Target(NamedTuple):
    """The id of a link, and the http or https address it leads to."""

    link: str
    url: str


class Targets:
    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._known: OrderedDict[int, list[_Way]] = OrderedDict()

    async def prepare(self) -> None:
        async with transaction(self._pool) as conn:
            newest = await store.newest_links(conn, VERSIONS)
        self._known.update((version, _ways(links)) for version, links in reversed(newest.items()))

    async def find(self, key: DeliveryKey, link: ContentLink) -> Target | None:
        """None if the content is gone. Raises TimeoutError and the database's errors, Invalid if it cannot be made."""
        ways = self._known.get(link.version) or await within(PATIENCE, self._read(link.version))
        if ways is None or link.place >= len(ways):
            return None
        self._known.move_to_end(link.version)
        way = ways[link.place]
        if way.template is None:
            return Target(way.link, way.url)
        return Target(way.link, await within(PATIENCE, self._made(way.template, key)))

    async def _read(self, version: int) -> "list[_Way] | None":
        async with transaction(self._pool) as conn:
            links = await store.links(conn, version)
        if links is None:
            return None
        self._known[version] = _ways(links)
        while len(self._known) > VERSIONS:
            self._known.popitem(last=False)
        return self._known[version]

    async def _made(self, template: BoundTemplate, key: DeliveryKey) -> str:
        async with transaction(self._pool) as conn:
            given: dict[str, Any] = {"person": await store.attributes(conn, key), "trigger": {}}
            if any(found.path[0] == "trigger" for found in placeholders(template)):
                given["trigger"] = (await triggers(conn, key.shard, [key.participant])).get(key.participant, {})
            return write(template, given)


class _Way(NamedTuple):
    """`template` is there when the address is not the same for everybody."""

    link: str
    url: str
    template: BoundTemplate | None


def _ways(links: list[Link]) -> list[_Way]:
    return [
        _Way(link.id, link.url, parse(link.url, URL, link.id) if "{{" in link.url or "{%" in link.url else None)
        for link in links
    ]
