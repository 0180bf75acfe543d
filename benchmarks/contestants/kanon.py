"""Kanon itself: rows as typed → canonical records → resolution."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from benchmarks.contestants.clock import Clock
from benchmarks.linkage_set import RAW, cleaned
from dedup.refs import RECORD
from dedup.resolve import ASKED, living_of, resolve_parties, work_of
from dedup.snapshot import keys_of

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
        # Matching asks for these columns alone.
        told = cleaned(raw, (*ASKED, "deleted"))
    del raw
    rows = told.select(*RECORD, "row")
    with clock("match"):
        living, nothing = living_of(told), told.clear()
        # Matching has them in an order of its own: in theirs they would only be held twice.
        del told
        work = work_of(living, keys_of(living))
        del living
        links = resolve_parties(nothing, pl.DataFrame(schema=KNOWN), work=work).links
    found = rows.join(links, on=RECORD, how="inner", maintain_order="left")
    return found.select("row", entity=_numbered("golden_id"), unit=_numbered("unit_id"))


def _numbered(column: str) -> pl.Expr:
    return pl.col(column).rank("dense").cast(pl.Int64)
