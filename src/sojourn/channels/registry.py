"""Which channel carries which kind of message: one line per channel, chosen by the settings."""

from sojourn.channels.inbox.send import InboxChannel
from sojourn.channels.smtp.model import Server
from sojourn.channels.smtp.send import SmtpChannel
from sojourn.db.connect import Pool
from sojourn.delivery.model import Channel, Kind
from sojourn.kit.errors import Invalid, Problem
from sojourn.kit.settings import Settings


def channels_of(settings: Settings, pool: Pool) -> dict[Kind, Channel]:
    """The channels of a server by the kind of message. Raises Invalid when a setting is missing or wrong."""
    return {"email": _email(settings, pool), "text": InboxChannel(pool, "text")}


def _email(settings: Settings, pool: Pool) -> Channel:
    if settings.email == "inbox":
        return InboxChannel(pool, "email")
    if settings.smtp_url is None:
        advice = "Set SOJOURN_SMTP_URL=smtp://user:password@host:587, or SOJOURN_EMAIL=inbox."
        problem = Problem(
            "smtp_url", "SOJOURN_SMTP_URL", "Emails go to a mail server, and its address is missing.", advice
        )
        raise Invalid(str(problem), [problem])
    return SmtpChannel(Server.parse(settings.smtp_url), connections=settings.smtp_connections)
