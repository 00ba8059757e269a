"""Webhooks: calls of authors' addresses, signed, and never of an address inside the house."""
