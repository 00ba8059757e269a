"""Alembic's entry: runs in the connection and transaction that sojourn.db.migrate hands over, and says nothing."""

from alembic import context

context.configure(connection=context.config.attributes["connection"])
context.run_migrations()
