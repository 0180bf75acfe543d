"""The legal entity of each record: INN first, OGRN where there is no INN, the source's own word last.

Rules R1-R6 and vetoes V1-V3 of handbook 2.3. A record gets exactly one entity key, and a key holds one
INN, so no chain of shared values can bring two valid INN together: the veto is in the construction.
"""

from __future__ import annotations

import polars as pl

from dedup.refs import REF, target_ref

ENTITY = "entity_key"
LINK_DEPTH = 8  # a source's own hierarchy deeper than this is a loop


def entity_keys(parties: pl.DataFrame) -> pl.DataFrame:
    """`parties`, which come from `with_ref`, with the `entity_key` of each."""
    keyed = _by_inn(parties)
    keyed = _by_ogrn(keyed)
    keyed = _by_source(keyed)
    return keyed.with_columns(pl.col(ENTITY).fill_null("R:" + pl.col(REF)))


def _majority(pairs: pl.DataFrame, group: str, value: str) -> pl.DataFrame:
    """Per `group` the value most records carry, null on a tie, and how many values there are."""
    counted = (
        pairs.group_by(group, value)
        .len()
        .sort([group, "len", value], descending=[False, True, False])
    )
    return counted.group_by(group, maintain_order=True).agg(
        pl.len().alias("values"),
        pl.when((pl.len() == 1) | (pl.col("len").first() > pl.col("len").get(1, null_on_oob=True)))
        .then(pl.col(value).first())
        .alias("majority"),
    )


def _by_inn(parties: pl.DataFrame) -> pl.DataFrame:
    """Same INN, same entity; an INN-10 that stands with two OGRN is kept apart by OGRN (R6)."""
    both = parties.filter(
        pl.col("inn").is_not_null()
        & pl.col("ogrn").is_not_null()
        & (pl.col("inn").str.len_bytes() == 10)
    )
    contested = (
        _majority(both, "inn", "ogrn")
        .filter(pl.col("values") > 1)
        .select("inn", pl.col("majority").alias("main_ogrn"), pl.lit(True).alias("contested"))
    )
    country = pl.col("country").fill_null("RU")
    foreign = country.ne("RU") & pl.col("national_number").is_not_null()
    ogrn = pl.coalesce("ogrn", "main_ogrn")
    key = (
        pl.when(foreign)
        .then("N:" + country + ":" + pl.col("national_number"))
        .when(pl.col("inn").is_null())
        .then(pl.lit(None, dtype=pl.String))
        .when(pl.col("contested").fill_null(value=False) & ogrn.is_not_null())
        .then("I:" + pl.col("inn") + "/" + ogrn)
        .otherwise("I:" + pl.col("inn"))
    )
    joined = parties.join(contested, on="inn", how="left", maintain_order="left")
    return joined.with_columns(key.alias(ENTITY)).drop("main_ogrn", "contested")


def _by_ogrn(keyed: pl.DataFrame) -> pl.DataFrame:
    """R2: a record with an OGRN only joins the entity most of that OGRN's records belong to."""
    owners = keyed.filter(pl.col("ogrn").is_not_null() & pl.col(ENTITY).is_not_null())
    owner = _majority(owners, "ogrn", ENTITY).select("ogrn", pl.col("majority").alias("owner"))
    fallback = pl.coalesce("owner", "O:" + pl.col("ogrn"))
    joined = keyed.join(owner, on="ogrn", how="left", maintain_order="left")
    return joined.with_columns(pl.coalesce(ENTITY, fallback).alias(ENTITY)).drop("owner")


def _by_source(keyed: pl.DataFrame) -> pl.DataFrame:
    """What the source itself says: part of that record, merged into that record, unless V2 or V3 object."""
    points = pl.coalesce(
        pl.when(pl.col("merged_into").is_not_null()).then(target_ref("merged_into")),
        pl.when(pl.col("head_key").is_not_null()).then(target_ref("head_key")),
    )
    keyed = keyed.with_columns(points.alias("points_at"))
    for _ in range(LINK_DEPTH):
        waiting = keyed[ENTITY].is_null() & keyed["points_at"].is_not_null()
        if not waiting.any():
            break
        keyed = _follow(keyed)
        if (keyed[ENTITY].is_null() & keyed["points_at"].is_not_null()).sum() == waiting.sum():
            break
    return keyed.drop("points_at")


def _follow(keyed: pl.DataFrame) -> pl.DataFrame:
    """One step along `points_at`; a head without requisites of its own is its own entity."""
    heads = keyed.select(
        pl.col(REF).alias("points_at"),
        pl.when(pl.col("points_at").is_null())
        .then(pl.coalesce(ENTITY, "R:" + pl.col(REF)))
        .otherwise(pl.col(ENTITY))
        .alias("head_entity"),
        pl.col("kind").alias("head_kind"),
        pl.col("country").alias("head_country"),
    )
    joined = keyed.join(heads, on="points_at", how="left", maintain_order="left")
    allowed = compatible_kinds(pl.col("kind"), pl.col("head_kind")) & _same(
        pl.col("country"), pl.col("head_country")
    )
    step = (
        pl.when(pl.col(ENTITY).is_null() & allowed)
        .then(pl.col("head_entity"))
        .otherwise(pl.col(ENTITY))
    )
    return joined.with_columns(step.alias(ENTITY)).drop("head_entity", "head_kind", "head_country")


def _same(left: pl.Expr, right: pl.Expr) -> pl.Expr:
    return left.is_null() | right.is_null() | (left == right)


def compatible_kinds(left: pl.Expr, right: pl.Expr) -> pl.Expr:
    """V2: a person or sole trader is never an organization; an unknown kind objects to nothing."""
    human = ["person", "sole_trader"]
    return left.is_null() | right.is_null() | (left.is_in(human) == right.is_in(human))
