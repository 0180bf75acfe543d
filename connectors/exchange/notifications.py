"""Streaming notifications: the server says that something came; what it was is told by the sync alone."""

from __future__ import annotations

import queue
import threading

from exchangelib.folders import FolderCollection

from connectors.exchange.settings import ExchangeSettings
from connectors.exchange.wire import Box, opened
from schemas.errors import KanonError

_MINUTES = 25  # a stream lasts 30 at most; then it is asked for again


class Notifications:
    """The streams of some mailboxes, each heard in a thread of its own.

    A stream that has just begun counts as news: what came before it began is nowhere told.
    """

    def __init__(self, settings: ExchangeSettings) -> None:
        self._settings = settings
        self._news: queue.Queue[KanonError | None] = queue.Queue()
        self._over = threading.Event()
        for mailbox in settings.mailboxes:
            threading.Thread(target=self._hear, args=(mailbox,), daemon=True).start()

    def wait(self, seconds: float) -> bool:
        """Whether something came within the time; Retryable or Refused if a stream is lost."""
        try:
            told = [self._news.get(timeout=seconds)]
        except queue.Empty:
            return False
        while not self._news.empty():
            told.append(self._news.get())
        lost = next((one for one in told if one is not None), None)
        if lost is not None:
            self.end()
            raise lost
        return True

    def end(self) -> None:
        """Listen no more; threads end with their streams."""
        self._over.set()

    def _hear(self, mailbox: str) -> None:
        try:
            with opened(self._settings, mailbox, apart=f"{mailbox}|{id(self)}") as box:
                self._stream(box)
        except KanonError as error:
            self._news.put(error)

    def _stream(self, box: Box) -> None:
        folders = FolderCollection(
            account=box.account, folders=[place.folder for place in box.places()]
        )
        subscription = folders.subscribe_to_streaming(event_types=("NewMailEvent", "CreatedEvent"))
        self._news.put(None)
        while not self._over.is_set():
            for _ in box.account.inbox.get_streaming_events(
                subscription, connection_timeout=_MINUTES
            ):
                self._news.put(None)
