"""Stock of goods by warehouse and lot, which lots are illiquid, and who is to sell them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import polars as pl

from config.stock import Stock
from flows.catalogue.units import KILOGRAM, LENGTHS, common_many, common_unit, placed, with_unit
from schemas.content import derived_id
from schemas.goods import good_columns
from schemas.offers import GoodHolder, GoodStock

_EVER = datetime(1970, 1, 1, tzinfo=UTC)
_STRANGE_LENGTH = "length_okei:unit_unknown"


def stock(records: pl.DataFrame, homes: pl.DataFrame, rules: Stock) -> pl.DataFrame:
    """One row (`GoodStock`) per living `item_stock` of an item that is in a good."""
    told = with_unit(placed(records.filter(~pl.col("deleted")), homes))
    metres = pl.col("length_okei").fill_null("006").replace_strict(LENGTHS, default=None)
    known = ~pl.col("issues").list.contains(_STRANGE_LENGTH).fill_null(value=False)
    each = told.with_columns(
        pl.col("good_name").alias("name"),
        pl.coalesce("warehouse_name", "warehouse").alias("warehouse"),
        pl.col("of").alias("unit"),
        pl.when(known).then(pl.col("length").cast(pl.Float64) * metres).round(3).alias("length"),
        common_unit("of", KILOGRAM).alias("measure"),
        (pl.col("quantity").cast(pl.Float64) * common_many("of", KILOGRAM)).round(3).alias("measured"),
        _threshold(rules).alias("short_under"),
    )  # fmt: skip
    return _judged(each, rules).select(
        pl.col(name).cast(kind) for name, kind in good_columns(GoodStock).items()
    )


def _threshold(rules: Stock) -> pl.Expr:
    own = pl.col("item_class").replace_strict(
        dict(rules.short_lengths), default=None, return_dtype=pl.Float64
    )
    return own.fill_null(rules.short_length)


def is_lot() -> pl.Expr:
    """Whether a row is a lot of which something is left: it has a number, or a length of its own."""
    return (pl.col("lot").is_not_null() | pl.col("length").is_not_null()) & (pl.col("measured") > 0)


def _judged(each: pl.DataFrame, rules: Stock) -> pl.DataFrame:
    short = is_lot() & (pl.col("length") < pl.col("short_under")).fill_null(value=False)
    old = pl.col("received_on") + timedelta(days=rules.old_days)
    since = pl.when(short).then(pl.col("received_on").fill_null(_EVER)).when(is_lot()).then(old)
    return each.with_columns(short.alias("short"), since.alias("illiquid_from"))


def holders(stock: pl.DataFrame) -> pl.DataFrame:
    """One row (`GoodHolder`) per manager and measure of all lots."""
    lots = stock.filter(is_lot()).sort("id")
    told = lots.group_by("manager", "measure", maintain_order=True).agg(
        pl.len().alias("lots"), pl.col("measured").sum().round(3)
    )
    named = told.with_columns(
        pl.col("manager").fill_null("").alias("_manager"),
        pl.col("measure").fill_null("").alias("_measure"),
    )
    identified = named.with_columns(derived_id("_manager", "_measure").alias("id"))
    return identified.select(
        pl.col(name).cast(kind) for name, kind in good_columns(GoodHolder).items()
    ).sort("id")
