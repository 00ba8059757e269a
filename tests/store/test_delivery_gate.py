"""The gate (D1), the answers, and what an earlier owner left in doubt (D3), on the delivery of one message."""

from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest

from builders import a_contact, sends, texts, waits
from participation import T0, Participation, enter
from sojourn.db.connect import Connection, Row
from sojourn.db.shards import shard_of
from sojourn.delivery import store
from sojourn.delivery.jobs import settlement
from sojourn.delivery.model import Accepted, Doubtful, Refused, TryLater
from sojourn.delivery.store import Claimed, Settlement
from sojourn.delivery.write import NotWritten
from sojourn.journeys import publish as publishing
from sojourn.people.store import set_consent, suppress

SECOND, HOUR = timedelta(seconds=1), timedelta(hours=1)


async def delivery(conn: Connection) -> Row:
    row = await (await conn.execute("select * from delivery")).fetchone()
    assert row is not None
    return row


async def through_the_gate(ada: Participation, now: Any = T0, kind: str = "email") -> Claimed | None:
    claimed, _ = await store.claim(ada.conn, ada.person.shard, kind, 100, now)
    return claimed[0] if claimed else None


# ---------------------------------------------------------------------------------------------------- the gate


async def is_stopped(ada: Participation) -> None:
    await publishing.stop(ada.conn, "launch", "bob", T0)


async def is_deleted(ada: Participation) -> None:
    await ada.conn.execute("delete from person")


async def has_no_address(ada: Participation) -> None:
    await ada.conn.execute("update person set attributes = attributes - 'email'")


async def is_suppressed(ada: Participation) -> None:
    await suppress(ada.conn, "email", "ada@x.example", "bounced", T0)


async def opted_out(ada: Participation) -> None:
    await consents(ada, "commercial", "opted_out")


async def must_have_opted_in(ada: Participation) -> None:
    await enforce(ada, "commercial", "restrictive")


async def consents(ada: Participation, purpose: Any, state: Any) -> None:
    await set_consent(ada.conn, "email", "ada@x.example", purpose=purpose, state=state, source="page", now=T0)


async def enforce(ada: Participation, purpose: str, enforcement: str) -> None:
    await ada.conn.execute("update purpose set enforcement = %s where name = %s", [enforcement, purpose])


CHECKS = [
    (is_stopped, "journey_stopped"),
    (is_deleted, "person_deleted"),
    (has_no_address, "address_missing"),
    (is_suppressed, "suppressed"),
    (opted_out, "opted_out"),
    (must_have_opted_in, "consent_not_given"),
]


@pytest.mark.parametrize(("happens", "reason"), CHECKS)
async def test_D1_what_the_gate_checks_blocks_with_its_reason(conn, happens, reason):
    ada = await enter(conn, sends())
    await happens(ada)
    assert await through_the_gate(ada, T0 + SECOND) is None
    blocked = await delivery(conn)
    assert (blocked["state"], blocked["reason"], blocked["settled_at"]) == ("blocked", reason, T0 + SECOND)
    assert (blocked["handed_at"], blocked["attempts"]) == (None, 0)


@pytest.mark.parametrize(("first", "second"), list(pairwise(CHECKS[:5])), ids=lambda pair: pair[1])
async def test_D1_of_two_reasons_the_first_check_wins(conn, first, second):
    ada = await enter(conn, sends())
    for happens, _ in (second, first):
        await happens(ada)
    await through_the_gate(ada)
    assert (await delivery(conn))["reason"] == first[1]


async def test_D1_everything_at_once_is_still_one_reason(conn):
    ada = await enter(conn, sends())
    for happens, _ in reversed(CHECKS):
        await happens(ada)
    await through_the_gate(ada)
    assert (await delivery(conn))["reason"] == "journey_stopped"


async def test_D1_an_empty_address_is_a_missing_one(conn):
    ada = await enter(conn, sends())
    await conn.execute("""update person set attributes = attributes || '{"email": ""}'""")
    await through_the_gate(ada)
    assert (await delivery(conn))["reason"] == "address_missing"


@pytest.mark.parametrize("enforcement", ["restrictive", "non_restrictive"])
async def test_D1_who_opted_in_gets_it(conn, enforcement):
    ada = await enter(conn, sends())
    await enforce(ada, "commercial", enforcement)
    await consents(ada, "commercial", "opted_in")
    assert await through_the_gate(ada) is not None


async def test_D1_a_purpose_that_is_not_enforced_is_not_checked(conn):
    ada = await enter(conn, sends())
    await opted_out(ada)
    await enforce(ada, "commercial", "disabled")
    assert await through_the_gate(ada) is not None


async def test_D1_consent_belongs_to_the_address_of_this_channel(conn):
    ada = await enter(conn, sends(), texts())
    await opted_out(ada)
    await ada.hand_over(T0)
    assert (await ada.visit("announce"))["outcome"] == "blocked"
    assert await through_the_gate(ada, kind="text") is not None


@pytest.mark.parametrize("happens", [opted_out, is_suppressed])
async def test_D1_the_same_characters_are_another_address_in_another_channel(conn, happens):
    ada = await enter(conn, sends(), texts())
    await happens(ada)
    await ada.hand_over(T0)
    await conn.execute("""update person set attributes = attributes || '{"phone": "ada@x.example"}'""")
    assert await through_the_gate(ada, kind="text") is not None


@pytest.mark.parametrize(
    ("enforcement", "state", "tracked"),
    [
        ("non_restrictive", None, True),
        ("non_restrictive", "opted_in", True),
        ("non_restrictive", "opted_out", False),
        ("restrictive", None, False),
        ("restrictive", "opted_in", True),
        ("restrictive", "opted_out", False),
        ("disabled", "opted_out", True),
    ],
)
async def test_T5_whether_somebody_is_followed_is_decided_at_the_gate(conn, enforcement, state, tracked):
    ada = await enter(conn, sends())
    await enforce(ada, "tracking", enforcement)
    if state is not None:
        await consents(ada, "tracking", state)
    claimed = await through_the_gate(ada)
    assert claimed is not None
    assert (claimed.tracked, (await delivery(conn))["tracked"]) == (tracked, tracked)


async def test_what_passes_the_gate_is_sending_and_known_in_whole(conn):
    ada = await enter(conn, sends(), first_name="Ada")
    claimed = await through_the_gate(ada, T0 + SECOND)
    assert claimed is not None
    assert (claimed.key, claimed.address, claimed.attempts) == (ada.key("announce"), "ada@x.example", 1)
    assert claimed.attributes["first_name"] == "Ada"
    row = await delivery(conn)
    assert (row["state"], row["handed_at"], row["address"]) == ("sending", T0 + SECOND, "ada@x.example")
    assert await through_the_gate(ada, T0 + HOUR) is None


async def test_a_batch_takes_the_oldest_and_what_is_not_due_waits(conn):
    ada = await enter(conn, sends())
    keys = [key for key in (f"b{n}" for n in range(3000)) if shard_of("contact", key) == ada.person.shard][:3]
    for number, key in enumerate(keys):
        neighbour = await a_contact(conn, key, T0)
        await conn.execute(
            "insert into delivery select shard, participant + %s, step, run, %s, channel, content, state, %s "
            "from delivery where person = %s", [number + 1, neighbour.id, T0 + (number - 1) * HOUR, ada.person.id],
        )  # fmt: skip
    assert await store.waiting(conn, [ada.person.shard, 63 - ada.person.shard], ["email", "text"]) == {
        (ada.person.shard, "email"): T0 - HOUR
    }
    first, _ = await store.claim(conn, ada.person.shard, "email", 2, T0)
    second, _ = await store.claim(conn, ada.person.shard, "email", 2, T0)
    assert [len(first), len(second)] == [2, 1]
    assert f"{keys[0]}@x.example" in {item.address for item in first}
    assert await store.waiting(conn, [ada.person.shard], ["email"]) == {(ada.person.shard, "email"): T0 + HOUR}


async def test_a_message_of_a_journey_that_is_gone_is_blocked_and_does_not_wait_for_ever(conn):
    ada = await enter(conn, sends())
    await conn.execute("update delivery set step = step + 1000")
    assert await through_the_gate(ada) is None
    assert (await delivery(conn))["reason"] == "journey_stopped"


# ---------------------------------------------------------------------------------------------------- the answers


@pytest.mark.parametrize(
    ("answer", "state", "reason", "said"),
    [
        (Accepted("id-1"), "sent", None, None),
        (Accepted(None), "sent", None, None),
        (Refused("550 no such user"), "failed", "refused", "550 no such user"),
        (NotWritten("subject: too long"), "failed", "not_written", "subject: too long"),
        (Doubtful("connection lost"), "unknown", "answer_lost", "connection lost"),
        (TryLater("451 later"), "queued", "put_off", "451 later"),
    ],
)
async def test_D2_D3_D4_each_answer_has_its_state_and_reason(conn, answer, state, reason, said):
    ada = await enter(conn, sends(), waits())
    claimed = await through_the_gate(ada)
    assert claimed is not None
    await store.settle(conn, ada.person.shard, [settlement(claimed, answer, T0 + SECOND)], T0 + SECOND)
    row = await delivery(conn)
    assert (row["state"], row["reason"], row["answer"]) == (state, reason, said)
    assert row["settled_at"] == (None if state == "queued" else T0 + SECOND)
    assert row["handed_at"] == (T0 + SECOND if state == "sent" else T0)
    assert row["provider_id"] == (answer.provider_id if isinstance(answer, Accepted) else None)
    await ada.look(T0 + SECOND)
    assert await ada.where() == ("announce" if state == "queued" else "pause")


async def test_D4_after_the_last_attempt_a_message_that_is_put_off_has_failed(conn):
    ada = await enter(conn, sends())
    await conn.execute("update delivery set attempts = 25")
    claimed = await through_the_gate(ada)
    assert claimed is not None
    given_up = settlement(claimed, TryLater("451 later"), T0)
    assert (given_up.state, given_up.reason, given_up.retry_at) == ("failed", "gave_up", None)


async def test_what_the_other_side_says_is_kept_as_far_as_it_can_be(conn):
    ada = await enter(conn, sends())
    claimed = await through_the_gate(ada)
    assert claimed is not None
    said = "550 \0 \udcff " + "x" * 5000
    await store.settle(conn, ada.person.shard, [settlement(claimed, Refused(said), T0)], T0)
    assert (await delivery(conn))["answer"] == ("550  ? " + "x" * 5000)[:999]


async def test_D3_an_answer_is_recorded_once(conn):
    ada = await enter(conn, sends(), waits())
    claimed = await through_the_gate(ada)
    assert claimed is not None
    for answer in (Accepted("first"), Accepted("second"), Refused("third")):
        await store.settle(conn, ada.person.shard, [settlement(claimed, answer, T0)], T0)
    assert (await delivery(conn))["provider_id"] == "first"
    counted = await conn.execute("select flow, outcome, n from counter where flow in ('sent', 'failed')")
    assert await counted.fetchall() == [{"flow": "sent", "outcome": "", "n": 1}]


# ---------------------------------------------------------------------------------------------------- doubt


async def test_D3_what_was_out_when_a_worker_was_lost_is_unknown_and_the_participant_goes_on(conn):
    ada = await enter(conn, sends(), waits())
    await through_the_gate(ada)
    await store.take_over(conn, ada.person.shard, ["text"], T0 + HOUR)
    row = await delivery(conn)
    assert (row["state"], row["reason"], row["settled_at"]) == ("unknown", "worker_lost", T0 + HOUR)
    await ada.look(T0 + HOUR)
    assert (await ada.where(), (await ada.visit("announce"))["outcome"]) == ("pause", "sent")
    late = Settlement(ada.key("announce"), "sent", provider_id="late")
    await store.settle(conn, ada.person.shard, [late], T0 + HOUR)
    assert (await delivery(conn))["state"] == "unknown"


async def test_D3_what_had_not_left_when_a_worker_was_lost_is_still_to_be_sent(conn):
    ada = await enter(conn, sends())
    await through_the_gate(ada)
    again = Settlement(ada.key("announce"), "queued", "put_off", retry_at=T0 + HOUR)
    await store.settle(conn, ada.person.shard, [again], T0)
    await store.take_over(conn, ada.person.shard, ["text"], T0 + SECOND)
    assert (await delivery(conn))["state"] == "queued"
    assert await through_the_gate(ada, T0 + HOUR) is not None


async def test_D3_where_repeating_is_safe_it_is_sent_again(conn):
    ada = await enter(conn, sends(), waits())
    await through_the_gate(ada)
    await store.take_over(conn, ada.person.shard, ["email"], T0 + HOUR)
    claimed = await through_the_gate(ada, T0 + HOUR)
    assert claimed is not None
    assert claimed.attempts == 2


async def test_what_surely_did_not_leave_is_taken_back(conn):
    ada = await enter(conn, sends())
    await through_the_gate(ada)
    await store.take_back(conn, ada.person.shard, "text")
    assert (await delivery(conn))["state"] == "sending"
    await store.take_back(conn, ada.person.shard, "email")
    assert (await delivery(conn))["state"] == "queued"
