"""Sources: what each connection delivered lately, how far behind it is, and whether it adds up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from store.attention import Pause, pauses
from store.engine import Reader
from store.tables import checkpoint, quarantine, run, source_probe, stream_state
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
    pause: Pause | None = None
    probes: Sequence[Mapping[str, Any]] = ()

    @property
    def last_run(self) -> Mapping[str, Any] | None:
        """The newest run."""
        return self.runs[-1] if self.runs else None

    @property
    def failed(self) -> str | None:
        """The kind of error the last run that ended was red with; None if it was green."""
        ended = [one for one in self.runs if one["state"] != "running"]
        red = bool(ended) and ended[-1]["state"] in ("failed", "unbalanced")
        return str(ended[-1]["error_kind"] or ended[-1]["state"]) if red else None

    @property
    def running(self) -> bool:
        """Whether a run is at work on it."""
        return any(one["state"] == "running" for one in self.runs)

    @property
    def off(self) -> int:
        """By how many records the last 24 hours do not add up."""
        return sum(abs(one.off) for one in self.balances)

    @property
    def lag(self) -> int | None:
        """Seconds between the source's clock and the last committed cursor now, of the slowest stream."""
        known = [stream["behind"] for stream in self.streams if stream["behind"] is not None]
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
        pause=pauses(reader).get(connection),
        probes=_probes(reader, connection),
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
    now = datetime.now(UTC)
    return [{**row, "behind": _behind(row, now)} for row in dicts(reader, query)]


def _behind(row: Mapping[str, Any], now: datetime) -> int | None:
    """The lag that the last read left, grown by the time since."""
    if row["lag"] is None or row["last_at"] is None:
        return None
    return int(row["lag"] + max(0.0, (now - row["last_at"]).total_seconds()))


def _probes(reader: Reader, connection: str) -> list[dict[str, Any]]:
    c = source_probe.c
    return dicts(
        reader, sa.select(source_probe).where(c.connection == connection).order_by(c.place)
    )


def _quarantined(reader: Reader, connection: str) -> int:
    query = sa.select(quarantine.c.id).where(
        quarantine.c.state == "open", quarantine.c.connection == connection
    )
    return capped_count(reader, query)
