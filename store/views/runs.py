"""Runs: the list, one run with its balance sheet, and what it put into quarantine."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from statistics import median
from types import MappingProxyType
from typing import Any

import sqlalchemy as sa

from store import run_lines
from store.engine import Reader
from store.tables import change, quarantine, run, run_count
from store.views import balance
from store.views.paging import Order, Page, Place, capped_count, dicts, first, page

NEWEST = Order("newest", (run.c.id,), "pk_run", descending=True)
COUNTED = ("received", "landed", "unchanged", "quarantined")
# Of so many runs before, the median tells how long one usually takes.
_REMEMBERED = 500
_LINES = 100
# What `flows.started` keeps among the parameters.
_VERSIONED = ("mapping ", "rules")
PERIODS: Mapping[str, timedelta] = MappingProxyType(
    {"day": timedelta(days=1), "week": timedelta(weeks=1), "month": timedelta(days=30)}
)


def _seconds(row: Mapping[str, Any], now: datetime) -> float:
    until = row["finished_at"] or (now if row["state"] == "running" else row["heartbeat_at"])
    return max(0.0, float((until - row["started_at"]).total_seconds()))


def listing(
    reader: Reader, filters: Mapping[str, str], order: Order, start: Place | None, limit: int
) -> Page:
    """A page of runs, newest first, each with its main counts and duration in seconds."""
    query = sa.select(run)
    for name in ("connection", "state", "flow"):
        if name in filters:
            query = query.where(run.c[name] == filters[name])
    now = datetime.now(UTC)
    if filters.get("period") in PERIODS:
        query = query.where(run.c.started_at >= now - PERIODS[filters["period"]])
    found = page(reader, query, order, start, limit)
    counts = counts_of(reader, [row["id"] for row in found.rows])
    usual = medians(reader) if found.rows else {}
    rows = [_told(row, counts.get(row["id"], {}), usual, now) for row in found.rows]
    return Page(rows, found.next, found.previous)


def one(reader: Reader, run_id: int) -> dict[str, Any] | None:
    """A run as `listing` tells it; None if there is no such run."""
    row = first(reader, sa.select(run).where(run.c.id == run_id))
    if row is None:
        return None
    counts = counts_of(reader, [run_id]).get(run_id, {})
    return _told(row, counts, medians(reader), datetime.now(UTC))


def _told(
    row: Mapping[str, Any],
    counts: balance.Counts,
    usual: Mapping[tuple[str, str | None], float],
    now: datetime,
) -> dict[str, Any]:
    seconds, main = _seconds(row, now), _main(counts)
    usually = usual.get((row["flow"], row["connection"]))
    read = main["received"] or counts.get(("map", "read"), 0)
    return {
        **row,
        **origin(row),
        "seconds": seconds,
        "of_median": seconds / usually if usually else None,
        "rate": round(read / seconds) if read and seconds >= 1 else None,
        **main,
    }


def origin(row: Mapping[str, Any]) -> dict[str, Any]:
    """Of a run `by`, who started it, None for the hub itself, and `versions`: what it worked by → its version.

    `rest` are its other parameters.
    """
    told = json.loads(row["parameters"] or "{}")
    by = told.pop("by", None)
    versions = {name: str(value) for name, value in told.items() if name.startswith(_VERSIONED)}
    rest = {name: value for name, value in told.items() if name not in versions}
    return {"by": by, "versions": versions, "rest": rest}


def medians(reader: Reader) -> dict[tuple[str, str | None], float]:
    """(flow, connection) → seconds that its green runs took of late, in the middle."""
    columns = (run.c.flow, run.c.connection, run.c.state, run.c.started_at, run.c.finished_at)
    lately = dicts(reader, sa.select(*columns).order_by(run.c.id.desc()).limit(_REMEMBERED))
    took: dict[tuple[str, str | None], list[float]] = {}
    for row in lately:
        if row["state"] == "succeeded" and row["finished_at"] is not None:
            seconds = (row["finished_at"] - row["started_at"]).total_seconds()
            took.setdefault((row["flow"], row["connection"]), []).append(seconds)
    return {what: median(seconds) for what, seconds in took.items()}


def counts_of(reader: Reader, ids: Sequence[int]) -> dict[int, dict[tuple[str, str], int]]:
    """Run id → its counts added up over streams, (stage, name) → value."""
    if not ids:
        return {}
    found: dict[int, list[dict[str, Any]]] = {}
    for row in dicts(reader, sa.select(run_count).where(run_count.c.run_id.in_(ids))):
        found.setdefault(row["run_id"], []).append(row)
    return {run_id: balance.summed(rows) for run_id, rows in found.items()}


def _main(counts: balance.Counts) -> dict[str, int | None]:
    extract = {name: counts.get(("extract", name)) for name in COUNTED}
    refused = [value for (_, name), value in counts.items() if name == "quarantined"]
    new, changed = (counts.get(("map", name)) for name in ("inserted", "updated"))
    quarantined = sum(refused) if refused else None
    return {**extract, "inserted": new, "updated": changed, "quarantined": quarantined}


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage of a run on one stream: everything it counted."""

    stage: str
    connection: str
    stream: str
    counts: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class RunCard:
    """A run with everything its page shows."""

    row: Mapping[str, Any]
    seconds: float
    median: float | None
    balances: Sequence[balance.Balance]
    stages: Sequence[Stage]
    refusals: Sequence[Mapping[str, Any]]
    changes: int
    lines: Sequence[Mapping[str, Any]]


def card(reader: Reader, run_id: int, *, trouble: bool = False) -> RunCard | None:
    """One run with its newest lines, or with `trouble` those that warn; None if there is no such run."""
    row = first(reader, sa.select(run).where(run.c.id == run_id))
    if row is None:
        return None
    counts = dicts(
        reader,
        sa.select(run_count)
        .where(run_count.c.run_id == run_id)
        .order_by(*run_count.primary_key.columns),
    )
    return RunCard(
        {**row, **origin(row)},
        _seconds(row, datetime.now(UTC)),
        medians(reader).get((row["flow"], row["connection"])),
        balance.balances(balance.summed(counts)),
        _stages(counts),
        _refusals(reader, run_id),
        capped_count(reader, sa.select(change.c.pos).where(change.c.run_id == run_id), 1000)
        if counts
        else 0,
        run_lines.newest(reader, run_id, _LINES, trouble=trouble),
    )


_ORDER = (
    "extract", "map", "match", "merge", "publish", "assemble", "enquire", "catalogue", "offers",
)  # fmt: skip


def _stages(counts: Sequence[Mapping[str, Any]]) -> list[Stage]:
    grouped: dict[tuple[str, str, str], dict[str, int]] = {}
    for row in counts:
        key = (row["stage"], row["connection"], row["stream"])
        grouped.setdefault(key, {})[row["name"]] = row["value"]
    stages = [Stage(*key, values) for key, values in grouped.items()]
    return sorted(
        stages,
        key=lambda s: (
            _ORDER.index(s.stage) if s.stage in _ORDER else len(_ORDER),
            s.connection,
            s.stream,
        ),
    )


def _refusals(reader: Reader, run_id: int) -> list[dict[str, Any]]:
    """Open quarantine rows of this run by signature (stage, reason, field), most frequent first."""
    signature = (
        quarantine.c.stage,
        quarantine.c.connection,
        quarantine.c.stream,
        quarantine.c.reason,
        quarantine.c.field,
    )
    query = (
        sa.select(
            *signature,
            sa.func.count().label("count"),
            sa.func.min(quarantine.c.id).label("sample"),
            sa.func.min(quarantine.c.first_seen, type_=quarantine.c.first_seen.type).label(
                "first_seen"
            ),
            sa.func.max(quarantine.c.last_seen, type_=quarantine.c.last_seen.type).label(
                "last_seen"
            ),
        )
        .where(quarantine.c.state == "open", quarantine.c.run_id == run_id)
        .group_by(*signature)
        .order_by(sa.desc("count"), quarantine.c.reason)
        .limit(50)
    )
    return dicts(reader, query)
