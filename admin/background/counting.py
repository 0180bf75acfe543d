"""How many companies there are, counted behind the pages: no page waits while a million links are read."""

from __future__ import annotations

import time
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from datetime import UTC, datetime
from threading import Lock

from store import Store
from store.engine import Reader
from store.views import overview

# A count is waited for until it is so old, by however many, unless the last one took longer than is pleasant.
_PATIENCE_SECONDS, _PLEASANT_SECONDS = 1.0, 0.3
# After a count, so many times as long nobody counts again: stewards change links every few seconds.
_REST = 20


@dataclass(frozen=True, slots=True)
class Counted:
    """Companies, and records and companies per source, as they were at a moment."""

    version: int
    companies: int
    per_source: Sequence[overview.Compression]
    at: datetime
    seconds: float

    @property
    def records(self) -> int:
        """Records of all sources."""
        return sum(one.records for one in self.per_source)


class Counting:
    """The last count of a store, made anew behind the pages when links have changed since."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._worker = ThreadPoolExecutor(1, thread_name_prefix="counting")
        self._lock = Lock()
        self._last: Counted | None = None
        self._rests_until = 0.0
        self._coming: Future[Counted] | None = None
        self._began = 0.0

    def latest(self, reader: Reader, links: int | None = None) -> tuple[Counted | None, bool]:
        """The last count, None before the first has ended, and whether it still holds.

        `links` is `overview.Numbers.links`, where that was asked already.
        """
        version = overview.links_version(reader) if links is None else links
        for _ in range(2):  # the count that is being made may have begun before the last change
            last = self._last
            if last is not None and last.version >= version:
                return last, True
            coming = self._begun()
            if coming is None or not (last is None or last.seconds < _PLEASANT_SECONDS):
                break
            wait([coming], max(0.0, self._began + _PATIENCE_SECONDS - time.monotonic()))
        last = self._last
        return last, last is not None and last.version >= version

    def _begun(self) -> Future[Counted] | None:
        """The count that is being made, begun now if none is and the last one is old enough."""
        with self._lock:
            if (self._coming is None or self._coming.done()) and (
                time.monotonic() >= self._rests_until
            ):
                self._began = time.monotonic()
                self._coming = self._worker.submit(self._count)
            return self._coming

    def _count(self) -> Counted:
        began = time.monotonic()
        with self._store.read() as reader:
            version = overview.links_version(reader)
            per_source, companies = overview.compression(reader), overview.companies(reader)
        took = time.monotonic() - began
        if took >= _PLEASANT_SECONDS:
            self._rests_until = time.monotonic() + _REST * took
        self._last = Counted(version, companies, per_source, datetime.now(UTC), took)
        return self._last
