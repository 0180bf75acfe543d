"""What a connector is: small Protocols, so that an honest one fits in forty lines.

A connector knows the wire and nothing else: no runs, retries, tables or Prefect. `read` is at least
once; every batch's cursor is valid after that batch; rows come ordered by (cursor, key), or the stream
says `ordered=False` and then the cursor moves only at the end. Closing the iterator early releases
everything it holds. Optional abilities are Protocols of their own and are asked by isinstance.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import dataclass
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
class Estimated(Protocol):
    """Can say roughly how many records it holds; people are shown it, nothing is compared with it."""

    def estimate(self, stream: str) -> int:
        """About how many records the stream has in all."""


@runtime_checkable
class Fetch(Protocol):
    """Can fetch records by key."""

    def fetch(self, stream: str, keys: Sequence[str]) -> pl.DataFrame:
        """Rows like those of a batch; absent keys are simply absent."""


@dataclass(frozen=True, slots=True)
class Linked:
    """A column of one stream that names a record of another by the column `to`."""

    stream: str
    column: str
    parent: str
    to: str


@runtime_checkable
class Surveyed(Protocol):
    """Can be looked over before it is read: what a profile asks for."""

    def every(self) -> dict[str, tuple[str, ...]]:
        """All tables by name with the columns of their keys, also those without one."""

    def spread(self, stream: str, limit: int, seconds: float) -> tuple[pl.DataFrame, int]:
        """At most about `limit` payload rows from all over the table, and how many it has.

        Retryable if it takes longer than `seconds`.
        """

    def links(self) -> list[Linked]:
        """The references the source declares."""


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


@runtime_checkable
class Awaits(Protocol):
    """Can be asked whether something has come, and holds the question open a while."""

    def wait(self, cursor: Cursor | None) -> bool:
        """Whether something came after `cursor`; nothing is taken, nothing confirmed."""


@runtime_checkable
class Receives(Protocol):
    """Is sent what is new by the other system itself, over HTTP."""

    def received(self, told: Mapping[str, Any], secret: str) -> Batch:
        """What was sent, to be landed; Refused if the secret is not the one agreed on."""

    def listen_by_settings(self) -> str:
        """Tell the other system where to send to, or not to send; the address, empty if it is asked."""


@runtime_checkable
class Says(Protocol):
    """Can say something in the conversations it takes in, and invite into one."""

    def chat_of(self, thread: str) -> str | None:
        """The chat a conversation stands in; None if it is none of its own."""

    def say(self, chat: str, text: str) -> Batch:
        """Send a message; what tells of it, as if it had come. Sent again it is said twice."""

    def file(self, file_id: str) -> bytes:
        """What somebody sent there as a file; Refused if it is given out no more, or not to programs."""

    def invitation(self) -> str:
        """The link into a chat with it, to which a one-time token is added."""


class Factory(Protocol):
    """What the registry keeps per kind of system."""

    def __call__(self, name: str, settings: dict[str, Any]) -> Source:
        """A connector from validated settings; ConfigError names the setting that is wrong."""
