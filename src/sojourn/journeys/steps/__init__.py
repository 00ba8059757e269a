"""The step kinds, one file each: its fields, its checks, and its outcome query.

A new kind is one new file and one line in `registry.py`.
"""
