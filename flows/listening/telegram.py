"""Listening to the bots of all Telegram connections: each is asked in a thread of its own."""

from __future__ import annotations

import asyncio

from flows.house import House
from flows.listen import listen as listen_to
from flows.sync import unpaused

KIND = "telegram"


async def listen(house: House, stop: asyncio.Event) -> int:
    """Take in what people write until `stop`; how many bots there are.

    A bot with a webhook in its settings is told where to send to, and is not asked.
    """
    mine = [name for name in unpaused(house) if house.connections[name].kind == KIND]
    asking = [asyncio.to_thread(listen_to, house, name, lambda: not stop.is_set()) for name in mine]
    await asyncio.gather(*asking)
    return len(mine)
