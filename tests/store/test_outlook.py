"""What publishing would meet now (P2): warnings forbid nothing, and say of how many people which rule of the gate
would keep a message from them."""

from typing import Any

import pytest
from test_engine_runs import look_everywhere

from builders import a_contact, a_workspace, asks, journey, publish, sends, splits, texts, waits, waits_until
from participation import T0
from sojourn.db.connect import Connection
from sojourn.db.shards import COUNT
from sojourn.delivery import store as delivery
from sojourn.journeys import store as journeys
from sojourn.people.store import declare_attributes, set_consent
from sojourn.rehearsal.outlook import Outlook, outlook
from sojourn.segments import store as segments
from sojourn.segments.model import CONDITION

OUT = {"id": "out", "kind": "exit"}


@pytest.fixture
async def town(conn: Connection) -> Connection:
    """Ten people, two of them members of `vip`, of whom one has no phone; texts need consent. Everybody is counted."""
    await a_workspace(conn, T0)
    await declare_attributes(conn, "contact", {"vip": "boolean"})
    vip = CONDITION.validate_python({"attribute": "vip", "test": "is", "value": True})
    await segments.create(conn, "vip", "contact", vip, T0, live=True)
    for number in range(5):
        await a_contact(conn, f"p{number}", T0)
    await a_contact(conn, "mute", T0, email=None)
    await a_contact(conn, "out", T0, phone=None)
    await a_contact(conn, "bounced", T0)
    await a_contact(conn, "vip", T0, vip=True)
    await a_contact(conn, "quiet-vip", T0, vip=True, phone=None)
    await conn.execute("insert into suppression values ('email', 'bounced@x.example', 'hard_bounce', %s)", [T0])
    await set_consent(conn, "email", "out@x.example", purpose="commercial", state="opted_out", source="test", now=T0)
    await conn.execute("update purpose set enforcement = 'restrictive' where channel = 'text' and name = 'commercial'")
    await look_everywhere(conn, T0)
    return conn


async def foreseen(conn: Connection, *steps: dict[str, Any], **start: Any) -> Outlook:
    await journeys.create(conn, journey(*steps, **start), T0)
    return await outlook(conn, "launch", T0)


def codes(found: Outlook) -> list[tuple[str, str]]:
    assert all(warning.message.endswith(".") and warning.advice.endswith(".") for warning in found.warnings)
    return [(warning.code, warning.where) for warning in found.warnings]


# ---------------------------------------------------------------------------------------------------- people


async def test_P2_people_a_message_would_not_reach_are_counted_by_reason_for_each_message(town):
    found = await foreseen(town, sends(), asks(yes=[texts()]))
    assert found.problems == []
    assert found.audience is not None
    assert (found.audience.size, found.audience.not_entering) == (10, {})
    assert found.audience.blocked == {
        "announce": {"address_missing": 1, "opted_out": 1, "suppressed": 1},
        "launched": {"address_missing": 2, "consent_not_given": 8},
    }
    assert [(warning.code, warning.where, warning.message) for warning in found.warnings] == [
        ("people_without_address", "announce", "1 of 10 people have no 'email' to send to."),
        ("people_blocked", "announce", "2 of 10 people may not be sent this: opted_out 1, suppressed 1."),
        ("people_without_address", "launched", "2 of 10 people have no 'phone' to send to."),
        ("people_blocked", "launched", "8 of 10 people may not be sent this: consent_not_given 8."),
    ]


async def test_P2_D1_what_is_foreseen_is_what_the_gate_then_does(town):
    document = journey(sends(), texts(), exclude=["vip"])
    await journeys.create(town, document, T0)
    foretold = (await outlook(town, "launch", T0)).audience
    await publish(town, journey(*[step.model_dump(by_alias=True) for step in document.steps], name="Real",
                                exclude=["vip"]), T0)  # fmt: skip
    for _ in range(2):
        await look_everywhere(town, T0)
        for shard in range(COUNT):
            for channel in ("email", "text"):
                claimed, _ = await delivery.claim(town, shard, channel, 100, T0)
                settled = [delivery.Settlement(item.key, "sent") for item in claimed]
                await delivery.settle(town, shard, settled, T0)
    rows = await town.execute(
        "select s.name, c.outcome, sum(c.n)::int as n from counter c join step s on s.id = c.step"
        " where c.flow in ('blocked', 'exited') group by 1, 2"
    )
    lived: dict[str, dict[str, int]] = {}
    for row in await rows.fetchall():
        lived.setdefault(row["name"], {})[row["outcome"]] = row["n"]
    assert foretold is not None
    assert {"start": foretold.not_entering, **foretold.blocked} == lived


async def test_P2_transactional_mail_is_not_asked_for_consent(town):
    await town.execute(
        "alter table content_version disable trigger user;"
        " update content_version set document = jsonb_set(document, '{purpose}', '\"transactional\"')"
    )
    found = await foreseen(town, sends())
    assert found.audience is not None
    assert found.audience.blocked == {"announce": {"address_missing": 1, "suppressed": 1}}


async def test_P2_J5_people_whom_an_exclusion_keeps_out_are_counted_and_no_further_warned_of(town):
    found = await foreseen(town, texts(), exclude=["vip"])
    assert found.audience is not None
    assert (found.audience.size, found.audience.not_entering) == (10, {"excluded": 2})
    assert found.audience.blocked == {"launched": {"address_missing": 1, "consent_not_given": 7}}
    assert [warning.message for warning in found.warnings] == [
        "2 of 10 people would not enter: an exclusion segment keeps them out.",
        "1 of 8 people have no 'phone' to send to.",
        "7 of 8 people may not be sent this: consent_not_given 7.",
    ]


async def test_P2_J6_a_member_of_several_entry_segments_is_one_person(town):
    found = await foreseen(town, waits(), segment=["everybody", "vip"])
    assert (found.audience.size if found.audience else None, found.warnings) == (10, [])


@pytest.mark.parametrize(
    ("frequency", "advice"), [("once", "Nobody would ever enter"), ("newly_added", "later enters")]
)
async def test_P2_an_entry_segment_without_members_is_told(town, frequency, advice):
    nobody = CONDITION.validate_python({"attribute": "first_name", "test": "is", "value": "Nobody"})
    await segments.create(town, "nobody", "contact", nobody, T0, live=True)
    await look_everywhere(town, T0)
    found = await foreseen(town, sends(), segment="nobody", frequency=frequency)
    assert codes(found) == [("segment_empty", "start")]
    assert advice in found.warnings[0].advice


async def test_P2_members_that_are_not_counted_yet_are_no_reason_to_say_that_there_are_none(town):
    await segments.create(town, "new", "contact", CONDITION.validate_python({"all": []}), T0, live=True)
    found = await foreseen(town, sends(), segment="new")
    assert (codes(found), found.audience) == ([("members_unknown", "start")], None)


async def test_P2_what_is_missing_is_a_problem_and_nothing_is_said_about_people(town):
    found = await foreseen(town, sends(), segment="gone")
    assert ([problem.code for problem in found.problems], found.warnings, found.audience) == (
        ["segment_missing"],
        [],
        None,
    )


async def test_P2_what_can_be_said_of_people_is_said_beside_the_problems(town):
    found = await foreseen(town, sends(), texts(content="gone"), sends("typo", to="mail"))
    assert [problem.code for problem in found.problems] == ["content_missing", "send_to_missing"]
    assert found.audience is not None
    assert list(found.audience.blocked) == ["announce"]


# ---------------------------------------------------------------------------------------------------- the document


async def test_P2_a_step_that_nobody_can_come_to_is_told(town):
    everybody_leaves = asks(yes=[OUT | {"id": "out-1"}, waits("w1")], no=[OUT | {"id": "out-2"}])
    steps = [splits("parts", all=100, none=0), sends(), everybody_leaves, waits("w2")]
    steps[0]["parts"][1]["then"] = [waits("w0")]
    found = await foreseen(town, *steps)
    assert [where for code, where in codes(found) if code == "step_unreachable"] == ["w0", "w1", "w2"]


async def test_P2_W1_what_stands_after_a_branch_that_only_some_leave_is_reached(town):
    found = await foreseen(town, splits(few=30, many=70) | {"id": "s"}, waits("w"))
    assert found.warnings == []
    document = journey(waits("w"), OUT, name="Other")
    await journeys.create(town, document, T0)
    assert (await outlook(town, "other", T0)).warnings == []


async def test_P2_J8_a_limit_that_ends_after_the_end_of_the_journey_is_told(town):
    steps = [
        waits("short", "1 hour"),
        waits("long", "2 weeks"),
        waits_until(at="2026-12-05T09:00"),
        waits_until("later", "2026-12-20T09:00"),
        sends(),
        asks(within="1 week"),
    ]
    start = {"frequency": "newly_added", "end": "2026-12-08T09:00", "timezone": "Europe/Paris"}
    found = await foreseen(town, *steps, **start)
    late = [warning for warning in found.warnings if warning.code == "limit_after_end"]
    assert [warning.where for warning in late] == ["long", "later", "clicked"]
    assert (
        late[0].message == "Even who enters first may be here after the journey's end, 2026-12-08 09:00 (Europe/Paris)."
    )
    await journeys.create(town, journey(*steps, name="Endless"), T0)
    assert "limit_after_end" not in [code for code, _ in codes(await outlook(town, "endless", T0))]
