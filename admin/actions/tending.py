"""What pages and API may ask the hub to do about sources."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from admin.actions.mending import unwired
from flows.attend import LookedBack
from schemas.errors import KanonError
from schemas.records import Probe


class Tending(Protocol):
    """Trying sources, pausing them, having a past window read again."""

    def probe(self, connection: str, /) -> Sequence[Probe]:
        """Tries a source and keeps what was found."""

    def pause(self, connection: str, reason: str, by: str, /) -> bool:
        """Keeps a source from being read; False if it was paused already."""

    def resume(self, connection: str, /) -> bool:
        """Lets a source be read again; False if it was not paused."""

    def look_back(self, connection: str, stream: str, since: datetime, /) -> LookedBack:
        """What reading a stream again from a moment on would bring."""

    def read_again(self, connection: str, stream: str, since: datetime, /) -> None:
        """Starts reading a stream again from a moment on; nothing is written twice."""

    def test_alerts(self) -> Sequence[tuple[str, KanonError | None]]:
        """Sends a test message by every way that is set up: its name, and what went wrong."""


class NoTending:
    """A site that only reads."""

    def probe(self, _connection: str, /) -> Sequence[Probe]:
        raise unwired()

    def pause(self, _connection: str, _reason: str, _by: str, /) -> bool:
        raise unwired()

    def resume(self, _connection: str, /) -> bool:
        raise unwired()

    def look_back(self, _connection: str, _stream: str, _since: datetime, /) -> LookedBack:
        raise unwired()

    def read_again(self, _connection: str, _stream: str, _since: datetime, /) -> None:
        raise unwired()

    def test_alerts(self) -> Sequence[tuple[str, KanonError | None]]:
        raise unwired()
