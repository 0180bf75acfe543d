"""Small frames of the right shape for tests of the store."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import polars as pl

from schemas.content import content_hash
from schemas.entities import columns, content_columns
from schemas.golden import golden_columns
from schemas.records import CHANGED_AT, DELETED, ENVELOPE, KEY, Batch, Cursor

NOON = datetime(2026, 3, 1, 12, 0, 0, 123456, tzinfo=UTC)


def frame_of(kinds: Mapping[str, pl.DataType], rows: Sequence[Mapping[str, Any]]) -> pl.DataFrame:
    """A frame with exactly these columns; what a row leaves out is null."""
    return pl.DataFrame(
        [{name: row.get(name) for name in kinds} for row in rows], schema=dict(kinds)
    )


def canonical_records(entity: str, rows: Sequence[Mapping[str, Any]]) -> pl.DataFrame:
    """Canonical records with their hash, as the map stage makes them."""
    told = {
        "connection": "erp",
        "stream": "parties",
        "deleted": False,
        "landing_id": 1,
        "landing_row": 0,
        "mapping_version": "1-abcdef01",
        "issues": [],
    }
    frame = frame_of(columns(entity), [{**told, **row} for row in rows])
    return frame.with_columns(content_hash(frame.schema, content_columns(entity)).alias("hash"))


def golden_records(entity: str, rows: Sequence[Mapping[str, Any]]) -> pl.DataFrame:
    """Golden records, as the merge stage makes them."""
    kinds = golden_columns(entity)
    if any("state" in row for row in rows):
        kinds = {**kinds, "state": pl.String()}
    return frame_of(kinds, [{"sources": [], **row} for row in rows])


def batch(stream: str, rows: Sequence[Mapping[str, Any]], cursor: int | None = None) -> Batch:
    """A batch of text columns; `key` and `deleted` of a row fill the reserved columns."""
    payload = sorted({name for row in rows for name in row} - {"key", "deleted"})
    frame = pl.DataFrame(
        [[row.get("key"), NOON, row.get("deleted", False), *map(row.get, payload)] for row in rows],
        schema={
            KEY: ENVELOPE[KEY],
            CHANGED_AT: ENVELOPE[CHANGED_AT],
            DELETED: ENVELOPE[DELETED],
            **dict.fromkeys(payload, pl.String),
        },
        orient="row",
    )
    return Batch(stream, frame, None if cursor is None else Cursor({"n": cursor}))
