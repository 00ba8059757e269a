"""Who calls: the person of a session, or the engineer's program behind a key."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Who:
    """`name` is what histories record: an email address, or `key NAME`, or `command line`."""

    name: str
