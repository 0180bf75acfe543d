"""Which candidate wins a field: trust, then the newer, then the ref; empty never beats (handbook 8.3)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from dedup.refs import REF

UNTRUSTED = 99


@dataclass(frozen=True)
class TrustOrder:
    """`by_field`: field → trust names, most trusted first. `by_connection`: connection → trust name."""

    by_field: Mapping[str, Sequence[str]]
    by_connection: Mapping[str, str]

    def rank(self, order: Sequence[str]) -> pl.Expr:
        """The place of each row's connection in `order`, from 0; unknown ones come last."""
        places = {
            connection: order.index(name)
            for connection, name in sorted(self.by_connection.items())
            if name in order
        }
        return pl.col("connection").replace_strict(places, default=UNTRUSTED, return_dtype=pl.Int32)

    def groups(self, fields: Sequence[str]) -> dict[tuple[str, ...], list[str]]:
        """`fields` grouped by the order they share, so that each order is sorted once."""
        grouped: dict[tuple[str, ...], list[str]] = {}
        for field in fields:
            grouped.setdefault(tuple(self.by_field.get(field, ())), []).append(field)
        return grouped


def in_order(records: pl.DataFrame, trust: TrustOrder, order: Sequence[str]) -> pl.DataFrame:
    """`records`, best candidate first: living before deleted, trusted, newer, then by ref."""
    living = pl.col("deleted") | (pl.col("status").fill_null("active") != "active")
    ranked = records.with_columns(
        trust.rank(order).alias("trust_rank"),
        (living if "status" in records.columns else pl.col("deleted")).alias("dead"),
    )
    return ranked.sort(
        ["dead", "trust_rank", "changed_at", REF],
        descending=[False, False, True, False],
        nulls_last=True,
        maintain_order=True,
    )
