"""How fast a source may be asked: requests per second, and how many in a period.

One `Pace` serves all threads of one connection.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from schemas.errors import Retryable


class Pace:
    """A gate that lets requests through at an even rate and stops them when the budget is spent.

    `per_second` and `budget` None mean no limit. The budget is renewed every `period` seconds.
    """

    def __init__(
        self,
        per_second: float | None = None,
        budget: int | None = None,
        period: float = 3600.0,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._gap = 0.0 if not per_second else 1.0 / per_second
        self._budget = budget
        self._period = period
        self._clock = clock
        self._sleep = sleep
        self._lock = threading.Lock()
        self._next = 0.0
        self._spent = 0
        self._period_end = clock() + period

    def wait(self) -> None:
        """Returns when the next request may go; Retryable if the budget of this period is spent."""
        with self._lock:
            now = self._clock()
            self._spend(now)
            turn = max(now, self._next)
            self._next = turn + self._gap
        if turn > now:
            self._sleep(turn - now)

    def _spend(self, now: float) -> None:
        if now >= self._period_end:
            self._spent, self._period_end = 0, now + self._period
        if self._budget is not None and self._spent >= self._budget:
            left = self._period_end - now
            raise Retryable(
                f"Исчерпан бюджет запросов к источнику: {self._budget} за {self._period:g} с. "
                "Подождите или увеличьте budget в настройках подключения.",
                f"The request budget is spent: {self._budget} in {self._period:g} s. "
                "Wait, or raise `budget` in the connection's settings.",
                retry_after=left,
            )
        self._spent += 1
