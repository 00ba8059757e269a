"""Delivery: the gate that decides what may be sent, the writing of messages, and handing them over, never twice."""
