"""Email through a mail server: what its address means, and handing messages over on a few kept connections."""
