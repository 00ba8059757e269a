"""Routes of the channels: what carries which kind of message, and whether it works."""

from typing import get_args

from fastapi import APIRouter
from pydantic import BaseModel, Field

from sojourn.access.request import Served
from sojourn.channels.registry import channels_of, probe
from sojourn.delivery.model import Kind

router = APIRouter(prefix="/channels", tags=["channels"])


class ChannelAnswer(BaseModel):
    """`name` is what carries messages of this kind: the inbox keeps them, `none` is nothing, all else sends them."""

    kind: Kind
    name: str


class Channels(BaseModel):
    channels: list[ChannelAnswer]


class ProbeAnswer(BaseModel):
    works: bool
    answer: str = Field(description="What was found, or what is wrong and what to do.")


@router.get("")
async def list_channels(services: Served) -> Channels:
    """What this server sends each kind of message through; its settings decide."""
    found = channels_of(services.settings, services.pool)
    names = {kind: channel.name for kind, channel in found.items()}
    return Channels(channels=[ChannelAnswer(kind=kind, name=names.get(kind, "none")) for kind in get_args(Kind)])


@router.post("/{kind}/probe")
async def probe_channel(kind: Kind, services: Served) -> ProbeAnswer:
    """Tries the channel's connection as for sending, and sends nothing."""
    found = await probe(services.settings, services.pool, kind)
    return ProbeAnswer(works=found.works, answer=found.answer)
