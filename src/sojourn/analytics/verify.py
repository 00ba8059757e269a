"""`sojourn verify`: recounts from the tables that every participant has exactly one explanation, and that every step's
numbers add up (rules N1 and D3). Each shard is looked at in one snapshot, so it may run on a live system."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from sojourn.analytics import store
from sojourn.db.connect import Pool, transaction
from sojourn.db.shards import COUNT


@dataclass
class Verification:
    """What was looked at and what was wrong; `unknown` are messages that a crash left in doubt, not faults."""

    participants: int = 0
    inside: int = 0
    visits: int = 0
    deliveries: int = 0
    unknown: int = 0
    faults: list[str] = field(default_factory=list)


async def verify(pool: Pool, shards: Iterable[int] = range(COUNT)) -> Verification:
    """Looks at one shard after the other; whoever wants to watch gives the shards one by one."""
    result = Verification()
    for shard in shards:
        async with transaction(pool) as conn:
            faults, totals = await store.recount(conn, shard)
        result.faults += faults
        for name, n in totals.items():
            setattr(result, name, getattr(result, name) + n)
    return result
