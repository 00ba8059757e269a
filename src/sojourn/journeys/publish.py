"""Publishing and stopping: the two changes of a journey's life that the engine acts on (rules P1 - P3, P6)."""

from dataclasses import replace
from datetime import datetime

from sojourn.db.connect import Connection
from sojourn.journeys import store
from sojourn.journeys.check import check
from sojourn.journeys.compile import all_steps, plan
from sojourn.journeys.model import JourneyDocument
from sojourn.journeys.start import SegmentStart, TriggerStart
from sojourn.journeys.steps.base import Surroundings
from sojourn.journeys.steps.message import MessageStep
from sojourn.journeys.watch import watches
from sojourn.journeys.way_in import WayIn
from sojourn.kit.errors import Conflict, Invalid, Problem
from sojourn.kit.zones import known_zone
from sojourn.people.model import EVERY_CHANNEL, Channel


async def examine(
    conn: Connection, version: store.Version, now: datetime, channels: frozenset[Channel] = EVERY_CHANNEL
) -> tuple[list[Problem], Surroundings]:
    """What forbids publishing this version at this moment, and all that this was judged by; `channels` are those that
    have a provider."""
    document = version.document
    zone = _journey_zone(document, await store.workspace_zone(conn))
    around = await store.surroundings(conn, document, _named(document), zone, now)
    around = replace(around, channels=channels)
    if version.published_at is None:
        around = replace(around, predecessor=await store.predecessor(conn, version))
    return check(document, around), around


async def publish(
    conn: Connection,
    known_as: str,
    who: str,
    now: datetime,
    channels: frozenset[Channel] = EVERY_CHANNEL,
    revision: int | None = None,
) -> store.Version:
    """Freezes the draft and puts it before the workers. Newcomers get it, instead of the version before (P4).

    Raises Conflict if it is not a draft, or has another revision, Invalid with every problem at once if it may not be
    published; nothing has changed then.
    """
    version = await store.newest(conn, known_as)
    await store.lock(conn, version.journey)
    before, version = await store.newest(conn, known_as), await store.draft_or_newest(conn, known_as)
    if version.published_at is not None:
        raise Conflict(f"{version.name!r} is {version.state.lower()} already; a published version cannot be modified.")
    if revision not in (None, version.revision):
        raise store.changed_meanwhile(version.name)
    if before != version:
        refuse_unless_admitting(before)
    await store.keep(conn, _named(version.document))
    found, around = await examine(conn, version, now, channels)
    if found:
        raise Invalid(f"{version.name!r} cannot be published yet.", found)
    way_in = WayIn.of(version.document, around)
    await store.freeze(conn, version.version, way_in, plan(version.document), around)
    await store.freeze_watches(conn, version.version, watches(version.document.exits, version.document.goal, around))
    await store.publish(conn, version, way_in, now)
    await store.record_change(conn, version, who, "published", now)
    return await store.newest(conn, known_as)


def refuse_unless_admitting(version: store.Version) -> None:
    """Only a journey that keeps admitting people can have a new version (P4). Raises Conflict."""
    start = version.document.start
    if isinstance(start, SegmentStart) and start.frequency == "once":
        raise Conflict(
            f"{version.name!r} starts once, so a new version would start nobody. Copy it under another name."
        )
    if version.state != "Live":
        advice = "Resume it first." if version.state == "Paused" else "Copy it under another name."
        raise Conflict(f"{version.name!r} is {version.state}, so a new version would start nobody. {advice}")


async def stop(conn: Connection, known_as: str, who: str, now: datetime) -> store.Version:
    """Stops for good (P6). Raises Conflict when the journey is not live."""
    version = await store.newest(conn, known_as)
    if not await store.mark_stopping(conn, version, now):
        raise Conflict(f"{version.name!r} is not live, but {version.state}; there is nothing to stop.")
    await store.record_change(conn, version, who, "stopped", now)
    return await store.newest(conn, known_as)


def _journey_zone(document: JourneyDocument, workspace_zone: str) -> str:
    named = document.start.timezone
    return named if named is not None and known_zone(named) else workspace_zone


def _named(document: JourneyDocument) -> store.Named:
    return store.Named(_segments(document), _contents(document), _triggers(document))


def _contents(document: JourneyDocument) -> list[str]:
    return sorted({step.content for step in all_steps(document.steps) if isinstance(step, MessageStep)})


def _segments(document: JourneyDocument) -> list[str]:
    start = document.start
    named = [name for step in all_steps(document.steps) for name in step.segments()]
    return list(dict.fromkeys([*start.segments, *start.exclude, *document.exit_segments, *named]))


def _triggers(document: JourneyDocument) -> list[str]:
    start = document.start
    named = [name for step in all_steps(document.steps) for name in step.triggers()]
    return sorted({*named, *document.watched_triggers, *([start.trigger] if isinstance(start, TriggerStart) else [])})
