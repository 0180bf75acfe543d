"""References to records: `connection/stream/key`, and what a source says about its own records."""

from __future__ import annotations

import polars as pl

RECORD = ("connection", "stream", "key")
REF = "ref"


def with_ref(records: pl.DataFrame) -> pl.DataFrame:
    """`records` sorted by a `ref` column; the sort is what makes every later step order-free."""
    ref = pl.concat_str([pl.col(part) for part in RECORD], separator="/")
    return records.with_columns(ref.alias(REF)).sort(REF)


def target_ref(column: str) -> pl.Expr:
    """The ref a key column points at: "key" in the same stream, or "stream:key" in another one."""
    key = pl.col(column)
    elsewhere = key.str.contains(":", literal=True)
    stream = pl.when(elsewhere).then(key.str.split_exact(":", 1).struct.field("field_0"))
    inner = pl.when(elsewhere).then(key.str.replace(r"^[^:]*:", "")).otherwise(key)
    return pl.concat_str(
        [pl.col("connection"), stream.otherwise(pl.col("stream")), inner], separator="/"
    )
