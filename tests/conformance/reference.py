"""A source in memory that keeps every law: the kit is tried on it, and broken ones are made of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl

from connectors.base import Source
from schemas.errors import Refused, Retryable
from schemas.records import (
    CHANGED_AT,
    DELETED,
    ENVELOPE,
    KEY,
    Ack,
    Batch,
    Command,
    Cursor,
    Probe,
    Stream,
)
from tests.conformance.case import NO_ACKNOWLEDGE, Bench, Case

EPOCH = datetime(2024, 1, 1, tzinfo=UTC)
LOOKBACK = timedelta(minutes=5)
SECRET = "s3cret-canary"


@dataclass
class Row:
    key: str
    text: str
    at: datetime
    deleted: bool = False


@dataclass
class MemorySystem:
    """The system itself: rows, a clock that only we move, and switches for every kind of trouble."""

    rows: dict[str, Row] = field(default_factory=dict)
    now: datetime = EPOCH + timedelta(days=1)
    down: bool = False
    readable: bool = True
    busy: float = 0.0
    cut_after: int | None = None
    handles: int = 0
    done: dict[str, Ack] = field(default_factory=dict)
    effects: list[str] = field(default_factory=list)

    def tick(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now

    def put(self, text: str, at: datetime) -> str:
        key = f"r{len(self.rows):05d}"
        self.rows[key] = Row(key, text, at)
        return key


class MemorySource:
    """An honest connector to a `MemorySystem`: ordered by (time, key), five minutes of overlap."""

    size = 10

    def __init__(self, system: MemorySystem, password: str = SECRET) -> None:
        self.system = system
        self._login = lambda: password == SECRET

    def check(self) -> list[Probe]:
        up, known = not self.system.down, self._login() and self.system.readable
        return [
            Probe("address", up, "Адрес отвечает." if up else "Нет ответа.", "Address."),
            Probe("login", known, "Вход." if known else "Отказ.", "Login."),
        ]

    def discover(self) -> list[Stream]:
        return [Stream("rows", ("key",), "timestamp", delete_mode="tombstones", lookback=LOOKBACK)]

    def clock(self) -> datetime:
        return self.system.now

    def read(self, stream: str, cursor: Cursor | None, until: datetime) -> Iterator[Batch]:
        self.knock()
        wanted = self.after(cursor, until)
        self.system.handles += 1
        try:
            for n, start in enumerate(range(0, len(wanted), self.size)):
                if self.system.cut_after is not None and n >= self.system.cut_after:
                    raise Retryable("Связь оборвалась.", "The connection was cut.")
                yield self.batch(wanted[start : start + self.size], wanted)
        finally:
            self.system.handles -= 1

    def knock(self) -> None:
        if self.system.down:
            raise Retryable("Нет ответа.", "No answer.")
        if not (self._login() and self.system.readable):
            raise Refused("Отказано в доступе.", "Access refused.")
        if self.system.busy:
            raise Retryable("Занят.", "Busy.", retry_after=self.system.busy)

    def after(self, cursor: Cursor | None, until: datetime) -> list[Row]:
        rows = sorted(self.system.rows.values(), key=lambda row: (row.at, row.key))
        rows = [row for row in rows if row.at <= until]
        if cursor is None:
            return [row for row in rows if not row.deleted]
        value = cursor.expect(1)
        at, key = datetime.fromisoformat(str(value["at"])), str(value["key"])
        if value["done"]:
            return [row for row in rows if row.at > at - LOOKBACK]
        return [row for row in rows if (row.at, row.key) > (at, key)]

    def batch(self, rows: list[Row], wanted: list[Row]) -> Batch:
        columns = {
            "text": [row.text for row in rows],
            KEY: [row.key for row in rows],
            CHANGED_AT: [row.at for row in rows],
            DELETED: [row.deleted for row in rows],
        }
        last = rows[-1]
        value = {"at": last.at.isoformat(), "key": last.key, "done": last is wanted[-1]}
        return Batch("rows", pl.DataFrame(columns, {"text": pl.String, **ENVELOPE}), Cursor(value))

    def count(self, stream: str, cursor: Cursor | None, until: datetime) -> int:
        return len(self.after(cursor, until))

    def fetch(self, stream: str, keys: Sequence[str]) -> pl.DataFrame:
        found = [self.system.rows[key] for key in keys if key in self.system.rows]
        if not found:
            return pl.DataFrame(schema={"text": pl.String, **ENVELOPE})
        return self.batch(found, found).rows

    def cursor_at(self, stream: str, moment: datetime) -> Cursor:
        before = moment - timedelta(microseconds=1) + LOOKBACK
        return Cursor({"at": before.isoformat(), "key": "", "done": True})

    def write(self, stream: str, commands: Sequence[Command]) -> list[Ack]:
        return [self.system.done.setdefault(c.idempotency_key, self._do(c)) for c in commands]

    def _do(self, command: Command) -> Ack:
        if command.payload.get("fails"):
            return Ack(command.idempotency_key, False, message="отказано")
        if command.idempotency_key not in self.system.done:
            self.system.effects.append(command.key)
        return Ack(command.idempotency_key, True, external_key=command.key)


class MemoryBench(Bench):
    """The bench of the reference; `make` builds the connector, an honest one unless told otherwise."""

    stream = "rows"
    secrets = (SECRET,)

    def __init__(self, make: Callable[[MemorySystem, str], Source] = MemorySource) -> None:
        self.system = MemorySystem()
        self.make = make
        for n in range(35):
            self.system.put(f"row {n}", EPOCH + timedelta(minutes=7 * n))

    def source(self) -> Source:
        return self.make(self.system, SECRET)

    def wrong_credentials(self) -> Source:
        return self.make(self.system, "wrong")

    def no_rights(self) -> Source:
        self.system.readable = False
        return self.source()

    @contextmanager
    def down(self) -> Iterator[None]:
        self.system.down = True
        yield
        self.system.down = False

    @contextmanager
    def cut(self, batches: int) -> Iterator[None]:
        self.system.cut_after = batches
        yield
        self.system.cut_after = None

    @contextmanager
    def busy(self, seconds: float) -> Iterator[None]:
        self.system.busy = seconds
        yield
        self.system.busy = 0.0

    def rows_now(self) -> int:
        return len([row for row in self.system.rows.values() if not row.deleted])

    def clear(self, keep: int = 0) -> None:
        self.system.rows = dict(list(self.system.rows.items())[:keep])

    def add_rows(self, n: int) -> list[str]:
        return [self.system.put("new", self.system.tick()) for _ in range(n)]

    def change_rows(self, n: int) -> list[str]:
        chosen = list(self.system.rows)[:n]
        for key in chosen:
            self.system.rows[key] = Row(key, "changed", self.system.tick())
        return chosen

    def add_late_row(self) -> str:
        newest = max(row.at for row in self.system.rows.values())
        return self.system.put("late", newest - LOOKBACK / 2)

    def add_tie(self, n: int) -> list[str]:
        at = self.system.tick()
        return [self.system.put("tie", at) for _ in range(n)]

    def delete_row(self) -> str:
        key = next(iter(self.system.rows))
        self.system.rows[key] = Row(key, "", self.system.tick(), deleted=True)
        return key

    def add_text(self, text: str) -> str:
        return self.system.put(text, self.system.tick())

    def future_cursor(self) -> Cursor:
        far = self.system.now + timedelta(days=9)
        return Cursor({"at": far.isoformat(), "key": "", "done": True})

    def open_handles(self) -> int:
        return self.system.handles

    def command(self, key: str, fails: bool = False) -> Command:
        return Command("rows", key, f"rows-{key}", {"fails": fails})

    def effects(self) -> list[str]:
        return self.system.effects


def bench(folder: Path) -> Bench:
    """A bench around the honest connector."""
    return MemoryBench()


CASES = [Case("reference", "", bench, impossible=NO_ACKNOWLEDGE)]
