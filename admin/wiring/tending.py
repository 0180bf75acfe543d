"""The buttons about sources wired to the flows of an opened house."""

from __future__ import annotations

import threading
import traceback
from collections.abc import Callable, Sequence
from contextvars import copy_context
from datetime import datetime

import structlog

from flows import alerts, attend
from flows.attend import LookedBack
from flows.backfill import backfill
from flows.house import House
from flows.run import refuse_if_busy
from flows.sync import settle
from schemas.errors import KanonError
from schemas.records import Probe

log = structlog.get_logger()


class HouseTending:
    """`admin.actions.tending.Tending` over an opened house."""

    house: House

    def probe(self, connection: str) -> Sequence[Probe]:
        """Try a source and keep what was found."""
        return attend.probe(self.house, connection)

    def pause(self, connection: str, reason: str, by: str) -> bool:
        """Keep a source from being read."""
        return attend.pause(self.house, connection, reason, by)

    def resume(self, connection: str) -> bool:
        """Let a source be read again."""
        return attend.resume(self.house, connection)

    def look_back(self, connection: str, stream: str, since: datetime) -> LookedBack:
        """What reading a stream again would bring."""
        return attend.look_back(self.house, connection, stream, since)

    def read_again(self, connection: str, stream: str, since: datetime) -> None:
        """Read a stream again in the background, under a cursor of its own."""
        attend.refuse_if_paused(self.house, connection)
        refuse_if_busy(self.house, connection)
        until = attend.look_back(self.house, connection, stream, since).until

        def work() -> None:
            backfill(self.house, connection, stream, since, until)
            settle(self.house)

        in_background(connection, work)

    def test_alerts(self) -> Sequence[tuple[str, KanonError | None]]:
        """Send a test message by every way that is set up."""
        return alerts.test(self.house)


def in_background(what: str, work: Callable[[], object]) -> None:
    """Do the work in a thread of its own; how it failed is told by its run, and by the log."""

    def told() -> None:
        try:
            work()
        except KanonError as error:
            log.warning("background work failed", what=what, error=error.en)
        except Exception as error:  # noqa: BLE001  nobody above this thread would hear of it
            # Its text may quote a record: its kind and its place must do.
            where = traceback.format_tb(error.__traceback__)
            log.error("background work broke", what=what, error=type(error).__name__, where=where)

    context = copy_context()  # who asked for it
    threading.Thread(target=context.run, args=(told,), name="background-work", daemon=True).start()
