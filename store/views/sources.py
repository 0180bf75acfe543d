"""Sources: what each connection delivered lately, how far behind it is, and whether it adds up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from store.engine import Reader
from store.tables import checkpoint, quarantine, run, stream_state
from store.views import balance, runs
from store.views.paging import Order, capped_count, dicts, page

HISTORY = 40
BY_NAME = Order("name", (stream_state.c.connection,), "pk_stream_state")


@dataclass(frozen=True, slots=True)
class SourceState:
    """One connection: its streams, recent runs (oldest first) and the balance of the last 24 hours."""

    name: str
    streams: Sequence[Mapping[str, Any]] = ()
    runs: Sequence[Mapping[str, Any]] = ()
    balances: Sequence[balance.Balance] = ()
    quarantined: int = 0
    last_success: datetime | None = None
    history: Sequence[int] = field(default=())

    @property
    def last_run(self) -> Mapping[str, Any] | None:
        """The newest run."""
        return self.runs[-1] if self.runs else None

    @property
    def off(self) -> int:
        """By how many records the last 24 hours do not add up."""
        return sum(abs(one.off) for one in self.balances)

    @property
    def lag(self) -> int | None:
        """Seconds between the source's clock and the last committed cursor, of the slowest stream."""
        known = [stream["lag"] for stream in self.streams if stream["lag"] is not None]
        return max(known) if known else None


def names(reader: Reader) -> list[str]:
    """Connections that ever ran, in order."""
    query = sa.select(stream_state.c.connection).distinct().order_by(stream_state.c.connection)
    return [row[0] for row in reader.rows(query)]


def state(reader: Reader, connection: str) -> SourceState:
    """How a connection is doing; an empty state if it never ran."""
    chosen = sa.select(run).where(run.c.connection == connection)
    recent = list(reversed(page(reader, chosen, runs.NEWEST, None, HISTORY).rows))
    counts = runs.counts_of(reader, [row["id"] for row in recent])
    day_ago = datetime.now(UTC) - timedelta(days=1)
    today = [row["id"] for row in recent if row["started_at"] >= day_ago]
    return SourceState(
        connection,
        streams=_streams(reader, connection),
        runs=recent,
        balances=balance.balances(_together([counts.get(i, {}) for i in today])),
        quarantined=_quarantined(reader, connection),
        last_success=max((r["finished_at"] for r in recent if _finished(r)), default=None),
        history=[counts.get(row["id"], {}).get(("extract", "received"), 0) for row in recent],
    )


def _finished(row: Mapping[str, Any]) -> bool:
    return row["state"] == "succeeded" and row["finished_at"] is not None


def _together(many: Sequence[balance.Counts]) -> dict[tuple[str, str], int]:
    total: dict[tuple[str, str], int] = {}
    for counts in many:
        for key, value in counts.items():
            total[key] = total.get(key, 0) + value
    return total


def _streams(reader: Reader, connection: str) -> list[dict[str, Any]]:
    moved = sa.func.max(checkpoint.c.updated_at, type_=checkpoint.c.updated_at.type)
    query = (
        sa.select(stream_state, moved.label("moved_at"))
        .outerjoin(
            checkpoint,
            sa.and_(
                checkpoint.c.connection == stream_state.c.connection,
                checkpoint.c.stream == stream_state.c.stream,
                checkpoint.c.stage == "extract",
            ),
        )
        .where(stream_state.c.connection == connection)
        .group_by(*stream_state.columns)
        .order_by(stream_state.c.stream)
    )
    return dicts(reader, query)


def _quarantined(reader: Reader, connection: str) -> int:
    query = sa.select(quarantine.c.id).where(
        quarantine.c.state == "open", quarantine.c.connection == connection
    )
    return capped_count(reader, query)
