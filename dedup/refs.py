"""References to records: `connection/stream/key`, and what a source says about its own records."""

from __future__ import annotations

import polars as pl

from schemas.rows import widened
from schemas.rowwise.passes import FEW, Passes

RECORD = ("connection", "stream", "key")
REF = "ref"
_REF = Passes([pl.concat_str([pl.col(part) for part in RECORD], separator="/").alias(REF)])


def with_ref(records: pl.DataFrame) -> pl.DataFrame:
    """`records` sorted by a `ref` column; the sort is what makes every later step order-free."""
    named = widened(records, _REF)
    if named.height <= FEW:
        refs = named[REF].to_list()
        ranked = sorted(range(named.height), key=lambda n: refs[n] or "")
        return named if ranked == list(range(named.height)) else named[ranked]
    # Column by column: a sort of the whole first copies all of it that came in portions.
    order = named[REF].arg_sort()
    return pl.DataFrame([column.rechunk().gather(order) for column in named.get_columns()])


def target_ref(column: str) -> pl.Expr:
    """The ref a key column points at: "key" in the same stream, or "stream:key" in another one."""
    key = pl.col(column)
    elsewhere = key.str.contains(":", literal=True)
    stream = pl.when(elsewhere).then(key.str.split_exact(":", 1).struct.field("field_0"))
    inner = pl.when(elsewhere).then(key.str.replace(r"^[^:]*:", "")).otherwise(key)
    return pl.concat_str(
        [pl.col("connection"), stream.otherwise(pl.col("stream")), inner], separator="/"
    )
