"""How many companies carry a value: a phone on forty cards says little about any of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from dedup.blocking import KEYLESS, NODE
from dedup.evidence import CARRIED
from schemas.rows import beside
from schemas.rowwise.columns import column_of
from schemas.rowwise.passes import FEW

COUNT = "_n"
# Of so many records, and of so many that carry something asked about, a loop is sooner done than a plan.
_FEW_KNOWN, _FEW_HELD = 2_000, 5_000


def with_carriers(
    rows: pl.DataFrame,
    known: pl.DataFrame,
    carried: Mapping[str, tuple[str, ...]] = CARRIED,
) -> pl.DataFrame:
    """`rows` with a count (Int32) beside each value of `carried`, such as `phone1_n`; 0 without value.

    A name is carried by clusters with keys, else by addresses of records without. Any other value is carried by as many companies as there are names
    among the records of `known` with it, so that one company entered often still counts once.
    """
    if rows.height <= FEW:
        return rows.hstack(_beside(rows, known, carried))
    for kind, columns in carried.items():
        counted = _counted(rows, known, columns, kind)
        for column in columns:
            name = column + COUNT
            rows = beside(rows, counted.rename({"key": column, COUNT: name}), column)
            rows = rows.with_columns(pl.col(name).fill_null(0))
    return rows


def _beside(
    rows: pl.DataFrame, known: pl.DataFrame, carried: Mapping[str, tuple[str, ...]]
) -> list[pl.Series]:
    beside = []
    for kind, columns in carried.items():
        counts = _counts(rows, _holding(rows, known, columns), columns, kind)
        for column in columns:
            told = [counts.get(value, 0) for value in rows[column].to_list()]
            beside.append(column_of(column + COUNT, told, pl.Int32))
    return beside


def _holding(rows: pl.DataFrame, known: pl.DataFrame, columns: tuple[str, ...]) -> pl.DataFrame:
    """Those of `known` that carry a value of `rows`, and others besides where they are few."""
    if known.height <= _FEW_KNOWN:
        return known
    wanted = pl.concat([rows[column].cast(pl.Int64) for column in columns]).drop_nulls().implode()
    return known.filter(pl.any_horizontal(pl.col(column).is_in(wanted) for column in columns))


def _counts(
    rows: pl.DataFrame, known: pl.DataFrame, columns: tuple[str, ...], kind: str
) -> dict[int, int]:
    """What `_counted` tells, by key, of few records: planning the many joins would take longer."""
    if known.height > _FEW_HELD:
        return dict(_counted(rows, known, columns, kind).iter_rows())
    wanted = {value for column in columns for value in rows[column].to_list()} - {None}
    whose: list[tuple[bool, Any]]
    if kind == "name":
        nodes = known.select(KEYLESS, NODE, "place", "street").iter_rows()
        whose = [
            (
                bool(keyless),
                next((v for v in (place, street) if v is not None), 0) if keyless else node,
            )
            for keyless, node, place, street in nodes
        ]
    else:
        whose = [(False, name) for name in known["name"].to_list()]
    found: dict[int, tuple[set[Any], set[Any]]] = {value: (set(), set()) for value in wanted}
    for column in columns:
        for value, (bare, who) in zip(known[column].to_list(), whose, strict=True):
            if value in found:
                found[value][bare].add(who)
    return {value: len(keyed) or len(bare) for value, (keyed, bare) in found.items()}


def _counted(
    rows: pl.DataFrame, known: pl.DataFrame, columns: tuple[str, ...], kind: str
) -> pl.DataFrame:
    wanted = pl.concat([rows.select(key=c) for c in columns]).drop_nulls().unique()
    if wanted.is_empty():
        known = known.clear()
    held = pl.concat(
        [
            known.select(pl.col(c).alias("key"), *_bearers(kind)).join(wanted, on="key", how="semi")
            for c in columns
        ]
    )
    if kind != "name":
        return _distinct(held, "by")
    keyed = _distinct(held.filter(pl.col("by") >= 0), "by")
    others = held.filter(pl.col("by") < 0).join(keyed, on="key", how="anti")
    return pl.concat([keyed, _distinct(others, "address")])


def _bearers(kind: str) -> list[pl.Expr]:
    if kind != "name":
        return [pl.col("name").alias("by")]
    node = pl.when(KEYLESS).then(-1).otherwise(pl.col(NODE).cast(pl.Int64))
    return [node.alias("by"), pl.coalesce("place", "street", pl.lit(0, pl.Int64)).alias("address")]


def _distinct(held: pl.DataFrame, by: str) -> pl.DataFrame:
    return held.select("key", by).unique().group_by("key").agg(pl.len().cast(pl.Int32).alias(COUNT))


# Numbers of carriers at which evidence changes what it says (see `dedup.compare`): up to 1, up to 2, ...
STEPS: dict[str, tuple[int, ...]] = {
    "name": (0, 1, 2, 3, 10, 50),
    "phone": (0, 2, 5, 20),
    "email": (0, 2, 5, 20),
    "domain": (0, 3, 20),
    "place": (0, 3, 10, 20),
    "street": (0,),
    "kpp": (0, 3),
}


def counted(asked: pl.DataFrame, known: pl.DataFrame, kind: str) -> pl.DataFrame:
    """(key, step): for each value of a kind that `asked` records carry, which of STEPS is reached."""
    found = _counted(asked, known, CARRIED[kind], kind)
    step = pl.sum_horizontal((pl.col(COUNT) > n).cast(pl.UInt8) for n in STEPS[kind])
    return found.select("key", step.alias("step"))
