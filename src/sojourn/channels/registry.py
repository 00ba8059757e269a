"""Which channel carries which kind of message: one line per channel, chosen by the settings."""

from sojourn.channels.inbox.send import InboxChannel
from sojourn.channels.smtp.model import Server
from sojourn.channels.smtp.send import SmtpChannel
from sojourn.channels.webhook import store as webhooks
from sojourn.channels.webhook.model import Allowed
from sojourn.channels.webhook.send import WebhookChannel
from sojourn.db.connect import Pool, transaction
from sojourn.delivery.model import Channel, Kind
from sojourn.kit.errors import Invalid, Problem
from sojourn.kit.settings import Settings


def channels_of(settings: Settings, pool: Pool) -> dict[Kind, Channel]:
    """The channels of a server by the kind of message. Raises Invalid when a setting is missing or wrong."""
    return {
        "email": _email(settings, pool),
        "text": InboxChannel(pool, "text"),
        "push": InboxChannel(pool, "push"),
        "webhook": _webhook(settings, pool),
    }


def _webhook(settings: Settings, pool: Pool) -> Channel:
    async def secret() -> bytes:
        async with transaction(pool) as conn:
            return await webhooks.secret(conn)

    return WebhookChannel(secret, Allowed.parse(settings.webhook_allow))


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
