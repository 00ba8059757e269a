"""What steps do to one person, in plain Python: a kind of step is one function in KINDS.

Each tells, from the visit's beginning, its outcome, its end, and the event or reason that decided. An outcome
`exit:REASON` leads out.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, time, timedelta
from fractions import Fraction
from itertools import accumulate

from compared import GRACE, decided, ending, share_of
from entries import WEEKDAYS
from exits import leaving, passes
from happenings import Did
from life import NEVER, SEGMENTS, Delivery, Document, Life

from segment_meaning import Meaning, Person

CONTENTS = {"launch-news": "commercial", "launch-text": "commercial", "receipt": "transactional"}
CHANNELS = {"email": "email", "text": "text"}
"""The kinds of step that send, and through what."""

Step = Document
Decision = tuple[str, datetime, str | None]


def message(life: Life, step: Step, entered: datetime) -> Decision:
    """W2, D1, D4: through the gate and handed over, again later as long as it is put off."""
    delivery = life.way.deliveries[step["id"]] = Delivery("queued", made=entered)
    now = life.open(entered)
    while now < leaving(life, life.way).at:
        if (reason := _refusal(life, step, now)) is not None:
            delivery.state, delivery.reason, delivery.address = "blocked", reason, None
            return "blocked", now, reason
        delivery.attempts += 1
        address = str((life.attributes(now) or {})[step["to"]])
        delivery.address = address
        said, _, asked = life.answer(address, delivery.attempts).partition(" ")
        if said in ("accepted", "doubtful"):
            delivery.state, delivery.handed_at = ("sent" if said == "accepted" else "unknown"), now
            delivery.reason = None if said == "accepted" else "answer_lost"
            return "sent", now, delivery.reason
        if said == "refused" or delivery.attempts == 26:
            delivery.state, delivery.reason = "failed", "refused" if said == "refused" else "gave_up"
            return "failed", now, delivery.reason
        wait = min(timedelta(hours=4), timedelta(minutes=2 ** min(delivery.attempts - 1, 10)))
        now = life.open(now + max(wait, min(timedelta(days=1), timedelta(seconds=float(asked or 0)))))
    delivery.state, delivery.reason, delivery.address = "blocked", leaving(life, life.way).reason, None
    return "blocked", NEVER, delivery.reason


def _refusal(life: Life, step: Step, now: datetime) -> str | None:
    """D1: the first check that fails."""
    channel = CHANNELS[step["kind"]]
    attributes = life.attributes(now)
    if attributes is None:
        return "person_deleted"
    if (address := attributes.get(step["to"])) is None:
        return "address_missing"
    if life.is_suppressed(channel, address, now):
        return "suppressed"
    if CONTENTS[step["content"]] == "transactional":
        return None
    consent = life.consent(channel, address, now)
    if consent == "opted_out":
        return "opted_out"
    return "consent_not_given" if life.world.restrictive and consent is None else None


def if_then(life: Life, step: Step, entered: datetime) -> Decision:
    """W3 - W5, W7, W8: what happened up to the deadline decides as soon as it is known; No when nothing can come."""
    sent = life.way.deliveries[step["of"]]
    if sent.handed_at is None:
        return "no", entered, "not_sent"
    deadline = life.unfrozen(sent.handed_at, life.after(sent.handed_at, step["within"]))
    cases = step.get("cases") or [{**step, "outcome": "yes"}]
    counting = [
        (one, place)
        for place, case in enumerate(cases)
        for one in life.interactions(step["of"], life.way)
        if one.name.endswith(f".{case['event'].removeprefix('link_')}") and case.get("link") in (None, one.link)
    ]
    return _first_of(life, entered, deadline, counting, [case["outcome"] for case in cases])


def wait_for(life: Life, step: Step, entered: datetime) -> Decision:
    """W9: an event of a name, or joining a segment, from arriving here up to the limit."""
    deadline = life.unfrozen(entered, life.after(entered, step["within"]))
    if "segment" in step:
        return _joining(life, step["segment"], entered, deadline)
    counting = [
        (one, 0) for one in life.happened if one.name == step["trigger"] and entered <= one.at and passes(step, one)
    ]
    return _first_of(life, entered, deadline, counting, ["yes"])


def _first_of(
    life: Life, entered: datetime, deadline: datetime, counting: Sequence[tuple[Did, int]], outcomes: Sequence[str]
) -> Decision:
    """W5: event time decides among what is known; of those at one instant the first in order (W7)."""
    life.way.visits[-1].limit = deadline
    in_time = [(one, place) for one, place in counting if one.at <= deadline and not one.automated]
    no = life.moving(max(entered, deadline + GRACE))
    known = min((life.moving(max(entered, one.when)) for one, _ in in_time), default=NEVER)
    if no < known:
        return "no", no, "limit_passed"
    _, place, event = min((one.at, place, one.id) for one, place in in_time if one.when <= known)
    return outcomes[place], known, event


def _joining(life: Life, segment: str, entered: datetime, deadline: datetime) -> Decision:
    """Whoever is in the segment on arrival need not join it."""
    life.way.visits[-1].limit = deadline
    no = life.moving(max(entered, deadline + GRACE))
    looks = [entered] if life.is_member(segment, entered) else life.joinings(segment)
    known = min((life.moving(look) for look in looks if entered <= look <= deadline), default=NEVER)
    return ("no", no, "limit_passed") if no < known else ("yes", known, segment)


def branch(life: Life, step: Step, entered: datetime) -> Decision:
    """W13: as they are on arrival; the first case that holds, of them and of the event that began it all."""
    segments = [name for name in SEGMENTS if life.is_member(name, entered)]
    person = Person(life.attributes(entered) or {}, segments=segments)
    for case in step["cases"]:
        known = "when" not in case or Meaning(entered, "UTC").holds(case["when"], person)
        if known and ("where" not in case or (life.way.trigger is not None and passes(case, life.way.trigger))):
            return case["outcome"], entered, None
    return "other", entered, "no_case_holds"


def split(life: Life, step: Step, entered: datetime) -> Decision:
    """W13: the part in which they fall, always the same."""
    bounds = accumulate(Fraction(str(part["percent"])) / 100 for part in step["parts"])
    share = share_of(life, step)
    return (
        next(part["outcome"] for part, bound in zip(step["parts"], bounds, strict=True) if share < bound),
        entered,
        None,
    )


def ab_test(life: Life, step: Step, entered: datetime) -> Decision:
    """W13: whoever is tested goes on with their version, the others with the one that won."""
    key = (*life.way.run, step["id"])
    turn = sum(visit.left == entered and visit.step in life.way.deliveries for visit in life.way.visits)
    life.tests.arrivals.setdefault(key, []).append(((entered, turn), life, step))
    if key not in life.tests.begun:
        return "unknown", NEVER, None
    end, share = ending(life.tests, life, step, key), share_of(life, step)
    life.way.visits[-1].limit = end
    when = decided(life.tests, life, step, key)
    if (entered, turn) < when and entered < end and share < Fraction(str(step["share"])) / 100:
        return ("a" if share * 2 < Fraction(str(step["share"])) / 100 else "b"), entered, None
    if key not in life.tests.won:
        return "unknown", NEVER, None
    winner, reason = life.tests.won[key]
    if (entered, turn) >= when:
        return winner, entered, reason
    late = when[0] == entered
    return winner, life.moving(entered + timedelta(seconds=1)) if late else when[0], reason


def set_attribute(life: Life, step: Step, entered: datetime) -> Decision:
    """W14."""
    return "done", entered, None


def raise_trigger(life: Life, step: Step, entered: datetime) -> Decision:
    """W14."""
    return "done", entered, f"raised:{step['id']}"


def passed(life: Life, step: Step, now: datetime) -> None:
    """W14: what a step did to the person is known before they come to the next one."""
    match step["kind"]:
        case "set":
            life.change(now, {step["attribute"]: step["value"]})
        case "raise":
            said = step.get("properties", {})
            life.raised.append(Did(now, life.person, step["trigger"], now, f"raised:{step['id']}", properties=said))


def goal(life: Life, step: Step, entered: datetime) -> Decision:
    """W14."""
    return "reached", entered, None


def leave(life: Life, step: Step, entered: datetime) -> Decision:
    """W14."""
    return "exit:exit_step", entered, None


def wait(life: Life, step: Step, entered: datetime) -> Decision:
    """W11, P5."""
    return "done", life.moving(life.unfrozen(entered, life.after(entered, step["for"]))), None


def wait_until(life: Life, step: Step, entered: datetime) -> Decision:
    """W10, W12."""
    if "attribute" in step:
        return _until_date(life, step, entered)
    if "time" in step:
        return "done", _until_open(life, step["time"], entered), None
    return "done", life.moving(max(entered, life.instant_of(datetime.fromisoformat(step["at"])))), None


def _until_date(life: Life, step: Step, entered: datetime) -> Decision:
    """A date of the person, which is read anew when they change."""
    now = entered
    while now < NEVER:
        if (value := (life.attributes(now) or {}).get(step["attribute"])) is None:
            return "done", now, "attribute_missing"
        until = life.instant_of(datetime.fromisoformat(value))
        for direction, duration in step.get("offset", {}).items():
            until = life.after(until, f"-{duration}" if direction == "before" else duration)
        if until <= now:
            break
        looks = [until, *(change.when for change in life.changes)]
        now = min(moment for look in looks if (moment := life.moving(look)) > now)
    return "done", now, None


def _until_open(life: Life, window: Document, entered: datetime) -> datetime:
    """If nobody can go on while the window is open, they wait for its next time."""
    now = entered
    while True:
        opens = min(max(now, opened) for opened, closed in openings(life, window, now) if opened < closed > now)
        if (moved := life.moving(opens)) == opens or moved >= NEVER:
            return moved
        now = moved


def openings(life: Life, window: Document, now: datetime) -> Iterator[tuple[datetime, datetime]]:
    first, last = (time.fromisoformat(window[name]) for name in ("from", "to"))
    for days in range(-3, 25):
        day = (life.local(now) + timedelta(days=days)).date()
        if WEEKDAYS[day.weekday()] in window.get("weekdays", WEEKDAYS):
            ending = day + timedelta(days=1) if last <= first else day
            yield life.instant_of(datetime.combine(day, first)), life.instant_of(datetime.combine(ending, last))


Kind = Callable[[Life, Step, datetime], Decision]
KINDS: dict[str, Kind] = {
    "email": message,
    "text": message,
    "if": if_then,
    "wait": wait,
    "wait_until": wait_until,
    "wait_for": wait_for,
    "branch": branch,
    "split": split,
    "ab_test": ab_test,
    "set": set_attribute,
    "raise": raise_trigger,
    "goal": goal,
    "exit": leave,
}
