"""Units of prices and stock: what one of them weighs or how long it is, and what figures are compared in."""

from __future__ import annotations

import polars as pl

from mappings.nomenclature.mass import masses
from schemas.content import derived_id

KILOGRAM, TONNE, METRE, PIECE = "166", "168", "006", "796"
_WEIGHTS = {"163": 0.001, "166": 1.0, "168": 1000.0, "169": 1_000_000.0}
LENGTHS = {"003": 0.001, "004": 0.01, "006": 1.0, "018": 1.0, "008": 1000.0}
_PIECES = {"796": 1.0, "798": 1000.0, "625": 1.0}
_THOUSAND = "798"


def weighed(homes: pl.DataFrame) -> pl.DataFrame:
    """`homes` (`store.goods.homes`) with kilograms of a metre, a square metre and a piece of the good."""
    goods = homes.select("good_id", "item_class", "attributes").unique("good_id")
    kilograms = masses(goods).drop("item_class", "attributes")
    return homes.drop("attributes").join(kilograms, on="good_id", how="left", maintain_order="left")


def placed(records: pl.DataFrame, homes: pl.DataFrame) -> pl.DataFrame:
    """Records of items (`item_key`) with `id`, the good of the item, its unit and kilograms of one `unit`.

    Records of items that are in no good are left out. A unit that a source writes and nobody knows
    stays unknown: the item's own would be a guess.
    """
    key = pl.col("item_key")
    away = key.str.contains(":", literal=True)
    parts = records.with_columns(
        pl.when(away).then(key.str.extract("^([^:]*):")).otherwise("stream").alias("_stream"),
        pl.when(away).then(key.str.extract("(?s)^[^:]*:(.*)$")).otherwise(key).alias("_key"),
    )
    named = parts.with_columns(
        derived_id("connection", "_stream", "_key").alias("item"),
        derived_id("connection", "stream", "key").alias("id"),
    ).drop("_stream", "_key")
    homed = named.join(
        homes.rename({"id": "item", "okei": "item_okei", "name": "good_name"}), on="item"
    )
    return homed.sort("id")  # fmt: skip


def with_unit(records: pl.DataFrame) -> pl.DataFrame:
    """`records` with `of`, the OKEI code of what is counted, and `kg`, what one weighs, if it is known."""
    own = pl.when(pl.col("unit").is_null()).then(pl.col("item_okei"))
    told = records.with_columns(pl.coalesce("okei", own).alias("of"))
    return told.with_columns(_kilograms("of").alias("kg"))


def _kilograms(unit: str) -> pl.Expr:
    code = pl.col(unit)
    length = code.replace_strict(LENGTHS, default=None, return_dtype=pl.Float64)
    pieces = code.replace_strict(_PIECES, default=None, return_dtype=pl.Float64)
    return pl.coalesce(
        code.replace_strict(_WEIGHTS, default=None, return_dtype=pl.Float64),
        length * pl.col("kg_metre"),
        pl.when(code == "055").then(pl.col("kg_square")),
        pieces * pl.col("kg_piece"),
    )


def is_weight(unit: str) -> pl.Expr:
    """Whether the unit is one of mass, so that nothing theoretical is in its kilograms."""
    return pl.col(unit).is_in(list(_WEIGHTS)).fill_null(value=False)


def common_unit(unit: str, whole: str) -> pl.Expr:
    """The unit figures are compared in: `whole` where the mass is known, else metres, pieces or the unit."""
    code = pl.col(unit)
    return (
        pl.when(pl.col("kg").is_not_null()).then(pl.lit(whole))
        .when(code.is_in(list(LENGTHS))).then(pl.lit(METRE))
        .when(code == _THOUSAND).then(pl.lit(PIECE))
        .otherwise(code)
    )  # fmt: skip


def common_many(unit: str, whole: str) -> pl.Expr:
    """How many of the common unit one of `unit` is."""
    code = pl.col(unit)
    length = code.replace_strict(LENGTHS, default=None, return_dtype=pl.Float64)
    thousand = pl.when(code == _THOUSAND).then(pl.lit(1000.0))
    return pl.coalesce(pl.col("kg") / _WEIGHTS[whole], length, thousand, pl.lit(1.0))
