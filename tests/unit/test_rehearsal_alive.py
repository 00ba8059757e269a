"""Which segments a rehearsal goes on asking, and when: what cannot change, or is not asked again, is left as it is."""

from datetime import UTC, datetime
from typing import Any

import pytest

from builders import branches, journey, raises, sends, sets, waits_to_join
from sojourn.journeys.model import JourneyDocument
from sojourn.rehearsal.alive import Alive, alive
from sojourn.rehearsal.model import Engagement, TriggerRate
from sojourn.segments.model import CONDITION, Segment

NOW = datetime(2026, 12, 1, 9, tzinfo=UTC)
CONDITIONS: dict[str, Any] = {
    "everybody": {"all": []},
    "celebrating": {"attribute": "birthday", "test": "anniversary"},
    "readers": {"did": "email.opened"},
    "nudged": {"none": [{"did_not": "cart.nudged"}]},
    "buyers": {"did": "order.placed"},
    "countess": {"any": [{"attribute": "first_name", "test": "is", "value": "Countess"}]},
    "north": {"attribute": "last_name", "test": "is", "value": "north"},
    "calm": {"all": [{"not_member_of": "readers"}, {"not_member_of": "celebrating"}]},
}
MOVED_BY_TIME = {"celebrating"}
LATER = {"at": "2026-12-03T09:00"}
DAILY = {"frequency": "repeating", "repeat": {"unit": "day"}}
JOINING = {"frequency": "newly_added"}


def segment(name: str, stopped: bool = False) -> Segment:
    condition = CONDITION.validate_python(CONDITIONS[name])
    return Segment(1, name, "contact", condition, NOW, NOW, NOW if stopped else None)


def found(*steps: dict[str, Any], stopped: str = "", triggers: tuple[str, ...] = (), **start: Any) -> Alive:
    watched = start.pop("watched", None)
    document = journey(*(steps or [sends()]), watched=watched, **start)
    engagement = Engagement(triggers={name: TriggerRate(share=1) for name in triggers})
    return alive(document, engagement, [segment(name, name == stopped) for name in CONDITIONS], MOVED_BY_TIME)


@pytest.mark.parametrize("start", [{}, LATER, DAILY, JOINING], ids=["once", "later", "daily", "joining"])
def test_what_nothing_changes_is_left_as_it_is(start: dict[str, Any]) -> None:
    assert found(segment="north", exclude=["countess", "buyers"], **start) == Alive(set(), set(), set())


def test_who_enters_at_once_is_known() -> None:
    assert found(segment="celebrating", exclude=["readers"]).names == []


def test_who_enters_later_depends_on_the_time_alone() -> None:
    assert found(segment="celebrating", exclude=["readers"], **LATER) == Alive(set(), set(), {"celebrating"})


def test_J3_who_enters_again_depends_on_what_people_did_too() -> None:
    looked_at = found(segment="celebrating", exclude=["readers"], **DAILY)
    assert looked_at == Alive(set(), set(), {"celebrating", "readers"})


def test_J2_who_joins_is_asked_about_at_any_time() -> None:
    looked_at = found(segment=["calm", "north"], **JOINING)
    both = {"calm", "readers", "celebrating"}
    assert looked_at == Alive({"calm", "readers"}, {"calm", "celebrating"}, both, people_join=True)
    assert not found(segment="readers", **JOINING).people_join


def test_J10_an_event_starts_people_at_any_time() -> None:
    start = {"trigger": "cart.left", "audience": "contact", "exclude": ["celebrating"]}
    document = JourneyDocument.model_validate({"journey": "Launch", "start": start, "steps": [sends()]})
    looked_at = alive(document, Engagement(), map(segment, CONDITIONS), MOVED_BY_TIME)
    assert looked_at == Alive(set(), {"celebrating"}, {"celebrating"})


def test_whoever_is_inside_is_followed_by_what_they_do() -> None:
    waits = waits_to_join(segment="readers")
    case = {"outcome": "bought", "when": {"member_of": "buyers"}}
    assert found(sends(), waits, branches("kinds", case)).names == ["readers"]
    assert found(sends(), waits, branches("kinds", case), triggers=("order.placed",)).names == ["buyers", "readers"]


def test_steps_change_what_they_set_and_raise() -> None:
    inside = [waits_to_join(segment="countess"), waits_to_join("later", segment="nudged")]
    assert found(*inside).names == []
    assert found(sets(), raises(), *inside) == Alive({"countess", "nudged"}, set(), set())


def test_W15_exits_are_asked_about_by_the_hour() -> None:
    looked_at = found(watched={"exits": [{"segment": "calm"}]})
    assert looked_at == Alive({"calm", "readers"}, {"calm", "celebrating"}, set())


def test_G4_what_is_stopped_stays_as_it_was() -> None:
    assert found(waits_to_join(segment="readers"), stopped="readers").names == []
