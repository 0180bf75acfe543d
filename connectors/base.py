"""What a connector is: small Protocols, so that an honest one fits in forty lines.

A connector knows the wire and nothing else: no runs, retries, tables or Prefect. `read` is at least
once; every batch's cursor is valid after that batch; rows come ordered by (cursor, key), or the stream
says `ordered=False` and then the cursor moves only at the end. Closing the iterator early releases
everything it holds. Optional abilities are Protocols of their own and are asked by isinstance.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Sequence
from datetime import datetime
from typing import Any, Protocol, runtime_checkable

import polars as pl

from schemas.records import Ack, Batch, Command, Cursor, Probe, Stream


@runtime_checkable
class Source(Protocol):
    """A system that can be checked, listed and read."""

    def check(self) -> list[Probe]:
        """Named probes, best first to fail: address, login, each stream readable, clock skew."""

    def discover(self) -> list[Stream]:
        """The streams on offer, in a stable order."""

    def clock(self) -> datetime:
        """The source's own time (UTC), from which the upper bound of a read is taken."""

    def read(self, stream: str, cursor: Cursor | None, until: datetime) -> Iterator[Batch]:
        """Batches after `cursor` (None: from the beginning), nothing changed later than `until`."""


@runtime_checkable
class Seekable(Protocol):
    """Can begin at a moment: what a backfill window needs."""

    def cursor_at(self, stream: str, moment: datetime) -> Cursor:
        """The cursor from which `read` yields everything changed at or after `moment`."""


@runtime_checkable
class Counted(Protocol):
    """Can say how many records there are, for estimates and reconciliation."""

    def count(self, stream: str, cursor: Cursor | None, until: datetime) -> int:
        """How many records `read` would yield."""


@runtime_checkable
class Fetch(Protocol):
    """Can fetch records by key."""

    def fetch(self, stream: str, keys: Sequence[str]) -> pl.DataFrame:
        """Rows like those of a batch; absent keys are simply absent."""


@runtime_checkable
class Acknowledges(Protocol):
    """Must be told that a batch is stored; the source repeats it until then."""

    def acknowledge(self, stream: str, cursor: Cursor) -> None:
        """Called after the commit that stored everything up to `cursor`; repeating it is harmless."""


@runtime_checkable
class Sink(Protocol):
    """Can be written to."""

    def write(self, stream: str, commands: Sequence[Command]) -> list[Ack]:
        """One ack per command, in any order; the same command twice has one effect."""


@runtime_checkable
class Listens(Protocol):
    """Speaks first: calls, notifications."""

    def listen(self) -> AsyncIterator[Batch]:
        """Batches as they happen."""


class Factory(Protocol):
    """What the registry keeps per kind of system."""

    def __call__(self, name: str, settings: dict[str, Any]) -> Source:
        """A connector from validated settings; ConfigError names the setting that is wrong."""
