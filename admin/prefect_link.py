"""Whether Prefect's own pages answer: asked at most every half minute, for a second, never by a reader."""

from __future__ import annotations

import threading
import time

import httpx

BUDGET_SECONDS = 1.0
KEPT_SECONDS = 30.0


class PrefectLink:
    """The address of Prefect's pages, empty if there are none, and whether they answered lately."""

    def __init__(self, address: str) -> None:
        self.address = address.rstrip("/")
        self._asked = float("-inf")
        self._up = True
        self._lock = threading.Lock()

    @property
    def up(self) -> bool:
        """What was last found; a look that is due goes on behind the answer."""
        if self.address and time.monotonic() - self._asked > KEPT_SECONDS:
            with self._lock:
                due = time.monotonic() - self._asked > KEPT_SECONDS
                self._asked = time.monotonic()
            if due:
                thread = threading.Thread(target=self._ask, daemon=True)
                thread.start()
                thread.join(BUDGET_SECONDS)
        return self._up

    def _ask(self) -> None:
        try:
            answer = httpx.get(f"{self.address}/api/health", timeout=BUDGET_SECONDS)
            self._up = answer.is_success
        except httpx.HTTPError:
            self._up = False
