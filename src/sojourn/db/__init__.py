"""Everything about PostgreSQL itself: the embedded server, connections, the schema and its migrations, shards, queries."""
