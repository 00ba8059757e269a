"""What journeys say to PostgreSQL: drafts, the facts that checks need, and the frozen version."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal, NamedTuple

from psycopg.errors import UniqueViolation
from psycopg.types.json import Jsonb

from sojourn.content.check import asked_of_trigger
from sojourn.content.model import CONTENT_DOCUMENT
from sojourn.db.connect import Connection, Row
from sojourn.db.queries import Queries
from sojourn.journeys.compile import PlannedStep
from sojourn.journeys.model import JourneyDocument
from sojourn.journeys.start import SegmentStart, TriggerStart
from sojourn.journeys.steps.base import START, ContentFacts, Predecessor, SegmentFacts, Surroundings, TriggerFacts
from sojourn.journeys.watch import Watch
from sojourn.journeys.way_in import WayIn
from sojourn.kit.errors import Conflict, NotFound, Problem
from sojourn.kit.ids import slug
from sojourn.kit.zones import instant_of

queries = Queries(__package__)

Timers = Literal["run_on", "freeze"]
"""What a pause does to waits and limits (P5)."""


class Named(NamedTuple):
    """What a journey names of the world outside its document."""

    segments: list[str]
    contents: list[str]
    triggers: list[str]


@dataclass(frozen=True)
class Version:
    """A version of a journey, and when what happened to it; `draft` is the number of the one that is being edited."""

    journey: int
    slug: str
    name: str
    version: int
    number: int
    document: JourneyDocument
    revision: int
    created_at: datetime
    published_at: datetime | None
    paused_at: datetime | None
    timers: Timers | None
    completing_at: datetime | None
    stopping_at: datetime | None
    stopped_at: datetime | None
    completed_at: datetime | None
    draft: int | None

    @property
    def state(self) -> str:
        """Draft, Live, Paused, Completing, Completed, Stopping or Stopped (P1)."""
        for at, state in (
            (self.completed_at, "Completed"),
            (self.stopped_at, "Stopped"),
            (self.stopping_at, "Stopping"),
            (self.paused_at, "Paused"),
            (self.completing_at, "Completing"),
            (self.published_at, "Live"),
        ):
            if at is not None:
                return state
        return "Draft"


async def create(conn: Connection, document: JourneyDocument, now: datetime) -> str:
    """Makes a draft and returns its slug. Raises Conflict when the name or the slug is taken."""
    known_as = slug(document.journey)
    if await _one(conn, "create", slug=known_as, name=document.journey, document=_json(document), now=now) is None:
        for other in await versions(conn, known_as):
            if other.name != document.journey:
                raise _taken(f"{other.name!r} has the id {known_as!r} already.", "Choose a name that differs by more.")
        raise _taken(f"A journey called {document.journey!r} exists already.")
    return known_as


async def change(conn: Connection, known_as: str, document: JourneyDocument, revision: int | None = None) -> None:
    """Changes the draft; it keeps its slug, and beside a published version its name.

    Raises NotFound, or Conflict when there is no draft (P3), the name is taken, or the draft has another revision.
    """
    version = await newest(conn, known_as)
    if version.published_at is not None and version.draft and document.journey != version.name:
        raise Conflict(f"A new version of {version.name!r} keeps that name.")
    given = {"slug": version.slug, "name": document.journey, "document": _json(document), "revision": revision}
    try:
        changed = await _one(conn, "change_draft", **given)
    except UniqueViolation as error:
        raise _taken(f"Another journey is called {document.journey!r}.") from error
    if changed is None and (await newest(conn, version.slug)).draft:
        raise changed_meanwhile(version.name)
    if changed is None:
        raise Conflict(f"{version.name!r} is published and cannot be modified. Make a new version, or a copy.")


def changed_meanwhile(name: str) -> Conflict:
    return Conflict(f"Somebody else has changed {name!r} since you opened it. Look at what they did first.")


async def newest(conn: Connection, known_as: str) -> Version:
    """Of the journey with this slug or name the newest published version, or else its draft. Raises NotFound."""
    rows = await versions(conn, known_as)
    if not rows:
        raise NotFound("journey", known_as)
    return rows[0]


async def numbered(conn: Connection, known_as: str, number: int) -> Version:
    """Raises NotFound."""
    journey = await newest(conn, known_as)
    rows = await versions(conn, journey.slug, number)
    if not rows:
        raise NotFound("version", f"{number} of {journey.name}")
    return rows[0]


async def draft_or_newest(conn: Connection, known_as: str) -> Version:
    """What is being edited; the newest published version when nothing is. Raises NotFound."""
    version = await newest(conn, known_as)
    return await numbered(conn, version.slug, version.draft) if version.draft else version


async def numbers(conn: Connection, journey: int) -> list[int]:
    """Of all versions of a journey, oldest first."""
    rows = await (await conn.execute(queries["numbers"], {"journey": journey})).fetchall()
    return [row["number"] for row in rows]


async def add_version(conn: Connection, version: Version) -> bool:
    """Makes a draft that begins as a copy of this version, unless there is one."""
    given = {"journey": version.journey, "version": version.version}
    return (await conn.execute(queries["add_version"], given)).rowcount == 1


async def delete_version(conn: Connection, version: Version) -> bool:
    """Deletes a draft beside published versions."""
    given = {"journey": version.journey, "number": version.number}
    return (await conn.execute(queries["delete_version"], given)).rowcount == 1


async def predecessor(conn: Connection, version: Version) -> Predecessor | None:
    """Which version a draft takes over from; None for the first of its journey."""
    if version.number == 1:
        return None
    row = await _one(conn, "predecessor", journey=version.journey)
    assert row is not None, "a draft that is not the first stands beside a published version"
    schedule = row["settings"]["schedule"]
    begins = datetime.fromisoformat(schedule["start"]) if schedule else None
    return Predecessor(row["id"], row["number"], row["settings"]["frequency"], begins, row["entry"])


async def versions(conn: Connection, known_as: str | None = None, number: int | None = None) -> list[Version]:
    """One version of each journey, or of the one that is known as this: the newest that was published, or else the
    draft; or the one with this number."""
    given = {"known_as": known_as, "number": number}
    rows = await (await conn.execute(queries["versions"], given)).fetchall()
    return [Version(**{**row, "document": JourneyDocument.model_validate(row["document"])}) for row in rows]


async def surroundings(
    conn: Connection, document: JourneyDocument, named: Named, zone: str, now: datetime
) -> Surroundings:
    """Everything outside the document that publishing depends on; an entry segment's audience is the journey's."""
    rows = await (await conn.execute(queries["segment_facts"], {"names": named.segments})).fetchall()
    known = {row["name"]: SegmentFacts(row["id"], row["audience"], row["live"]) for row in rows}
    start = document.start
    if isinstance(start, TriggerStart):
        audience = start.audience
    else:
        audience = known[start.segments[0]].audience if start.segments[0] in known else ""
    attributes = await (await conn.execute(queries["attributes"], {"audience": audience})).fetchall()
    held = await _one(conn, "zone_attribute", audience=audience)
    found = await (await conn.execute(queries["content_facts"], {"names": named.contents})).fetchall()
    triggers = await (await conn.execute(queries["trigger_facts"], {"names": named.triggers})).fetchall()
    return Surroundings(
        now=now,
        zone=zone,
        journey=document.journey,
        trigger=start.trigger if isinstance(start, TriggerStart) else None,
        audience=audience,
        attributes={row["name"]: row["type"] for row in attributes},
        zone_attribute=held["zone_attribute"] if held else None,
        contents={row["name"]: _content_facts(row) for row in found},
        segments=known,
        triggers={row.pop("name"): TriggerFacts(**row) for row in triggers},
        entry_opens=await _entry_opens(conn, start, zone, now),
    )


async def _entry_opens(
    conn: Connection, start: SegmentStart | TriggerStart, zone: str, now: datetime
) -> datetime | None:
    if start.rate is None:
        return None
    begins = now if start.at == "publication" else max(now, instant_of(start.at, zone))
    row = await _one(conn, "entry_opens", start=begins, zone=zone, **start.rate.window)
    return row["at"] if row else None


async def workspace_zone(conn: Connection) -> str:
    row = await _one(conn, "workspace_zone")
    return str(row["zone"]) if row else "UTC"


async def lock(conn: Connection, journey: int) -> None:
    """From here on, until the transaction ends, nobody else changes the state of this journey."""
    await _one(conn, "lock_journey", journey=journey)


async def keep(conn: Connection, named: Named) -> None:
    """From here on, until the transaction ends, nobody changes, stops or deletes what a journey is checked against."""
    for query, names in named._asdict().items():
        await conn.execute(queries[f"keep_{query}"], {"names": names})


async def freeze(
    conn: Connection, version: int, way_in: WayIn, planned: Sequence[PlannedStep], around: Surroundings
) -> None:
    """Writes the way in, steps, routes and listeners of a version that is about to be published."""
    numbers = {START: await _add_step(conn, version, START, START, 0)}
    for position, item in enumerate(planned, start=1):
        numbers[item.step.id] = await _add_step(conn, version, item.step.id, item.step.kind, position)
    first = {"step": numbers[START], "outcome": "entered", "next": numbers[planned[0].step.id]}
    await conn.execute(queries["add_route"], first)
    await conn.execute(queries["freeze_settings"], {"step": numbers[START], "settings": Jsonb(way_in.settings)})
    if way_in.settings["rate"] is not None:
        await conn.execute(queries["open_slots"], {"version": version})
    if way_in.trigger is not None:
        await conn.execute(queries["add_listener"], {"event": way_in.trigger, "step": numbers[START]})
    for excluded, segments in ((False, way_in.segments), (True, way_in.excluded)):
        for segment in segments:
            given = {"version": version, "segment": segment, "excluded": excluded}
            await conn.execute(queries["add_entry_segment"], given)
    for item in planned:
        step, number = item.step, numbers[item.step.id]
        settings = Jsonb(step.settings(around, numbers, item.before))
        await conn.execute(queries["freeze_settings"], {"step": number, "settings": settings})
        for outcome, to in item.routes.items():
            await conn.execute(queries["add_route"], {"step": number, "outcome": outcome, "next": numbers[to]})
        for event in step.listens(around, item.before):
            await conn.execute(queries["add_listener"], {"event": event, "step": number})


async def freeze_watches(conn: Connection, version: int, watches: Iterable[Watch]) -> None:
    """Writes what the version watches for."""
    for number, watch in enumerate(watches):
        given = {**watch._asdict(), "version": version, "number": number, "settings": Jsonb(watch.settings)}
        await conn.execute(queries["add_watch"], given)


async def publish(conn: Connection, version: Version, way_in: WayIn, now: datetime) -> None:
    if way_in.first_run is not None:
        await conn.execute(queries["add_run"], {"version": version.version, "starts_at": way_in.first_run})
    published = {"version": version.version, "now": now, "entries_end": way_in.entries_end}
    await conn.execute(queries["mark_published"], published)
    if way_in.settings["predecessor"] is not None:
        await conn.execute(queries["end_entries"], {"version": way_in.settings["predecessor"], "now": now})


async def mark_stopping(conn: Connection, version: Version, now: datetime) -> bool:
    """All versions of the journey."""
    cursor = await conn.execute(queries["mark_stopping"], {"journey": version.journey, "now": now})
    return cursor.rowcount > 0


async def pause(conn: Connection, journey: int, timers: Timers, now: datetime) -> bool:
    given = {"journey": journey, "timers": timers, "now": now}
    return (await conn.execute(queries["pause"], given)).rowcount > 0


async def resume(conn: Connection, journey: int, spacing: timedelta, now: datetime) -> bool:
    """What was held back is handed over from now on, one message every `spacing`."""
    rows = await (await conn.execute(queries["resume"], {"journey": journey, "now": now})).fetchall()
    given = {"versions": [row["version"] for row in rows], "spacing": spacing, "now": now}
    await conn.execute(queries["add_backlog"], given)
    return bool(rows)


async def record_change(conn: Connection, version: Version, who: str, what: str, now: datetime) -> None:
    """Also wakes the workers, since most changes are something for them to do."""
    await conn.execute(
        queries["record_change"],
        {"journey": version.journey, "number": version.number, "now": now, "who": who, "what": what},
    )
    await conn.execute(queries["wake_workers"])


async def changes(conn: Connection, journey: int) -> list[Row]:
    return await (await conn.execute(queries["changes"], {"journey": journey})).fetchall()


async def delete(conn: Connection, known_as: str, now: datetime) -> None:
    """Raises NotFound; Conflict when the journey is live."""
    version = await newest(conn, known_as)
    given = {"slug": version.slug, "now": now}
    if not any([(await conn.execute(queries[query], given)).rowcount for query in ("delete_draft", "put_away")]):
        raise Conflict(f"{version.name!r} is {version.state} and cannot be deleted. Stop it first.")


async def users_of_segment(conn: Connection, segment: str) -> list[str]:
    rows = await (await conn.execute(queries["users_of_segment"], {"segment": segment})).fetchall()
    return [row["name"] for row in rows]


async def users_of_trigger(conn: Connection, trigger: str) -> list[str]:
    rows = await (await conn.execute(queries["users_of_trigger"], {"trigger": trigger})).fetchall()
    return [row["name"] for row in rows]


async def _add_step(conn: Connection, version: int, name: str, kind: str, position: int) -> int:
    row = await _one(conn, "add_step", version=version, name=name, kind=kind, position=position)
    assert row is not None
    return int(row["id"])


def _content_facts(row: Mapping[str, Any]) -> ContentFacts:
    links = {link["id"]: link["url"] for link in row["links"] or ()}
    document = None if row["document"] is None else CONTENT_DOCUMENT.validate_python(row["document"])
    return ContentFacts(
        row["kind"],
        row["audience"],
        row["version"],
        row["purpose"] or "commercial",
        links,
        trigger=None if document is None else document.trigger,
        asks={} if document is None else asked_of_trigger(document),
    )


def _taken(message: str, advice: str = "Choose another name.") -> Conflict:
    return Conflict(f"{message} {advice}", [Problem("name_taken", "/journey", message, advice)])


def _json(document: JourneyDocument) -> Jsonb:
    return Jsonb(document.model_dump(mode="json", by_alias=True, exclude_unset=True))


async def _one(conn: Connection, query: str, **parameters: Any) -> Row | None:
    return await (await conn.execute(queries[query], parameters)).fetchone()
