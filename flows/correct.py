"""Correcting refused records: what a person says they should read is kept, and their records mapped again.

Written down first, carried out after: whoever is killed in between, or meets a run of the same source, finds
it done by that run or the next one.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

import polars as pl

from flows.corrected import Corrections, end_overtaken
from flows.house import House
from flows.map_plan import STAGE, partners
from flows.map_portion import Joined, storable
from flows.run import Run, running
from flows.settled import Settled, settled
from mappings.compile import CompiledMapping
from schemas.errors import Conflict
from schemas.records import KEY
from store import canonical, corrections, landing, quarantine

# As long as a person may be kept waiting for a run of the same source to end.
WAITS = timedelta(seconds=5)


@dataclass(frozen=True, slots=True)
class Fixed:
    """What became of corrections: how many are new, and how many records passed or were refused again.

    `waiting` says that a run holds the source and will carry them out itself. `batch` takes them back.
    """

    batch: str
    written: int
    passed: int = 0
    refused: int = 0
    waiting: bool = False


def correct(house: House, edits: pl.DataFrame, author: str, reason: str | None) -> Fixed:
    """Let `edits` (`store.corrections.EDIT`) of one connection stand, and map their records again."""
    batch = uuid.uuid4().hex[:12]
    with house.store.write() as writer:
        written = corrections.save(writer, edits, author, reason, batch)
    return _carried_out(house, edits["connection"].unique().to_list(), Fixed(batch, written))


def withdraw(house: House, batch: str, by: str) -> Fixed:
    """Take a batch of corrections back, and map their records as their source sends them."""
    with house.store.write() as writer:
        connections = corrections.connections_of(writer, batch)
        ended = corrections.withdraw(writer, batch, by)
    return _carried_out(house, connections, Fixed(batch, ended))


def _carried_out(house: House, connections: Sequence[str], done: Fixed) -> Fixed:
    passed = refused = 0
    for connection in connections:
        try:
            with running(house, "correct", connection, wait=WAITS) as run:
                good, bad = carry(run, connection)
        except Conflict:
            return Fixed(done.batch, done.written, passed, refused, waiting=True)
        passed, refused = passed + good, refused + bad
    return Fixed(done.batch, done.written, passed, refused)


def carry(run: Run, connection: str) -> tuple[int, int]:
    """Map again what was corrected, or taken back, since it was mapped, and what is joined to it.

    How many of the corrected records passed, and how many did not.
    """
    with run.house.store.read() as reader:
        waiting = corrections.pending(reader, connection)
    passed = refused = 0
    if waiting.is_empty():
        return passed, refused
    changed = {
        str(stream): part["key"].unique().sort()
        for (stream,), part in waiting.group_by("stream", maintain_order=True)
    }
    for stream in run.house.mapped_streams(connection):
        mapping = run.house.mapping(connection, stream)
        if set(changed) & {stream, *(join.stream for join in mapping.joins)}:
            good, bad = _stream(run, connection, mapping, changed)
            passed, refused = passed + good, refused + bad
    with run.house.store.write() as writer:
        corrections.carried(writer, waiting["id"].to_list())
    return passed, refused


def _stream(
    run: Run, connection: str, mapping: CompiledMapping, changed: Mapping[str, pl.Series]
) -> tuple[int, int]:
    """Map the records of a stream that were corrected themselves, or have a corrected partner."""
    joined = partners(run.house, connection, mapping)
    keys = [changed.get(mapping.stream, pl.Series("key", [], pl.String))]
    if any(join.stream in changed for join in mapping.joins):
        every = _latest(run, connection, mapping.stream, None)
        keys.append(mapping.touched_by(every, joined, changed)[KEY].rename("key"))
    wanted = pl.concat(keys).unique().sort().to_list()
    told = Corrections.of(run.house, connection, [mapping.stream])
    given = told.apply(mapping.stream, _latest(run, connection, mapping.stream, wanted))
    found = _mapped(mapping, connection, given.rows, joined)
    earlier = _earlier(run, connection, mapping, joined, told, found.rejects["key"])
    _save(run, connection, mapping, given.departed, found, earlier)
    own = given.rows[KEY].filter(given.rows[KEY].is_in(keys[0].implode()))
    refused = int(found.rejects["key"].is_in(own.implode()).sum())
    return own.len() - refused, refused


def _latest(run: Run, connection: str, stream: str, keys: Sequence[str] | None) -> pl.DataFrame:
    with run.house.store.read() as reader:
        return landing.latest(run.house.store, reader, connection, stream, keys)


def _mapped(
    mapping: CompiledMapping, connection: str, rows: pl.DataFrame, joined: Joined
) -> Settled:
    whole = storable(rows)
    return settled(whole, mapping.apply(whole, connection, joined))


def _earlier(
    run: Run,
    connection: str,
    mapping: CompiledMapping,
    joined: Joined,
    told: Corrections,
    refused: pl.Series,
) -> Settled | None:
    """What all versions of the refused records come to: the last good one stands, as ever."""
    if refused.is_empty():
        return None
    store = run.house.store
    with store.read() as reader:
        batches = landing.pending(reader, connection, mapping.stream)
    parts = [
        landing.read_batch(store, batch).filter(pl.col(KEY).is_in(refused.implode()))
        for batch in batches
    ]
    rows = pl.concat(parts, how="diagonal_relaxed")
    return _mapped(mapping, connection, told.apply(mapping.stream, rows).rows, joined)


def _save(
    run: Run,
    connection: str,
    mapping: CompiledMapping,
    departed: pl.DataFrame,
    found: Settled,
    earlier: Settled | None,
) -> None:
    stream, target = mapping.stream, mapping.target
    place = quarantine.Place(STAGE, connection, stream)
    records, gone = found.records, found.dropped_in(connection, stream)
    if earlier is not None:
        records = pl.concat([records, earlier.records])
        fallen = found.rejects.filter(~pl.col("key").is_in(earlier.records["key"].implode()))
        gone = pl.concat([gone, _refs(connection, stream, fallen)])
    with run.house.store.write() as writer:
        canonical.save(writer, target, records)
        canonical.remove(writer, target, gone)
        end_overtaken(writer, connection, stream, departed)
        quarantine.resolve(writer, place, found.accepted)
        quarantine.put(writer, place, found.rejects, run.id)
        run.count(
            writer, STAGE, connection, stream,
            read=found.canonical + found.ignored + found.rejects.height, canonical=found.canonical,
            quarantined=found.rejects.height, ignored=found.ignored,
        )  # fmt: skip


def _refs(connection: str, stream: str, rejects: pl.DataFrame) -> pl.DataFrame:
    return rejects.select(
        pl.lit(connection).alias("connection"), pl.lit(stream).alias("stream"), "key"
    )
