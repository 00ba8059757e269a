"""The database's own functions say what Python says: where a person lives, and when a wall clock shows a time."""

from calendar import monthrange
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import psycopg
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from share import share_of
from sojourn.db.connect import OPTIONS
from sojourn.db.shards import COUNT, shard_of
from sojourn.kit import zones

# A summer time of half an hour, skipped days, changes at midnight, negative summer time, and none at all.
ZONES = [
    *["America/New_York", "America/Sao_Paulo", "America/St_Johns", "Antarctica/Troll"],
    *["Asia/Kathmandu", "Asia/Tehran", "Australia/Lord_Howe", "Europe/Dublin", "Europe/Paris", "Pacific/Apia"],
    *["Pacific/Kwajalein", "UTC"],
]
FIRST, LAST = datetime(1985, 1, 1, tzinfo=UTC), datetime(2024, 12, 31, tzinfo=UTC)  # no release disputes these rules
EXAMPLES = settings(max_examples=300, deadline=None)
keys = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))


@pytest.fixture(scope="module")
def asked(shared_database: str) -> Iterator[psycopg.Connection]:
    """A connection for many small questions: Hypothesis asks hundreds."""
    with psycopg.connect(shared_database, options=OPTIONS, autocommit=True) as conn:
        yield conn


def answer(conn: psycopg.Connection, query: str, *parameters: object) -> object:
    row = conn.execute(query.encode(), parameters).fetchone()
    assert row is not None
    return row[0]


def shown(instant: datetime, zone: str) -> datetime:
    return instant.astimezone(ZoneInfo(zone)).replace(tzinfo=None)


@cache
def changes_of(zone: str) -> list[datetime]:
    """The instants at which the zone's offset changed, found by looking at it once a week."""

    def offset(instant: datetime) -> timedelta | None:
        return instant.astimezone(ZoneInfo(zone)).utcoffset()

    changes, before = [], FIRST
    while before < LAST:
        low, high = before, before + timedelta(days=7)
        if offset(low) != offset(high):
            while high - low > timedelta(seconds=1):
                middle = low + (high - low) / 2
                low, high = (middle, high) if offset(middle) == offset(before) else (low, middle)
            changes.append(high.replace(microsecond=0))
        before += timedelta(days=7)
    return changes


@st.composite
def moments(draw: st.DrawFn) -> tuple[str, datetime]:
    """A zone and an instant, to the microsecond: most often close to a change of the zone's offset."""
    zone = draw(st.sampled_from(ZONES))
    anywhere = st.datetimes(FIRST.replace(tzinfo=None), LAST.replace(tzinfo=None), timezones=st.just(UTC))
    if not changes_of(zone) or draw(st.sampled_from(["close", "close", "close", "anywhere"])) == "anywhere":
        return zone, draw(anywhere)
    reach = draw(st.sampled_from([timedelta(minutes=100), timedelta(hours=27)]))
    return zone, draw(st.sampled_from(changes_of(zone))) + draw(st.timedeltas(-reach, reach))


@st.composite
def readings(draw: st.DrawFn) -> tuple[str, datetime]:
    """A zone and what a wall clock might show there; close to a change it may never show that, or show it twice."""
    zone, instant = draw(moments())
    return zone, shown(instant, zone) + draw(st.timedeltas(timedelta(minutes=-100), timedelta(minutes=100)))


def assert_first_to_show(instant: object, local: datetime, zone: str) -> None:
    """The rule itself: the wall clock shows `local` or later at the instant, and at no moment of the day before."""
    assert isinstance(instant, datetime)
    assert shown(instant, zone) >= local
    earlier = [instant - timedelta(microseconds=1), *(instant - timedelta(minutes=15 * n) for n in range(1, 110))]
    assert [moment for moment in earlier if shown(moment, zone) >= local] == []


@given(audience=keys, key=keys)
def test_the_database_and_python_agree_on_the_shard(asked: psycopg.Connection, audience: str, key: str) -> None:
    assert answer(asked, "select shard_of(%s, %s)", audience, key) == shard_of(audience, key) < COUNT


@given(text=keys)
def test_W13_the_database_and_python_agree_on_where_a_text_falls(asked: psycopg.Connection, text: str) -> None:
    share = answer(asked, "select share_of(%s)", text)
    assert share == share_of(text)
    assert 0 <= share_of(text) < 1


@EXAMPLES
@given(reading=readings())
@example(reading=("Pacific/Apia", datetime(2011, 12, 30, 12)))  # noqa: DTZ001 - the day that never was
def test_Z2_a_local_time_is_the_first_instant_that_shows_it_or_later(
    asked: psycopg.Connection, reading: tuple[str, datetime]
) -> None:
    zone, local = reading
    found = answer(asked, "select instant_of(%s, %s)", local, zone)
    assert_first_to_show(found, local, zone)
    assert zones.instant_of(local, zone) == found


@EXAMPLES
@given(moment=moments(), number=st.integers(0, 5000), unit=st.sampled_from(["second", "minute", "hour"]))
def test_W11_seconds_minutes_and_hours_are_elapsed_time(
    asked: psycopg.Connection, moment: tuple[str, datetime], number: int, unit: str
) -> None:
    zone, start = moment
    found = answer(asked, "select instant_after(%s, %s::interval, %s)", start, f"{number} {unit}s", zone)
    assert found == start + number * timedelta(**{f"{unit}s": 1})


@EXAMPLES
@given(moment=moments(), number=st.integers(1, 40), unit=st.sampled_from(["day", "week", "month"]))
def test_W11_days_weeks_and_months_keep_the_wall_clock(
    asked: psycopg.Connection, moment: tuple[str, datetime], number: int, unit: str
) -> None:
    zone, start = moment
    found = answer(asked, "select instant_after(%s, %s::interval, %s)", start, f"{number} {unit}s", zone)
    local = shown(start, zone)
    if unit == "month":
        years, month = divmod(local.month - 1 + number, 12)
        last_day = monthrange(local.year + years, month + 1)[1]
        local = local.replace(year=local.year + years, month=month + 1, day=min(local.day, last_day))
    else:
        local += number * timedelta(days=7 if unit == "week" else 1)
    assert_first_to_show(found, local, zone)


def test_Z2_every_zone_is_the_same_to_python_and_to_the_database(asked: psycopg.Connection) -> None:
    middays = [datetime(2015 + n // 24, 1 + n // 2 % 12, 1 + n % 2 * 14, 12, tzinfo=UTC) for n in range(240)]
    query = "select array_agg(t at time zone %s order by t) from unnest(%s::timestamptz[]) t"
    names = {name for (name,) in asked.execute("select name from pg_timezone_names")}
    different = [
        zone
        for zone in sorted(zones.known_zones() & names)
        if answer(asked, query, zone, middays) != [shown(midday, zone) for midday in middays]
    ]
    assert different == []
