"""Whether the store answers, and the figures a monitoring system scrapes."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError

from schemas.errors import KanonError
from store.engine import Reader, Store
from store.tables import checkpoint, quarantine, run, stream_state
from store.views import feed, reviews, runs
from store.views.paging import capped_count, dicts


@dataclass(frozen=True, slots=True)
class Sample:
    """One figure: metric, its labels, its value."""

    metric: str
    labels: tuple[tuple[str, str], ...]
    value: float


def trouble(store: Store) -> str | None:
    """The kind of error a trivial query on a real table ends with; None if the store answers."""
    try:
        with store.read() as reader:
            reader.rows(sa.select(checkpoint.c.stage).limit(1))
    except (KanonError, SQLAlchemyError, OSError) as error:
        return type(error).__name__
    return None


def samples(reader: Reader) -> list[Sample]:
    """Quarantine by reason and connection, lag and rows per stream, runs by state, feed position."""
    found = [Sample("kanon_feed_position", (), feed.head(reader))]
    by = (quarantine.c.connection, quarantine.c.reason)
    held = sa.select(*by, sa.func.count().label("count")).where(quarantine.c.state == "open")
    for row in dicts(reader, held.group_by(*by).order_by(*by)):
        labels = (("connection", row["connection"]), ("reason", row["reason"]))
        found.append(Sample("kanon_quarantine_rows", labels, row["count"]))
    for row in dicts(reader, sa.select(stream_state).order_by(*stream_state.primary_key.columns)):
        labels = (("connection", row["connection"]), ("stream", row["stream"]))
        if row["lag"] is not None:
            found.append(Sample("kanon_lag_seconds", labels, row["lag"]))
        if row["last_at"] is not None:
            found.append(
                Sample("kanon_last_rows_timestamp_seconds", labels, row["last_at"].timestamp())
            )
    found.append(Sample("kanon_pairs_waiting", (), capped_count(reader, reviews.waiting())))
    found.append(Sample("kanon_database_bytes", (), _database_bytes(reader)))
    found += [
        Sample("kanon_rows_per_second", (("connection", name),), rate)
        for name, rate in _rates(reader)
    ]
    states = sa.select(run.c.state, sa.func.count().label("count")).group_by(run.c.state)
    found += [
        Sample("kanon_runs", (("state", row["state"]),), row["count"])
        for row in dicts(reader, states.order_by(run.c.state))
    ]
    return found


def _database_bytes(reader: Reader) -> int:
    if reader.is_postgres:
        return int(reader.scalar(sa.text("SELECT pg_database_size(current_database())")) or 0)
    pages, size = (reader.scalar(sa.text(f"PRAGMA {name}")) for name in ("page_count", "page_size"))
    return int(pages or 0) * int(size or 0)


def _rates(reader: Reader) -> list[tuple[str, float]]:
    """Rows a second of each connection's newest run that read any."""
    latest: dict[str, float] = {}
    for row in runs.listing(reader, {"flow": "sync"}, runs.NEWEST, None, 100).rows:
        if row["rate"] and row["connection"]:
            latest.setdefault(str(row["connection"]), float(row["rate"]))
    return sorted(latest.items())
