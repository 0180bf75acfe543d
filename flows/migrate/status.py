"""How far a migration is: table by table, how fast, and until when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from flows.house import House
from flows.migrate.run import known
from store import migrating
from store.clock import utc_now

SPREAD = 0.25  # how far the rate so far may be from the rate to come


@dataclass(frozen=True, slots=True)
class Line:
    """One table: what the source counted, what was read and refused, and when it will be through."""

    table: str
    layer: int
    state: str
    rows: int | None
    read: int
    quarantined: int
    rate: float | None
    ends: tuple[datetime, datetime] | None


@dataclass(frozen=True, slots=True)
class Status:
    """A migration and its lines in the order they are carried."""

    migration: migrating.Migration
    lines: tuple[Line, ...]


def status(house: House, name: str, now: datetime | None = None) -> Status:
    """Where a migration stands; ConfigError if there was none of that name."""
    row = known(house, name)
    with house.store.read() as reader:
        parts = migrating.parts(reader, row.id)
        counts = migrating.counts(reader, row.id, 0)
    lines = tuple(_line(part, counts, now or utc_now()) for part in parts)
    return Status(row, lines)


def _line(part: migrating.Part, counts: Mapping[tuple[str, str, str], int], now: datetime) -> Line:
    read = counts.get((part.stream, "extract", "received"), 0)
    refused = sum(counts.get((part.stream, s, "quarantined"), 0) for s in ("extract", "map"))
    rate = ends = None
    if part.started_at is not None and read:
        seconds = max(0.001, ((part.finished_at or now) - part.started_at).total_seconds())
        rate = read / seconds
    if part.state == "running" and rate and part.rows is not None:
        left = max(0, part.rows - read) / rate
        ends = (
            now + timedelta(seconds=left * (1 - SPREAD)),
            now + timedelta(seconds=left * (1 + SPREAD)),
        )
    return Line(part.stream, part.layer, part.state, part.rows, read, refused, rate, ends)
