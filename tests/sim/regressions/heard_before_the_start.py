"""An event is heard of before the start that it is stamped after; somebody else is started at the first look (J10)."""

from happenings import Changed, Did, World, at

START = at("2026-12-01T10:00:00+00:00")

WORLD = World(
    document={
        "journey": "Launch",
        "start": {"trigger": "cart.left", "audience": "contact", "at": "2026-12-01T10:00", "timezone": "UTC"},
        "steps": [{"id": "rest", "kind": "wait", "for": "1 day"}],
    },
    published_at=at("2026-12-01T09:00:00+00:00"),
    happenings=(
        Changed(at("2026-12-01T08:00:00+00:00"), "p26", {"last_name": "north"}),
        Changed(at("2026-12-01T08:00:00+00:00"), "p62", {"last_name": "north"}),
        Did(at("2026-12-01T09:59:59+00:00"), "p26", "cart.left", START, "e1"),
        Did(START, "p62", "cart.left", START, "e2"),
    ),
)
