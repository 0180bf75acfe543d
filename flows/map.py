"""Map: from landing to canonical records or quarantine. The checkpoint commits with its rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import polars as pl

from flows.run import Run
from mappings.compile import CompiledMapping
from mappings.verdict import Mapped
from schemas.errors import Unbalanced
from schemas.records import KEY, Cursor
from store import canonical, checkpoints, landing, quarantine
from store.engine import Writer
from store.landing import LANDING_ID

STAGE = "map"
CHUNK_ROWS = 100_000
Joined = Mapping[str, pl.DataFrame]


@dataclass(frozen=True, slots=True)
class Position:
    """How far a stream is mapped: landing id done, by which mapping, partners seen up to which id."""

    landing_id: int
    mapping: str
    partners: int

    def cursor(self) -> Cursor:
        """The position as a checkpoint."""
        return Cursor(
            {"landing": self.landing_id, "mapping": self.mapping, "partners": self.partners}
        )

    @classmethod
    def of(cls, cursor: Cursor | None) -> Position:
        """The position a checkpoint holds; the very beginning without one."""
        if cursor is None:
            return cls(0, "", 0)
        value = cursor.expect(1)
        return cls(int(value["landing"] or 0), str(value["mapping"]), int(value["partners"] or 0))


@dataclass(frozen=True, slots=True)
class Chunk:
    """Rows to map together and the position that is true once they are stored."""

    rows: pl.DataFrame
    after: Position
    again: bool


def map_stream(run: Run, connection: str, mapping: CompiledMapping) -> int:
    """Everything not yet mapped of one stream; how many landed rows were taken.

    A changed mapping, or changed records of a joined stream, send the latest rows through again; equal
    results are not written.
    """
    what = f"{connection}.{mapping.stream}"
    joined = partners(run, connection, mapping)
    chunks = _chunks(run, connection, mapping, joined)
    total = sum(chunk.rows.height for chunk in chunks)
    run.progress.begin(STAGE, what, total)
    breaker = Breaker(run, connection, mapping.stream)
    for chunk, mapped in _mapped_ahead(chunks, connection, mapping, joined):
        breaker.look(mapped, chunk.rows.height)
        with run.house.store.write() as writer:
            _save(run, writer, connection, mapping, chunk, mapped)
        run.progress.advance(STAGE, what, chunk.rows.height)
    run.progress.end(STAGE, what, f"{total}")
    return total


def partners(run: Run, connection: str, mapping: CompiledMapping) -> dict[str, pl.DataFrame]:
    """The latest landed rows of each joined stream, by alias."""
    with run.house.store.read() as reader:
        return {
            join.alias: landing.latest(run.house.store, reader, connection, join.stream)
            for join in mapping.joins
        }


def _chunks(run: Run, connection: str, mapping: CompiledMapping, joined: Joined) -> list[Chunk]:
    with run.house.store.read() as reader:
        before = Position.of(checkpoints.get(reader, STAGE, connection, mapping.stream))
        pending = landing.pending(reader, connection, mapping.stream, before.landing_id)
        newest = pending[-1].id if pending else before.landing_id
    seen = max((int(frame[LANDING_ID].max() or 0) for frame in joined.values() if frame.height), default=0)
    after = Position(newest, mapping.version, seen)
    if before.landing_id and before.mapping != mapping.version:
        return [_again(run, connection, mapping, after)]
    chunks = list(_pending_chunks(run, pending, mapping.version, before.partners))
    if before.landing_id and seen > before.partners:
        chunks.append(_touched(run, connection, mapping, joined, before, after))
    elif chunks:
        last = chunks[-1]
        chunks[-1] = Chunk(last.rows, after, last.again)
    return chunks


def _pending_chunks(
    run: Run, pending: list[landing.LandingBatch], version: str, partners_seen: int
) -> Iterator[Chunk]:
    """Landed batches joined to chunks of about CHUNK_ROWS, whole batches only."""
    held: list[landing.LandingBatch] = []
    for batch in pending:
        held.append(batch)
        if sum(b.rows for b in held) >= CHUNK_ROWS:
            yield _chunk_of(run, held, version, partners_seen)
            held = []
    if held:
        yield _chunk_of(run, held, version, partners_seen)


def _chunk_of(
    run: Run, batches: list[landing.LandingBatch], version: str, partners_seen: int
) -> Chunk:
    frames = [landing.read_batch(run.house.store, batch) for batch in batches]
    rows = pl.concat(frames, how="diagonal_relaxed")
    return Chunk(rows, Position(batches[-1].id, version, partners_seen), again=False)


def _again(run: Run, connection: str, mapping: CompiledMapping, after: Position) -> Chunk:
    with run.house.store.read() as reader:
        rows = landing.latest(run.house.store, reader, connection, mapping.stream)
    return Chunk(rows, after, again=True)


def _touched(
    run: Run,
    connection: str,
    mapping: CompiledMapping,
    joined: Joined,
    before: Position,
    after: Position,
) -> Chunk:
    """The latest rows whose joined partners changed since they were mapped."""
    changed = {
        join.stream: joined[join.alias].filter(pl.col(LANDING_ID) > before.partners)[KEY]
        for join in mapping.joins
    }
    whole = _again(run, connection, mapping, after)
    old = whole.rows.filter(pl.col(LANDING_ID) <= before.landing_id)
    return Chunk(mapping.touched_by(old, joined, changed), after, again=True)


def _mapped_ahead(
    chunks: list[Chunk], connection: str, mapping: CompiledMapping, joined: Joined
) -> Iterator[tuple[Chunk, Mapped]]:
    """Each chunk with its result; the next one is mapped while this one is being written."""
    with ThreadPoolExecutor(max_workers=1) as ahead:
        waiting = [
            (chunk, ahead.submit(mapping.apply, _last_of_each(chunk.rows), connection, joined))
            for chunk in chunks
        ]
        for chunk, future in waiting:
            yield chunk, future.result()


def _last_of_each(rows: pl.DataFrame) -> pl.DataFrame:
    """The last version of each key; earlier ones in the same chunk are superseded."""
    return rows.unique(KEY, keep="last", maintain_order=True) if rows.height else rows


def _save(
    run: Run,
    writer: Writer,
    connection: str,
    mapping: CompiledMapping,
    chunk: Chunk,
    mapped: Mapped,
) -> None:
    written = canonical.save(writer, mapping.target, mapped.records)
    stream = mapping.stream
    quarantine.resolve(writer, STAGE, connection, stream, mapped.records["key"])
    quarantine.put(writer, STAGE, connection, stream, run.id, mapped.rejects)
    superseded = chunk.rows.height - mapped.records.height - mapped.rejects.height - mapped.ignored.height
    run.count(
        writer, STAGE, connection, stream,
        taken=chunk.rows.height, canonical=mapped.records.height,
        quarantined=mapped.rejects.height, ignored=mapped.ignored.height + superseded,
        inserted=written.inserted, updated=written.updated,
    )  # fmt: skip
    checkpoints.put(writer, STAGE, connection, stream, chunk.after.cursor(), run.id)


class Breaker:
    """Stops a run that produces mostly rejects, before it fills the quarantine."""

    def __init__(self, run: Run, connection: str, stream: str) -> None:
        self._limits = run.house.connection(connection).breaker
        self._what = f"{connection}.{stream}"
        self._rows = self._rejects = 0

    def look(self, mapped: Mapped, rows: int) -> None:
        """Count a chunk; Unbalanced once too many of the rows so far were rejected."""
        self._rows += rows
        self._rejects += mapped.rejects.height
        share = self._rejects / max(self._rows, 1)
        if self._rejects >= self._limits.rows and share > self._limits.share:
            raise Unbalanced(
                f"{self._what}: отказано {self._rejects} из {self._rows} записей, это похоже на ошибку отображения. Ничего из этой порции не записано.",
                f"{self._what}: {self._rejects} of {self._rows} records were rejected, which looks like a wrong mapping. Nothing of this chunk was written.",
            )
