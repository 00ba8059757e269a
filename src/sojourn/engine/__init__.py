"""The engine: admits who starts and advances who is due, each with one statement per step and shard.

One shard has one owner (a lease), and only the owner moves its people; everybody else writes facts and wakes it.
"""
