"""A rehearsal from beginning to end: check, freeze on every stage as publishing would, play, sum up.

It is the draft that is rehearsed, if there is one, also beside a live version. What is not Ready to send is rehearsed
as it stands; all else that forbids publishing forbids rehearsing. A version that is published already is rehearsed as
if it were published now.
"""

import asyncio
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from datetime import datetime

from sojourn.content import store as contents
from sojourn.content.compile import compile_content
from sojourn.content.model import Content
from sojourn.db.connect import Connection, Pool, connect
from sojourn.db.shards import COUNT
from sojourn.journeys import store as journeys
from sojourn.journeys.check import check
from sojourn.journeys.compile import all_steps, plan
from sojourn.journeys.publish import examine
from sojourn.journeys.start import SegmentStart, TriggerStart
from sojourn.journeys.steps.ab_test import AbTestStep
from sojourn.journeys.steps.base import ContentFacts, Surroundings
from sojourn.journeys.steps.message import MessageStep
from sojourn.journeys.store import Version
from sojourn.journeys.watch import watches
from sojourn.journeys.way_in import WayIn
from sojourn.kit.errors import Invalid, Problem
from sojourn.rehearsal import store
from sojourn.rehearsal.alive import Alive, alive
from sojourn.rehearsal.model import Engagement, Findings, Rehearsal, summed
from sojourn.rehearsal.stage import Stage, Watch
from sojourn.segments import store as segments
from sojourn.segments.jobs import evaluate_pending

STAGES = 2


@dataclass(frozen=True)
class Play:
    """What is rehearsed, and what it was judged by."""

    version: Version
    around: Surroundings
    drafts: list[str]
    alive: Alive

    @property
    def stages(self) -> int:
        """Connections, each with its part of the shards. An A/B test is decided for all shards at once, and the slots
        of an entry rate are given over all of them, so they stay together."""
        document = self.version.document
        together = document.start.rate or any(isinstance(step, AbTestStep) for step in all_steps(document.steps))
        return 1 if together else STAGES

    @property
    def messages(self) -> dict[str, MessageStep]:
        return {step.id: step for step in all_steps(self.version.document.steps) if isinstance(step, MessageStep)}

    @property
    def links(self) -> dict[str, list[str]]:
        """The ids of the links in each message."""
        return {name: sorted(self.around.contents[step.content].links) for name, step in self.messages.items()}


async def rehearse(
    pool: Pool,
    known_as: str,
    engagement: Engagement,
    now: datetime,
    watch: Watch = lambda _: None,
    *,
    number: int | None = None,
) -> Rehearsal:
    """Rehearses one version of a journey on connections of its own: the one with this number, or else the draft, or
    else the newest.

    Raises NotFound; Invalid with every problem at once; Conflict while another rehearsal is at work.
    """
    url = pool.conninfo
    assert isinstance(url, str)
    async with AsyncExitStack() as stack:
        first = await stack.enter_async_context(connect(url))
        await stack.enter_async_context(store.alone(first))
        play = await examined(first, known_as, engagement, now, number)
        until = await _end(first, play, engagement, now)
        others = [await stack.enter_async_context(connect(url)) for _ in range(play.stages - 1)]

        async def played(conn: Connection, shards: Sequence[int]) -> Findings:
            await set_up(conn, shards, play, engagement, now)
            stage = Stage(conn, shards, engagement)
            await stage.prepare(play.links, play.alive)
            return await stage.play(now, until, watch)

        parts = [range(number, COUNT, play.stages) for number in range(play.stages)]
        findings = await asyncio.gather(*map(played, [first, *others], parts))
    return summed(
        findings,
        play.version.document.goal,
        journey=play.version.slug,
        version=play.version.number,
        engagement=engagement,
        drafts=play.drafts,
        started_at=now,
    )


async def examined(
    conn: Connection, known_as: str, engagement: Engagement, now: datetime, number: int | None = None
) -> Play:
    """The version with its drafts of content taken for ready. Raises NotFound, or Invalid with all problems."""
    version = (
        await journeys.draft_or_newest(conn, known_as)
        if number is None
        else await journeys.numbered(conn, known_as, number)
    )
    _, around = await examine(conn, version, now)
    drafts = {name: facts for name, facts in around.contents.items() if facts.version is None}
    taken = {name: _as_ready(await contents.content(conn, name), facts) for name, facts in drafts.items()}
    living = alive(version.document, engagement, await segments.segments(conn), await segments.moved_by_time(conn))
    play = Play(version, replace(around, contents={**around.contents, **taken}), sorted(drafts), living)
    problems = [*check(version.document, play.around), *_start_problems(play, engagement)]
    if not problems:
        problems = _engagement_problems(play, engagement)
    if problems:
        raise Invalid(f"{version.name!r} cannot be rehearsed yet.", problems)
    return replace(play, around=_for_everybody(play))


def _for_everybody(play: Play) -> Surroundings:
    """Beside a live version that goes on admitting, a draft would get those who join later, and nobody does meanwhile:
    it is rehearsed as if it were the first."""
    start = play.version.document.start
    goes_on = isinstance(start, SegmentStart) and start.frequency == "newly_added"
    return replace(play.around, predecessor=None) if goes_on else play.around


def _as_ready(draft: Content, facts: ContentFacts) -> ContentFacts:
    """As far as the draft can be compiled its links are known."""
    try:
        links = {link.id: link.url for link in compile_content(draft.document).links}
    except Invalid:
        links = {}
    document = draft.document
    return replace(facts, version=draft.version, purpose=document.purpose, links=links, trigger=document.trigger)


def _start_problems(play: Play, engagement: Engagement) -> list[Problem]:
    by_event = isinstance(play.version.document.start, TriggerStart)
    if by_event == (engagement.starts is not None):
        return []
    if by_event:
        message = "An event starts this journey, so nobody can tell who would enter it, and when."
        return [Problem("audience_unknown", "start", message, "Say in `starts` how many to assume.")]
    message = "Members of a segment start this journey, and nothing else."
    return [Problem("starts_known", "/starts", message, "Leave it out: it is for journeys that an event starts.")]


def _engagement_problems(play: Play, engagement: Engagement) -> list[Problem]:
    """What is assumed about messages and links has to be there."""
    links = play.links
    problems = [
        Problem("message_unknown", f"/steps/{step}", f"The journey has no message called {step!r}.",
                f"Its messages are: {', '.join(links) or 'none'}.")
        for step in engagement.steps if step not in links
    ]  # fmt: skip
    known = {"/messages/links": {link for ids in links.values() for link in ids}}
    known |= {f"/steps/{step}/links": set(links[step]) for step in engagement.steps if step in links}
    named = {"/messages/links": engagement.messages.links}
    named |= {f"/steps/{step}/links": rates.links for step, rates in engagement.steps.items() if step in links}
    problems += [
        Problem("link_missing", f"{where}/{link}", f"There is no link {link!r}.",
                f"There are: {', '.join(sorted(known[where])) or 'none'}.")
        for where, shares in named.items() for link in shares if link not in known[where]
    ]  # fmt: skip
    return problems


async def set_up(conn: Connection, shards: Sequence[int], play: Play, engagement: Engagement, now: datetime) -> None:
    """The scratch tables with the version frozen in them; all of them are there, or none."""
    version, around = play.version, play.around
    named = [facts.id for facts in around.segments.values()]
    async with conn.transaction():
        real = await store.lay_out(
            conn, journey=version.journey, version=version.version, segments=named, shards=shards
        )
        way_in = WayIn.of(version.document, around)
        await journeys.freeze(conn, version.version, way_in, plan(version.document), around)
        await journeys.freeze_watches(
            conn, version.version, watches(version.document.exits, version.document.goal, around)
        )
        await journeys.publish(conn, version, way_in, now)
        if play.alive.names or not await store.have_members(conn, named):
            await store.own_members(conn, real, shards)
            for shard in shards:
                while await evaluate_pending(conn, shard, now):
                    continue
        start = version.document.start
        if isinstance(start, TriggerStart) and engagement.starts is not None:
            await store.write_starts(conn, real, shards, start, engagement, now)
        if any(step.changes_people for step in all_steps(version.document.steps)):
            everybody = not {*play.alive.names}.isdisjoint(start.segments)
            await store.own_people(conn, real, shards, everybody=everybody)
        await store.guard(conn, now, play.alive.names)


async def _end(conn: Connection, play: Play, engagement: Engagement, now: datetime) -> datetime | None:
    """A journey that repeats, or that somebody joins as time passes, would go on for ever."""
    start = play.version.document.start
    repeats = isinstance(start, SegmentStart) and start.frequency == "repeating"
    longest = engagement.at_most or ("1 month" if repeats or play.alive.people_join else None)
    return None if longest is None else await store.instant_after(conn, now, longest)
