"""How long a night will be: each table measured on samples of it, in a store that is thrown away.

Three samples of growing size are read, landed and mapped; what a run costs before its first row and
what each row costs follow from them (handbook 9). The range is that of the rates between the samples.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from config.migration import Plan, Table
from connectors.base import Source
from flows.extract import extract_stream
from flows.house import House
from flows.map import FIRST_LOAD_ROWS, map_stream
from flows.migrate.rehearse import beside
from flows.run import running
from flows.sync import settle
from schemas.records import Batch, Cursor, Probe, Stream

# The second is large enough to be written as a first load is.
SIZES = (FIRST_LOAD_ROWS // 2, FIRST_LOAD_ROWS, 2 * FIRST_LOAD_ROWS)
LEAST = 0.15  # half the width of a range: clocks and caches are no more exact
SETTLING = "—"
Clock = Callable[[], float]


@dataclass(frozen=True, slots=True)
class Estimate:
    """Seconds a table takes, and between which it is likely to be. `over`: more than its target."""

    table: str
    rows: int
    measured: int
    seconds: float
    low: float
    high: float
    over: bool


class Head:
    """The first rows of a source, page by page, and then no more."""

    def __init__(self, source: Source, rows: int) -> None:
        self._source = source
        self._rows = rows

    def check(self) -> list[Probe]:
        """As the source says."""
        return self._source.check()

    def discover(self) -> list[Stream]:
        """As the source says."""
        return self._source.discover()

    def clock(self) -> datetime:
        """As the source says."""
        return self._source.clock()

    def read(self, stream: str, cursor: Cursor | None, until: datetime) -> Iterator[Batch]:
        """The source's batches, the last one cut, until there are enough rows."""
        left = self._rows
        for batch in self._source.read(stream, cursor, until):
            rows = batch.rows.head(left)
            left -= rows.height
            ended = left <= 0
            at = batch.cursor or (Cursor({}) if ended else None)
            yield Batch(batch.stream, rows, at, batch.rejects)
            if ended:
                return


def estimate(
    house: House, plan: Plan, *, sizes: Sequence[int] = SIZES, clock: Clock = time.monotonic
) -> list[Estimate]:
    """An estimate per carried table, and one of finding identities over all of them, named `SETTLING`.

    A table no larger than the largest sample is measured whole.
    """
    found = []
    settled: list[tuple[int, float]] = []
    for size in sizes:
        with beside(house) as apart:
            took = {t.name: _measured(apart, plan, t, size, clock) for t in plan.carried}
            began = clock()
            settle(apart)
            settled.append((sum(rows for rows, _ in took.values()), clock() - began))
        found.append(took)
    every = [_from(t, [one[t.name] for one in found]) for t in plan.carried]
    total = sum(one.rows for one in every)
    return [*every, _fitted(SETTLING, total, settled, None)]


def _measured(house: House, plan: Plan, table: Table, size: int, clock: Clock) -> tuple[int, float]:
    """How many rows of a table were taken, and how long that took."""
    connection = plan.connection
    source = Head(house.source(connection), size)
    stream = next(one for one in source.discover() if one.name == table.name)
    began = clock()
    with running(house, "sync", connection) as run:
        landed = extract_stream(run, source, connection, stream)
        map_stream(run, connection, house.mapping(connection, table.name))
    return landed.received, clock() - began


def _from(table: Table, points: Sequence[tuple[int, float]]) -> Estimate:
    rows = table.rows if table.rows is not None else points[-1][0]
    return _fitted(table.name, rows, points, table.minutes)


def _fitted(
    name: str, rows: int, points: Sequence[tuple[int, float]], minutes: float | None
) -> Estimate:
    """What the samples tell of `rows`: a straight line through them, not below what was measured."""
    known = sorted(set(points))
    most, seconds = known[-1]
    low = high = seconds
    if rows > most and most > known[0][0]:
        sizes, times = (np.array(side, dtype=float) for side in zip(*known, strict=True))
        each, before = np.polyfit(sizes, times, 1)
        steps = np.diff(times) / np.diff(sizes)
        rates = [rate for rate in (*steps, each, times[-1] / most) if rate > 0]
        seconds = max(seconds, max(before, 0.0) + max(each, min(rates)) * rows)
        left = rows - most
        low, high = (times[-1] + pick(rates) * left for pick in (min, max))
    low, high = min(low, seconds * (1 - LEAST)), max(high, seconds * (1 + LEAST))
    over = minutes is not None and seconds > minutes * 60
    return Estimate(name, rows, most, float(seconds), float(low), float(high), over)
