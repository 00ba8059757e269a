"""`python -m sojourn` is the command line."""

from sojourn.app.cli import main

main()
