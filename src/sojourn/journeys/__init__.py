"""Journeys: the nested document, its checks, and the frozen version that the engine runs."""
