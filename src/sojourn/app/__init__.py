"""The only place where everything is wired together: a server, a worker and a command line."""
