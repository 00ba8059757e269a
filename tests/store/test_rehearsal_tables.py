"""What stands before the real tables during a rehearsal, and how chance falls."""

from collections import Counter

from sojourn.db.connect import Connection
from sojourn.rehearsal.model import Behaviour, Delay, Engagement, Rates
from sojourn.rehearsal.store import SHADOWED

# What a rehearsal reads as it is. A table that the engine writes, or in which it must not see real journeys, belongs to
# SHADOWED instead. Of `event` and `sent_content` there are views of the rehearsal's own; `person` and the members of
# segments are copied when they may change.
READ = {
    *("account", "alembic_version", "attribute", "audience", "consent", "content", "content_version", "credential"),
    *("event", "inbox_message", "login_attempt", "people_import", "person", "purpose", "rejected_row"),
    *(
        "segment_evaluation",
        "segment_member",
        "sender",
        "sent_content",
        "suppression",
        "trigger",
        "virtual_clock",
        "worker",
        "workspace",
    ),
}


async def test_every_table_is_either_shadowed_or_only_read(conn: Connection) -> None:
    rows = await conn.execute(
        "select relname from pg_class where relkind in ('r', 'p', 'v') and relnamespace = 'public'::regnamespace"
        " and relname !~ '^event_\\d{4}'"
    )
    tables = {row["relname"] for row in await rows.fetchall()}
    assert tables == READ | set(SHADOWED), "say in sojourn.rehearsal.store or here what a rehearsal does with a table"
    assert READ.isdisjoint(SHADOWED)


def test_clicks_are_shared_out_among_the_links_that_are_not_named() -> None:
    engagement = Engagement(messages=Rates(opened=0, clicked=0.3, links={"product": 0.5}))
    may = engagement.of_message("announce", "email", ["about", "product", "terms"], frozenset())
    assert {one.link: one.share for one in may if one.event == "email.clicked"} == {
        "about": 0.15,
        "product": 0.5,
        "terms": 0.15,
    }


def test_a_step_has_rates_of_its_own_instead() -> None:
    engagement = Engagement(messages=Rates(opened=0.1), steps={"announce": Rates(opened=0.9)})
    shares = [engagement.of_message(step, "email", [], frozenset()) for step in ("announce", "other")]
    assert [opened(may).share for may in shares] == [0.9, 0.1]


def opened(may: list[Behaviour]) -> Behaviour:
    (one,) = [one for one in may if one.event == "email.opened"]
    return one


def test_texts_are_not_opened_and_delivery_counts_only_where_somebody_waits_for_it() -> None:
    events = [one.event for one in Engagement().of_message("launched", "text", [], frozenset())]
    waited = [one.event for one in Engagement().of_message("launched", "text", [], frozenset({"text.delivered"}))]
    assert "text.opened" not in events
    assert set(waited) - set(events) == {"text.delivered"}


def test_half_of_the_people_take_up_to_the_median_and_nine_of_ten_up_to_the_other() -> None:
    assert Delay(median="1 hour", nine_of_ten="1 hour").spread == 0
    assert round(Delay(median="1 hour", nine_of_ten="10 hours").spread, 3) == 1.797


async def test_shares_and_delays_come_out_as_assumed(conn: Connection) -> None:
    """The expressions of the query `engage`, for ten thousand people."""
    rows = await conn.execute(
        """
        select share_of(key) < 0.2 as does, 3600 * exp(1.797 *
          sqrt(-2 * ln(share_of(key || ':far')::float8 + 5e-7)) * cos(2 * pi() * share_of(key || ':near')::float8)
        ) as seconds from generate_series(1, 10000) n cross join lateral (select '1:' || n as key) person"""
    )
    found = await rows.fetchall()
    does = Counter(row["does"] for row in found)[True]
    within = [sum(row["seconds"] <= limit for row in found) for limit in (3600, 36_000)]
    assert abs(does - 2000) < 150
    assert abs(within[0] - 5000) < 200
    assert abs(within[1] - 9000) < 150
