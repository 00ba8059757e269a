"""The inbox: messages are kept in the database instead of sent, to be read on a laptop, in a demo or in a test."""
