"""Shards: where a person lives. 64 of them, fixed when the database is made; its own `shard_of` says the same."""

import hashlib

COUNT = 64


def shard_of(audience: str, key: str) -> int:
    """The shard of the person with this external key in this audience: 0 to 63, for ever the same."""
    return hashlib.sha256(f"{audience}:{key}".encode()).digest()[0] % COUNT
