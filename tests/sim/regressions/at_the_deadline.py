"""Clicks at the deadline, a microsecond later, by a machine, twice, and late; a mail put off (W4, W5, T3, T6)."""

from happenings import Changed, Did, World, at

CLICK = {"name": "email.clicked", "step": "announce", "link": "product"}
PEOPLE = ("p26", "p62", "p84")
DEADLINE, TICK_LATER = at("2026-12-02T09:00:00+00:00"), at("2026-12-02T09:00:00.000001+00:00")
IN_GRACE, AFTER_GRACE = at("2026-12-02T09:00:04.999999+00:00"), at("2026-12-02T09:00:05.000001+00:00")

WORLD = World(
    document={
        "journey": "Launch",
        "start": {"segment": "everybody"},
        "steps": [
            {"id": "announce", "kind": "email", "content": "launch-news", "to": "email"},
            {"id": "clicked", "kind": "if", "of": "announce", "event": "link_clicked", "link": "product",
             "within": "1 day", "yes": [{"id": "launch", "kind": "wait_until", "at": "2026-12-04T09:00"}]},
        ],
    },
    published_at=at("2026-12-01T09:00:00+00:00"),
    happenings=(
        *(Changed(at("2026-12-01T08:00:00+00:00"), key, {"email": f"{key}@x.example"}) for key in PEOPLE),
        Did(DEADLINE, "p62", at=DEADLINE, id="e1", automated=True, **CLICK),
        Did(IN_GRACE, "p26", at=DEADLINE, id="e2", **CLICK),
        Did(IN_GRACE, "p62", at=DEADLINE, id="e1", **CLICK),
        Did(IN_GRACE, "p84", at=TICK_LATER, id="e3", **CLICK),
        Did(AFTER_GRACE, "p62", at=DEADLINE, id="e4", **CLICK),
        Did(AFTER_GRACE, "p84", at=DEADLINE, id="e5", **CLICK),
    ),
    answers={"p84@x.example": ("later",)},
)  # fmt: skip
