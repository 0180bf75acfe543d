"""A listener in a thread of its own, for tests that speak to it over TCP."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from typing import Any

from connectors.avaya.listener import Listener

PATIENCE = 20.0


@contextmanager
def in_thread(make: Callable[[asyncio.Event], Coroutine[Any, Any, object]]) -> Iterator[None]:
    """Runs a coroutine that ends when its event is set; what it raises is raised here."""
    ready, errors = threading.Event(), list[Exception]()
    stopper: list[Callable[[], object]] = []

    async def run() -> None:
        stop = asyncio.Event()
        loop = asyncio.get_running_loop()
        stopper.append(lambda: loop.call_soon_threadsafe(stop.set))
        ready.set()
        await make(stop)

    def work() -> None:
        try:
            asyncio.run(run())
        except Exception as error:  # noqa: BLE001  raised in the test's own thread
            errors.append(error)

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    assert ready.wait(PATIENCE)
    try:
        yield
    finally:
        stopper[0]()
        thread.join(PATIENCE)
    if errors:
        raise errors[0]
    assert not thread.is_alive()


@contextmanager
def listening(listener: Listener) -> Iterator[tuple[str, int]]:
    """The address of a listener while it listens."""
    with in_thread(listener.serve):
        until(lambda: listener.port > 0)
        yield "127.0.0.1", listener.port


def until(holds: Callable[[], bool]) -> None:
    """Waits for something that must come soon."""
    end = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < end, "it did not come"
        time.sleep(0.02)
