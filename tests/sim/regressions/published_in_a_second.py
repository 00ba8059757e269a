"""A repeating journey begins as it is published, also within a second; its next version goes on from there (J3)."""

from happenings import Changed, Renewed, World, at

DOCUMENT = {
    "journey": "Launch",
    "start": {
        "segment": "everybody", "frequency": "repeating", "repeat": {"unit": "week"}, "end": "2026-12-16T00:00",
    },
    "steps": [{"id": "rest", "kind": "wait", "for": "1 day"}],
}  # fmt: skip

WORLD = World(
    document=DOCUMENT,
    published_at=at("2026-12-01T09:00:00.512345+00:00"),
    happenings=(
        Changed(at("2026-12-01T08:00:00+00:00"), "p26", {"first_name": "Ann"}),
        Renewed(at("2026-12-02T09:00:00+00:00"), DOCUMENT),
    ),
)
