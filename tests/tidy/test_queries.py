"""Every named query is understood by PostgreSQL, and every query about people stays inside one shard."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import psycopg
import pytest

from sojourn.db.queries import Queries
from sojourn.delivery import store as delivery

SOURCES = Path(__file__).parents[2] / "src"

# What the program sends as itself; everything else is text, for the server to read as the query's casts say.
TYPES = {"now": "timestamptz", "idle": "interval"}

REHEARSED = (
    "ahead",
    "ask_again",
    "busiest",
    "dues",
    "engage",
    "entered",
    "entered_at",
    "entries",
    "flows",
    "happened",
    "hours",
    "interactions",
    "let_in_together",
    "next_hour",
    "per_person",
    "take_touched",
    "touched_shards",
    "unknown_members",
)

# Reads and sums over all shards, or over all that a worker owns: few, and never in the path of one person.
FAN_OUT = {
    "analytics.ab_tests": "sums how many people got the winner of a test",
    "analytics.flows": "sums the counters of a journey's runs",
    "analytics.interactions": "sums what people did with a journey's messages",
    "analytics.marks": "notices which shards have new events of a journey's messages",
    "analytics.over_time": "counts by the hour what happened to the people of a journey",
    "analytics.overview": "sums the counters of all journeys",
    "content.was_sent": "a content is deleted once in a while, and then nobody may have got it",
    "channels.inbox.latest": "the inbox shows the newest messages to anybody",
    "delivery.forecast": "counts before publishing how many people would get nothing, and why",
    "delivery.waiting": "one look for all shards of a worker, before it sleeps",
    "engine.agenda": "one look for all shards of a worker, before it sleeps",
    "engine.goal_tally": "a test is of all shards: it is decided once, and looked at in whole",
    "engine.message_tally": "a test is of all shards: it is decided once, and looked at in whole",
    "engine.complete_entries": "everybody who can enter has when that is so in every shard",
    "engine.finish_versions": "a version is over when it is over in every shard",
    "journeys.add_backlog": "resuming counts once what waits in each shard",
    "people.count_people": "how many people an audience has",
    "people.search_people": "finds people by what somebody remembers of them",
    **{f"rehearsal.{name}": "a rehearsal's own tables" for name in REHEARSED},
    "segments.members": "pages through a segment's members",
    "segments.next_due": "one look for all shards of a worker, before it sleeps",
    "segments.sizes": "how many members segments have",
}


class Query(NamedTuple):
    name: str  # of the folder and the query: `people.search_people`
    text: str  # without comments

    @property
    def has_slots(self) -> bool:
        """Its text is whole only with another one in it: the tests of the folder that fills the slots prepare it."""
        return re.search(r"(?<![':\w])\{\w+\}", self.text) is not None


def all_queries() -> Iterator[Query]:
    for place in sorted([*SOURCES.rglob("queries.sql"), *SOURCES.rglob("queries/")]):
        folder = place.parent.relative_to(SOURCES / "sojourn").parts
        for name, text in Queries(".".join(["sojourn", *folder])).items():
            yield Query(".".join([*folder, name]), without_comments(text))


def without_comments(text: str) -> str:
    return re.sub(r"--.*", "", text)


WHOLE = {f"delivery.{query}": delivery.gated(query) for query in ("claim", "forecast")}
"""Texts with the gate in their slot."""

QUERIES = [query for query in all_queries() if not query.has_slots]
QUERIES += [Query(name, without_comments(text.as_string())) for name, text in WHOLE.items()]


def numbered(text: str) -> tuple[str, list[str]]:
    """The text with PostgreSQL's own numbered parameters, and their names in that order."""
    names = list(dict.fromkeys(re.findall(r"%\((\w+)\)s", text)))

    def parameter(match: re.Match[str]) -> str:
        name = match[1]
        return f"${names.index(name) + 1}" + (f"::{TYPES[name]}" if name in TYPES else "")

    return re.sub(r"%\((\w+)\)s", parameter, text).replace("%%", "%"), names


@pytest.fixture(scope="module")
def sql(shared_database: str) -> Iterator[psycopg.Connection]:
    with psycopg.connect(shared_database, autocommit=True) as conn:
        yield conn


@pytest.mark.parametrize("query", QUERIES, ids=lambda query: query.name)
def test_a_query_is_understood_by_the_database(sql: psycopg.Connection, query: Query) -> None:
    text, _ = numbered(query.text)
    assert sql.pgconn.prepare(b"", text.encode()).error_message.decode() == ""


def test_a_query_about_people_stays_in_one_shard(sql: psycopg.Connection) -> None:
    relations = sql.execute("select attrelid::regclass::text from pg_attribute where attname = 'shard'").fetchall()
    people = {name for (name,) in relations} - {"lease"}  # a lease is about a shard, not about people
    unbound = {query.name for query in QUERIES if is_planned(query) and not stays(sql, query, people)}
    assert unbound == FAN_OUT.keys(), "bind it (shard = %(shard)s), or give the reason why it looks at all shards"


def is_planned(query: Query) -> bool:
    return re.match(r"\s*(with|select|insert|update|delete|merge)\b", query.text) is not None


def stays(sql: psycopg.Connection, query: Query, people: set[str]) -> bool:
    """Is each table about people read, in PostgreSQL's own plan, by the one shard that the query is given?"""
    text, names = numbered(query.text)
    row = sql.execute(f"explain (generic_plan, format json) {text}".encode()).fetchone()
    assert row is not None
    nodes = [node for node in nodes_of(row[0][0]["Plan"]) if node.get("Relation Name") in people]
    if "shard" not in names:
        return not nodes
    bound = f"(shard = ${names.index('shard') + 1})"
    scans = [node for node in nodes if "Scan" in node["Node Type"]]
    conditions = [str([node.get(part) for part in ("Index Cond", "Recheck Cond", "Filter")]) for node in scans]
    return all(bound in condition for condition in conditions)


def nodes_of(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for part in plan.get("Plans", []):
        yield from nodes_of(part)
