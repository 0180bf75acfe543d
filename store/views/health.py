"""Whether the store answers, and the figures a monitoring system scrapes."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError

from schemas.errors import KanonError
from store.engine import Reader, Store
from store.tables import checkpoint, quarantine, run, stream_state
from store.views import feed
from store.views.paging import dicts


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
    states = sa.select(run.c.state, sa.func.count().label("count")).group_by(run.c.state)
    found += [
        Sample("kanon_runs", (("state", row["state"]),), row["count"])
        for row in dicts(reader, states.order_by(run.c.state))
    ]
    return found
