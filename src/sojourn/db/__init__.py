"""Everything about PostgreSQL itself: the embedded server, connections, tables, migrations, shards and queries."""
