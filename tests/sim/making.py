"""How worlds are drawn: chance by the number of a world, and journeys in random mixtures.

Instants come from small pools: the nights in which clocks change, and lengths that lead over them.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import count
from random import Random  # noqa: TID251 the seed is the number of the world
from typing import Any
from zoneinfo import ZoneInfo

from happenings import at
from through import CHANNELS, GRACE

Step = dict[str, Any]

SECOND, MINUTE, HOUR, DAY = (timedelta(**{unit: 1}) for unit in ("seconds", "minutes", "hours", "days"))
TICK = timedelta(microseconds=1)

NIGHTS = [  # the zone, when the story begins, and wall-clock times worth waiting for
    ("UTC", "2026-12-01T09:00Z", ["2026-12-01T09:30", "2026-12-02T09:00", "2026-12-31T23:59:59.999999"]),
    ("Europe/Paris", "2027-03-27T16:30Z", ["2027-03-28T02:30", "2027-03-28T03:00", "2027-03-28T02:00"]),
    ("Europe/Paris", "2027-10-30T16:30Z", ["2027-10-31T02:30", "2027-10-31T03:00", "2027-10-31T01:59:59"]),
    ("America/New_York", "2027-03-13T20:00Z", ["2027-03-14T02:30", "2027-03-14T03:00", "2027-03-15T02:30"]),
    ("America/New_York", "2027-11-07T05:30Z", ["2027-11-07T01:30", "2027-11-07T01:59", "2027-11-08T01:30"]),
    ("America/New_York", "2027-11-07T06:30Z", ["2027-11-07T02:30", "2027-11-08T01:30", "2027-11-14T01:30"]),
    ("Australia/Lord_Howe", "2027-04-03T02:00Z", ["2027-04-04T01:45", "2027-04-04T02:00", "2027-04-05T01:45"]),
    ("Australia/Lord_Howe", "2027-10-02T03:00Z", ["2027-10-03T02:15", "2027-10-03T02:30", "2027-10-03T02:00"]),
    ("Europe/Paris", "2028-01-31T08:00Z", ["2028-02-29T00:00", "2028-02-29T09:00", "2028-03-01T00:00"]),
]
LENGTHS = ["30 seconds", "1 minute", "90 minutes", "1 hour", "24 hours", "1 day", "2 days", "1 week", "1 month"]
LENGTHS += ["1 month", "0 days"]
INTERACTIONS = {
    "email": ["clicked", "clicked", "clicked", "opened", "delivered", "bounced", "replied"],
    "text": ["replied", "replied", "delivered", "unsubscribed"],
}
EVERYWHERE = (
    ["email"] * 6
    + ["text", "wait", "wait_for", "set", "raise"] * 2
    + ["wait_until"] * 2
    + ["branch", "split", "ab_test", "ab_test", "goal"]
)
LINKS = ["product", "product", "about"]
TRIGGERS = ["cart.left", "order.placed"]
CONDITIONS = [
    {"attribute": "first_name", "test": "is", "value": "Ann"},
    {"attribute": "email", "test": "is_set"},
    {"none": [{"attribute": "phone", "test": "is_set"}]},
    {"member_of": "south"},
    {"not_member_of": "north"},
]
AROUND = [timedelta(0)] * 4 + [TICK, -TICK, MINUTE, HOUR, -HOUR]
STARTS = ["once"] * 4 + ["newly_added"] * 3 + ["repeating"] * 2 + ["trigger"] * 3
PLACES = [["north"], "north", "south", ["north", "south"]]
REPEATS: list[dict[str, Any]] = [
    {"unit": "day"}, {"unit": "day", "every": 2},
    {"unit": "week"}, {"unit": "week", "every": 2, "weekdays": ["mon", "sun"]},
    {"unit": "month"}, {"unit": "month", "day": 31}, {"unit": "month", "day": 29, "every": 2},
]  # fmt: skip
ENDS = {"day": [1, 3, 5], "week": [1, 8, 40], "month": [1, 40, 70], None: [1, 2, 8]}
"""How many days people may enter, by what is repeated."""
WORTH = [{"property": "amount", "test": "at_least", "value": 50}]
TRIGGERED = [{"trigger": "order.placed"}, {"trigger": "order.placed", "where": WORTH}, {"trigger": "cart.left"}]
WINDOWS = [
    {"from": "09:00", "to": "17:00"}, {"from": "22:00", "to": "02:30"}, {"from": "02:00", "to": "03:00"},
    {"from": "02:30", "to": "02:30", "weekdays": ["sun"]}, {"from": "00:00", "to": "12:00", "weekdays": ["mon", "wed"]},
]  # fmt: skip


SHIFTS = [timedelta(0)] * 5 + [TICK, -TICK] * 2 + [SECOND, -SECOND, GRACE, -HOUR, HOUR, -DAY]
DELAYS = [timedelta(0)] * 4 + [GRACE] * 3 + [TICK, 2 * SECOND, GRACE - TICK, GRACE + TICK, MINUTE, 3 * HOUR, 2 * DAY]
HOMES = ["north", "north", "south", "north south", "north staff", None]


@dataclass
class Making:
    """A world while it is made."""

    random: Random
    zone: str
    begins: datetime
    clocks: Sequence[str]
    numbers: Iterator[int] = field(default_factory=count)
    kind: str = "once"  # how people enter
    raised: set[str] = field(default_factory=set)  # by a step of this version

    def one(self, pool: Sequence[Any]) -> Any:
        return pool[self.number(0, len(pool) - 1)]

    def number(self, least: int, most: int) -> int:
        return int(self.random.random() * (most - least + 1)) + least

    def near(self, moments: Sequence[datetime]) -> datetime:
        """A moment, or just beside it, after the journey was published."""
        near: datetime = max(self.one(moments) + self.one(AROUND), self.begins + TICK)
        return near

    def chance(self, of: int) -> bool:
        """Once in so many times."""
        return self.number(1, of) == of


def a_day(making: Making) -> str:
    return (making.begins + timedelta(days=making.number(-1, 4))).date().isoformat()


# ---------------------------------------------------------------------------------------------------- journeys


def a_making(number: int) -> Making:
    """The night of the world of this number."""
    random = Random(number)
    zone, begins, clocks = NIGHTS[int(random.random() * len(NIGHTS))]
    fraction = timedelta(microseconds=random.choice([0, 0, 512_345]))
    return Making(random, zone, at(begins) + fraction, clocks)


def a_journey(making: Making) -> Step:
    making.kind = making.one(STARTS)
    start = _start(making) | {"timezone": making.zone}
    if making.chance(4):
        start["rate"] = _rate(making)
    if making.chance(6):
        start["hold_out"] = making.one([0.0001, 30, 60])
    if making.chance(3):
        start["at"] = making.one(_clock_times(making))
    if making.kind != "once" and making.chance(4):
        start["exclude"] = ["staff"]
    if making.kind == "repeating" or (making.kind != "once" and making.chance(4)):
        lengths = ENDS[start.get("repeat", {}).get("unit")]
        begins = datetime.fromisoformat(start["at"]) if "at" in start else _local(making)
        start["end"] = (begins + timedelta(days=making.one(lengths), minutes=making.number(0, 1))).isoformat()
    return {"journey": "Launch", "start": start, "steps": _steps(making, 1, {}), **_watched(making, start)}


def another_version(making: Making, document: Mapping[str, Any], since: datetime) -> Mapping[str, Any]:
    """Other steps with the same start, of which none waits for what has passed since (P4)."""
    later = replace(making, begins=since, raised=set())
    start = dict(document["start"])
    if "rate" in start and making.chance(2):
        start["rate"] = _rate(making)
    if "hold_out" in start and making.chance(2):
        start.pop("hold_out")
    return {
        "journey": document["journey"],
        "start": start,
        "steps": _steps(later, 1, {}),
        **_watched(making, document["start"]),
    }


def _rate(making: Making) -> Step:
    pace = {"people": making.one([1, 1, 2, 7, 30]), "per": making.one(["minute", "hour", "hour", "day"])}
    return pace | making.one([{}, {}, {"weekdays": ["mon", "sun", "tue"]}, *WINDOWS])


def _watched(making: Making, start: Step) -> Step:
    """What ends it wherever people are (W15), and the goal (W14).

    Interactions end something only where nobody is inside twice: those with one participation's messages would end
    another one.
    """
    watched: Step = {}
    interactions = [{"trigger": f"email.{name}"} for name in ("clicked", "opened", "unsubscribed")]
    single = interactions if making.kind == "once" or start.get("frequency") == "newly_added" else []
    if making.chance(3):
        segments = [{"segment": name} for name in ("staff", "south") if name not in start.get("segment", ())]
        watched["exits"] = [making.one(TRIGGERED * 2 + segments * 3 + single) for _ in range(making.number(1, 2))]
    if making.chance(4):
        ends = making.chance(2)
        goal = making.one(TRIGGERED + (single if ends else interactions))
        within = {"within": making.one(LENGTHS)} if making.chance(2) else {}
        watched["goal"] = {"name": "bought", **goal, **within} | ({"exit": True} if ends else {})
    return watched


def _start(making: Making) -> Step:
    match making.kind:
        case "once":
            return {"segment": making.one(["everybody"] * 5 + ["anns", "anns", "others", "north", ["north", "anns"]])}
        case "newly_added":
            rejoin = {"rejoin": True} if making.chance(2) else {}
            return {"segment": making.one(PLACES), "frequency": "newly_added"} | rejoin
        case "repeating":
            inside = {"inside": "skip"} if making.chance(2) else {}
            repeat = making.one(REPEATS)
            return {"segment": making.one([*PLACES, "everybody"]), "frequency": "repeating", "repeat": repeat} | inside
    reentry = making.one(["always", "once", {"after": making.one(LENGTHS)}])
    where = {"where": WORTH} if making.chance(2) else {}
    return {"trigger": "cart.left", "audience": "contact", "reentry": reentry} | where


def _local(making: Making) -> datetime:
    return making.begins.astimezone(ZoneInfo(making.zone)).replace(tzinfo=None)


def _clock_times(making: Making) -> list[str]:
    """Wall-clock times that are not past: those of the night, and soon."""
    soon = _local(making) + timedelta(minutes=10)
    while soon.replace(tzinfo=ZoneInfo(making.zone)) <= making.begins:  # a time that exists twice is the first (Z2)
        soon += HOUR
    return [*(one for one in making.clocks if datetime.fromisoformat(one) > soon + HOUR), soon.isoformat()]


def _steps(making: Making, depth: int, before: Mapping[str, str]) -> list[Step]:
    """`before`: the messages that everybody who comes here was sent, and the kind of each."""
    steps: list[Step] = []
    sent = dict(before)
    for _ in range(making.number(1, 4 if depth == 1 else 2)):
        kinds = EVERYWHERE + ["exit"] * (depth > 1)
        if making.kind in ("repeating", "trigger"):  # people may be inside several times, and change each other's way
            kinds = [kind for kind in kinds if kind not in ("set", "raise")]
        kind = making.one(kinds + ["if", "if_cases"] * 5 * bool(sent and depth <= 3))
        steps.append(MAKERS[kind](making, f"s{next(making.numbers)}", depth, sent))
        if kind in CHANNELS:
            sent[steps[-1]["id"]] = kind
    return steps


def _email(making: Making, name: str, depth: int, sent: Mapping[str, str]) -> Step:
    content = making.one(["launch-news", "launch-news", "receipt"])
    return {"id": name, "kind": "email", "content": content, "to": "email"}


def _text(making: Making, name: str, depth: int, sent: Mapping[str, str]) -> Step:
    return {"id": name, "kind": "text", "content": "launch-text", "to": "phone"}


def _if(making: Making, name: str, depth: int, sent: Mapping[str, str]) -> Step:
    of = making.one(list(sent))
    event = making.one([f"link_{one}" if one == "clicked" else one for one in INTERACTIONS[sent[of]]])
    step = {"id": name, "kind": "if", "of": of, "event": event, "within": making.one(LENGTHS)}
    if event == "link_clicked" and sent[of] == "email" and making.chance(2):
        step["link"] = "product"
    return step | {"yes": _inner(making, depth, sent), "no": _inner(making, depth, sent)}


def _wait(making: Making, name: str, depth: int, sent: Mapping[str, str]) -> Step:
    return {"id": name, "kind": "wait", "for": making.one(LENGTHS)}


def _wait_until(making: Making, name: str, depth: int, sent: Mapping[str, str]) -> Step:
    match making.one(["at", "attribute", "time"]):
        case "at":
            return {"id": name, "kind": "wait_until", "at": making.one(_clock_times(making))}
        case "attribute":
            offsets: list[Step] = [{}, {"offset": {"after": "90 minutes"}}, {"offset": {"before": "1 day"}}]
            return {"id": name, "kind": "wait_until", "attribute": "birthday"} | making.one(offsets)
    return {"id": name, "kind": "wait_until", "time": making.one(WINDOWS)}


def _if_cases(making: Making, name: str, depth: int, sent: Mapping[str, str]) -> Step:
    """Several interactions, which may be the same one twice."""
    of = making.one(list(sent))
    cases = [
        {"outcome": outcome, "event": "link_clicked" if event == "clicked" else event}
        | ({"link": making.one(LINKS)} if event == "clicked" and making.chance(2) else {})
        for outcome in ("first", "second", "third")[: making.number(1, 3)]
        for event in [making.one(INTERACTIONS[sent[of]])]
    ]
    step = {"id": name, "kind": "if", "of": of, "within": making.one(LENGTHS), "cases": cases}
    if making.chance(2):
        cases[-1]["then"] = _inner(making, depth, sent)
    if making.chance(2):
        step["no"] = _inner(making, depth, sent)
    return step


def _wait_for(making: Making, name: str, depth: int, sent: Mapping[str, str]) -> Step:
    what: Step = {"segment": "south"}
    if not making.chance(3):
        what = {"trigger": making.one(TRIGGERS)} | ({"where": WORTH} if making.chance(3) else {})
    within = making.one(LENGTHS)
    return {"id": name, "kind": "wait_for", **what, "within": within, "yes": _inner(making, depth, sent)}


def _branch(making: Making, name: str, depth: int, sent: Mapping[str, str]) -> Step:
    cases = [
        {"outcome": outcome, **_asked(making), "then": _inner(making, depth, sent)} for outcome in ("first", "second")
    ]
    return {"id": name, "kind": "branch", "cases": cases, "other": _inner(making, depth, sent)}


def _asked(making: Making) -> Step:
    when = {"when": making.one(CONDITIONS)}
    return making.one([{"where": WORTH}, {"where": WORTH} | when]) if making.kind == "trigger" else when


def _split(making: Making, name: str, depth: int, sent: Mapping[str, str]) -> Step:
    share = making.one([100, 99.9, 50, 20.5])
    parts = [
        {"outcome": "left", "percent": share, "then": _inner(making, depth, sent)},
        {"outcome": "right", "percent": round(100 - share, 1)},
    ]
    return {"id": name, "kind": "split", "parts": parts[:: making.one([1, -1])]}


def _ab_test(making: Making, name: str, depth: int, sent: Mapping[str, str]) -> Step:
    """Each version has a message of its own, first or after others."""
    versions = {}
    for version in ("a", "b"):
        message = _email(making, f"{name}{version}", depth, sent)
        before, after = (_inner(making, depth, sent) for _ in range(2))
        versions[version] = [*before, message, *after]
    of = {version: f"{name}{version}" for version in versions}
    metric = making.one([{"event": "link_clicked"}, {"event": "opened"}, {"goal": "order.placed"}])
    metric = metric if "goal" in metric else metric | {"of": of}
    if metric.get("event") == "link_clicked" and making.chance(2):
        metric["link"] = "product"
    end = making.one(_clock_times(making)) if making.chance(4) else {"after": making.one(LENGTHS)}
    shares = {"share": making.one([0.0001, 20, 50, 100, 100]), "default": making.one(["a", "b"])}
    return {"id": name, "kind": "ab_test", **shares, **versions, "metric": metric, "end": end}


def _set(making: Making, name: str, depth: int, sent: Mapping[str, str]) -> Step:
    """Who joins the segment again that they are in the journey for, would be another story."""
    given = [("first_name", "Ann"), ("first_name", "Cid"), ("email", "set@x.example"), ("email", None)]
    given += [("last_name", home) for home in HOMES] if making.kind == "once" else []
    attribute, value = making.one(given)
    return {"id": name, "kind": "set", "attribute": attribute, "value": value}


def _raise(making: Making, name: str, depth: int, sent: Mapping[str, str]) -> Step:
    """Each trigger once: of two events at one instant the one with the lower id is the first."""
    trigger = making.one(TRIGGERS)
    if trigger in making.raised:
        return _wait(making, name, depth, sent)
    making.raised.add(trigger)
    properties = {"properties": {"amount": making.one([50, 49])}} if making.chance(2) else {}
    return {"id": name, "kind": "raise", "trigger": trigger, **properties}


def _goal(making: Making, name: str, depth: int, sent: Mapping[str, str]) -> Step:
    return {"id": name, "kind": "goal", "name": "purchased"}


def _exit(making: Making, name: str, depth: int, sent: Mapping[str, str]) -> Step:
    return {"id": name, "kind": "exit"}


def _inner(making: Making, depth: int, sent: Mapping[str, str]) -> list[Step]:
    return _steps(making, depth + 1, sent) if depth < 3 and making.chance(2) else []


MAKERS = {
    "email": _email, "text": _text, "if": _if, "wait": _wait, "wait_until": _wait_until, "if_cases": _if_cases,
    "wait_for": _wait_for, "branch": _branch, "split": _split, "ab_test": _ab_test, "set": _set, "raise": _raise,
    "goal": _goal, "exit": _exit,
}  # fmt: skip
"""How a step of each kind is drawn."""
