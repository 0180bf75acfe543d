"""Settling in the background: many creations in a row are matched together, none of them waits long."""

from __future__ import annotations

import threading
import traceback
from collections.abc import Callable

import structlog

from schemas.errors import KanonError

log = structlog.get_logger()


class Settling:
    """Runs `work` after being asked, once for all who asked meanwhile."""

    def __init__(self, work: Callable[[], object]) -> None:
        self._work = work
        self._turn = threading.Condition()
        self._asked = 0
        self._ended = 0
        self._done = 0
        self._busy = False

    def soon(self, wait: float) -> bool:
        """Ask for the work; whether it succeeded, for this asking, within `wait` seconds."""
        with self._turn:
            self._asked += 1
            mine = self._asked
            if not self._busy:
                self._busy = True
                threading.Thread(target=self._until_done, daemon=True).start()
            self._turn.wait_for(lambda: self._ended >= mine, timeout=wait)
            return self._done >= mine

    def _until_done(self) -> None:
        while True:
            with self._turn:
                if self._ended >= self._asked:
                    self._busy = False
                    return
                covers = self._asked
            succeeded = self._run()
            with self._turn:
                self._ended = covers
                if succeeded:
                    self._done = covers
                self._turn.notify_all()

    def _run(self) -> bool:
        try:
            self._work()
        except KanonError as error:
            log.warning("settling failed, the next one catches up", error=error.en)
        except Exception as error:  # noqa: BLE001  nobody above this thread would hear of it
            where = traceback.format_tb(error.__traceback__)
            log.error("settling broke", error=type(error).__name__, where=where)
        else:
            return True
        return False
