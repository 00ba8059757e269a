"""People: audiences and their typed attributes, persons, their import, and what their addresses consent to."""
