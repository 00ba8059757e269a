"""Events: one append-only table of what happened to people; the first write of an id is the event."""
