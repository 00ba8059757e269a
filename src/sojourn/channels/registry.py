"""Which channel carries which kind of message: one line per channel, chosen by the settings."""

from sojourn.channels.inbox.send import InboxChannel
from sojourn.channels.smtp.model import Server
from sojourn.channels.smtp.send import Probe, SmtpChannel
from sojourn.channels.webhook import store as webhooks
from sojourn.channels.webhook.model import Allowed
from sojourn.channels.webhook.send import WebhookChannel
from sojourn.db.connect import Pool, transaction
from sojourn.delivery.model import Channel, Kind
from sojourn.kit.errors import Invalid, Problem
from sojourn.kit.settings import Settings


def channels_of(settings: Settings, pool: Pool) -> dict[Kind, Channel]:
    """The channels of a server by the kind of message: no line, no channel, and its messages wait.

    Raises Invalid when a setting is missing or wrong.
    """
    provided: dict[Kind, Channel] = {
        kind: _email(settings, pool) if kind == "email" else InboxChannel(pool, kind) for kind in settings.channels
    }
    return provided | {"webhook": _webhook(settings, pool)}


async def probe(settings: Settings, pool: Pool, kind: Kind) -> Probe:
    """Whether what carries messages of this kind can be used. Raises Invalid when a setting is missing or wrong."""
    channel = channels_of(settings, pool).get(kind)
    if isinstance(channel, SmtpChannel):
        return await channel.probe()
    if channel is None:
        return Probe(False, f"Nothing is configured. Give the server a SOJOURN_{kind.upper()} other than none.")
    if isinstance(channel, InboxChannel):
        return Probe(True, "Messages are kept in the inbox. Nothing leaves this machine.")
    return Probe(True, "Each webhook step names its own address. There is nothing to connect to before it calls.")


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
