"""The listener of switches that send their call records: written down first, then read like any source."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from functools import partial

from connectors.avaya.listener import Listener
from connectors.avaya.settings import Spool
from flows.house import House
from flows.listening.taking import Taking

KINDS = ("avaya", "ipoffice")


def listeners(house: House, taking: Taking) -> list[Listener]:
    """One listener per connection that has an address to listen at or to connect to."""
    return [
        Listener(name, spool, partial(taking.heard, name))
        for name, spool in _spools(house)
        if spool.live
    ]


def _spools(house: House) -> Iterator[tuple[str, Spool]]:
    for name, connection in sorted(house.connections.items()):
        if connection.kind in KINDS and not connection.paused:
            told = getattr(house.source(name), "settings", None)
            if isinstance(told, Spool):
                yield name, told


async def listen(house: House, stop: asyncio.Event) -> int:
    """Takes down and reads until `stop`; how many connections there were to listen for."""
    taking = Taking(house)
    found = listeners(house, taking)
    if found:
        # What came while nobody read.
        for one in found:
            taking.heard(one.name)
        async with asyncio.TaskGroup() as group:
            group.create_task(taking.run(stop))
            for one in found:
                group.create_task(one.serve(stop))
        await taking.take()
    return len(found)
