"""Somebody joins again just when a step raises what makes them leave: at the first look they are inside still."""

from happenings import Changed, World, at

AGAIN = at("2026-12-01T09:10:00+00:00")

WORLD = World(
    document={
        "journey": "Launch",
        "start": {"segment": "north", "frequency": "newly_added", "rejoin": True, "timezone": "UTC"},
        "steps": [
            {"id": "news", "kind": "email", "content": "launch-news", "to": "email"},
            {"id": "nudge", "kind": "raise", "trigger": "order.placed"},
            {"id": "rest", "kind": "wait", "for": "1 day"},
        ],
        "goal": {"name": "bought", "trigger": "order.placed", "within": "1 week", "exit": True},
    },
    published_at=at("2026-12-01T09:00:00+00:00"),
    happenings=(
        Changed(
            at("2026-12-01T08:00:00+00:00"),
            "p91",
            {"email": "p91@x.example", "first_name": "Ann", "last_name": "north"},
        ),
        Changed(at("2026-12-01T09:05:00+00:00"), "p91", {"last_name": "south"}),
        Changed(AGAIN, "p91", {"last_name": "north"}),
    ),
    answers={"p91@x.example": ("later 600",)},
)
