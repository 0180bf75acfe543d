"""Two weeks by day and how far subscribers were told, counted behind the pages."""

from __future__ import annotations

import time
from concurrent.futures import Future, ThreadPoolExecutor, wait
from threading import Lock

from store import Store
from store.views import trends
from store.views.trends import Trends

# The first count is waited for until it is so old, by however many, and others never.
_PATIENCE_SECONDS = 1.0
# A count stands for so many seconds, and for so many times as long as it took.
_STANDS_SECONDS, _REST = 15.0, 20


class Trending:
    """The last trends of a store, counted anew behind the pages once they are old."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._worker = ThreadPoolExecutor(1, thread_name_prefix="background-trends")
        self._lock = Lock()
        self._last: Trends | None = None
        self._stands_until = 0.0
        self._coming: Future[Trends] | None = None
        self._began = 0.0

    def latest(self, patience: float = _PATIENCE_SECONDS) -> Trends | None:
        """The last count; None while the first one takes longer than `patience` seconds."""
        with self._lock:
            done = self._coming is None or self._coming.done()
            if done and time.monotonic() >= self._stands_until:
                self._began = time.monotonic()
                self._coming = self._worker.submit(self._count)
            coming = self._coming
        if self._last is None and coming is not None:
            wait([coming], max(0.0, self._began + patience - time.monotonic()))
        return self._last

    def _count(self) -> Trends:
        began = time.monotonic()
        with self._store.read() as reader:
            found = trends.trends(reader)
        took = time.monotonic() - began
        self._stands_until = time.monotonic() + max(_STANDS_SECONDS, _REST * took)
        self._last = found
        return found
