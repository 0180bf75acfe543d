"""Failed sign-ins, counted: whoever guesses waits."""

from __future__ import annotations

import time
from collections import deque
from threading import Lock

WINDOW = 60.0
PER_LOGIN, PER_ADDRESS = 5, 30
_MOST_KEYS = 10_000


class Attempts:
    """How often each key failed within the last minute; kept in memory, forgotten with it."""

    def __init__(self) -> None:
        self._failed: dict[str, deque[float]] = {}
        self._lock = Lock()

    def wait(self, login: str, address: str) -> int:
        """For how many seconds nothing is checked for this login from there; 0 if it is."""
        now = time.monotonic()
        keys = ((f"{login} {address}", PER_LOGIN), (address, PER_ADDRESS))
        with self._lock:
            return max(self._left(key, most, now) for key, most in keys)

    def _left(self, key: str, most: int, now: float) -> int:
        times = self._failed.get(key)
        while times and times[0] <= now - WINDOW:
            times.popleft()
        if not times or len(times) < most:
            return 0
        return int(times[-most] + WINDOW - now) + 1

    def failed(self, login: str, address: str) -> None:
        """Count one."""
        now = time.monotonic()
        with self._lock:
            if len(self._failed) > _MOST_KEYS:
                self._failed = {k: t for k, t in self._failed.items() if t and t[-1] > now - WINDOW}
            for key in (f"{login} {address}", address):
                self._failed.setdefault(key, deque(maxlen=PER_ADDRESS)).append(now)

    def passed(self, login: str, address: str) -> None:
        """Forget the failures of a login that was let in."""
        with self._lock:
            self._failed.pop(f"{login} {address}", None)
