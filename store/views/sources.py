"""Sources: what each connection delivered lately, how far behind it is, and whether it adds up."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from store.attention import Pause
from store.engine import Reader
from store.tables import checkpoint, quarantine, run, source_pause, source_probe, stream_state
from store.views import balance, runs
from store.views.newest import of_each
from store.views.paging import COUNT_CAP, Order, dicts

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


def state(reader: Reader, connection: str) -> SourceState:
    """How a connection is doing; an empty state if it never ran."""
    return states(reader, [connection])[0]


def states(
    reader: Reader, connections: Sequence[str], *, others: bool = False, tried: bool = True
) -> list[SourceState]:
    """How each of some connections is doing, however many, in five statements.

    With `others` those that ran at any time come behind them. Unless `tried` their probes are left out, and
    a statement is spared.
    """
    read = _streams(reader, None if others else connections)
    connections = list(dict.fromkeys((*connections, *(row["connection"] for row in read))))
    streams = _by_connection(read, connections)
    recent = _recent(reader, connections)
    counts = runs.counts_of(reader, [row["id"] for rows in recent.values() for row in rows])
    probes = _probes(reader, connections) if tried else {}
    held = _held_and_paused(reader, connections)
    day_ago = datetime.now(UTC) - timedelta(days=1)
    return [
        SourceState(
            name,
            streams=streams[name],
            runs=recent[name],
            balances=balance.balances(
                _together(
                    [counts.get(r["id"], {}) for r in recent[name] if r["started_at"] >= day_ago]
                )
            ),
            quarantined=held[name][0],
            last_success=max(
                (r["finished_at"] for r in recent[name] if _finished(r)), default=None
            ),
            pause=held[name][1],
            probes=probes.get(name, ()),
            history=[counts.get(r["id"], {}).get(("extract", "received"), 0) for r in recent[name]],
        )
        for name in connections
    ]


def _recent(reader: Reader, connections: Sequence[str]) -> dict[str, list[dict[str, Any]]]:
    """The newest runs of each, the oldest of them first."""
    newest = sa.select(run).order_by(run.c.id.desc())
    found = of_each(
        reader, [newest.where(run.c.connection == name) for name in connections], HISTORY
    )
    return _by_connection(sorted(found, key=lambda row: int(row["id"])), connections)


def _by_connection(
    rows: Iterable[dict[str, Any]], connections: Sequence[str]
) -> dict[str, list[dict[str, Any]]]:
    told: dict[str, list[dict[str, Any]]] = {name: [] for name in connections}
    for row in rows:
        told[row["connection"]].append(row)
    return told


def _finished(row: Mapping[str, Any]) -> bool:
    return row["state"] == "succeeded" and row["finished_at"] is not None


def _together(many: Sequence[balance.Counts]) -> dict[tuple[str, str], int]:
    total: dict[tuple[str, str], int] = {}
    for counts in many:
        for key, value in counts.items():
            total[key] = total.get(key, 0) + value
    return total


def _streams(reader: Reader, connections: Sequence[str] | None) -> list[dict[str, Any]]:
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
        .group_by(*stream_state.columns)
        .order_by(stream_state.c.connection, stream_state.c.stream)
    )
    if connections is not None:
        query = query.where(stream_state.c.connection.in_(connections))
    now = datetime.now(UTC)
    return [{**row, "behind": _behind(row, now)} for row in dicts(reader, query)]


def _behind(row: Mapping[str, Any], now: datetime) -> int | None:
    """The lag that the last read left, grown by the time since."""
    if row["lag"] is None or row["last_at"] is None:
        return None
    return int(row["lag"] + max(0.0, (now - row["last_at"]).total_seconds()))


def _probes(reader: Reader, connections: Sequence[str]) -> dict[str, list[dict[str, Any]]]:
    c = source_probe.c
    query = sa.select(source_probe).where(c.connection.in_(connections))
    return _by_connection(dicts(reader, query.order_by(c.connection, c.place)), connections)


def _held_and_paused(
    reader: Reader, connections: Sequence[str]
) -> dict[str, tuple[int, Pause | None]]:
    """How many rows of each wait in quarantine, counted no further than the cap; its pause, if it is paused."""
    rows = of_each(reader, [_held(name) for name in connections], 1)
    return {row["connection"]: (int(row["held"]), _pause(row)) for row in rows}


def _pause(row: Mapping[str, Any]) -> Pause | None:
    if row["author"] is None:
        return None
    return Pause(**{name: row[name] for name in Pause.__slots__})


def _held(connection: str) -> sa.Select[Any]:
    c, p = quarantine.c, source_pause.c
    some = sa.select(c.id).where(c.state == "open", c.connection == connection)
    capped = some.limit(COUNT_CAP + 1).subquery()
    name = sa.literal(connection, sa.Text).label("connection")
    held = sa.select(name, sa.func.count().label("held")).select_from(capped).subquery()
    paused = held.outerjoin(source_pause, p.connection == held.c.connection)
    return sa.select(held, p.reason, p.author, p.created_at).select_from(paused)
