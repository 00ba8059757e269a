"""Saved questions about the people of one audience, and their answers: condition -> SQL -> members."""
