"""How often one token or person may call the API: a bucket that fills evenly, kept in memory."""

from __future__ import annotations

import time
from threading import Lock

_MOST_KEYS = 10_000


class Pace:
    """`most` calls at once, and as many again within a minute; 0 counts nothing."""

    def __init__(self, most: int) -> None:
        self.most = most
        self._left: dict[str, tuple[float, float]] = {}
        self._lock = Lock()

    def wait(self, who: str) -> float:
        """Takes one call; how many seconds to wait if there is none left, else 0."""
        if not self.most:
            return 0.0
        now, each = time.monotonic(), 60 / self.most
        with self._lock:
            if len(self._left) > _MOST_KEYS:
                self._left = {k: v for k, v in self._left.items() if v[1] > now - 60}
            left, at = self._left.get(who, (float(self.most), now))
            left = min(self.most, left + (now - at) / each)
            self._left[who] = (left - 1 if left >= 1 else left, now)
            return 0.0 if left >= 1 else (1 - left) * each
