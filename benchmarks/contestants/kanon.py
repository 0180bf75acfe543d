"""Kanon itself: rows as typed → canonical records → resolution."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from benchmarks.contestants.clock import Clock
from benchmarks.linkage_set import RAW, cleaned
from dedup.resolve import resolve_parties

KNOWN = {
    "ref": pl.String(),
    "golden_id": pl.String(),
    "unit_id": pl.String(),
    "since": pl.Datetime("us", "UTC"),
}


def run(folder: Path, clock: Clock) -> pl.DataFrame:
    """row, entity, unit of every record that cleaning lets through."""
    raw = pl.read_parquet(folder / RAW)
    with clock("clean"):
        records = cleaned(raw)
    del raw
    with clock("match"):
        links = resolve_parties(records.drop("row"), pl.DataFrame(schema=KNOWN)).links
    record = ["connection", "stream", "key"]
    found = records.select(*record, "row").join(
        links, on=record, how="inner", maintain_order="left"
    )
    return found.select("row", entity=_numbered("golden_id"), unit=_numbered("unit_id"))


def _numbered(column: str) -> pl.Expr:
    return pl.col(column).rank("dense").cast(pl.Int64)
