"""An event is an event once (T6), also when whom it happened to was deleted, and somebody else has their key."""

from happenings import Changed, Deleted, Did, World, at

DELETED = at("2027-01-01T10:00:05+00:00")
HAPPENED = at("2027-01-01T10:00:02+00:00")

WORLD = World(
    document={
        "journey": "Launch",
        "start": {"trigger": "cart.left", "audience": "contact", "reentry": "once", "timezone": "UTC"},
        "steps": [{"id": "rest", "kind": "wait", "for": "1 day"}],
    },
    published_at=at("2026-12-01T09:00:00+00:00"),
    happenings=(
        Changed(at("2026-12-01T08:00:00+00:00"), "p91", {"first_name": "Ann", "email": "p91@x.example"}),
        Did(HAPPENED, "p91", "cart.left", HAPPENED, "e20", automated=True),
        Deleted(DELETED, "p91"),
        Changed(DELETED, "p91", {"first_name": "Ann", "email": "p91@x.example"}),
        Did(at("2027-01-01T10:00:07+00:00"), "p91", "cart.left", HAPPENED, "e20"),
    ),
)
