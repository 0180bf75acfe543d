"""Which candidate wins a field: trust, then the newer, then the ref; empty never beats (handbook 8.3)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from dedup.refs import REF

UNTRUSTED = 99
TYPED = "hub"  # the trust name of what people and systems create in the hub itself
OF_UNIT = "of_unit"


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
    """`records`, best candidate first: living before deleted, trusted, newer, then by ref.

    What was typed about a unit (`OF_UNIT`) comes after all that is known of the company.
    """
    marked = OF_UNIT in records.columns and bool(records[OF_UNIT].any())
    aside = pl.col(OF_UNIT) if marked else pl.lit(value=False)
    living = pl.col("deleted") | (pl.col("status").fill_null("active") != "active")
    ranked = records.with_columns(
        trust.rank(order).alias("trust_rank"),
        aside.alias("aside"),
        (living if "status" in records.columns else pl.col("deleted")).alias("dead"),
    )
    keys = {"dead": False, "aside": False, "trust_rank": False, "changed_at": True, REF: False}
    if not marked:
        del keys["aside"]
    return ranked.sort(
        list(keys), descending=list(keys.values()), nulls_last=True, maintain_order=True
    )
