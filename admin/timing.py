"""How long answers take: shown in the footer, summed up for monitoring."""

from __future__ import annotations

import time
from threading import Lock

from starlette.types import ASGIApp, Receive, Scope, Send

BOUNDS = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)


class Durations:
    """A histogram of answer times in seconds, safe to share between threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self.counts = [0] * (len(BOUNDS) + 1)
        self.total = 0.0

    def add(self, seconds: float) -> None:
        """Counts one answer."""
        slot = next((i for i, bound in enumerate(BOUNDS) if seconds <= bound), len(BOUNDS))
        with self._lock:
            self.counts[slot] += 1
            self.total += seconds

    def cumulative(self) -> list[tuple[str, int]]:
        """Bucket bound → answers at or below it, the last one `+Inf`."""
        with self._lock:
            counts = list(self.counts)
        names = [*(f"{bound:g}" for bound in BOUNDS), "+Inf"]
        return [(name, sum(counts[: i + 1])) for i, name in enumerate(names)]


class Stopwatch:
    """ASGI middleware: notes when a request came and counts how long its answer took."""

    def __init__(self, app: ASGIApp, durations: Durations) -> None:
        self.app = app
        self.durations = durations

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started = time.perf_counter()
        scope.setdefault("state", {})["started"] = started
        try:
            await self.app(scope, receive, send)
        finally:
            self.durations.add(time.perf_counter() - started)
