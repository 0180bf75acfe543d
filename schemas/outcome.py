"""What a cleaning function answers for each row: a value, or the reason there is none, and the evidence.

`value` is what may be stored (any type, null if there is nothing). `reason` is null unless the input
must be refused: a stable code such as `inn_checksum`. `evidence` is null unless something was repaired
or doubted: a code such as `lost_zero`, kept on the record as `<field>:<code>`.
"""

from __future__ import annotations

import polars as pl

VALUE, REASON, EVIDENCE = "value", "reason", "evidence"


def outcome(
    value: pl.Expr, reason: pl.Expr | None = None, evidence: pl.Expr | None = None
) -> pl.Expr:
    """The struct {value, reason, evidence}; absent parts are null."""
    nothing = pl.lit(None, dtype=pl.String)
    return pl.struct(
        value.alias(VALUE),
        (nothing if reason is None else reason).alias(REASON),
        (nothing if evidence is None else evidence).alias(EVIDENCE),
    )
