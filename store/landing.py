"""Landing: what sources sent, verbatim, in immutable Parquet files with a manifest row each.

The file is on disk before its manifest row commits, so a killed run leaves at most a file nobody
points at; `sweep` removes those.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

import polars as pl
from sqlalchemy import func, insert, select

from schemas.content import content_hash
from schemas.errors import Bug
from schemas.reasons import REASONS
from schemas.records import CHANGED_AT, DELETED, ENVELOPE, KEY, Batch
from store import quarantine
from store.bulk import Delta, compare, insert_new, stage, unstage, update_changed
from store.clock import utc_now
from store.engine import Reader, Store, Writer
from store.files import UNFINISHED, batch_path, files_below, read_frame, remove, write_frame
from store.tables import landing_batch, source_record
from store.types import INSTANT

LANDING_ID = "_landing_id"
LANDING_ROW = "_landing_row"
_KEY = ("connection", "stream", "key")
# A batch of another transaction may not be visible yet; its file is never this old.
_SWEEP_AFTER = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class LandingBatch:
    """One landed file and its manifest."""

    id: int
    connection: str
    stream: str
    path: str
    rows: int
    bytes: int
    sha256: str
    run_id: int | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Landed:
    """What became of received records: received = landed + unchanged + quarantined.

    `unchanged` counts those equal to what is stored and those overtaken by a later row of the same
    key in the same batch.
    """

    received: int = 0
    landed: int = 0
    unchanged: int = 0
    quarantined: int = 0
    batch_ids: tuple[int, ...] = ()

    def __add__(self, other: Landed) -> Landed:
        """The sum, part by part."""
        return Landed(
            self.received + other.received,
            self.landed + other.landed,
            self.unchanged + other.unchanged,
            self.quarantined + other.quarantined,
            self.batch_ids + other.batch_ids,
        )


def _joined(batches: Iterable[Batch]) -> Iterator[tuple[str, pl.DataFrame, pl.DataFrame]]:
    """Neighbouring batches of one stream and shape as one: fewer, larger files."""

    def shape(batch: Batch) -> tuple[Any, ...]:
        return batch.stream, tuple(batch.rows.schema.items())

    for (stream, _), group in groupby(batches, key=shape):
        members = list(group)
        yield stream, pl.concat(b.rows for b in members), pl.concat(b.rejects for b in members)


def _without_key(rows: pl.DataFrame) -> pl.DataFrame:
    ru, en = REASONS["key_missing"]
    return rows.select(
        pl.lit(None, pl.String).alias("key"),
        pl.lit("key_missing").alias("reason"),
        pl.lit(KEY).alias("field"),
        pl.lit(None, pl.String).alias("value"),
        pl.lit(ru).alias("message_ru"),
        pl.lit(en).alias("message_en"),
        pl.struct(pl.all()).struct.json_encode().alias("payload"),
    )


def fingerprints(connection: str, stream: str, rows: pl.DataFrame) -> pl.DataFrame:
    """Key and content hash of each row; the hash covers the payload and the deletion mark."""
    payload = [name for name in rows.columns if name not in (KEY, CHANGED_AT)]
    return rows.select(
        pl.lit(connection).alias("connection"),
        pl.lit(stream).alias("stream"),
        pl.col(KEY).alias("key"),
        content_hash(rows.schema, payload).alias("hash"),
        pl.col(DELETED).fill_null(value=False).alias("deleted"),
    ).with_row_index("_at")


def _record(writer: Writer, delta: Delta, batch_id: int, now: datetime) -> None:
    seen = pl.lit(now).cast(INSTANT).alias("last_seen")
    where = pl.lit(batch_id, pl.Int64).alias("landing_id")
    if delta.new.height:
        first = delta.new.drop("_at").with_columns(where, seen, seen.alias("first_seen"))
        insert_new(writer, source_record, first)
    update_changed(writer, source_record, delta.changed.drop("_at").with_columns(where, seen), _KEY)


def _numbered(delta: Delta) -> Delta:
    """The delta with each row's place in the file: the order in which the source sent them."""
    place = (
        pl.concat([delta.new, delta.changed])
        .select("_at")
        .sort("_at")
        .with_row_index("landing_row")
        .cast({"landing_row": pl.Int64})
    )
    new, changed = (
        part.join(place, on="_at", maintain_order="left") for part in (delta.new, delta.changed)
    )
    return Delta(new, changed, delta.unchanged)


def _land_rows(
    writer: Writer,
    connection: str,
    stream: str,
    rows: pl.DataFrame,
    run_id: int | None,
    now: datetime,
) -> tuple[int, int | None]:
    """How many rows were new or changed, and the batch that holds them."""
    latest = rows.unique(subset=KEY, keep="last", maintain_order=True)
    prints = fingerprints(connection, stream, latest)
    delta = _numbered(compare(writer, source_record, prints, _KEY))
    if not delta:
        return 0, None
    wanted = pl.concat([delta.new, delta.changed]).sort("_at")
    batch_id = writer.next("landing")
    path = batch_path(connection, stream, batch_id)
    written = write_frame(writer.landing, path, latest[wanted["_at"]])
    _record(writer, delta, batch_id, now)
    writer.execute(
        insert(landing_batch).values(
            id=batch_id,
            connection=connection,
            stream=stream,
            path=path,
            rows=wanted.height,
            bytes=written.bytes,
            sha256=written.sha256,
            run_id=run_id,
            created_at=now,
        )
    )
    return wanted.height, batch_id


def land(
    writer: Writer,
    connection: str,
    run_id: int | None,
    batches: Iterable[Batch],
    now: datetime | None = None,
) -> Landed:
    """Store what is new or changed in `batches`; rejects, and rows without a key, go to quarantine.

    All payload columns are kept as they came. Writes nothing when nothing differs from what landed.
    """
    moment = now or utc_now()
    total = Landed()
    for stream, rows, rejects in _joined(batches):
        _check_envelope(stream, rows)
        keyless = pl.col(KEY).is_null() | (pl.col(KEY) == "")
        refused = pl.concat([rejects, _without_key(rows.filter(keyless))])
        landed, batch_id = 0, None
        keyed = rows.filter(~keyless)
        if keyed.height:
            landed, batch_id = _land_rows(writer, connection, stream, keyed, run_id, moment)
        place = quarantine.Place("extract", connection, stream)
        quarantine.put(writer, place, refused, run_id, moment)
        if keyed.height:
            accepted = keyed[KEY].filter(~keyed[KEY].is_in(refused["key"].drop_nulls().implode()))
            quarantine.resolve(writer, place, accepted, moment)
        total += Landed(
            rows.height + rejects.height,
            landed,
            keyed.height - landed,
            refused.height,
            () if batch_id is None else (batch_id,),
        )
    return total


def _check_envelope(stream: str, rows: pl.DataFrame) -> None:
    wrong = [name for name, dtype in ENVELOPE.items() if rows.schema.get(name) != dtype]
    if wrong:
        raise Bug(
            f"Коннектор отдал поток {stream} без столбцов {', '.join(wrong)} нужного типа.",
            f"The connector gave stream {stream} without columns {', '.join(wrong)} of the right type.",
        )


_MANIFEST = [column for column in landing_batch.c if column.name != "withdrawn"]


def _batches(reader: Reader, statement: Any) -> list[LandingBatch]:
    return [LandingBatch(**row._mapping) for row in reader.rows(statement)]


def pending(reader: Reader, connection: str, stream: str, after: int = 0) -> list[LandingBatch]:
    """The batches of a stream landed after batch `after`, oldest first, without those withdrawn."""
    b = landing_batch.c
    wanted = (b.connection == connection, b.stream == stream, b.id > after, b.withdrawn.is_(None))
    return _batches(reader, select(*_MANIFEST).where(*wanted).order_by(b.id))


def newest(reader: Reader, connection: str, streams: Sequence[str]) -> int:
    """The id of the last batch that landed of any of these streams; 0 if none did."""
    b = landing_batch.c
    wanted = (b.connection == connection, b.stream.in_(streams), b.withdrawn.is_(None))
    return int(reader.scalar(select(func.max(b.id)).where(*wanted)) or 0) if streams else 0


def streams(reader: Reader) -> list[tuple[str, str]]:
    """The (connection, stream) pairs that have ever landed anything, sorted."""
    b = landing_batch.c
    found = reader.rows(select(b.connection, b.stream).distinct().order_by(b.connection, b.stream))
    return [(row.connection, row.stream) for row in found]


def read_batch(store: Store | Reader, batch: LandingBatch) -> pl.DataFrame:
    """Payload, reserved columns, `_landing_id` and `_landing_row`; the file's digest is checked."""
    frame = read_frame(store.landing, batch.path, batch.sha256)
    return frame.with_row_index(LANDING_ROW).with_columns(
        pl.col(LANDING_ROW).cast(pl.Int64), pl.lit(batch.id, pl.Int64).alias(LANDING_ID)
    )


def _where_latest(
    reader: Reader, connection: str, stream: str, keys: Sequence[str] | None
) -> pl.DataFrame:
    s = source_record.c
    wanted = select(s.landing_id, s.landing_row).where(
        s.connection == connection, s.stream == stream
    )
    if keys is None:
        return reader.frame(wanted)
    # Parameters of one statement are limited, and so is what a person asks for by key.
    slices = [keys[start : start + 500] for start in range(0, len(keys), 500)]
    found = [reader.frame(wanted.where(s.key.in_(part))) for part in slices]
    return pl.concat(found) if found else reader.frame(wanted.where(s.key.is_(None)))


def latest(
    store: Store | Reader,
    reader: Reader,
    connection: str,
    stream: str,
    keys: Sequence[str] | None = None,
) -> pl.DataFrame:
    """The newest landed row of each key (of `keys`, if given), in landing order, as `read_batch` gives them.

    Columns are those of all files together; a column a file lacks is null there.
    """
    places = _where_latest(reader, connection, stream, keys)
    manifest = {batch.id: batch for batch in pending(reader, connection, stream)}
    parts = [
        read_batch(store, manifest[int(batch_id)])[rows["landing_row"].sort()]
        for (batch_id,), rows in places.sort("landing_id").group_by(
            "landing_id", maintain_order=True
        )
    ]
    if not parts:
        return pl.DataFrame(schema={**ENVELOPE, LANDING_ID: pl.Int64, LANDING_ROW: pl.Int64})
    return pl.concat(parts, how="diagonal_relaxed")


def payload(
    store: Store | Reader, reader: Reader, landing_id: int, landing_row: int
) -> dict[str, Any] | None:
    """One landed row as it came, reserved columns included; None if there is no such row."""
    found = _batches(reader, select(*_MANIFEST).where(landing_batch.c.id == landing_id))
    if not found or not 0 <= landing_row < found[0].rows:
        return None
    return read_frame(store.landing, found[0].path, found[0].sha256).row(landing_row, named=True)


def keys_missing_from(
    writer: Writer, connection: str, stream: str, present: pl.Series
) -> list[str]:
    """The live keys of a stream that a full sweep did not see: what the source deleted."""
    s = source_record.c
    seen = stage(writer, source_record, pl.DataFrame({"key": present.drop_nulls().unique()}))
    absent = s.key.not_in(select(seen.c.key))
    wanted = (s.connection == connection, s.stream == stream, s.deleted.is_(False), absent)
    gone = [row.key for row in writer.rows(select(s.key).where(*wanted).order_by(s.key))]
    unstage(writer, seen)
    return gone


def sweep(store: Store, older_than: timedelta = _SWEEP_AFTER) -> list[str]:
    """Delete files no manifest row points at, and unfinished ones; their paths.

    Taking the landing counter waits for transactions that have written a file and not yet committed.
    """
    with store.write() as writer:
        writer.next("landing", 0)
        known = {row.path for row in writer.rows(select(landing_batch.c.path))}
        limit = (utc_now() - older_than).timestamp()
        swept = [
            path
            for path, written in files_below(store.landing)
            if path.endswith((".parquet", UNFINISHED)) and path not in known and written <= limit
        ]
        remove(store.landing, swept)
        return swept


def known_keys(reader: Reader, connection: str, stream: str) -> int:
    """How many different keys of a stream ever landed."""
    s = source_record.c
    wanted = (s.connection == connection, s.stream == stream)
    return int(reader.scalar(select(func.count()).select_from(source_record).where(*wanted)) or 0)
