"""Why did, or didn't, this person get it? One sentence for each visit, from what decided it (rule N4)."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

Row = Mapping[str, Any]

NOT_ENTERED = {
    "excluded": "was a member of an excluded segment",
    "already_entered": "had entered before",
    "still_inside": "was still inside",
    "audience_mismatch": "is of another audience",
    "person_deleted": "was deleted",
    "held_out": "is one of those who are held out, to compare with",
    "entry_closed": "there was no slot left before the end of the journey",
}
EXITS = {
    "journey_stopped": "the journey was stopped",
    "exit_step": "the journey ends here",
    "exit_event": "something happened that ends the journey",
    "exit_segment": "they became a member of a segment that ends the journey",
    "goal_reached": "they reached the goal of the journey",
    "person_deleted": "the person was deleted",
}
BLOCKED = {
    "address_missing": "there is no address",
    "suppressed": "the address is suppressed",
    "opted_out": "the address has opted out",
    "consent_not_given": "there is no consent",
}
ERASED = "an address that was erased"


def sentence(visit: Row) -> str:
    """What happened at one step, and why; `visit` is a row of a person's visits."""
    arrived = f"{_shown(visit['entered_at'])} {visit['step']} ({visit['kind']}): "
    if visit["kind"] == "start":
        return arrived + _entry(visit)
    if visit["left_at"] is None:
        return arrived + "is here" + (f", {_sending(visit)}." if visit["delivery"] else ".")
    if visit["exit_reason"] is not None:
        return arrived + f"left the journey at {_shown(visit['left_at'])}, because {_exit(visit)}."
    return arrived + f"{_told(visit)}; went on at {_shown(visit['left_at'])}."


def success(visits: Sequence[Row]) -> list[str]:
    """When the participants of these visits reached the goal of the journey, of those who did."""
    reached = {visit["participant"]: visit["reached_at"] for visit in visits if visit["reached_at"] is not None}
    return [f"{_shown(at)} reached the goal of the journey." for at in reached.values()]


def absence(memberships: Sequence[Row], runs: Sequence[Row]) -> list[str]:
    """Why somebody was never considered: `memberships` in the entry segments, `runs` by their start."""
    if not runs:
        return ["The journey was not published, so nobody could enter."]
    started = [run["starts_at"] for run in runs]
    said = [f"Was not considered at {', '.join(_shown(at) for at in started[:5])}{' ...' if len(started) > 5 else ''}."]
    for member in memberships:
        until = f"until {_shown(member['until'])}" if member["until"] else "and is a member now"
        said.append(f"Became a member of {member['segment']} at {_shown(member['since'])} {until}.")
    return said + ([] if memberships else ["Was never a member of an entry segment."])


def _entry(visit: Row) -> str:
    """With an entry rate people wait for their slot; otherwise only those have a visit here who did not enter."""
    if visit["exit_reason"] is not None:
        return f"did not enter: {NOT_ENTERED.get(visit['exit_reason']) or _exit(visit)}."
    if visit["left_at"] is None:
        return f"waits for their slot, at {_shown(visit['due'])}."
    return f"entered at {_shown(visit['left_at'])}, when their slot came."


def _exit(visit: Row) -> str:
    """What ended it, if that is still known."""
    because = _because(visit["exit_reason"])
    match visit["cause"]:
        case {"event": event, "name": name, "at": at}:
            return f"{because}: {name} (event {event}) at {at}"
        case {"segment": segment, "since": since}:
            return f"{because}: {segment}, since {since}"
    return because


def _told(visit: Row) -> str:
    cause = visit["cause"] or {}
    match visit["kind"], cause:
        case (("email" | "text" | "push" | "webhook"), _):
            return _sending(visit)
        case _, {"event": event, "at": at, **_rest}:
            return f"{visit['outcome']}, because of the event {event} at {at}"
        case _, {"reason": "limit_passed", "deadline": deadline, **_rest}:
            return f"{visit['outcome']}, because nothing of the kind happened until {deadline}"
        case _, {"reason": "not_sent", **_rest}:
            return f"{visit['outcome']}, because the message was not sent"
        case _, {"until": until, **_rest}:
            return f"waited until {until}"
    return f"{visit['outcome']}" + (f", because {_decided(visit['kind'], cause)}" if cause else "")


def _decided(kind: str, cause: Mapping[str, Any]) -> str:
    match kind, cause:
        case "ab_test", {"rates": {"a": a, "b": b}, **_rest}:
            return f"it is the winner of the test (rates: a {a:.1%}, b {b:.1%})"
        case "ab_test", _:
            return "they are among those who test it"
    return str(cause)


def _sending(visit: Row) -> str:
    match visit["delivery"]:
        case "sent":
            return f"handed over at {_shown(visit['handed_at'])} to {visit['address'] or ERASED}"
        case "blocked":
            return f"not sent, because {_because(visit['reason'])}"
        case "failed":
            return f"not sent: {visit['reason']}" + (f" ({visit['answer']})" if visit["answer"] else "")
        case "unknown":
            return f"handed over to {visit['address'] or ERASED} perhaps: the answer was lost, and it is not sent twice"
    return "the message waits to be handed over"


def _because(reason: str) -> str:
    return BLOCKED.get(reason) or EXITS.get(reason) or reason


def _shown(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M:%S}"
