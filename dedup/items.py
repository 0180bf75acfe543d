"""Identity of items, first form: one article of one manufacturer is one item."""

from __future__ import annotations

import polars as pl

from dedup.refs import REF


def item_keys(items: pl.DataFrame) -> pl.DataFrame:
    """`items` with `item_key`; without an article and a manufacturer a record is its own item."""
    article = pl.col("article").str.to_uppercase().str.replace_all(r"[\s.\-/]", "")
    maker = pl.col("manufacturer").str.to_lowercase().str.strip_chars()
    named = pl.when((article != "") & (maker != "")).then("A:" + maker + "|" + article)
    return items.with_columns(pl.coalesce(named, "R:" + pl.col(REF)).alias("item_key"))
