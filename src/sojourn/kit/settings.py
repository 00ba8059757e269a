"""Settings: environment variables that start with `SOJOURN_`, each with a default that works on a laptop."""

import os
from pathlib import Path
from typing import Literal, get_args

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from sojourn.kit.zones import known_zone

_Message = Literal["email", "text", "push"]


def _data_folder() -> Path:
    return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share") / "sojourn"


class Settings(BaseSettings):
    """docs/reference/settings.md lists these; a test keeps it complete."""

    model_config = SettingsConfigDict(env_prefix="SOJOURN_", extra="ignore", frozen=True)

    database_url: str | None = Field(
        None, description="Any PostgreSQL 16+; without it the embedded one runs in the data folder."
    )
    data: Path = Field(
        default_factory=_data_folder,
        description="Folder of the embedded PostgreSQL and of what is kept on disk.",
    )
    host: str = Field("127.0.0.1", description="Address the server listens on.")
    port: int = Field(8800, ge=0, le=65535, description="Port the server listens on; 0 lets the system choose.")
    public_url: str | None = Field(None, description="How the world reaches the server; it stands in tracking links.")
    trusted_proxies: str = Field(
        "", description="Addresses or networks, with commas between, whose X-Forwarded-For and -Proto are believed."
    )
    zone: str = Field("UTC", description="Time zone of a new workspace.")
    email: Literal["smtp", "inbox", "none"] = Field(
        "inbox", description="Channel of emails: a mail server, the inbox kept in the database, or none."
    )
    text: Literal["inbox", "none"] = Field("inbox", description="Channel of text messages: the inbox, or none.")
    push: Literal["inbox", "none"] = Field("inbox", description="Channel of push messages: the inbox, or none.")
    smtp_url: str | None = Field(
        None,
        description="smtp://user:password@host:587 (STARTTLS), smtps://host:465, smtp://host:25?tls=none.",
    )
    smtp_connections: int = Field(4, ge=1, le=64, description="Connections to the mail server at the same time.")
    webhook_allow: str = Field(
        "", description="Hosts, addresses or networks, with commas between, that webhooks may call besides public ones."
    )
    worker: str | None = Field(
        None, description="Name of this machine's worker; one that stays the same takes its shards back at once."
    )
    log_level: Literal["info", "warning", "error"] = Field("info", description="The least that is logged.")
    log: Literal["text", "json"] = Field("text", description="Form of the log on standard error.")

    @property
    def channels(self) -> frozenset[_Message]:
        """The kinds of message that something is configured for."""
        return frozenset(kind for kind in get_args(_Message) if getattr(self, kind) != "none")

    @field_validator("zone")
    @classmethod
    def _known_zone(cls, zone: str) -> str:
        if not known_zone(zone):
            raise ValueError(f"{zone!r} is no IANA time zone, such as Europe/Paris")
        return zone
