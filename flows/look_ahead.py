"""Looking without touching: previews and dry runs. No cursor moves and nothing is stored."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import polars as pl

from flows.house import House
from flows.map_plan import partners
from flows.table_file import read_table
from mappings.compile import CompiledMapping
from mappings.verdict import Mapped
from schemas.records import CHANGED_AT, DELETED, KEY
from store import canonical, checkpoints, landing
from store.landing import LANDING_ID, LANDING_ROW


def landed_partners(
    house: House, connection: str, mapping: CompiledMapping
) -> dict[str, pl.DataFrame]:
    """The latest landed rows of the streams a mapping joins, by alias."""
    return partners(house, connection, mapping)


def first_rows(
    house: House, connection: str, stream: str, file: Path | None, limit: int, now: datetime
) -> pl.DataFrame:
    """Up to `limit` records as the mapping takes them: from `file`, from landing, else from the source."""
    if file is not None:
        return _placed(_from_file(file).head(limit))
    with house.store.read() as reader:
        batches = landing.pending(reader, connection, stream)
    if batches:
        return landing.read_batch(house.store, batches[0]).head(limit)
    return _placed(_from_source(house, connection, stream, limit, now))


def _from_file(file: Path) -> pl.DataFrame:
    rows = read_table(file)
    return (
        rows.with_row_index("_at")
        .with_columns(
            pl.col("_at").cast(pl.String).alias(KEY),
            pl.lit(None, dtype=pl.Datetime("us", "UTC")).alias(CHANGED_AT),
            pl.lit(value=False).alias(DELETED),
        )
        .drop("_at")
    )


def _from_source(
    house: House, connection: str, stream: str, limit: int, now: datetime
) -> pl.DataFrame:
    frames: list[pl.DataFrame] = []
    for batch in house.source(connection).read(stream, None, now):
        if batch.stream == stream and batch.rows.height:
            frames.append(batch.rows)
        if sum(frame.height for frame in frames) >= limit:
            break
    if not frames:
        return pl.DataFrame(
            schema={KEY: pl.String, CHANGED_AT: pl.Datetime("us", "UTC"), DELETED: pl.Boolean}
        )
    return pl.concat(frames, how="diagonal_relaxed").head(limit)


def _placed(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.with_row_index(LANDING_ROW).with_columns(
        pl.col(LANDING_ROW).cast(pl.Int64), pl.lit(0, pl.Int64).alias(LANDING_ID)
    )


def rehearse(
    house: House, connection: str, streams: Sequence[str], limit: int
) -> list[dict[str, object]]:
    """What a sync would do, by stream: records new, changed, equal, and refused with their reasons."""
    lines = []
    for name in streams or house.mapped_streams(connection):
        mapping = house.mapping(connection, name)
        rows = _placed(_unread(house, connection, name, limit))
        mapped = mapping.apply(rows, connection, partners(house, connection, mapping))
        lines.append(_compared(house, connection, mapping, rows, mapped))
    return lines


def _unread(house: House, connection: str, stream: str, limit: int) -> pl.DataFrame:
    with house.store.read() as reader:
        cursor = checkpoints.get(reader, "extract", connection, stream)
    frames: list[pl.DataFrame] = []
    for batch in house.source(connection).read(stream, cursor, datetime.now(UTC)):
        if batch.stream == stream:
            frames.append(batch.rows)
        if sum(frame.height for frame in frames) >= limit:
            break
    empty = pl.DataFrame(
        schema={KEY: pl.String, CHANGED_AT: pl.Datetime("us", "UTC"), DELETED: pl.Boolean}
    )
    return pl.concat([empty, *frames], how="diagonal_relaxed").head(limit)


def _compared(
    house: House, connection: str, mapping: CompiledMapping, rows: pl.DataFrame, mapped: Mapped
) -> dict[str, object]:
    with house.store.read() as reader:
        stored = canonical.load(
            reader, mapping.target, ["key", "hash"], connection=connection, stream=mapping.stream
        )
    last = mapped.records.unique("key", keep="last", maintain_order=True)
    both = last.join(stored, on="key", how="left", suffix="_stored")
    known = both["hash_stored"].is_not_null()
    equal = (both["hash"] == both["hash_stored"]).fill_null(value=False)
    reasons = mapped.rejects["reason"].value_counts(sort=True)
    return {
        "stream": f"{connection}.{mapping.stream}",
        "read": rows.height,
        "new": int((~known).sum()),
        "changed": int((known & ~equal).sum()),
        "equal": int(equal.sum()),
        "ignored": mapped.ignored.height,
        "refused": mapped.rejects.height,
        "reasons": ", ".join(f"{reason}: {n}" for reason, n in reasons.iter_rows()),
    }
