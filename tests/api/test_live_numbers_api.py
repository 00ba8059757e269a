"""Numbers as they move: a stream over a real server that ends when it has to; what happened when; exports."""

import asyncio
import csv
import io
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import httpx2
import pytest

from builders import a_contact, asks, sends, waits
from participation import T0, Participation, enter, look
from served import Api, served
from sojourn.access import store as access
from sojourn.db.connect import Pool, transaction
from sojourn.journeys import publish
from sojourn.kit.settings import Settings

LAUNCH = "/api/v1/journeys/launch"
HOUR = timedelta(hours=1)
Told = tuple[str, dict[str, Any]]


@pytest.fixture
async def ada(pool: Pool) -> Participation:
    """Ada's mail is under way."""
    async with transaction(pool) as conn:
        return await enter(conn, sends(), asks(yes=[waits()]))


@asynccontextmanager
async def stream(client: httpx2.AsyncClient, **of: Any) -> AsyncIterator[AsyncIterator[Told]]:
    async with client.stream("GET", f"{LAUNCH}/numbers/stream", params=of, timeout=30) as answer:
        assert answer.status_code == 200, await answer.aread()
        assert answer.headers["content-type"].startswith("text/event-stream")
        yield events(answer)


async def events(answer: httpx2.Response) -> AsyncIterator[Told]:
    """Each event's name and data, until the server ends the stream."""
    name = ""
    async for line in answer.aiter_lines():
        field, _, value = line.partition(": ")
        if field == "event":
            name = value
        elif field == "data":
            yield name, json.loads(value)


async def message_in_next(found: AsyncIterator[Told]) -> dict[str, Any]:
    """The numbers of the mail, in the next event that tells numbers."""
    async for name, told in found:
        if name == "numbers":
            message: dict[str, Any] = told["steps"][1]["message"]
            return message
    raise AssertionError("the stream has ended")


async def clicks(api: Api, ada: Participation, minutes: int, **what: Any) -> None:
    async with transaction(api.pool) as conn:
        ada.conn = conn
        await ada.does("email.clicked", T0 + timedelta(minutes=minutes), link="product", **what)


async def hand_over(api: Api, ada: Participation) -> None:
    async with transaction(api.pool) as conn:
        ada.conn = conn
        await ada.hand_over(T0)


async def get(api: Api, path: str, **params: Any) -> Any:
    answer = await api.client.get(f"{LAUNCH}/{path}", params=params)
    assert answer.status_code == 200, answer.text
    return answer.json()


# ---------------------------------------------------------------------------------------------------- the stream


async def test_N1_numbers_are_sent_when_they_change_and_only_then(api: Api, ada: Participation) -> None:
    async with stream(api.client) as found:
        assert (await message_in_next(found))["sent"] == 0
        api.clock.at = T0 + HOUR
        assert await anext(found) == ("unchanged", {"at": "2026-12-01T10:00:00Z"})
        await hand_over(api, ada)
        assert (await message_in_next(found))["sent"] == 1
        name, _ = await anext(found)
        assert name == "unchanged"


async def test_N1_N2_a_click_is_seen_by_everybody_who_watches(api: Api, ada: Participation) -> None:
    await hand_over(api, ada)
    async with stream(api.client) as one, stream(api.client, version=1, run=1) as other:
        for found in (one, other):
            assert (await message_in_next(found))["clicked"]["people"] == 0
        await clicks(api, ada, 60)
        for found in (one, other):
            message = await message_in_next(found)
            assert message["links"] == {"product": {"people": 1, "total": 1, "automated": 0}}
            assert (message["rates"]["click"], message["rates"]["links"]) == (1, {"product": 1})


@pytest.mark.parametrize(
    ("of", "status"), [({"version": 7}, 404), ({"run": 7}, 404), ({"run": 1, "version": "all"}, 422)]
)
async def test_N1_what_is_not_there_is_refused_before_the_stream_begins(
    api: Api, ada: Participation, of: Any, status: int
) -> None:
    assert (await api.client.get(f"{LAUNCH}/numbers/stream", params=of)).status_code == status
    assert (await api.stranger.get(f"{LAUNCH}/numbers/stream")).status_code == 401


async def test_N1_a_stream_ends_when_the_journey_is_deleted(api: Api, ada: Participation) -> None:
    async with stream(api.client) as found:
        await anext(found)
        async with transaction(api.pool) as conn:
            await publish.stop(conn, "launch", "bob", T0)
            await look(conn, ada.person.shard, T0)
            await conn.execute("update journey set deleted_at = %s", [T0])
        assert {name async for name, _ in found} <= {"numbers", "unchanged"}


async def test_N1_whoever_logs_out_is_told_nothing_more(
    api: Api, ada: Participation, browser: httpx2.AsyncClient
) -> None:
    async with stream(browser) as found:
        await anext(found)
        assert (await browser.delete("/api/v1/session")).status_code == 204
        assert len([event async for event in found]) <= 1


async def test_N1_a_key_that_is_deleted_is_told_nothing_more(api: Api, ada: Participation) -> None:
    async with stream(api.client) as found:
        await anext(found)
        async with transaction(api.pool) as conn:
            await access.delete_key(conn, "tests")
        assert len([event async for event in found]) <= 1


async def test_N1_a_server_that_stops_waits_for_no_stream(pool: Pool, settings: Settings, ada: Participation) -> None:
    """The stream comes to its end; one that was waited for in vain would be cut off, which is an error here."""
    begun = asyncio.Event()

    async def watch(api: Api) -> list[str]:
        async with httpx2.AsyncClient(base_url=api.url, headers=api.client.headers) as client, stream(client) as found:
            begun.set()
            return [name async for name, _ in found]

    async with served(pool, settings) as api:
        watching = asyncio.create_task(watch(api))
        await asyncio.wait({watching, asyncio.ensure_future(begun.wait())}, return_when="FIRST_COMPLETED")
    assert (await watching)[0] == "numbers"


# ---------------------------------------------------------------------------------------------------- over time


async def test_N2_what_happened_when_is_counted_on_the_wall_clock_of_the_journey(api: Api, ada: Participation) -> None:
    await hand_over(api, ada)
    for minutes, automated in ((20, False), (25, False), (30, True), (26 * 60, False)):
        await clicks(api, ada, minutes, automated=automated)
    hours = await get(api, "numbers/over-time", by="hour")
    assert (hours["by"], hours["zone"]) == ("hour", "UTC")
    first, *later = hours["moments"]
    assert (first["at"], first["entered"], first["sent"]) == ("2026-12-01T09:00:00Z", 1, 1)
    assert (first["clicked"], first["automated"], first["left"]) == (2, 1, 0)
    assert [(one["at"], one["clicked"]) for one in later if one["clicked"]] == [("2026-12-02T11:00:00Z", 1)]
    assert sum(one["left"] for one in hours["moments"]) == 1
    days = await get(api, "numbers/over-time", by="day", run=1)
    assert [(one["at"][:10], one["clicked"]) for one in days["moments"]] == [("2026-12-01", 2), ("2026-12-02", 1)]
    minutes = (await get(api, "numbers/over-time", by="minute"))["moments"]
    assert minutes[-1]["at"] == "2026-12-02T11:00:00Z"
    assert minutes[0]["at"] >= "2026-12-02T05:00:00Z", "minutes go back six hours"


async def test_N2_a_draft_has_nothing_over_time(api: Api) -> None:
    draft = {"journey": "Launch", "start": {"segment": "vip"}, "steps": []}
    await api.client.post("/api/v1/journeys", json=draft)
    assert (await get(api, "numbers/over-time"))["moments"] == []
    assert await get(api, "runs") == {"runs": []}


# ---------------------------------------------------------------------------------------------------- versions and runs


async def test_P4_N2_numbers_are_by_version_by_run_and_together(api: Api, ada: Participation) -> None:
    await hand_over(api, ada)
    assert await get(api, "runs") == {"runs": [{"version": 1, "run": 1, "starts_at": "2026-12-01T09:00:00Z"}]}
    asked: list[dict[str, Any]] = [{}, {"version": 1}, {"version": "all"}, {"run": 1}]
    for of in asked:
        numbers = await get(api, "numbers", **of)
        assert (numbers["version"], numbers["run"]) == (of.get("version", 1), of.get("run")), of
        assert numbers["steps"][1]["message"]["sent"] == 1


# ---------------------------------------------------------------------------------------------------- exports


async def test_N3_everybody_behind_a_number_is_exported(api: Api) -> None:
    """More than one page, with keys that a spreadsheet would run."""
    async with transaction(api.pool) as conn:
        for key in ("=1+1", 'a "quoted", key'):
            await a_contact(conn, key, T0, email=None)
        ada = await enter(conn, sends())
        await conn.execute(
            "insert into participant (shard, run, person, entered_at) "
            "select n %% 64, run, 1000 + n, entered_at from participant, generate_series(1, 4500) n where id = %s",
            [ada.participant],
        )
    answer = await api.client.get(f"{LAUNCH}/participants.csv")
    assert answer.headers["content-type"].startswith("text/csv")
    assert answer.headers["content-disposition"] == 'attachment; filename="launch-people.csv"'
    rows = list(csv.DictReader(io.StringIO(answer.text, newline="")))
    assert len(rows) > 4500
    assert len({row["id"] for row in rows}) == len(rows)
    assert {"ada", "'=1+1", 'a "quoted", key', ""} >= {row["key"] for row in rows} >= {"ada", ""}
    assert answer.text.count("\r\n") == len(rows) + 1
    queued = await api.client.get(f"{LAUNCH}/participants.csv", params={"step": "announce", "flow": "queued"})
    assert [row["key"] for row in csv.DictReader(io.StringIO(queued.text))] == ["ada"]


@pytest.mark.parametrize(("of", "status"), [({"step": "nothing"}, 404), ({"flow": "sent"}, 422), ({"run": 9}, 404)])
async def test_N3_an_export_that_cannot_be_is_refused(api: Api, ada: Participation, of: Any, status: int) -> None:
    answer = await api.client.get(f"{LAUNCH}/participants.csv", params=of)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
