"""What the routes of delivery are given: the channels of the server, which whoever wires it has put into its state."""

from collections.abc import AsyncIterator, Callable, Mapping
from typing import Annotated

from fastapi import Depends, Request

from sojourn.access.request import Served
from sojourn.db.connect import Pool
from sojourn.delivery.model import Channel, Kind
from sojourn.kit.settings import Settings

OpenChannels = Callable[[Settings, Pool], Mapping[Kind, Channel]]


async def _channels_of(request: Request, services: Served) -> AsyncIterator[Mapping[Kind, Channel]]:
    """Opened for one request: what a worker sends does not wait for it, nor it for that."""
    open_channels: OpenChannels = request.app.state.channels_of
    channels = open_channels(services.settings, services.pool)
    try:
        yield channels
    finally:
        for channel in channels.values():
            await channel.close()


async def _public_url(request: Request, services: Served) -> str:
    """How the world reaches the server; without a setting, as the caller did."""
    return services.settings.public_url or str(request.base_url)


Channels = Annotated[Mapping[Kind, Channel], Depends(_channels_of)]
PublicUrl = Annotated[str, Depends(_public_url)]
