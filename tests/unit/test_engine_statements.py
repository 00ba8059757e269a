"""The statement that moves people is the engine's frame with a kind's outcome query in it."""

import re

import pytest

from builders import frozen
from sojourn.engine.store import advance_statement
from sojourn.journeys.steps.registry import MOVING


def statement(kind: str) -> str:
    composed, parameters = advance_statement(kind, frozen(kind)["settings"])
    text = composed.as_string()
    given = {*parameters, "shard", "step", "now", "batch"}
    assert set(re.findall(r"%\((\w+)\)s", text)) <= given
    return text


@pytest.mark.parametrize("kind", MOVING)
def test_the_statement_of_each_kind_is_whole(kind):
    text = statement(kind)
    assert re.search(r"(?<![':\w])\{\w+\}", text) is None, "a slot was left"
    assert text.count("decided as materialized") == 1


@pytest.mark.parametrize("kind", MOVING)
def test_only_messages_do_something_on_arrival(kind):
    opens = "insert into delivery" in statement(kind)
    assert opens == (kind in ("email", "text", "push", "webhook"))


@pytest.mark.parametrize("kind", MOVING)
def test_W6_a_kind_decides_by_the_four_columns_that_the_frame_reads(kind):
    query = MOVING[kind].query(frozen(kind)["settings"])[0].as_string()
    for column in ("participant", "as outcome", "as wake_at", "as cause"):
        assert column in query
