"""The closed list of what can go wrong for a caller: app.http maps each to an answer, app.cli to a message.

Anything else that is raised is a defect: it is logged and answered as one, and never decides about a person.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong, where, and what to do about it.

    `code` is for programs (a closed list in docs/reference/problems.md), `where` a step, field or JSON pointer.
    """

    code: str
    where: str
    message: str
    advice: str = ""

    def __str__(self) -> str:
        return f"{self.where}: {self.message}" + (f" {self.advice}" if self.advice else "")

    def as_json(self) -> dict[str, str]:
        return asdict(self)


class SojournError(Exception):
    """Base of the list. `code` is the machine's name of the error, the exception's text is for people."""

    code = "error"


class NotFound(SojournError):
    """The thing that was named does not exist."""

    code = "not_found"

    def __init__(self, kind: str, name: object) -> None:
        super().__init__(f"There is no {kind} named {str(name)!r}.")


class Invalid(SojournError):
    """What was given cannot be understood or accepted: all problems at once."""

    code = "invalid"

    def __init__(self, message: str, problems: Sequence[Problem] = ()) -> None:
        super().__init__(message)
        self.problems = list(problems)


class Conflict(SojournError):
    """It was understood, but the present state forbids it; nothing changed."""

    code = "conflict"

    def __init__(self, message: str, problems: Sequence[Problem] = ()) -> None:
        super().__init__(message)
        self.problems = list(problems)


class Unauthorized(SojournError):
    """No key or login, or one that is not valid."""

    code = "unauthorized"


class Unavailable(SojournError):
    """Something Sojourn needs (the database, a mail server) cannot be reached; trying again later may help."""

    code = "unavailable"


class LeaseLost(SojournError):
    """Another worker owns the shard now; the transaction that noticed was rolled back."""

    code = "lease_lost"
