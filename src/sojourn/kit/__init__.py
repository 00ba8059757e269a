"""What every folder may use: the clock, identifiers, errors, durations, settings, logging."""
