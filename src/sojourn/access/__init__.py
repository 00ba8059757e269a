"""Who may use Sojourn: the accounts of people, their sessions, the keys of programs, and the workspace they share.

Nothing under /api answers without a key or a login, from the first start on: until there is an account, `serve` prints
a set-up link, and whoever holds it makes the first account.
"""
