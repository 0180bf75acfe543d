"""Who waits for news of the feed: one look at its head serves all that wait, however many they are."""

from __future__ import annotations

import asyncio
import time
from weakref import WeakKeyDictionary

from starlette.concurrency import run_in_threadpool

from store import Store
from store.views import feed

LOOK_SECONDS = 0.5
MOST_WAITING = 500


class Bell:
    """Rings when the feed has moved. A waiter costs a coroutine; one task looks while anybody waits."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._rings: WeakKeyDictionary[asyncio.AbstractEventLoop, _Ring] = WeakKeyDictionary()

    async def wait(self, after: int, seconds: float) -> None:
        """Returns when the feed has come beyond `after`, or after so many seconds; at once if too many
        wait already."""
        ring = self._rings.setdefault(asyncio.get_running_loop(), _Ring(self._store))
        if ring.waiting < MOST_WAITING:
            await ring.wait(after, seconds)


class _Ring:
    def __init__(self, store: Store) -> None:
        self._store = store
        self._head = 0
        self._moved = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self.waiting = 0

    async def wait(self, after: int, seconds: float) -> None:
        until = time.monotonic() + seconds
        self.waiting += 1
        try:
            if self._task is None or self._task.done():
                self._task = asyncio.get_running_loop().create_task(self._look())
            while self._head <= after and (left := until - time.monotonic()) > 0:
                moved = asyncio.create_task(self._moved.wait())
                await asyncio.wait(
                    {moved, self._task}, timeout=left, return_when=asyncio.FIRST_COMPLETED
                )
                moved.cancel()
                if self._task.done():  # the store does not answer: the read that follows tells
                    return
        finally:
            self.waiting -= 1

    async def _look(self) -> None:
        while self.waiting:
            head = await run_in_threadpool(self._read)
            if head != self._head:
                self._head, moved, self._moved = head, self._moved, asyncio.Event()
                moved.set()
            await asyncio.sleep(LOOK_SECONDS)

    def _read(self) -> int:
        with self._store.read() as reader:
            return feed.head(reader)
