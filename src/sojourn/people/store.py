"""What people say to PostgreSQL: audiences, persons, imports, and what addresses consent to.

Whoever is new or changed is touched in the same statement, which is how segments and journeys hear of it.
"""

import contextlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from sojourn.db.connect import Connection, Row
from sojourn.db.queries import Queries
from sojourn.db.shards import shard_of
from sojourn.kit.errors import Conflict, Invalid, NotFound, Problem
from sojourn.kit.ids import Ref
from sojourn.people.check import check_address, check_declaration, check_person, check_roles
from sojourn.people.model import Audience, Channel, ConsentState, Counts, Purpose, Rejected

QUERIES = Queries(__package__)

# ---------------------------------------------------------------------------------------------------- audiences


async def audiences(conn: Connection) -> list[Audience]:
    """All audiences by name."""
    return [Audience(**row) for row in await _rows(conn, "audiences", {"name": None})]


async def audience(conn: Connection, name: str) -> Audience:
    """Raises NotFound."""
    for row in await _rows(conn, "audiences", {"name": name}):
        return Audience(**row)
    raise NotFound("audience", name)


async def change_audience(conn: Connection, name: str, changes: Mapping[str, str | None]) -> Audience:
    """Changes the label, or which attribute holds the email, the phone, the zone (None: none does). Raises Invalid."""
    changed = replace(await audience(conn, name), **changes)  # type: ignore[arg-type]
    if problems := check_roles(changed):
        raise Invalid(f"The audience {name} cannot be changed like this.", problems)
    await conn.execute(QUERIES["change_audience"], asdict(changed))
    return changed


async def declare_attributes(conn: Connection, name: str, attributes: Mapping[str, str]) -> Audience:
    """Adds attributes (name -> type); declaring one again changes nothing, and Conflict says if its type is another."""
    if problems := check_declaration(attributes):
        raise Invalid("These attributes cannot be declared.", problems)
    await audience(conn, name)
    await conn.execute(QUERIES["declare_attributes"], {"audience": name, "attributes": json.dumps(dict(attributes))})
    declared = await audience(conn, name)
    advice = "Its values are kept in that type. Declare another attribute."
    differing = [
        Problem("type_fixed", f"/attributes/{attribute}", f"It is of type {declared.attributes[attribute]}.", advice)
        for attribute, kind in attributes.items()
        if declared.attributes[attribute] != kind
    ]
    if differing:
        raise Conflict("An attribute's type cannot be changed.", differing)
    return declared


async def count_people(conn: Connection, audience: str) -> int:
    """How many people an audience has; reads all shards."""
    (row,) = await _rows(conn, "count_people", {"audience": audience})
    people: int = row["people"]
    return people


# ---------------------------------------------------------------------------------------------------- people


async def identify(conn: Connection, audience_name: str, key: str, attributes: Mapping[str, Any], now: datetime) -> Ref:
    """Makes the person with this key or changes some of its attributes; null removes one, others stay.

    Raises NotFound for an unknown audience, Invalid for an unknown attribute or a value that is not of its type.
    """
    kept, values, removed = check_person(await audience(conn, audience_name), key, attributes)
    shard = shard_of(audience_name, kept)
    merge = _merge(audience_name, shard, json.dumps({kept: values}), now) | {"removed": removed}
    (merged,) = await _rows(conn, "merge_people", merge)
    if merged["id"] is None:  # nothing differed
        return ref_of(await person_by_key(conn, audience_name, kept))
    await hint(conn, [shard])
    return Ref(shard, merged["id"])


async def merge_people(conn: Connection, audience: str, people: Mapping[int, str], now: datetime) -> tuple[int, int]:
    """Merges people of many shards; returns how many are new, and how many of the others changed.

    `people` is shard -> JSON object of key -> attributes, checked already.
    """
    accepted = updated = 0
    async with conn.cursor() as cursor:
        merges = [_merge(audience, shard, people[shard], now) for shard in sorted(people)]
        await cursor.executemany(QUERIES["merge_people"], merges, returning=True)
        async for result in cursor.results():
            merged = await result.fetchone()
            assert merged is not None
            accepted += merged["accepted"]
            updated += merged["updated"]
    if accepted or updated:
        await hint(conn, people)
    return accepted, updated


def _merge(audience: str, shard: int, people: str, now: datetime) -> dict[str, Any]:
    return {"shard": shard, "audience": audience, "people": people, "removed": [], "now": now}


async def person(conn: Connection, ref: Ref) -> Row:
    """Raises NotFound."""
    for row in await _rows(conn, "person", {"shard": ref.shard, "id": ref.id}):
        return row
    raise NotFound("person", ref)


async def person_by_key(conn: Connection, audience: str, key: str) -> Row:
    """Raises NotFound."""
    for row in await people_by_key(conn, shard_of(audience, key), audience, [key]):
        return row
    raise NotFound("person", key)


async def delete_person(conn: Connection, ref: Ref) -> None:
    """Somebody is gone, at once and for good; what else is known of them is erased in the shard's next turn (A4).

    Raises NotFound.
    """
    if not await _rows(conn, "delete_person", {"shard": ref.shard, "id": ref.id}):
        raise NotFound("person", ref)
    await hint(conn, [ref.shard])


async def find_person(conn: Connection, told: str) -> Ref:
    """The person of a reference, or with this key in one of the audiences. Raises NotFound."""
    if re.fullmatch(r"\d+-\d+", told):
        return ref_of(await person(conn, Ref.parse(told)))
    for one in await audiences(conn):
        with contextlib.suppress(NotFound):
            return ref_of(await person_by_key(conn, one.name, told))
    raise NotFound("person", told)


async def people_by_key(conn: Connection, shard: int, audience: str, keys: Sequence[str]) -> list[Row]:
    """Those of the keys, which must be of the shard, that somebody has."""
    return await _rows(conn, "people_by_key", {"shard": shard, "audience": audience, "keys": list(keys)})


async def people_by_id(conn: Connection, shard: int, ids: Sequence[int]) -> set[int]:
    """Those of the ids that are people of the shard."""
    return {row["id"] for row in await _rows(conn, "people_by_id", {"shard": shard, "ids": list(ids)})}


async def search_people(conn: Connection, audience: str, search: str, after: Ref | None, limit: int) -> list[Row]:
    """A page of people whose key or texts begin with the words of `search`; all people if it is empty."""
    asked = {
        "audience": audience,
        "patterns": [f'%": "{_literally(word)}%' for word in search.lower().split()],
        "after_shard": after.shard if after else -1,
        "after_id": after.id if after else 0,
        "limit": limit,
    }
    return await _rows(conn, "search_people", asked)


def ref_of(person: Row) -> Ref:
    return Ref(person["shard"], person["id"])


def _literally(word: str) -> str:
    """The word as it stands in JSON, in a LIKE pattern, where three characters mean something else."""
    written = json.dumps(word, ensure_ascii=False)[1:-1]
    return written.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


async def touch(conn: Connection, shard: int, people: Iterable[int], event: str = "") -> None:
    """Has people looked at again: because of an event of this name, or, without one, because they changed."""
    await conn.execute(QUERIES["touch"], {"shard": shard, "people": sorted(set(people)), "event": event})


async def hint(conn: Connection, shards: Iterable[int]) -> None:
    """Wakes the workers of these shards at the commit; they would look by themselves a little later."""
    await conn.execute(QUERIES["hint"], {"shards": sorted(shards)})


# ---------------------------------------------------------------------------------------------------- imports


async def start_import(conn: Connection, audience: str, source: str, who: str, now: datetime) -> Row:
    """The new import: a row of people_import, all counts 0."""
    started = {"audience": audience, "source": source, "who": who, "now": now}
    return (await _rows(conn, "start_import", started))[0]


async def count_batch(conn: Connection, import_id: int, counts: Counts, rejected: Sequence[Rejected]) -> Row:
    """Adds what a batch came to, and keeps the rows it rejected; returns the import."""
    if rejected:
        rows = json.dumps([row._asdict() for row in rejected])
        await conn.execute(QUERIES["keep_rejected"], {"import": import_id, "rejected": rows})
    return (await _rows(conn, "count_batch", {"import": import_id, **asdict(counts)}))[0]


async def finish_import(conn: Connection, import_id: int, failure: str | None, now: datetime) -> Row:
    """`failure` says why a file could not be read to its end."""
    return (await _rows(conn, "finish_import", {"import": import_id, "failure": failure, "now": now}))[0]


async def people_import(conn: Connection, import_id: int) -> Row:
    """Raises NotFound."""
    for row in await _rows(conn, "import", {"import": import_id}):
        return row
    raise NotFound("import", import_id)


async def imports(conn: Connection, limit: int) -> list[Row]:
    """The newest imports, running or finished."""
    return await _rows(conn, "imports", {"limit": limit})


async def rejected_rows(conn: Connection, import_id: int, after: int, limit: int) -> list[Row]:
    """A page of `row`, `reason` and `content`: [column, cell] pairs in the file's order."""
    return await _rows(conn, "rejected_rows", {"import": import_id, "after": after, "limit": limit})


# ---------------------------------------------------------------------------------------------------- contact points


async def consents(conn: Connection, channel: Channel, address: str) -> list[Row]:
    """What was set for an address, by purpose; a purpose that is missing was never set. Raises Invalid."""
    return await _rows(conn, "consents", {"channel": channel, "address": check_address(channel, address)})


async def set_consent(  # noqa: PLR0913 - a statement about consent has these parts
    conn: Connection,
    channel: Channel,
    address: str,
    *,
    purpose: Purpose,
    state: ConsentState,
    source: str,
    now: datetime,
) -> Row:
    """Records what the owner of an address said last, and where (`source`). Raises Invalid for a wrong address."""
    consent = {"channel": channel, "address": check_address(channel, address), "purpose": purpose}
    return (await _rows(conn, "set_consent", {**consent, "state": state, "source": source, "now": now}))[0]


async def suppressions(conn: Connection, channel: Channel, address: str | None, after: str, limit: int) -> list[Row]:
    """A page of suppressed addresses in their order, or the one that is asked for. Raises Invalid."""
    one = check_address(channel, address) if address else None
    return await _rows(conn, "suppressions", {"channel": channel, "address": one, "after": after, "limit": limit})


async def suppress(conn: Connection, channel: Channel, address: str, reason: str, now: datetime) -> Row:
    """Nothing is sent to the address from now on; an earlier suppression stays as it is. Raises Invalid."""
    kept = check_address(channel, address)
    await conn.execute(QUERIES["suppress"], {"channel": channel, "address": kept, "reason": reason, "now": now})
    return (await suppressions(conn, channel, kept, "", 1))[0]


async def lift_suppression(conn: Connection, channel: Channel, address: str) -> None:
    """Raises NotFound when the address is not suppressed."""
    kept = check_address(channel, address)
    if not await _rows(conn, "lift_suppression", {"channel": channel, "address": kept}):
        raise NotFound("suppression", kept)


async def _rows(conn: Connection, query: str, parameters: Mapping[str, Any]) -> list[Row]:
    return await (await conn.execute(QUERIES[query], parameters)).fetchall()
