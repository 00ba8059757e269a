"""The ways out: each folder is one channel behind the port of sojourn.delivery.model, and one line in the registry."""
