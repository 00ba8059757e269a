"""Where people fall in a split, said once more in Python: what the database's `share_of` is compared with."""

import hashlib
from decimal import Decimal


def share_of(text: str) -> Decimal:
    """The first 60 bits of the text's SHA-256 as a number of millionths: at least 0, less than 1."""
    return Decimal(int.from_bytes(hashlib.sha256(text.encode()).digest()[:8]) // 16 % 10**6) / 10**6
