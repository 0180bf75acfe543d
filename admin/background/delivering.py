"""Webhooks sent in the background of `kanon serve`, by one thread."""

from __future__ import annotations

import threading
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import structlog

from schemas.errors import KanonError

log = structlog.get_logger()
PAUSE, AFTER_TROUBLE = 1.0, 30.0


@contextmanager
def in_background(work: Callable[[], object]) -> Iterator[None]:
    """Does `work` again and again, a second apart, until the block ends."""
    stop = threading.Event()
    thread = threading.Thread(target=_until, args=(stop, work), name="webhooks", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(15)


def _until(stop: threading.Event, work: Callable[[], object]) -> None:
    while not stop.is_set():
        stop.wait(PAUSE if _done(work) else AFTER_TROUBLE)


def _done(work: Callable[[], object]) -> bool:
    try:
        work()
    except KanonError as error:
        log.warning("webhooks wait", error=error.en)
    except Exception as error:  # noqa: BLE001  nobody above this thread would hear of it
        where = traceback.format_tb(error.__traceback__)
        log.error("webhooks broke", error=type(error).__name__, where=where)
    else:
        return True
    return False
