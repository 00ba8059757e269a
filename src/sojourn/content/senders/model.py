"""A saved sender: the name and address that an email is from, where answers go, and whether new emails begin with it.

An email keeps a copy, its line `Contoso <news@contoso.example>`: what changes here changes no email.
"""

from dataclasses import dataclass
from typing import Annotated

from email_validator import EmailNotValidError, validate_email
from pydantic import AfterValidator, Field, StrictBool

from sojourn.content.model import Line, Sender
from sojourn.kit.model import Document


def _plain(name: str) -> str:
    if any(character in '"<>' for character in name):
        raise ValueError('it stands before the address in <>, so it cannot have ", < or > in it')
    return name


def _usable(address: str) -> str:
    """As it was written, but for its domain."""
    try:
        return validate_email(address, check_deliverability=False).normalized
    except EmailNotValidError as error:
        raise ValueError(f"{address!r} cannot be used: {str(error).removesuffix('.')}") from error


FromName = Annotated[Line, Field(min_length=1, max_length=200), AfterValidator(_plain)]
Address = Annotated[str, AfterValidator(_usable)]


class SenderGiven(Document):
    name: FromName = Field(description="What mail programs show instead of the address.")
    address: Address
    reply_to: Address | None = Field(None, description="Where answers go, if not to the address.")
    default: StrictBool | None = Field(
        None,
        description="New emails of the console begin with it. Left out: the first sender is, and a change keeps it.",
    )

    @property
    def mailbox(self) -> Sender:
        return Sender(name=self.name, address=self.address)


@dataclass(frozen=True)
class SavedSender:
    id: int
    name: str
    address: str
    reply_to: str | None
    default: bool

    @property
    def mailbox(self) -> Sender:
        return Sender(name=self.name, address=self.address)

    @property
    def line(self) -> str:
        """As an email's `sender` says it."""
        return f"{self.name} <{self.address}>"
