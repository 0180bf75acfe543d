"""The legal entity of each record: INN first, OGRN where there is no INN, the source's own word last.

Rules R1-R6 and vetoes V1-V3 of handbook 2.3. A record gets exactly one entity key, and a key holds one
INN, so no chain of shared values can bring two valid INN together: the veto is in the construction.
"""

from __future__ import annotations

import polars as pl

from dedup.refs import REF, target_ref
from schemas.keys import key_of
from schemas.rows import beside

ENTITY, ROW = "entity_key", "row"
LINK_DEPTH = 8  # a source's own hierarchy deeper than this is a loop


def entity_keys(parties: pl.DataFrame) -> pl.DataFrame:
    """`parties`, which come from `with_ref`, with the `entity_key` of each: the row of its first record."""
    keyed = _by_inn(parties)
    keyed = _by_ogrn(keyed)
    keyed = _by_source(keyed).with_row_index(ROW)
    named = key_of(pl.col(ENTITY), "entity")
    first = pl.when(named.is_null()).then(ROW).otherwise(pl.col(ROW).min().over(named))
    return keyed.with_columns(first.cast(pl.UInt32).alias(ENTITY)).drop(ROW)


def apart(keyed: pl.DataFrame, leaders: pl.DataFrame, name: str) -> pl.DataFrame:
    """`leaders` (ref, leader) with a column `name`: an entity key of its own for each leading record.

    No other key is as high: those of entities found before are rows, and each parting adds its own span.
    """
    rows = keyed.select(REF, pl.int_range(pl.len(), dtype=pl.UInt32).alias(ROW))
    span = max(keyed.height, int(keyed[ENTITY].cast(pl.Int64).max() or 0) + 1)  # type: ignore[arg-type]  # a number
    return leaders.join(
        rows.rename({REF: "leader"}), on="leader", how="left", maintain_order="left"
    ).select(*leaders.columns, (pl.col(ROW) + span).cast(pl.UInt32).alias(name))


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


def _several(pairs: pl.DataFrame, group: str, value: str) -> pl.DataFrame:
    """The rows of `pairs` whose `group` has more than one `value`: few, and found without counting."""
    ends = pairs.group_by(group).agg(
        pl.col(value).min().alias("least"), pl.col(value).max().alias("most")
    )
    several = ends.filter(pl.col("least") != pl.col("most")).select(group)
    return pairs.join(several, on=group, how="semi")


def _by_inn(parties: pl.DataFrame) -> pl.DataFrame:
    """Same INN, same entity; an INN-10 that stands with two OGRN is kept apart by OGRN (R6)."""
    firm = pl.col("inn").str.len_bytes() == 10
    both = parties.select(
        "inn", "ogrn", pl.col("ogrn").cast(pl.Int64, strict=False).alias("number")
    ).filter(firm & pl.col("ogrn").is_not_null())
    contested = (
        _majority(_several(both, "inn", "number"), "inn", "ogrn")
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
    joined = _joined(parties, contested, "inn")
    return joined.with_columns(key.alias(ENTITY)).drop("main_ogrn", "contested")


def _joined(parties: pl.DataFrame, few: pl.DataFrame, on: str) -> pl.DataFrame:
    """`parties` with the columns of `few`; where there are none, all null without a join."""
    if few.is_empty():
        return parties.with_columns(
            pl.lit(None, dtype=kind).alias(name) for name, kind in few.schema.items() if name != on
        )
    return beside(parties, few, on)


def _by_ogrn(keyed: pl.DataFrame) -> pl.DataFrame:
    """R2: a record with an OGRN only joins the entity most of that OGRN's records belong to."""
    told = keyed.select("ogrn", ENTITY).filter(pl.col("ogrn").is_not_null())
    sought = told.filter(pl.col(ENTITY).is_null()).select("ogrn").unique()
    owners = told.filter(pl.col(ENTITY).is_not_null()).join(sought, on="ogrn", how="semi")
    owner = _majority(owners, "ogrn", ENTITY).select("ogrn", pl.col("majority").alias("owner"))
    fallback = pl.coalesce("owner", "O:" + pl.col("ogrn"))
    joined = _joined(keyed, owner, "ogrn")
    return joined.with_columns(pl.coalesce(ENTITY, fallback).alias(ENTITY)).drop("owner")


def _by_source(keyed: pl.DataFrame) -> pl.DataFrame:
    """What the source itself says: part of that record, merged into that record, unless V2 or V3 object."""
    points = pl.coalesce(
        pl.when(pl.col("merged_into").is_not_null()).then(target_ref("merged_into")),
        pl.when(pl.col("head_key").is_not_null()).then(target_ref("head_key")),
    )
    if keyed["merged_into"].null_count() == keyed["head_key"].null_count() == keyed.height:
        return keyed
    keyed = keyed.with_columns(points.alias("points_at"))
    for _ in range(LINK_DEPTH):
        waiting = keyed[ENTITY].is_null() & keyed["points_at"].is_not_null()
        if not waiting.any():
            break
        keyed = _follow(keyed)
        if (keyed[ENTITY].is_null() & keyed["points_at"].is_not_null()).sum() == waiting.sum():
            break
    # A head without requisites of its own bears the key that its parts took from it.
    return keyed.with_columns(pl.col(ENTITY).fill_null("R:" + pl.col(REF))).drop("points_at")


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
    joined = beside(keyed, heads, "points_at")
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
