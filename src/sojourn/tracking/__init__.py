"""What the world answers: clicks, opens and unsubscriptions, each a signed link that comes back, turned into events."""
