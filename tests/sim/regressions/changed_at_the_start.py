"""Somebody of whom an event was heard before the start changes at it: they enter as they were until then (J10)."""

from happenings import Changed, Did, World, at

WORLD = World(
    document={
        "journey": "Launch",
        "start": {
            "trigger": "cart.left",
            "audience": "contact",
            "reentry": "always",
            "where": [{"property": "amount", "test": "at_least", "value": 50}],
            "timezone": "UTC",
            "at": "2026-12-01T09:10:00",
        },
        "steps": [{"id": "s2", "kind": "email", "content": "launch-news", "to": "email"}],
        "exits": [{"segment": "south"}],
        "goal": {"name": "bought", "trigger": "order.placed", "within": "1 minute", "exit": True},
    },
    published_at=at("2026-12-01T09:00:00+00:00"),
    happenings=(
        Changed(
            when=at("2026-12-01T08:00:00+00:00"),
            person="p91",
            attributes={
                "email": "p91@x.example",
                "phone": "+33600000003",
                "first_name": "Ann",
                "last_name": "north",
                "birthday": "2026-11-30",
            },
        ),
        Did(
            when=at("2026-12-01T09:09:59.999999+00:00"),
            person="p91",
            name="cart.left",
            at=at("2026-12-01T09:10:00.999999+00:00"),
            id="e10",
            properties={"amount": 50},
        ),
        Changed(when=at("2026-12-01T09:10:00+00:00"), person="p91", attributes={"last_name": "north south"}),
    ),
)
