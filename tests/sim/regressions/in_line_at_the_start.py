"""An event that was heard of before the start stands in line by when it happened (J9)."""

from happenings import Changed, Did, World, at

WORLD = World(
    document={
        "journey": "Launch",
        "start": {
            "trigger": "cart.left",
            "audience": "contact",
            "reentry": "always",
            "where": [{"property": "amount", "test": "at_least", "value": 50}],
            "timezone": "Australia/Lord_Howe",
            "rate": {"people": 2, "per": "minute"},
            "at": "2027-04-04T01:45",
        },
        "steps": [{"id": "s5", "kind": "wait_until", "attribute": "birthday"}],
    },
    published_at=at("2027-04-03T02:00:00+00:00"),
    happenings=(
        Changed(
            when=at("2027-04-03T01:00:00+00:00"),
            person="p62",
            attributes={"email": "p62@x.example", "phone": "+33600000001", "first_name": "Ann", "last_name": "south"},
        ),
        Changed(
            when=at("2027-04-03T01:00:00+00:00"),
            person="p84",
            attributes={
                "email": "p84@x.example",
                "phone": "+33600000002",
                "first_name": "Ann",
                "last_name": "north",
                "birthday": "2027-04-05",
            },
        ),
        Did(
            when=at("2027-04-03T14:44:59.999999+00:00"),
            person="p62",
            name="cart.left",
            at=at("2027-04-03T14:45:00+00:00"),
            id="e12",
            properties={"amount": 50},
        ),
        Did(
            when=at("2027-04-03T14:45:00+00:00"),
            person="p84",
            name="cart.left",
            at=at("2027-04-03T14:45:00.999999+00:00"),
            id="e14",
            properties={"amount": 50},
        ),
    ),
)
