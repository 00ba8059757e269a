"""Rehearsal: a journey is run for its whole real audience on a virtual clock, and nothing is sent or left behind.

The engine's own statements run over scratch tables that stand before the real ones for one connection only.
"""
