"""Extract: from a source to landing. The cursor commits in the transaction of its batch."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

import polars as pl
import structlog

from connectors.base import Acknowledges, Counted, Estimated, Source
from flows.mended import close_mended
from flows.run import Run, Stopped
from flows.sweep import all_keys, land_deletions, sweeps
from schemas.errors import Bug, KanonError, Retryable, Unbalanced
from schemas.records import KEY, Batch, Cursor, Stream
from store import attention, checkpoints, landing, runs
from store.clock import utc_now
from store.engine import Writer
from store.landing import Landed

STAGE = "extract"
LIVE = "live"
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Window:
    """What to read: under which cursor name, from where if that cursor is new, and up to when."""

    name: str = LIVE
    start: Cursor | None = None
    until: datetime | None = None


def extract_stream(
    run: Run,
    source: Source,
    connection: str,
    stream: Stream,
    window: Window | None = None,
    *,
    sweep: bool = False,
) -> Landed:
    """Everything new of one stream, landed; a source that is down is tried again from the last commit.

    With `sweep` all keys are read once more, and those the source no longer has are marked deleted.
    """
    window = window or Window()
    attempts = run.house.connection(connection).retries
    what = f"{connection}.{stream.name}"
    run.progress.begin(STAGE, what, _estimated(run, source, connection, stream))
    total = Landed()
    for attempt in range(attempts + 1):
        try:
            for landed in _read(run, source, connection, stream, window, first=attempt == 0):
                total += landed
            if sweep:
                present = all_keys(source, stream, source.clock())
                total += land_deletions(run, source, connection, stream, present)
            break
        except Retryable as error:
            if attempt == attempts:
                raise
            pause = error.retry_after or min(60.0, 0.5 * 2**attempt)
            log.warning("source is down, waiting", stream=what, attempt=attempt + 1, seconds=pause)
            time.sleep(pause)
    run.progress.end(STAGE, what, f"+{total.landed} ={total.unchanged} !{total.quarantined}")
    if window.name == LIVE:
        with run.house.store.write() as writer:
            # Also of a quiet stream: what it gave before tells later what silence means.
            run.count(writer, STAGE, connection, stream.name, received=0, landed=0)
            runs.note_stream(writer, connection, stream.name, run.id, total.received, stream.lag)
    return total


def _estimated(run: Run, source: Source, connection: str, stream: Stream) -> int | None:
    """About how many records are still to come by a first read; later ones are short."""
    with run.house.store.read() as reader:
        begun = runs.was_read(reader, connection, stream.name)
        known = 0 if begun else landing.known_keys(reader, connection, stream.name)
    if begun or not isinstance(source, Estimated):
        return stream.estimated_rows
    try:
        return max(source.estimate(stream.name) - known, 0) or None
    except KanonError:
        return None  # reading meets the same trouble, and tells it


def _read(
    run: Run, source: Source, connection: str, stream: Stream, window: Window, *, first: bool
) -> Iterator[Landed]:
    with run.house.store.read() as reader:
        cursor = (
            checkpoints.get(reader, STAGE, connection, stream.name, window.name) or window.start
        )
    until = window.until or source.clock() - stream.lag
    expected = source.count(stream.name, cursor, until) if isinstance(source, Counted) else None
    if first and expected:
        with run.house.store.write() as writer:
            run.count(writer, STAGE, connection, stream.name, expected=expected)
    begun, received = utc_now(), 0
    held: list[Batch] = []
    seen: list[pl.Series] = []
    for batch in source.read(stream.name, cursor, until):
        held.append(batch)
        if sweeps(stream, asked=False) and batch.stream == stream.name:
            seen.append(batch.rows[KEY])
        if batch.cursor is None:
            continue
        landed = _commit(run, connection, stream, window, held, batch.cursor)
        received += landed.received
        _stop_if_paused(run, connection, begun)
        run.obey()
        if isinstance(source, Acknowledges) and window.name == LIVE:
            source.acknowledge(stream.name, batch.cursor)
        held = []
        yield landed
    if held:
        raise Bug(
            f"Коннектор {connection} не дал курсора после последней партии {stream.name}.",
            f"Connector {connection} gave no cursor after the last batch of {stream.name}.",
        )
    _compare_with_source(source, connection, stream, cursor, until, expected, received)
    if seen and window.name == LIVE:
        yield land_deletions(run, source, connection, stream, pl.concat(seen))


def _stop_if_paused(run: Run, connection: str, begun: datetime) -> None:
    """Stopped if somebody paused the source since: the batch is committed, the cursor stands behind it."""
    with run.house.store.read() as reader:
        found = attention.pauses(reader).get(connection)
    if found is not None and found.created_at > begun:
        raise Stopped(
            f"Остановлено после партии: {found.author} поставил источник на паузу ({found.reason}). Прочитанное принято, следующее чтение продолжит с этого места.",
            f"Stopped after a batch: {found.author} paused the source ({found.reason}). What was read is kept, the next reading goes on from there.",
        )


def _commit(
    run: Run, connection: str, stream: Stream, window: Window, batches: list[Batch], cursor: Cursor
) -> Landed:
    total = Landed()
    with run.house.store.write() as writer:
        for name in sorted({batch.stream for batch in batches}):
            parts = [batch for batch in batches if batch.stream == name]
            landed = landing.land(writer, connection, run.id, parts)
            close_mended(writer, connection, name, parts)
            run.count(
                writer, STAGE, connection, name,
                received=landed.received, landed=landed.landed,
                unchanged=landed.unchanged, quarantined=landed.quarantined,
            )  # fmt: skip
            total += landed
            if landed.landed:
                _note_drift(run, writer, connection, name, parts)
        checkpoints.put(
            writer, STAGE, connection, stream.name, cursor, name=window.name, run_id=run.id
        )
    run.progress.advance(STAGE, f"{connection}.{stream.name}", total.received)
    return total


def _note_drift(
    run: Run, writer: Writer, connection: str, stream: str, batches: list[Batch]
) -> None:
    """Columns a known stream never had: the stream stays usable, its owner is told."""
    for batch in batches:
        fresh = runs.note_columns(writer, connection, stream, batch.rows.schema, run.id)
        if fresh:
            log.warning("new columns", stream=f"{connection}.{stream}", columns=fresh)


def _compare_with_source(
    source: Source,
    connection: str,
    stream: Stream,
    cursor: Cursor | None,
    until: datetime,
    expected: int | None,
    received: int,
) -> None:
    """Fewer rows than the source counts, before and still after reading, is a loss: the run is red."""
    if expected is None or received >= expected or not isinstance(source, Counted):
        return
    # Rows changed while we read have left the window; the next run brings them.
    still = source.count(stream.name, cursor, until)
    if received < still:
        raise Unbalanced(
            f"{connection}.{stream.name}: в источнике {still} записей, прочитано {received}.",
            f"{connection}.{stream.name}: the source counts {still} records, {received} were read.",
        )
