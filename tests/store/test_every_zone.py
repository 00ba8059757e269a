"""The calendar in every zone there is (Z2, W10 - W12, J3): around each change of a clock, month ends, leap days."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, time, timedelta

import psycopg
import pytest
from dateutil.relativedelta import relativedelta

from sojourn.db.connect import OPTIONS
from sojourn.journeys.recurrence import Schedule
from sojourn.journeys.start import Repeat
from sojourn.kit import zones
from wall_clock import Change, WallClock, wall_clock

LOOKED_AT = (
    (datetime(2011, 11, 1, tzinfo=UTC), datetime(2012, 2, 1, tzinfo=UTC)),  # Apia had no 30 December 2011
    (datetime(2025, 1, 1, tzinfo=UTC), datetime(2029, 1, 1, tzinfo=UTC)),
)
SECOND, MINUTE, HOUR, DAY = (timedelta(**{unit: 1}) for unit in ("seconds", "minutes", "hours", "days"))
TICK, QUARTER = timedelta(microseconds=1), timedelta(minutes=15)
WEEKS = [begin + n * 7 * DAY for begin, end in LOOKED_AT for n in range((end - begin).days // 7)]
MOST_THAT_DIFFER = 12  # zones; releases of the data differ in a few places a year
MONTH_ENDS = [
    datetime(2028, month, 1) + months - before  # noqa: DTZ001 - wall clocks have no zone
    for month in range(1, 13)
    for months in (relativedelta(), relativedelta(years=-1))
    for before in (TICK, 12 * HOUR)
]


@pytest.fixture(scope="module")
def asked(shared_database: str) -> Iterator[psycopg.Connection]:
    with psycopg.connect(shared_database, options=OPTIONS, autocommit=True) as conn:
        yield conn


@pytest.fixture(scope="module")
def clocks(asked: psycopg.Connection) -> dict[str, WallClock]:
    """Every zone whose clock the database sees as the pinned data does, one name for each data. Few may differ; every
    name is looked at."""
    names = sorted(zones.known_zones() & {name for (name,) in asked.execute("select name from pg_timezone_names")})
    query = """select coalesce(bool_and(instant at time zone %s = shown), true)
               from unnest(%s::timestamptz[], %s::timestamp[]) seen (instant, shown)"""
    found = {}
    for name in names:
        clock = wall_clock(name)
        instants = [*WEEKS, *(at + d for at, _, _ in changes(clock) for d in (-MINUTE, timedelta(0), HOUR))]
        if asked.execute(query, [name, instants, [clock.shows(at) for at in instants]]).fetchone() == (True,):
            found[name] = clock
    differing = [name for name in names if name not in found]
    assert len(differing) <= MOST_THAT_DIFFER, differing
    assert len(found) > 500
    return {name: clock for clock, name in {clock: name for name, clock in found.items()}.items()}


def changes(clock: WallClock) -> list[Change]:
    return [change for change in clock.changes() if any(begin <= change.at < end for begin, end in LOOKED_AT)]


def local_times(clock: WallClock) -> list[datetime]:
    """Around each change, what may not exist and what may exist twice; and month ends."""
    near = [
        edge + before
        for _, until, since in changes(clock)
        for edge in (until, since, until + (since - until) / 2)
        for before in (-DAY, -HOUR, -TICK, timedelta(0), 29 * MINUTE, DAY)
    ]
    return near + MONTH_ENDS


def faults(conn: psycopg.Connection, name: str, query: str, *columns: Sequence[object]) -> list[object]:
    """What the database says otherwise: `query` reads `given`, and the last of the columns is what is expected."""
    return [(name, *row) for row in conn.execute(query.encode(), [*columns])]


def test_Z2_a_local_time_comes_when_the_clock_first_shows_it_or_later(asked, clocks) -> None:
    query = """select local, expected, found from unnest(%s::text[], %s::timestamp[], %s::timestamptz[])
                 given (zone, local, expected), lateral (select instant_of(local, zone) as found) answer
               where found is distinct from expected"""
    wrong: list[object] = []
    for name, clock in clocks.items():
        locals_ = local_times(clock)
        expected = [clock.comes(local) for local in locals_]
        wrong += faults(asked, name, query, [name] * len(locals_), locals_, expected)
    assert wrong == []


def test_Z2_W10_publishing_computes_the_same_instants(clocks) -> None:
    wrong = [
        (name, local)
        for name, clock in clocks.items()
        for local in local_times(clock)
        if zones.instant_of(local, name) != clock.comes(local)
    ]
    assert wrong == []


DURATIONS = {
    "3 hours": (relativedelta(), 3 * HOUR),
    "1 day": (relativedelta(days=1), timedelta(0)),
    "-1 day": (relativedelta(days=-1), timedelta(0)),
    "1 month": (relativedelta(months=1), timedelta(0)),
    "1 month 1 day 90 minutes": (relativedelta(months=1, days=1), 90 * MINUTE),
}


def starts(clock: WallClock, duration: str) -> list[datetime]:
    """Instants from which this duration ends close to a change; and those that begin there, or at a month's end."""
    calendar, elapsed = DURATIONS[duration]
    near = [edge for _, until, since in changes(clock) for edge in (until, since, until + (since - until) / 2)]
    return [
        *(clock.comes(edge - calendar) - elapsed + d for edge in near for d in (-MINUTE, timedelta(0), HOUR)),
        *(at + d for at, _, _ in changes(clock) for d in (-TICK, timedelta(0))),
        *(clock.comes(local) for local in MONTH_ENDS),
    ]


@pytest.mark.parametrize("duration", DURATIONS)
def test_W11_days_and_months_keep_the_wall_clock_and_hours_are_elapsed_time(asked, clocks, duration: str) -> None:
    query = """select start, expected, found
               from unnest(%s::text[], %s::interval[], %s::timestamptz[], %s::timestamptz[])
                 given (zone, duration, start, expected),
                 lateral (select instant_after(start, duration, zone) as found) answer
               where found is distinct from expected"""
    calendar, elapsed = DURATIONS[duration]
    wrong: list[object] = []
    for name, clock in clocks.items():
        begun = starts(clock, duration)
        moved = [(clock.comes(clock.shows(at) + calendar) if calendar else at) + elapsed for at in begun]
        wrong += faults(asked, name, query, [name] * len(begun), [duration] * len(begun), begun, moved)
    assert wrong == []


WINDOWS = [(time(2), time(2, 30)), (time(0), time(3)), (time(22), time(2, 30))]  # most changes are at night


def opens(clock: WallClock, start: datetime, begin: time, end: time) -> datetime:
    """Quarter by quarter, the first instant at which what the clock has shown so far is inside the window."""

    def inside(at: datetime) -> bool:
        shown = clock.has_shown(at)
        days = [shown.date() - timedelta(days=n) for n in (0, 1)]
        return any(
            datetime.combine(day, begin) <= shown < datetime.combine(day + timedelta(days=end <= begin), end)
            for day in days
        )

    at = start
    while not inside(at):
        at += QUARTER - timedelta(minutes=at.minute % 15)
    return at


@pytest.mark.parametrize("window", WINDOWS, ids=str)
def test_W12_a_window_opens_when_the_clock_first_shows_a_time_inside_it(asked, clocks, window) -> None:
    query = """select start, expected, found from unnest(%s::text[], %s::timestamptz[], %s::timestamptz[])
                 given (zone, start, expected),
                 lateral (select window_opens(start, zone, '{1,2,3,4,5,6,7}', %s::time, %s::time) as found) answer
               where found is distinct from expected"""
    wrong: list[object] = []
    for name, clock in clocks.items():
        begun = [at + d for at, _, _ in changes(clock)[-4:] for d in (-2 * HOUR, -MINUTE, timedelta(0), HOUR)]
        opened = [opens(clock, start, *window) for start in begun]
        wrong += [(name, *row) for row in asked.execute(query, [[name] * len(begun), begun, opened, *window])]
    assert wrong == []


def schedule(name: str, start: datetime, unit: str) -> Schedule:
    return Schedule(start=start, zone=name, repeat=Repeat.model_validate({"unit": unit}))


def test_J3_daily_runs_keep_the_wall_clock_over_every_change(clocks) -> None:
    wrong = []
    for name, clock in clocks.items():
        for _, until, since in changes(clock):
            local = (until + (since - until) / 2).replace(second=0, microsecond=0)
            days = [local + n * DAY for n in (-2, -1, 0, 1, 2)]
            found = schedule(name, days[0], "day").occurrences(clock.comes(days[0]) - TICK, clock.comes(days[-1]))
            if found != sorted({clock.comes(day) for day in days}):
                wrong.append((name, local, found))
    assert wrong == []


def test_J3_monthly_runs_are_on_the_last_day_where_a_month_lacks_it_in_every_zone(clocks) -> None:
    wrong = []
    begin = datetime(2027, 10, 31, 2, 30)  # noqa: DTZ001
    months = [begin + relativedelta(months=n) for n in range(7)]  # 29 February 2028 among them
    for name, clock in clocks.items():
        expected = [clock.comes(month) for month in months]
        found = schedule(name, begin, "month").occurrences(expected[0] - TICK, expected[-1])
        if found != expected:
            wrong.append((name, found))
    assert wrong == []


def test_Z2_lord_howe_apia_and_the_leap_day_are_among_what_is_looked_at(clocks) -> None:
    """What the others go through is what it is meant to be."""
    howe = {abs(since - until) for _, until, since in changes(clocks["Australia/Lord_Howe"])}
    assert howe == {30 * MINUTE}
    apia = clocks["Pacific/Apia"]
    (skipped,) = [change for change in changes(apia) if change.since - change.until == DAY]
    assert skipped.until == datetime(2011, 12, 30)  # noqa: DTZ001
    assert apia.comes(datetime(2011, 12, 30, 12)) == skipped.at  # noqa: DTZ001
    assert datetime(2028, 2, 29, 12) in MONTH_ENDS  # noqa: DTZ001
    assert sum(len(changes(clock)) > 7 for clock in clocks.values()) > 90
