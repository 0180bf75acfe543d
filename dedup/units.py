"""The unit of each record inside its legal entity: INN+KPP with a role (handbook 2.2, 2.3 R3-R4)."""

from __future__ import annotations

import polars as pl

from dedup.legal import ENTITY, ROW
from dedup.refs import REF
from dedup.unit_towns import by_town
from schemas.keys import key_of
from schemas.rows import beside

UNIT = "unit_key"
ROLE = "role"
_BRANCH_REASONS = ["02", "03", "04", "05", "31", "32", "43", "44", "45"]


def kpp_role(kpp: pl.Expr) -> pl.Expr:
    """head, branch, largest_taxpayer or unknown, by the reason code (characters 5-6) of a KPP."""
    reason = kpp.str.slice(4, 2)
    return (
        pl.when(reason == "50")
        .then(pl.lit("largest_taxpayer"))
        .when(reason == "01")
        .then(pl.lit("head"))
        .when(reason.is_in(_BRANCH_REASONS))
        .then(pl.lit("branch"))
        .otherwise(pl.lit("unknown"))
    )


def unit_keys(keyed: pl.DataFrame, towns: pl.DataFrame | None = None) -> pl.DataFrame:
    """`keyed` with `unit_key` (the row of its first record) and `role`.

    The key is null where the unit is open (R3, several units). A largest taxpayer's second KPP is an
    alias of the one head; a record without KPP belongs to the one known unit, or is a unit of its own
    where none is known. `towns` (see `dedup.unit_towns.towns_of`) of records tell units of a firm apart
    where the KPP is missing.
    """
    roled = keyed.with_columns(
        pl.when(pl.col("kpp").is_not_null()).then(kpp_role(pl.col("kpp"))).alias(ROLE)
    )
    known = _known_units(roled.select(ENTITY, "kpp", ROLE).filter(pl.col("kpp").is_not_null()))
    joined = beside(roled, known, ENTITY)
    alias = (pl.col(ROLE) == "largest_taxpayer") & (pl.col("heads") == 1)
    kpp = pl.when(alias).then(pl.col("head_kpp")).otherwise(pl.col("kpp"))
    lonely = pl.col("kpp").is_null() & (pl.col("units").fill_null(0) == 0)
    only = pl.col("kpp").is_null() & (pl.col("units") == 1)
    unit = pl.when(only).then(pl.col("only_kpp")).when(lonely).then(pl.lit("-")).otherwise(kpp)
    placed = joined.with_columns(key_of(unit, "unit").alias(UNIT)).with_row_index(ROW)
    if towns is not None:
        placed = placed.with_columns(by_town(placed, towns).alias(UNIT))
    first = pl.when(pl.col(UNIT).is_not_null()).then(pl.col(ROW).min().over([ENTITY, UNIT]))
    return placed.with_columns(first.alias(UNIT)).drop(
        ROW, "units", "only_kpp", "heads", "head_kpp"
    )


def _known_units(kpps: pl.DataFrame) -> pl.DataFrame:
    """Per entity: how many units are known, the KPP if it is one, the head's KPP if there is one head.

    Most entities have one KPP; only the others are counted out.
    """
    ends = kpps.group_by(ENTITY).agg(
        pl.col("kpp").min().alias("least"), pl.col("kpp").max().alias("most"), pl.col(ROLE).first()
    )
    one = pl.col("least") == pl.col("most")
    head = pl.col(ROLE) == "head"
    single = ends.filter(one).select(
        ENTITY,
        pl.lit(1, pl.UInt32).alias("units"),
        pl.col("least").alias("only_kpp"),
        head.cast(pl.UInt32).alias("heads"),
        pl.when(head).then("least").alias("head_kpp"),
    )
    return pl.concat([single, _counted(kpps.join(ends.filter(~one), on=ENTITY, how="semi"))])


def _counted(kpps: pl.DataFrame) -> pl.DataFrame:
    distinct = kpps.unique([ENTITY, "kpp"], maintain_order=True)
    heads = pl.col("kpp").filter(pl.col(ROLE) == "head")
    counted = distinct.group_by(ENTITY, maintain_order=True).agg(
        heads.len().alias("heads"),
        heads.sort().first().alias("head_kpp"),
        pl.col("kpp").filter(pl.col(ROLE) != "largest_taxpayer").sort().alias("own"),
        pl.col("kpp").sort().alias("all"),
    )
    own = pl.when(pl.col("heads") == 1).then(pl.col("own")).otherwise(pl.col("all"))
    return counted.select(
        ENTITY,
        own.list.len().cast(pl.UInt32).alias("units"),
        own.list.first().alias("only_kpp"),
        pl.col("heads").cast(pl.UInt32),
        "head_kpp",
    )


def open_units(keyed: pl.DataFrame) -> pl.DataFrame:
    """Refs whose unit a person must choose: no KPP, several units (R3)."""
    return keyed.select(REF, ENTITY, UNIT).filter(pl.col(UNIT).is_null()).drop(UNIT)
