"""What the worker calls for a shard that has something to do: a turn, in small transactions, until nobody is due."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime

from psycopg import OperationalError

from sojourn.db.connect import Connection, Row
from sojourn.engine import store
from sojourn.engine.owner import Owner
from sojourn.engine.watching import Seen, watch, watch_let_in
from sojourn.events.store import take_touched
from sojourn.journeys.recurrence import Schedule
from sojourn.journeys.steps.registry import MOVING
from sojourn.kit.errors import LeaseLost
from sojourn.kit.log import logger
from sojourn.people.store import people_by_id
from sojourn.segments.jobs import evaluate_pending, refresh

log = logger(__name__)

LOOK_AT = 5000  # touched people taken at once
MANY = 500  # people entering one shard at once
LOOKS = 100  # in one turn: journeys that start each other would not let it end
_Part = Callable[[Connection, int, datetime], Awaitable[int]]
_INTERRUPTED = (LeaseLost, OperationalError)
"""What ends a turn: the shard is another's, or the database is away."""


async def turn(owner: Owner, shard: int, now: datetime) -> int:
    """Does everything of one shard that is due at `now`; returns how much that was, in people and runs.

    Everybody to whom something happened is looked at before anybody moves, or those would go on whom it made leave; so
    is everybody to whom a step did something.
    """
    work = 0
    for _ in range(LOOKS):
        work += await _look_at_everybody(owner, shard, now)
        moved, touched = await _advance_until_touched(owner, shard, now)
        work += moved
        if not touched:
            break
    return work


async def finish_versions(conn: Connection, now: datetime) -> None:
    """Versions whose last participant has left are Completed, or Stopped; those that nobody can enter any more are
    Completing. Their histories say so."""
    for version in await store.finish_versions(conn, now):
        await store.record(conn, version, "ended: everybody has left" if version["stopped"] else "completed", now)
    for version in await store.complete_entries(conn, now):
        await store.record(conn, version, "completing: nobody can enter any more", now)


async def move(conn: Connection, shard: int, step: Row, now: datetime) -> tuple[int, int]:
    """Moves who is due at a step on; returns how many were due, and how many of them went. Whoever was let in is looked
    at: what happened to them may be known already."""
    moved = await store.advance(conn, shard, step, now)
    if step["kind"] == "start":
        await watch_let_in(conn, shard, step["step"], now)
    return moved


async def schedule_runs(conn: Connection, now: datetime) -> None:
    """Makes the next run of each repeating version whose newest has begun (J3).

    Occurrences that passed meanwhile are missed: the newest run stands for them too, once and late (J4).
    """
    for version in await store.runs_to_follow(conn, now):
        plan = Schedule.model_validate(version["settings"]["schedule"])
        if missed := plan.occurrences(version["starts_at"], now):
            said = ", ".join(instant.isoformat() for instant in missed)
            while_what = "the journey was paused" if version["was_paused"] else "the system was down"
            await store.record(conn, version, f"missed while {while_what}, run once: {said}", now)
        following = plan.next_after(now)
        if following is None:
            await store.close_entries(conn, version["version"])
        else:
            await store.add_run(conn, version["version"], version["run_number"] + 1, following)


async def _look_at_everybody(owner: Owner, shard: int, now: datetime) -> int:
    """In as many looks as it takes."""
    work, all_seen = await _look_around(owner, shard, now)
    while not all_seen:
        looked, all_seen = await _look_around(owner, shard, now, further=True)
        work += looked
    return work


async def _look_around(owner: Owner, shard: int, now: datetime, *, further: bool = False) -> tuple[int, bool]:
    """Everything but moving people, in one transaction; but if some of it fails, each part in its own, so that it holds
    up nothing but itself. Returns how much that was, and whether everybody was looked at."""
    look = Look(further=further)
    try:
        async with owner.act(shard) as conn:
            return sum([await part(conn, shard, now) for part in look.parts]), look.all_seen
    except _INTERRUPTED:
        raise
    except Exception as error:
        log.warning("a turn is done in parts", shard=shard, error=f"{type(error).__name__}: {error}")
    look = Look(further=further)
    return sum([await _alone(owner, shard, part, now) for part in look.parts]), look.all_seen


async def _alone(owner: Owner, shard: int, part: _Part, now: datetime) -> int:
    try:
        async with owner.act(shard) as conn:
            return await part(conn, shard, now)
    except _INTERRUPTED:
        raise
    except Exception:
        log.exception("part of a turn failed", part=part.__name__, shard=shard)
        return 0


class Look:
    """Who did something, who was deleted, who joined or left, who starts, who was stopped. What follows from a fact is
    done in the transaction that sees it. `further`: the one before did not see everybody."""

    def __init__(self, *, further: bool = False) -> None:
        self.all_seen = True
        self._further = further
        self._beginning: Sequence[Row] = ()
        self.parts: Sequence[_Part] = (
            store.release,
            self.beginning,
            self.touched,
            self.evaluated,
            self.admissions,
            store.end_stopped,
        )

    async def beginning(self, conn: Connection, shard: int, now: datetime) -> int:
        """Which runs begin. Of one that an event starts, whoever was heard of too early is to be looked at; a further
        look need not ask again."""
        self._beginning = await store.runs_to_admit(conn, shard, now)
        for run in self._beginning:
            if run["settings"]["frequency"] == "trigger" and not self._further:
                await store.touch_heard_early(conn, shard, run)
        return 0

    async def touched(self, conn: Connection, shard: int, now: datetime) -> int:
        touched = await take_touched(conn, shard, LOOK_AT)
        if touched:
            await store.wake(conn, shard, touched, now)
            happened = [(person, event) for person, event in touched if event]
            seen = await self._triggered(conn, shard, Seen(happened), now)
            people = sorted({person for person, _ in touched})
            entry = await store.last_entry(conn)
            if await refresh(conn, shard, people, now):
                await store.wake_joined(conn, shard, entry, now)
                seen = seen._replace(entry=entry)
            await watch(conn, shard, seen, now)
            if gone := set(people) - await people_by_id(conn, shard, people):
                await store.forget(conn, shard, sorted(gone), now)
        self.all_seen = len(touched) < LOOK_AT
        return len(touched)

    async def _triggered(self, conn: Connection, shard: int, seen: Seen, now: datetime) -> Seen:
        """Whoever an event starts (J10); a person may have done it several times since the last look. Returns what was
        seen, with who has entered."""
        if not seen.happened:
            return seen
        newest = await store.last_participant(conn)
        runs = await store.runs_started_by(conn, shard, sorted({event for _, event in seen.happened}), now)
        for run in runs:
            people = [person for person, event in seen.happened if event == run["settings"]["trigger"]]
            while await store.admit(conn, shard, {**run, "people": people}, now):
                continue
        return seen._replace(versions={run["version"] for run in runs}, newest=newest)

    async def evaluated(self, conn: Connection, shard: int, now: datetime) -> int:
        entry = await store.last_entry(conn)
        evaluated = await evaluate_pending(conn, shard, now)
        if evaluated:
            await store.wake_joined(conn, shard, entry, now)
            await watch(conn, shard, Seen(entry=entry), now)
            await self.beginning(conn, shard, now)  # some waited for the members of a new segment
        return evaluated

    async def admissions(self, conn: Connection, shard: int, now: datetime) -> int:
        """Waits until everybody was looked at who was touched before, or some would miss a start for ever."""
        runs = [*(self._beginning if self.all_seen else ()), *await store.runs_that_go_on(conn, shard, now)]
        if not runs:
            return 0
        newest = await store.last_participant(conn)
        considered = sum([await store.admit(conn, shard, run, now) for run in runs])
        if considered >= MANY:
            await store.measure_new_tables(conn)
        await watch(conn, shard, Seen(versions={run["version"] for run in runs}, newest=newest), now)
        return len(runs)


async def _advance_until_touched(owner: Owner, shard: int, now: datetime) -> tuple[int, bool]:
    """Until nobody is due, or a step has touched people. Returns how many moved, and which of the two it was."""
    work = 0
    while True:
        moved, touched = await _advance_due(owner, shard, now)
        work += moved
        if touched or not moved:
            return work, touched


async def _advance_due(owner: Owner, shard: int, now: datetime) -> tuple[int, bool]:
    """One pass over the steps that have somebody due, each in a transaction of its own; it ends at one that touches
    people. Returns how many moved, and whether there was such a step.

    A step that fails leaves its people where they are and must not hold up the others.
    """
    async with owner.act(shard) as conn:
        steps = await store.due_steps(conn, shard, now)
    moved = 0
    for step in steps:
        about = {"step": step["step"], "kind": step["kind"], "shard": shard}
        try:
            async with owner.act(shard) as conn:
                due, went = await move(conn, shard, step, now)
        except _INTERRUPTED:
            raise
        except Exception:
            log.exception("step failed", **about)
        else:
            moved += went
            if went < due:
                log.error("step decides nothing", people=due - went, **about)
            if went and MOVING[step["kind"]].touches_people:
                return moved, True
    return moved, False
