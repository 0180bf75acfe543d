"""Loads on the board: how far each stream of a run is, how fast, until when, and whether it adds up."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from store.attention import Pause, pauses
from store.engine import Reader
from store.tables import landing_batch, run, run_count
from store.views import balance
from store.views.paging import dicts

LATELY = timedelta(minutes=2)
_RUNS = 200
Counts = Mapping[tuple[str, str], int]


@dataclass(frozen=True, slots=True)
class Line:
    """One stream of a load. `expected` rows are what the source said there are, None if it cannot say.

    `rate` is rows a second over the whole run, `now` over the last two minutes. `ends` are the earliest and
    the latest moment at which it is through, by the slowest and the fastest of the rates known; None if
    that cannot be told.
    """

    stream: str
    received: int
    expected: int | None
    rate: float | None
    now: float | None
    ends: tuple[datetime, datetime] | None
    balances: Sequence[balance.Balance]

    @property
    def off(self) -> int:
        """By how many rows its stages do not add up."""
        return sum(abs(one.off) for one in self.balances)

    @property
    def refused(self) -> int:
        """Rows in quarantine, whichever stage refused them."""
        return sum(p.value for one in self.balances for p in one.parts if p.name == "quarantined")

    @property
    def share(self) -> float | None:
        """How much of what is expected is there, from 0 to 1."""
        return min(1.0, self.received / self.expected) if self.expected else None


@dataclass(frozen=True, slots=True)
class Load:
    """A run that reads a source, its streams in the order they were begun, and the pause of the source."""

    row: Mapping[str, Any]
    seconds: float
    lines: Sequence[Line]
    pause: Pause | None

    @property
    def told(self) -> list[Line]:
        """The streams worth a line: all while it runs, those that brought something or are off once it ended."""
        return [one for one in self.lines if self.runs or one.received or one.off]

    @property
    def silent(self) -> list[str]:
        """The names of the others, which had nothing new."""
        return [] if self.runs else [one.stream for one in self.lines if one not in self.told]

    @property
    def runs(self) -> bool:
        """Whether it is under way."""
        return bool(self.row["state"] == "running")


def board(reader: Reader, now: datetime | None = None) -> list[Load]:
    """The last load of each source, those under way first."""
    moment = now or datetime.now(UTC)
    reading = sa.select(run).where(run.c.flow == "sync").order_by(run.c.id.desc()).limit(_RUNS)
    rows = dicts(reader, reading)
    last = list({row["connection"]: row for row in reversed(rows)}.values())
    before = {row["id"] for row in rows if row["state"] == "succeeded"}
    earlier = {
        name: max((r["id"] for r in rows if r["connection"] == name and r["id"] in before - {one["id"]}), default=None)
        for name, one in ((one["connection"], one) for one in last)
    }  # fmt: skip
    wanted = [row["id"] for row in last] + [number for number in earlier.values() if number]
    counts, lately, held = _counts(reader, wanted), _lately(reader, wanted, moment), pauses(reader)
    by_id = {row["id"]: row for row in rows}
    loads = []
    for row in last:
        past = by_id.get(earlier[row["connection"]] or 0)
        usual = _rates(past, counts, moment) if past else {}
        lines = _lines(row, counts, lately, usual, moment)
        loads.append(Load(row, _seconds(row, moment), lines, held.get(row["connection"])))
    return sorted(loads, key=lambda one: (one.row["state"] != "running", -one.row["id"]))


def sheet(reader: Reader, run_id: int) -> Load | None:
    """One run with the lines of its act; None if there is no such run."""
    rows = dicts(reader, sa.select(run).where(run.c.id == run_id))
    if not rows:
        return None
    row, now = rows[0], datetime.now(UTC)
    return Load(row, _seconds(row, now), _lines(row, _counts(reader, [run_id]), {}, {}, now), None)


def totals(lines: Iterable[Line]) -> list[balance.Balance]:
    """The lines of an act added up, stage by stage."""
    summed: dict[tuple[str, str], int] = {}
    for line in lines:
        for one in line.balances:
            summed[one.kind, one.total_name] = summed.get((one.kind, one.total_name), 0) + one.total
            for part in one.parts:
                key = (one.kind, part.name)
                summed[key] = summed.get(key, 0) + part.value
    return balance.balances(summed)


def _seconds(row: Mapping[str, Any], now: datetime) -> float:
    until = row["finished_at"] or (now if row["state"] == "running" else row["heartbeat_at"])
    return max(0.0, float((until - row["started_at"]).total_seconds()))


def _counts(
    reader: Reader, ids: Sequence[int]
) -> dict[tuple[int, str], dict[tuple[str, str], int]]:
    """(run, stream) → (stage, name) → value."""
    found: dict[tuple[int, str], dict[tuple[str, str], int]] = {}
    for row in dicts(reader, sa.select(run_count).where(run_count.c.run_id.in_(ids))):
        own = found.setdefault((row["run_id"], row["stream"]), {})
        own[row["stage"], row["name"]] = row["value"]
    return found


def _lately(reader: Reader, ids: Sequence[int], now: datetime) -> dict[tuple[int, str], float]:
    """(run, stream) → rows a second that landed in the last two minutes."""
    b = landing_batch.c
    rows = sa.select(b.run_id, b.stream, sa.func.sum(b.rows).label("n")).where(
        b.run_id.in_(ids), b.created_at > now - LATELY
    )
    found = dicts(reader, rows.group_by(b.run_id, b.stream))
    return {(r["run_id"], r["stream"]): int(r["n"]) / LATELY.total_seconds() for r in found}


def _rates(
    row: Mapping[str, Any], counts: Mapping[tuple[int, str], Counts], now: datetime
) -> dict[str, float]:
    """Stream → rows a second of a run."""
    seconds = _seconds(row, now)
    told = {
        s: own.get(("extract", "received"), 0) for (n, s), own in counts.items() if n == row["id"]
    }
    return {stream: n / seconds for stream, n in told.items() if n and seconds >= 1}


def _lines(
    row: Mapping[str, Any],
    counts: Mapping[tuple[int, str], Counts],
    lately: Mapping[tuple[int, str], float],
    usual: Mapping[str, float],
    now: datetime,
) -> list[Line]:
    rates = _rates(row, counts, now)
    found = []
    for (number, stream), own in counts.items():
        if number != row["id"] or not stream:
            continue
        received, expected = own.get(("extract", "received"), 0), own.get(("extract", "expected"))
        quick = lately.get((number, stream)) if row["state"] == "running" else None
        known = [one for one in (rates.get(stream), quick, usual.get(stream)) if one]
        left = max(0, expected - received) if expected is not None else None
        running = row["state"] == "running" and left and known
        ends = _ends(left, known, now) if running and left else None
        sheet_of = balance.balances(own)
        found.append(Line(stream, received, expected, rates.get(stream), quick, ends, sheet_of))
    return sorted(found, key=lambda one: one.stream)


def _ends(left: int, rates: Sequence[float], now: datetime) -> tuple[datetime, datetime]:
    soonest, latest = (timedelta(seconds=left / pick(rates)) for pick in (max, min))
    return now + soonest, now + latest
