"""What the grammar reads out of the names of items, each name once."""

from __future__ import annotations

import polars as pl

from mappings.nomenclature import Grammar, parse
from schemas.content import derived_id
from schemas.goods import GoodMember, good_columns

RECORD = (
    "connection", "stream", "key", "changed_at", "name", "code", "article", "manufacturer", "barcode",
    "unit", "okei",
)  # fmt: skip
READ = tuple(name for name in good_columns(GoodMember) if name != "good_id")


def read(records: pl.DataFrame, grammar: Grammar) -> pl.DataFrame:
    """One row (`READ`) per living item of `records`, which have `RECORD` and `deleted`."""
    living = records.filter(~pl.col("deleted")).select(RECORD)
    names = living["name"].unique(maintain_order=True)
    known = parse(names, grammar).with_columns(names)
    both = living.join(known, on="name", how="left", nulls_equal=True, maintain_order="left")
    return both.with_columns(derived_id("connection", "stream", "key").alias("id")).select(READ)


def attribute(name: str) -> pl.Expr:
    """The value of one attribute of «d=40; grade=45»."""
    return pl.col("attributes").str.extract(rf"(?:^|; ){name}=([^;]*)")
