"""An event and joining a segment are seen at one look, by whom an event starts just then: the first in order (W15)."""

from happenings import Changed, Did, World, at

NOW = at("2026-12-01T09:10:05+00:00")

WORLD = World(
    document={
        "journey": "Launch",
        "start": {"trigger": "cart.left", "audience": "contact"},
        "exits": [{"segment": "staff"}, {"trigger": "order.placed"}],
        "steps": [{"id": "rest", "kind": "wait", "for": "1 day"}],
    },
    published_at=at("2026-12-01T09:00:00+00:00"),
    happenings=(
        Changed(at("2026-12-01T08:00:00+00:00"), "p26", {"last_name": "north"}),
        Changed(NOW, "p26", {"last_name": "staff"}),
        Did(NOW, "p26", "cart.left", NOW, "e1"),
        Did(NOW, "p26", "order.placed", NOW, "e2"),
    ),
)
