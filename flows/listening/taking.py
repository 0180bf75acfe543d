"""Sources read as soon as something came for them, and not more often than that needs."""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import dataclass, field

import structlog

from flows.house import House
from flows.sync import settle, sync
from schemas.errors import KanonError

# Lines come in bursts: one reading serves all of one, seconds after its first line.
QUIET = 2.0
log = structlog.get_logger()


@dataclass
class Taking:
    """Reads connections of a house after `heard`, and settles what came of it."""

    house: House
    _due: set[str] = field(default_factory=set)
    _woken: asyncio.Event = field(default_factory=asyncio.Event)

    def heard(self, connection: str) -> None:
        """Something came for a connection; called within the loop."""
        self._due.add(connection)
        self._woken.set()

    async def run(self, stop: asyncio.Event) -> None:
        """Takes what is due until `stop`, and once more at the end."""
        while not stop.is_set():
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._woken.wait(), 1.0)
            if self._woken.is_set():
                await asyncio.sleep(QUIET)
                await self.take()

    async def take(self) -> None:
        """Reads and settles what is due; what could not be read stays due."""
        self._woken.clear()
        due, self._due = self._due, set()
        left = {name for name in sorted(due) if not await asyncio.to_thread(self._taken, name)}
        if left != due:
            await asyncio.to_thread(self._settled)
        self._due |= left

    def _taken(self, connection: str) -> bool:
        try:
            sync(self.house, connection)
        except KanonError as error:
            log.warning("listen.take", connection=connection, error=type(error).__name__)
            return False
        return True

    def _settled(self) -> None:
        try:
            settle(self.house)
        except KanonError as error:
            log.warning("listen.settle", error=type(error).__name__)
