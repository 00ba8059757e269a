"""`verify` finds what does not add up: faults planted past the engine, each told in words, and no fault otherwise."""

from datetime import timedelta

import pytest

from builders import a_contact, asks, sends, texts, waits
from participation import T0, Participation, enter, look
from sojourn.analytics.verify import Verification, verify
from sojourn.db.connect import Pool, transaction
from sojourn.journeys import publish as publishing

HOUR = timedelta(hours=1)


async def a_story(pool: Pool) -> Participation:
    """Ada was sent the mail and waits; what was planted stands in her shard."""
    async with transaction(pool) as conn:
        ada = await enter(conn, sends(), waits("pause", "1 day"), texts(), asks(no=[waits("after")]))
        await ada.hand_over(T0)
    return ada


async def verified(pool: Pool, ada: Participation) -> Verification:
    return await verify(pool, [ada.person.shard])


async def test_D3_N1_a_story_of_ordinary_things_adds_up(pool: Pool) -> None:
    ada = await a_story(pool)
    result = await verified(pool, ada)
    assert (result.participants, result.inside, result.visits, result.deliveries) == (1, 1, 2, 1)
    assert (result.unknown, result.faults) == (0, [])
    async with transaction(pool) as conn:
        ada.conn = conn
        await ada.look(T0 + 24 * HOUR)
        await ada.hand_over(T0 + 24 * HOUR, "unknown", kind="text", reason="answer_lost")
        bob = await a_contact(conn, "bob", T0)
        await publishing.stop(conn, "launch", "bob", T0 + 25 * HOUR)
        for shard in {ada.person.shard, bob.shard}:
            await look(conn, shard, T0 + 25 * HOUR)
    result = await verify(pool)
    assert (result.inside, result.unknown, result.faults) == (0, 1, [])


FAULTS = {
    "a counter": (
        "update counter set n = n + 1 where flow = 'left' and outcome = 'sent'",
        ["run 1 step announce: left sent is 1, but was counted as 2"],
    ),
    "a counter that should not be": (
        "insert into counter select shard, run, step, 'exited', 'why', 3 from counter where flow = 'sent'",
        ["run 1 step announce: exited why is 0, but was counted as 3"],
    ),
    "a counter that is gone": (
        "delete from counter where flow = 'sent'",
        ["run 1 step announce: sent in all is 1, but was counted as 0"],
    ),
    "the numbers of the start": (
        "update counter set n = 7 where flow = 'left' and outcome = 'entered'",
        ["run 1 step start: left entered is 1, but was counted as 7"],
    ),
    "an open visit that is gone": (
        "delete from visit where left_at is null",
        ["run 1 step pause: entered in all is 0, but was counted as 1", "inside, but at 0 steps"],
    ),
    "a visit that is gone": (
        "delete from visit where left_at is not null",
        ["entered in all is 0, but", "left sent is 0, but", "delivery of participant"],
    ),
    "a delivery that is gone": (
        "delete from delivery",
        ["sent in all is 0, but", "passed a message step without a delivery that says why"],
    ),
    "a delivery that says otherwise": (
        "update delivery set state = 'failed', reason = 'refused'",
        ["failed refused is 1, but", "sent in all is 0, but", "passed a message step without a delivery"],
    ),
    "a participant who left and is still here": (
        "update participant set left_at = entered_at",
        ["gone, but still at a step"],
    ),
    "a participant who is gone": (
        "delete from participant",
        ["step start: entered in all is 0, but", "step start: left entered is 0, but", "visit of participant",
         "visit of participant"],
    ),
    "a participant without a way": (
        "insert into participant (shard, run, person, entry, entered_at, left_at) "
        "select shard, run, person, 2, entered_at, entered_at from participant",
        ["step start: entered in all is 2, but", "step start: left entered is 2, but", "entered, but was at no step"],
    ),
    "an outcome that led nowhere": (
        "with gone as (delete from visit where left_at is null returning shard, participant) "
        "update participant set left_at = entered_at from gone where participant.id = gone.participant",
        ["entered in all is 0, but", "an outcome that leads on did not"],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("plant", "told"), FAULTS.values(), ids=FAULTS)
async def test_D3_a_planted_fault_is_found(pool: Pool, plant: str, told: list[str]) -> None:
    ada = await a_story(pool)
    async with transaction(pool) as conn:
        await conn.execute(plant.encode())
    faults = (await verified(pool, ada)).faults
    assert len(faults) == len(told), faults
    for fault, words in zip(faults, told, strict=True):
        assert words in fault


async def test_D3_a_wait_for_an_answer_that_has_come_is_found(pool: Pool) -> None:
    async with transaction(pool) as conn:
        ada = await enter(conn, sends())
        await conn.execute("update delivery set state = 'sent', handed_at = %s, address = 'a@x.example'", [T0])
        await conn.execute("insert into counter select shard, run, step, 'sent', '', 1 from delivery")
    (fault,) = (await verified(pool, ada)).faults
    assert fault.endswith("waits for a message that is not under way")


async def test_N1_another_shard_is_not_looked_at(pool: Pool) -> None:
    ada = await a_story(pool)
    async with transaction(pool) as conn:
        await conn.execute("update counter set n = n + 1")
    assert (await verify(pool, [(ada.person.shard + 1) % 64])).faults == []
