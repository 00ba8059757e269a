"""Sojourn: open-source customer journeys.

The folders stand in the order of the flow, and import only what stands before them:

    kit, db, access -> people -> events -> segments -> content -> journeys -> engine -> delivery -> channels -> tracking
        -> analytics -> app

People arrive and change, events tell what they did, segments say who they are, content is what they get, a journey says
what happens to them, the engine moves everybody who is due with one statement per step and shard, delivery decides what
may be sent and channels hand it over, tracking turns the world's answers into events again, analytics reads what the
engine counted, and app wires it all into a server, a worker and a command line.
"""

__version__ = "0.1.0"
