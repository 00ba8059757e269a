"""Senders: from whom emails can be."""
