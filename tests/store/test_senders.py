"""Senders in the database: documents of them are applied again and again, and two who write at once wait."""

import asyncio
from datetime import UTC, datetime

import pytest

from sojourn.app.apply import apply
from sojourn.content.senders import store
from sojourn.content.senders.model import SenderGiven
from sojourn.db.connect import Connection, Pool, transaction
from sojourn.kit.documents import read_yaml
from sojourn.kit.errors import Invalid

NOW = datetime(2026, 12, 1, 9, tzinfo=UTC)
TWO = """
sender: Contoso <news@contoso.example>
reply_to: help@contoso.example
---
sender: Ada of Contoso <ada@contoso.example>
default: true
"""


async def applied(conn: Connection, text: str) -> list[str]:
    return [one.what for one in await apply(conn, read_yaml(text, "senders.yaml"), "ann", NOW)]


async def test_applying_senders_again_changes_nothing(conn: Connection) -> None:
    assert await applied(conn, TWO) == ["created", "created"]
    assert await applied(conn, TWO) == ["unchanged", "unchanged"]
    ada, contoso = await store.senders(conn)
    assert (ada.line, ada.default) == ("Ada of Contoso <ada@contoso.example>", True)
    assert (contoso.reply_to, contoso.default) == ("help@contoso.example", False)


async def test_a_document_changes_its_sender_and_leaves_the_default_that_somebody_chose(conn: Connection) -> None:
    await applied(conn, "sender: Contoso <news@contoso.example>\n")
    assert await applied(conn, "sender: Contoso <news@contoso.example>\nreply_to: help@contoso.example\n") == [
        "changed"
    ]
    (contoso,) = await store.senders(conn)
    assert (contoso.reply_to, contoso.default) == ("help@contoso.example", True)
    assert await applied(conn, "sender: Contoso <news@contoso.example>\ndefault: false\n") == ["changed"]
    assert [one.default for one in await store.senders(conn)] == [False]


@pytest.mark.parametrize(
    ("written", "place"),
    [
        ("sender: news@contoso.example\n", "/sender"),
        ("sender: Contoso <news>\n", "/address"),
        ("sender: Contoso <news@contoso.example>\nreply_to: help\n", "/reply_to"),
        ("sender: Contoso <news@contoso.example>\ndefault: yes\n", "/default"),
        ("sender: Contoso <news@contoso.example>\nready: true\n", "/ready"),
    ],
)
async def test_what_is_no_sender_is_refused_with_its_line(conn: Connection, written: str, place: str) -> None:
    with pytest.raises(Invalid) as refusal:
        await applied(conn, written)
    assert place in [problem.where.split(", ")[1] for problem in refusal.value.problems]


async def test_two_who_make_a_default_at_once_leave_one(pool: Pool) -> None:
    async def saved(name: str) -> None:
        async with transaction(pool) as conn:
            given = SenderGiven(name=name, address="news@contoso.example", reply_to=None, default=True)
            await store.create(conn, given)

    await asyncio.gather(*(saved(f"Contoso {number}") for number in range(4)))
    async with transaction(pool) as conn:
        assert [one.default for one in await store.senders(conn)].count(True) == 1
