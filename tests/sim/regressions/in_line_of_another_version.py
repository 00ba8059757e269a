"""Two events of one person, for two versions, are known at once: for the line of the newer one theirs is the first."""

from happenings import Changed, Did, Renewed, World, at

KNOWN = at("2026-12-01T09:00:05+00:00")
START = {"trigger": "cart.left", "audience": "contact", "timezone": "UTC"}
RATE = {"people": 2, "per": "hour", "from": "09:00", "to": "17:00"}
REST = [{"id": "rest", "kind": "wait", "for": "1 day"}]

WORLD = World(
    document={"journey": "Launch", "start": {**START, "rate": RATE, "hold_out": 60}, "steps": REST},
    published_at=at("2026-12-01T09:00:00+00:00"),
    happenings=(
        Changed(at("2026-12-01T08:00:00+00:00"), "p91", {"first_name": "Ann"}),
        Changed(at("2026-12-01T08:00:00+00:00"), "p157", {"first_name": "Ann"}),
        Renewed(
            at("2026-12-01T09:00:00.000001+00:00"),
            {"journey": "Launch", "start": {**START, "rate": RATE}, "steps": REST},
        ),
        Did(KNOWN, "p91", "cart.left", KNOWN, "e15"),
        Did(KNOWN, "p91", "cart.left", at("2026-12-01T09:00:00+00:00"), "e16"),
        Did(KNOWN, "p157", "cart.left", at("2026-12-01T09:00:05.000001+00:00"), "e26"),
    ),
)
