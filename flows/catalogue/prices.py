"""Prices of goods in every price list, per one unit, and those of several lists side by side."""

from __future__ import annotations

from datetime import datetime

import polars as pl

from flows.catalogue.units import TONNE, common_many, common_unit, is_weight, placed, with_unit
from schemas.content import derived_id
from schemas.goods import good_columns
from schemas.offers import GoodOffer, GoodPrice

_LIST = ["connection", "stream", "item_key", "characteristic", "price_kind", "price_kind_name", "currency",
         "min_quantity", "unit"]  # fmt: skip
_GROUP = ["good_id", "currency", "per", "excluded"]
_DIGITS = 6


def prices(records: pl.DataFrame, homes: pl.DataFrame) -> pl.DataFrame:
    """One row (`GoodPrice`) per living `item_price` of an item that is in a good.

    A price ends where the next one of the same list begins.
    """
    closed = _closed(records.filter(~pl.col("deleted")))
    told = with_unit(_of_base(placed(closed, homes)))
    exact = pl.col("amount").cast(pl.Float64)
    each = told.with_columns(
        pl.coalesce("price_kind_name", "price_kind").alias("kind"),
        pl.col("of").alias("unit"),
        common_unit("of", TONNE).alias("per"),
        (exact / common_many("of", TONNE)).round(_DIGITS).alias("per_amount"),
        (pl.col("kg").is_not_null() & ~is_weight("of")).alias("theoretical"),
    )
    return each.select(
        pl.col(name).cast(kind) for name, kind in good_columns(GoodPrice).items()
    ).sort("id")


def _closed(records: pl.DataFrame) -> pl.DataFrame:
    ordered = records.sort([*_LIST, "valid_from", "key"], nulls_last=False)
    following = pl.col("valid_from").shift(-1).over(_LIST)
    return ordered.with_columns(pl.min_horizontal("valid_to", following).alias("valid_to"))


def _of_base(told: pl.DataFrame) -> pl.DataFrame:
    """Where a source says how many base units its unit is, the price of one base unit."""
    factor = pl.col("factor").cast(pl.Float64)
    known = (factor > 0) & pl.col("item_okei").is_not_null()
    many = known & (factor != 1)
    one = (pl.col("amount").cast(pl.Float64) / factor).round(_DIGITS).cast(pl.String)
    return told.with_columns(
        pl.when(many).then(one.str.strip_suffix(".0")).otherwise("amount").alias("amount"),
        pl.when(known).then("item_okei").otherwise("okei").alias("okei"),
    )


def in_force(now: datetime) -> pl.Expr:
    """Whether a price holds at `now`."""
    begun = (pl.col("valid_from") <= now) | pl.col("valid_from").is_null()
    return begun & ((pl.col("valid_to") > now) | pl.col("valid_to").is_null())


def turns_at(prices: pl.DataFrame, now: datetime) -> datetime | None:
    """The first moment after `now` at which some price begins or ends; None if there is none."""
    moments = pl.concat([prices["valid_from"], prices["valid_to"]]).drop_nulls()
    later = moments.filter(moments > now)
    return later.dt.min() if later.len() else None  # type: ignore[return-value]  # an instant, as the column is


def comparisons(prices: pl.DataFrame, homes: pl.DataFrame, now: datetime) -> pl.DataFrame:
    """One row (`GoodOffer`) per good, currency and unit that two price lists or more have now.

    Of each list the least price from the least quantity counts. Prices without VAT stand apart.
    """
    held = prices.filter(
        in_force(now), pl.col("per_amount") > 0, pl.col("currency").is_not_null(), pl.col("per").is_not_null()
    ).with_columns((pl.col("vat") == "excluded").fill_null(value=False).alias("excluded"))  # fmt: skip
    quantity = pl.col("min_quantity").cast(pl.Float64).fill_null(0)
    least = held.sort([quantity, "per_amount", "id"])
    lists = least.unique([*_GROUP, "connection", "kind"], keep="first", maintain_order=True)
    groups = lists.sort("per_amount", "id").group_by(_GROUP, maintain_order=True).agg(
        pl.len().alias("lists"),
        pl.col("per_amount").first().alias("cheapest"),
        pl.col("per_amount").last().alias("dearest"),
        pl.col("connection").first().alias("cheapest_connection"),
        pl.col("kind").first().alias("cheapest_kind"),
    )  # fmt: skip
    several = groups.filter(pl.col("lists") > 1).join(
        homes.unique("good_id").select("good_id", "name", "item_class"), on="good_id", how="left"
    )
    told = several.with_columns(
        derived_id(*_GROUP).alias("id"),
        pl.when("excluded").then(pl.lit("excluded")).alias("vat"),
        ((pl.col("dearest") / pl.col("cheapest") - 1) * 100).round().alias("spread"),
    )
    return told.select(pl.col(n).cast(kind) for n, kind in good_columns(GoodOffer).items()).sort(
        "id"
    )
