"""Somebody is deleted at the very start of whom an event was heard before it: they are counted (J11)."""

from happenings import Changed, Deleted, Did, World, at

WORLD = World(
    document={
        "journey": "Launch",
        "start": {
            "trigger": "cart.left",
            "audience": "contact",
            "reentry": "always",
            "where": [{"property": "amount", "test": "at_least", "value": 50}],
            "timezone": "Europe/Paris",
            "at": "2027-10-30T18:40:00.512345",
        },
        "steps": [{"id": "s0", "kind": "text", "content": "launch-text", "to": "phone"}],
    },
    published_at=at("2027-10-30T16:30:00.512345+00:00"),
    happenings=(
        Changed(
            when=at("2027-10-30T15:30:00.512345+00:00"),
            person="p84",
            attributes={
                "email": "p84@x.example",
                "phone": "+33600000002",
                "first_name": "Ann",
                "last_name": "north",
                "birthday": "2027-10-31",
            },
        ),
        Did(
            when=at("2027-10-30T16:39:59.512346+00:00"),
            person="p84",
            name="cart.left",
            at=at("2027-10-30T16:40:00.512345+00:00"),
            id="e6",
            properties={"amount": 50},
        ),
        Deleted(when=at("2027-10-30T16:40:00.512345+00:00"), person="p84"),
    ),
)
