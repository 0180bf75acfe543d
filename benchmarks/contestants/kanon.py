"""Kanon itself: rows as typed → canonical records → resolution."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from benchmarks.contestants.clock import Clock
from benchmarks.linkage_set import RAW, cleaned
from dedup.refs import RECORD
from dedup.resolve import ASKED, resolve_parties

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
    # Matching asks for these columns alone.
    rows, told = records.select(*RECORD, "row"), records.select(*ASKED, "deleted")
    del records
    with clock("match"):
        links = resolve_parties(told, pl.DataFrame(schema=KNOWN)).links
    found = rows.join(links, on=RECORD, how="inner", maintain_order="left")
    return found.select("row", entity=_numbered("golden_id"), unit=_numbered("unit_id"))


def _numbered(column: str) -> pl.Expr:
    return pl.col(column).rank("dense").cast(pl.Int64)
