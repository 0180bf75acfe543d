"""Settling in the background: many creations in a row are matched together, none of them waits long."""

from __future__ import annotations

import threading
import time
import traceback
from collections.abc import Callable

import structlog

from schemas.errors import KanonError

log = structlog.get_logger()
_RESTS = 2  # times as long as it worked


class Settling:
    """Runs `work` after being asked, once for all who asked meanwhile.

    Who does not wait for the end lets it begin after `pause` seconds without another asking, and after
    `longest` at the latest: matching must not slow the one who answers pair after pair.
    """

    def __init__(
        self, work: Callable[[], object], pause: float = 0.0, longest: float = 10.0
    ) -> None:
        self._work = work
        self._pause, self._longest = pause, longest
        self._waited_for = 0
        self._turn = threading.Condition()
        self._asked = 0
        self._ended = 0
        self._done = 0
        self._busy = False
        self._rested = 0.0

    def soon(self, wait: float) -> bool:
        """Ask for the work; whether it succeeded, for this asking, within `wait` seconds."""
        with self._turn:
            self._asked += 1
            mine = self._asked
            if wait > 0:
                self._waited_for = mine
            if not self._busy:
                self._busy = True
                threading.Thread(
                    target=self._until_done, name="background-settling", daemon=True
                ).start()
            self._turn.notify_all()
            self._turn.wait_for(lambda: self._ended >= mine, timeout=wait)
            return self._done >= mine

    def _until_done(self) -> None:
        while True:
            with self._turn:
                if self._ended >= self._asked:
                    self._busy = False
                    return
                self._let_ask()
                covers = self._asked
            succeeded = self._run()
            with self._turn:
                self._ended = covers
                if succeeded:
                    self._done = covers
                self._turn.notify_all()

    def _let_ask(self) -> None:
        """Waits, with the turn in hand, until nobody has asked for a while or somebody waits.

        Work that takes long rests twice as long, so that it leaves the machine to those who ask for pages.
        """
        latest = max(time.monotonic() + self._longest, self._rested)
        while self._waited_for <= self._ended:
            now = time.monotonic()
            quiet = max(self._pause, self._rested - now)
            if not self._turn.wait(max(min(quiet, latest - now), 0.0)):
                return

    def _run(self) -> bool:
        begun = time.monotonic()
        try:
            return self._succeeded()
        finally:
            ended = time.monotonic()
            self._rested = ended + _RESTS * (ended - begun)

    def _succeeded(self) -> bool:
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
