"""Notifications: a hint, heard by whoever listens, and once at the beginning for what happened before."""

import asyncio

from sojourn.db.connect import Pool, notifications, transaction


async def test_whoever_listens_looks_once_and_then_when_it_is_told_to(database: str, pool: Pool) -> None:
    heard = aiter(notifications(database, "sojourn"))
    await anext(heard)
    waiting = asyncio.ensure_future(anext(heard))
    async with transaction(pool) as conn:
        await conn.execute("select pg_notify('elsewhere', ''), pg_notify('sojourn', '1'), pg_notify('sojourn', '2')")
        assert not waiting.done()
    await waiting
    await heard.aclose()  # type: ignore[attr-defined]
