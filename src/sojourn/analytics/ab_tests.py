"""How the A/B tests of a step stand (rule W13): what decided them, or else the tally so far, by the very queries that
will decide."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, Field, computed_field

from sojourn.analytics import store
from sojourn.analytics.model import rate
from sojourn.analytics.store import Part
from sojourn.db.connect import Connection, Row
from sojourn.engine.ab_tests import tally
from sojourn.engine.verdict import Reason
from sojourn.journeys.compile import all_steps
from sojourn.journeys.steps.ab_test import AbTestStep, Metric, VersionName

NEWEST = 30
"""Tests that are told of a step; each that is not decided takes a wide look for each of its versions."""

State = Literal["running", "put_off", "ended", "decided", "stopped"]


class VersionTally(BaseModel):
    entered: int = Field(description="People who tried it; who got it as the winner is not among them.")
    of: int = Field(description="The messages of it that were sent, or for a goal those who entered it.")
    people: int = Field(description="How many different people did in time what the test compares.")

    @computed_field  # type: ignore[prop-decorator]
    @property
    def rate(self) -> float | None:
        """people / of, from 0 to 1; null where there is nothing to divide by."""
        return rate(self.people, self.of)


class AbTest(BaseModel):
    """The test of one run. Until it is decided its numbers are those so far; after that, those that decided."""

    version: int
    run: int
    starts_at: datetime = Field(description="Of the run.")
    state: State = Field(
        description="`put_off` while a pause with frozen timers moves its end, `ended` for the moment before it is "
        "decided, `stopped` when the journey was stopped before, so that nobody wins."
    )
    ends_at: datetime = Field(description="As far as it is known: later, while it is put off.")
    zone: str = Field(description="Of the journey's wall clock.")
    metric: Metric
    a: VersionTally
    b: VersionTally
    decided_at: datetime | None
    winner: VersionName | None
    reason: Reason | None = Field(description="`equal_rates` and `too_few`: the default won.")
    p_value: float | None = Field(
        description="How probable so great a difference is if both versions are equally good; null until it is "
        "decided, and where nobody or everybody did it."
    )
    got_winner: int = Field(description="People who got the winner once it was decided.")


class AbTests(BaseModel):
    at: datetime = Field(description="The numbers are of this moment.")
    tests: list[AbTest] = Field(description=f"One for each run that began it, newest first; {NEWEST} at most.")


async def ab_tests(conn: Connection, part: Part, step: str, now: datetime) -> AbTests:
    """Raises NotFound for a step; one that is no A/B test has none."""
    await store.steps_named(conn, part, step)
    rows = await store.ab_tests(conn, part, step, NEWEST)
    return AbTests(at=now, tests=[await _ab_test(conn, part, step, row, now) for row in rows])


async def _ab_test(conn: Connection, part: Part, step: str, row: Row, now: datetime) -> AbTest:
    a, b = await _versions(conn, row)
    cause = row["cause"] or {}
    return AbTest(
        state=_state(row, now),
        run=row["number"],
        zone=row["settings"]["zone"],
        metric=_metric(part, row["version"], step),
        a=a,
        b=b,
        reason=cause.get("reason"),
        p_value=cause.get("p_value"),
        got_winner=row["won"] - cause["entered"][row["winner"]] if cause else 0,
        **{name: row[name] for name in ("version", "starts_at", "ends_at", "decided_at", "winner")},
    )


async def _versions(conn: Connection, row: Row) -> list[VersionTally]:
    counts = ("entered", "of", "people")
    if cause := row["cause"]:
        return [VersionTally(**{name: cause[name][version] for name in counts}) for version in ("a", "b")]
    tallies = [await tally(conn, row, version) for version in ("a", "b")]
    return [VersionTally(**{name: getattr(one, name) for name in counts}) for one in tallies]


def _state(row: Row, now: datetime) -> State:
    if row["winner"] is not None:
        return "decided"
    if row["stopped"]:
        return "stopped"
    if row["frozen"]:
        return "put_off"
    return "running" if now < row["ends_at"] else "ended"


def _metric(part: Part, version: int, step: str) -> Metric:
    (document,) = [one.document for one in part.versions if one.number == version]
    (found,) = [one for one in all_steps(document.steps) if one.id == step and isinstance(one, AbTestStep)]
    return found.metric
