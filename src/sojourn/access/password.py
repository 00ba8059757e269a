"""Passwords: argon2id, in threads of their own, two at a time: each takes 64 MiB and a tenth of a second."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError

from sojourn.kit.ids import new_token

_HASHER = PasswordHasher(time_cost=3, memory_cost=64 * 1024, parallelism=4)  # RFC 9106, section 4, second choice
_THREADS = ThreadPoolExecutor(max_workers=2, thread_name_prefix="password")


async def hashed(password: str) -> str:
    """What is kept of a password: its argon2id hash with its parameters."""
    return await asyncio.get_running_loop().run_in_executor(_THREADS, _HASHER.hash, password)


async def verified(kept: str | None, password: str) -> bool:
    """Whether the password is the one of which `kept` is the hash.

    None, for an account that does not exist, is False and takes as long.
    """
    return await asyncio.get_running_loop().run_in_executor(_THREADS, _verified, kept, password)


def outdated(kept: str) -> bool:
    """Whether the hash was made with weaker parameters than today's, and is to be made again at the next login."""
    return _HASHER.check_needs_rehash(kept)


def _verified(kept: str | None, password: str) -> bool:
    decoy = _decoy()
    try:
        _HASHER.verify(decoy if kept is None else kept, password)
    except VerifyMismatchError:
        return False
    return kept is not None


@cache
def _decoy() -> str:
    return _HASHER.hash(new_token())
