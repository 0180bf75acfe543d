"""Listening to mailboxes that tell of new letters: each connection in a thread of its own.

The schedule goes on beside it: what a lost stream did not tell is read by the next sync.
"""

from __future__ import annotations

import asyncio
import time

from flows.house import House
from flows.listen import listen as listen_to
from flows.sync import unpaused
from schemas.errors import Conflict

KIND = "exchange"
_PAUSE = 5.0  # seconds for the sync that is running to end


async def listen(house: House, stop: asyncio.Event) -> int:
    """Read letters as they come until `stop`; how many connections there are."""
    mine = [
        name
        for name in unpaused(house)
        if house.connections[name].kind == KIND and house.connections[name].settings.get("listen")
    ]
    await asyncio.gather(*(asyncio.to_thread(_listen, house, name, stop) for name in mine))
    return len(mine)


def _listen(house: House, name: str, stop: asyncio.Event) -> None:
    while not stop.is_set():
        try:
            listen_to(house, name, lambda: not stop.is_set())
        except Conflict:
            # The schedule is reading it; a stream begun anew is news, so nothing is missed.
            time.sleep(_PAUSE)
