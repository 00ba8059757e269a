"""Conditions, and people with events to ask them about: everything that may meet, and random mixtures of it.

Values and instants come from small pools: the borders of every window and a microsecond on either side, days around
changes of the clocks, leap days, texts that mean something to LIKE, to psycopg or to SQL.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import pairwise, product
from typing import Any

from hypothesis import strategies as st

from segment_meaning import Happened, Meaning, Person
from sojourn.db.connect import Connection
from sojourn.people.model import AttributeType

SHARD = 7
ATTRIBUTES: Mapping[str, AttributeType] = {
    "city": "text",
    "spent": "number",
    "vip": "boolean",
    "born": "date",
    "seen": "datetime",
}
TEXTS = ["Paris", "PARIS", "paris ", "is", "Île", "île-de-France", "100%", "1_0", "10", "a\\b", "STRASSE", "straße"]
TEXTS += ["'; drop table person", '{"x"}', "%s", "%(now)s", "2026-11-23", "true", "ÄÖÜäöü", "漢字", "🎈"]
NUMBERS = [0, 1, 1.0, -5, 10, 10.5, 0.1, 0.30000000000000004, 1e-9, 9007199254740992, 9007199254740993, 1e300]
NO_TIMES = ["2026-02-30", "now", "today", "infinity", "2026-11-23T25:00:00Z", "2026-11-23 and more", "5", ""]
DURATIONS = ["30 minutes", "36 hours", "0 days", "1 day", "2 weeks", "1 month", "12 months"]
MOMENTS = [
    Meaning(datetime.fromisoformat(now).replace(tzinfo=UTC), zone)
    for now, zone in [
        ("2026-03-08T07:30:00", "America/New_York"),  # the hour after the clocks went forward
        ("2026-11-01T06:30:00", "America/New_York"),  # the second 01:30 of that night
        ("2026-11-02T04:59:59.999999", "America/New_York"),  # the last microsecond of a day of 25 hours
        ("2026-04-04T15:10:00", "Australia/Lord_Howe"),  # a change of half an hour
        ("2027-02-28T12:00:00", "Europe/Berlin"),
        ("2028-02-28T23:30:00", "Europe/Berlin"),  # already the 29th there
        ("2027-01-31T12:00:00", "UTC"),  # a month before has as many days, a month after has not
        ("2028-03-01T00:00:00", "Pacific/Apia"),
    ]
]
LINKS, CONTENTS = ["product", "other"], ["news", "promo"]
SEGMENTS = ["friends", "buyers", "nobody"]

Test = dict[str, Any]


@dataclass(frozen=True)
class World:
    meaning: Meaning
    people: Sequence[Person]
    conditions: Sequence[Mapping[str, Any]]

    def holds(self, condition: Mapping[str, Any], person: int) -> bool:
        return self.meaning.holds(condition, self.people[person])


# ---------------------------------------------------------------------------------------------------- pools


def stored(instant: datetime) -> str:
    return instant.astimezone(UTC).replace(tzinfo=None).isoformat() + "Z"


@cache
def instants(meaning: Meaning) -> list[datetime]:
    """Those at which the answer of some test changes, and their neighbours."""
    borders = {meaning.moved(duration, direction) for duration in DURATIONS for direction in (-1, 1)}
    return [border + timedelta(microseconds=step) for border in sorted(borders) for step in (-1, 0, 1)]


@cache
def values(meaning: Meaning) -> Mapping[AttributeType, list[Any]]:
    days = {meaning.local(instant) + timedelta(days=step) for instant in instants(meaning) for step in (-1, 0, 1)}
    birthdays = ["1992-02-28", "1992-02-29", "1992-03-01", *(f"1991-{day:%m-%d}" for day in days if day.day != 29)]
    return {
        "text": TEXTS,
        "number": NUMBERS,
        "boolean": [True, False],
        "date": sorted(day.isoformat() for day in days) + birthdays,
        "datetime": [stored(instant) for instant in instants(meaning)],
    }


@cache
def fitting(kind: AttributeType, meaning: Meaning) -> list[Test]:
    """Every test that fits a type, with every value of its pool."""
    return [{"test": "is_set"}, {"test": "is_not_set"}, *_fitting(kind, meaning)]


def _fitting(kind: AttributeType, meaning: Meaning) -> Iterator[Test]:
    def tests(names: Sequence[str], pool: Sequence[Any]) -> Iterator[Test]:
        yield from ({"test": name, "value": value} for name, value in product(names, pool))

    pool, days = values(meaning)[kind], values(meaning)["date"]
    match kind:
        case "text":
            pieces = [piece for text in pool for piece in (text, text[:3], text[-2:])]
            yield from tests(["contains", "starts_with", "ends_with"], pieces)
            yield from tests(["is", "is_not"], pool)
            yield from tests(["is_one_of"], [list(pair) for pair in pairwise(pool)])
        case "number":
            yield from tests(["is", "is_not", "at_least", "at_most", "more_than", "less_than"], pool)
            yield from tests(["is_one_of"], [list(pair) for pair in pairwise(pool)])
            yield from tests(["between"], [list(pair) for pair in pairwise(sorted(pool))])
        case "boolean":
            yield from tests(["is"], pool)
        case _:
            yield from tests(["in_last", "in_next", "anniversary"], DURATIONS)
            yield {"test": "anniversary"}
            yield from tests(["on", "before", "after"], days)
            yield from tests(["between"], [list(pair) for pair in pairwise(sorted(days))])
            if kind == "datetime":
                yield from tests(["before", "after"], pool)
                yield from tests(
                    ["between"], [[low, high] for low, _, high in zip(pool, pool[1:], pool[2:], strict=False)]
                )


# ---------------------------------------------------------------------------------------------------- everything


def every_attribute_test(meaning: Meaning, name: str) -> World:
    """Every test of an attribute, of everybody who may have it, and of somebody who has not."""
    kind = ATTRIBUTES[name]
    people = [Person(), *(Person({name: value}) for value in values(meaning)[kind])]
    tests = [{"attribute": name, **test} for test in fitting(kind, meaning)]
    return World(meaning, people, tests)


def every_property_test(meaning: Meaning, kind: AttributeType) -> World:
    """Every test of a property, which may be of any type."""
    found = [value for pool in (*values(meaning).values(), NO_TIMES) for value in pool if not isinstance(value, float)]
    events = [
        Happened("order.placed", meaning.now, properties) for properties in ({}, *({"amount": one} for one in found))
    ]
    tests = [{"did": "order.placed", "where": [{"property": "amount", **test}]} for test in fitting(kind, meaning)]
    return World(meaning, [Person(events=[event]) for event in events], tests)


def every_event_test(meaning: Meaning) -> World:
    """Every window, over events at every border; and every interaction."""
    events = [Happened("email.clicked", at) for at in instants(meaning)]
    events += [
        Happened("email.clicked", meaning.now, {}, *rest)
        for rest in product([None, *LINKS], [None, *CONTENTS], [False, True])
    ]
    restrictions: list[Test] = [{"within": duration} for duration in DURATIONS]
    restrictions += [{key: stored(at)} for at in instants(meaning) for key in ("after", "before")]
    restrictions += [{"link": link, "content": content} for link in LINKS for content in CONTENTS]
    restrictions += [{"link": link} for link in LINKS] + [{"content": content} for content in CONTENTS]
    tests = [{key: "email.clicked", **rest} for key in ("did", "did_not") for rest in ({}, *restrictions)]
    return World(meaning, [Person(events=[event]) for event in events], tests)


def every_membership_test(meaning: Meaning) -> World:
    """Every membership, also of a segment without members, and of one that does not exist."""
    people = [Person(segments=segments) for segments in ([], SEGMENTS[:1], SEGMENTS[1:2], SEGMENTS[:2])]
    tests: list[Test] = [{key: name} for key in ("member_of", "not_member_of") for name in [*SEGMENTS, "gone"]]
    return World(meaning, people, [*tests, *({"none": [test]} for test in tests)])


# ---------------------------------------------------------------------------------------------------- mixtures


def pick(pool: Sequence[Any]) -> st.SearchStrategy[Any]:
    """Like sampled_from, without the whole pool in its name."""
    return st.integers(0, len(pool) - 1).map(lambda number: pool[number])


COUNTS = [
    {"at_least": 2},
    {"exactly": 0},
    {"exactly": 1},
    {"at_most": 1},
    {"at_least": 1, "at_most": 2},
    {"at_least": 1},
]


@cache
def conditions(meaning: Meaning) -> st.SearchStrategy[Test]:
    attributes = [{"attribute": name, **test} for name, kind in ATTRIBUTES.items() for test in fitting(kind, meaning)]
    properties = [
        {"property": name, **test}
        for name in ("amount", "color")
        for kind in ("number", "text")
        for test in fitting(kind, meaning)
    ]
    restrictions = st.fixed_dictionaries(
        {},
        optional={"count": pick(COUNTS), "within": pick(DURATIONS), "where": st.lists(pick(properties), max_size=2)},
    )
    key, event = pick(["did", "did_not"]), pick(["order.placed", "email.clicked"])
    events = st.builds(lambda key, event, rest: {key: event, **rest}, key, event, restrictions)
    members = st.builds(lambda key, name: {key: name}, pick(["member_of", "not_member_of"]), pick([*SEGMENTS, "gone"]))
    group = pick(["all", "any", "none"])
    return st.recursive(
        pick(attributes) | events | members,
        lambda nodes: st.builds(lambda group, nodes: {group: nodes}, group, st.lists(nodes, max_size=3)),
        max_leaves=6,
    )


@cache
def people(meaning: Meaning) -> st.SearchStrategy[Any]:
    known = {name: pick(values(meaning)[kind]) for name, kind in ATTRIBUTES.items()}
    properties = {"amount": pick([10, 1, -5, "10"]), "color": pick(["Paris", "10", True])}
    event = st.builds(
        Happened,
        name=pick(["order.placed", "email.clicked"]),
        at=pick(instants(meaning)),
        properties=st.fixed_dictionaries({}, optional=properties),
        automated=pick([False, False, False, True]),
    )
    attributes, segments = st.fixed_dictionaries({}, optional=known), st.sets(pick(SEGMENTS[:2]))
    return st.builds(Person, attributes, st.lists(event, max_size=4), segments)


@st.composite
def worlds(draw: st.DrawFn) -> World:
    meaning = draw(pick(MOMENTS))
    somebody, something = (
        st.lists(people(meaning), min_size=4, max_size=8),
        st.lists(conditions(meaning), min_size=4, max_size=8),
    )
    return World(meaning, draw(somebody), draw(something))


# ---------------------------------------------------------------------------------------------------- in the database


async def settle(conn: Connection, world: World) -> None:
    """Makes the world what the database knows. People get their number in the list as their id."""
    await conn.execute("update workspace set zone = %s", [world.meaning.zone])
    people = [(SHARD, number, str(number), json.dumps(person.attributes)) for number, person in enumerate(world.people)]
    happened = [
        {**asdict(event), "id": f"{number}-{position}", "person": number, "properties": json.dumps(event.properties)}
        for number, person in enumerate(world.people)
        for position, event in enumerate(person.events)
    ]
    members = [
        {"shard": SHARD, "person": number, "segments": list(person.segments)}
        for number, person in enumerate(world.people)
    ]
    await conn.execute(INSERT_SEGMENTS, [SEGMENTS])
    async with conn.cursor() as cursor:
        await cursor.executemany(
            "insert into person values (%s, %s, 'contact', %s, %s, '2026-01-01', '2026-01-01')", people
        )
        await cursor.executemany(INSERT_EVENT, [{**event, "shard": SHARD} for event in happened])
        await cursor.executemany(INSERT_MEMBER, members)


INSERT_EVENT = """
    insert into event (shard, id, person, name, at, received_at, properties, link, automated, participant, step)
    select %(shard)s, %(id)s, %(person)s, %(name)s, %(at)s, '2026-01-01', %(properties)s, %(link)s, %(automated)s,
           d.participant, d.step
    from (select) one left join (
      select participant, step from delivery d
      join content_version v on v.id = d.content join content c on c.id = v.content where c.name = %(content)s
    ) d on true"""


INSERT_SEGMENTS = """
    insert into segment (name, audience, condition, created_at)
    select unnest(%s::text[]), 'contact', '{"all": []}', '2026-01-01'"""

# Who is no member any more was one; and somebody of another shard has the same number, and is a member of everything.
INSERT_MEMBER = """
    insert into segment_member (shard, segment, person, since, until)
    select %(shard)s, id, %(person)s, timestamptz '2026-01-01',
           case when not name = any(%(segments)s) then timestamptz '2026-01-02' end from segment
    union all select %(shard)s + 1, id, %(person)s, '2026-01-01', null from segment"""


async def deliver(conn: Connection) -> None:
    """Of each content one delivery, which interactions with it belong to."""
    await conn.execute(
        """
        with made as (
          insert into content (name, kind, audience, created_at)
          select unnest(%s::text[]), 'email', 'contact', '2026-01-01' returning id
        ), version as (
          insert into content_version (content, number, document, changed_at)
          select id, 1, '{}', '2026-01-01' from made returning id
        )
        insert into delivery (shard, participant, step, run, person, channel, content, state, not_before)
        select %s, id, 1, 1, 1, 'email', id, 'queued', '2026-01-01' from version""",
        [CONTENTS, SHARD],
    )
