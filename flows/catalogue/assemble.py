"""From records of items to goods: pure, columnar, whatever the order in which records came (handbook 7)."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from dedup.item_match import match_items
from dedup.refs import REF, with_ref
from dedup.survive import survive
from dedup.trust import TrustOrder, in_order
from flows.catalogue.doubt import SURE, doubt
from flows.catalogue.read import attribute
from mappings.nomenclature import Grammar
from schemas.goods import DIFFERENT, SAME, Good, GoodGroup, GoodMember, good_columns

GOOD_ID = "good_id"
# A key that 1C drew: «Ид» of CommerceML and Ref_Key of OData are one, a variant of the good behind «#».
_UUID = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_GUID = f"^({_UUID}(?:#{_UUID})?)$"
# What sources give and no name does.
SURVIVING = ("name", "code", "article", "manufacturer", "barcode", "okei")


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All goods, their records, and how many goods there are of a kind."""

    goods: pl.DataFrame
    members: pl.DataFrame
    groups: pl.DataFrame


def assembled(
    members: pl.DataFrame, acts: pl.DataFrame, trust: TrustOrder, grammar: Grammar
) -> Catalogue:
    """The catalogue of all `members` (`flows.catalogue.read.READ`) under the standing decisions `acts`."""
    named = with_ref(members)
    matched = match_items(_compared(named), _pairs(acts, SAME), _pairs(acts, DIFFERENT))
    first = named.select(pl.col(REF).alias("item"), pl.col("id").alias(GOOD_ID))
    placed = named.with_columns(matched["item"], matched["rule"]).join(
        first, on="item", how="left", maintain_order="left"
    )
    goods = _goods(placed, _of_items(trust), grammar)
    return Catalogue(
        goods.select(_typed(Good)),
        placed.sort("id").select(_typed(GoodMember)),
        _groups(goods).select(_typed(GoodGroup)),
    )


def nothing() -> Catalogue:
    """The catalogue of no records."""
    return Catalogue(*(pl.DataFrame(schema=good_columns(m)) for m in (Good, GoodMember, GoodGroup)))


def _typed(model: type[Good] | type[GoodMember] | type[GoodGroup]) -> list[pl.Expr]:
    return [pl.col(name).cast(kind) for name, kind in good_columns(model).items()]


def _compared(named: pl.DataFrame) -> pl.DataFrame:
    return named.select(
        REF, "item_key", "item_class", "vector", "barcode",
        pl.coalesce("manufacturer", attribute("maker")).alias("maker"),
        pl.coalesce("article", attribute("article")).alias("article"),
        pl.col("key").str.to_lowercase().str.extract(_GUID).alias("guid"),
    )  # fmt: skip


def _pairs(acts: pl.DataFrame, verdict: str) -> list[tuple[str, str]]:
    return acts.filter(pl.col("verdict") == verdict).select("left", "right").rows()


def _of_items(trust: TrustOrder) -> TrustOrder:
    """A name of goods is trusted as their codes are, not as the names of companies."""
    order = trust.by_field.get("code", ())
    return TrustOrder({**trust.by_field, "name": order}, trust.by_connection)


def _goods(placed: pl.DataFrame, trust: TrustOrder, grammar: Grammar) -> pl.DataFrame:
    records = placed.with_columns(pl.lit(value=False).alias("deleted")).drop("status")
    survived = survive(records, GOOD_ID, SURVIVING, trust).drop("sources")
    trusted = in_order(
        placed.with_columns(pl.lit(value=False).alias("deleted"), pl.col("status").alias("told"))
        .drop("status"),
        trust, trust.by_field["name"],
    )  # fmt: skip
    told = pl.col("attributes").str.count_matches("; ").fill_null(0)
    best = trusted.sort(
        [pl.col("confidence"), told], descending=True, maintain_order=True, nulls_last=True
    )
    read = best.group_by(GOOD_ID, maintain_order=True).agg(
        *(pl.col(n).first() for n in ("key", "item_class", "confidence", "rule", "canonical", "near_key", "rest", "trouble")),
        pl.col("told").first().alias("status"),
        pl.col("unit").is_not_null().any().alias("unit_told"),
        pl.len().alias("records"),
        pl.col("connection").unique().sort().alias("sources"),
    )  # fmt: skip
    whole = read.join(_attributes(best), on=GOOD_ID, how="left").join(
        survived, on=GOOD_ID, how="left"
    )
    return _named(whole, grammar).sort("id")


def _attributes(best: pl.DataFrame) -> pl.DataFrame:
    """All that is told of each good, each attribute once, by its best record that tells it."""
    pairs = best.select(GOOD_ID, pl.col("attributes").str.split("; ").alias("pair"))
    pairs = pairs.explode("pair").drop_nulls().filter(pl.col("pair") != "")
    name = pl.col("pair").str.extract("^([^=]*)=").alias("name")
    once = pairs.with_columns(name).unique([GOOD_ID, "name"], keep="first", maintain_order=True)
    value = pl.col("pair").str.extract("^[^=]*=(.*)$")
    return once.group_by(GOOD_ID, maintain_order=True).agg(
        pl.col("pair").alias("attributes"),
        *(value.filter(pl.col("name") == n).first().alias(f"read_{n}")
          for n in ("standard", "grade", "article", "maker")),
    )  # fmt: skip


def _named(whole: pl.DataFrame, grammar: Grammar) -> pl.DataFrame:
    usual = {name: one.declared.unit for name, one in grammar.classes.items()}
    by_class = pl.col("item_class").replace_strict(usual, default=None, return_dtype=pl.String)
    sure = (pl.col("status") == "complete") & (pl.col("confidence") >= SURE)
    told = whole.with_columns(
        pl.col(GOOD_ID).alias("id"),
        pl.col("name").alias("own_name"),
        pl.coalesce(pl.when(sure).then("canonical"), "name", "code", "key").alias("name"),
        pl.when(sure | (pl.col("status") != "complete"))
        .then("status")
        .otherwise(pl.lit("partial"))
        .alias("status"),
        pl.coalesce("article", "read_article").alias("article"),
        pl.coalesce("manufacturer", "read_maker").alias("manufacturer"),
        pl.col("read_standard").alias("standard"),
        pl.col("read_grade").alias("grade"),
        # A unit that a source writes and nobody knows stays unknown: the usual one would be a guess.
        pl.coalesce("okei", pl.when(~pl.col("unit_told")).then(by_class)).alias("unit"),
        pl.col("attributes").fill_null(pl.lit([], pl.List(pl.String()))),
    )
    return told.with_columns(doubt(grammar).alias("doubt"))


def _groups(goods: pl.DataFrame) -> pl.DataFrame:
    parts = [
        goods.filter(pl.col(column).is_not_null())
        .group_by(pl.col(column).alias("value"))
        .agg(pl.len().alias("goods"), pl.col("own_name").drop_nulls().min().alias("example"))
        .with_columns(pl.lit(kind).alias("kind"))
        for kind, column in (("class", "item_class"), ("doubt", "doubt"))
    ]
    whole = pl.concat(parts)
    return whole.with_columns(pl.concat_str("kind", "value", separator=":").alias("id")).sort("id")
