"""The routes of delivery: test sends. What journeys send goes its own way, without being asked."""

from collections.abc import Sequence
from typing import Annotated, Literal

from fastapi import APIRouter, status
from pydantic import BaseModel, Field

from sojourn.access.request import Now, Served
from sojourn.db.connect import transaction
from sojourn.delivery.model import Accepted, Doubtful, Kind, Message, Refused, Result
from sojourn.delivery.request import Channels, PublicUrl
from sojourn.delivery.trial import write_sender_tests, write_tests
from sojourn.kit.errors import Conflict
from sojourn.kit.model import Document

router = APIRouter()

MOST = 10  # addresses of one test


class SenderTest(Document):
    to: Annotated[list[Annotated[str, Field(min_length=1, max_length=320)]], Field(min_length=1, max_length=MOST)]


class TestSend(SenderTest):
    person: str | None = Field(None, description="As this person would get it; as nobody in particular if left out.")


class TestResult(BaseModel):
    to: str
    key: str = Field(description="Of the message, as the inbox knows it.")
    result: Literal["accepted", "refused", "try_later", "doubtful"]
    answer: str | None = Field(description="What the channel says.")


class TestResults(BaseModel):
    results: list[TestResult]


@router.post("/contents/{name}/test-sends", status_code=status.HTTP_201_CREATED, tags=["contents"])
async def send_test(
    name: str, given: TestSend, services: Served, channels: Channels, public_url: PublicUrl, now: Now
) -> TestResults:
    """Sends the newest version, marked [Test], to these addresses. It stands in no numbers and moves nobody (C6)."""
    async with transaction(services.pool) as conn:
        kind, messages = await write_tests(conn, name, given.to, given.person, public_url, now)
    return await _sent(channels, kind, messages)


@router.post("/senders/{sender}/test-sends", status_code=status.HTTP_201_CREATED, tags=["senders"])
async def test_sender(
    sender: int, given: SenderTest, services: Served, channels: Channels, public_url: PublicUrl, now: Now
) -> TestResults:
    """Sends a few words from this sender, marked [Test], and tells what the mail server says: many refuse senders that
    they do not know. It stands in no numbers (C6)."""
    async with transaction(services.pool) as conn:
        messages = await write_sender_tests(conn, sender, given.to, public_url, now)
    return await _sent(channels, "email", messages)


async def _sent(channels: Channels, kind: Kind, messages: Sequence[Message]) -> TestResults:
    if kind not in channels:
        raise Conflict(f"Nothing is configured for {kind}. Give the server a SOJOURN_{kind.upper()} other than none.")
    results = await channels[kind].send(messages)
    return TestResults(results=[_result(*one) for one in zip(messages, results, strict=True)])


def _result(message: Message, result: Result) -> TestResult:
    about = {"to": message.to, "key": str(message.key)}
    match result:
        case Accepted(provider_id):
            return TestResult(result="accepted", answer=provider_id, **about)
        case Refused(reason):
            return TestResult(result="refused", answer=reason, **about)
        case Doubtful(reason):
            return TestResult(result="doubtful", answer=reason, **about)
    return TestResult(result="try_later", answer=result.reason, **about)
