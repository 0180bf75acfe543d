"""The unit of a record without KPP, by the town it stands in (handbook 2.2, 2.3 R3).

A branch that somebody entered without its KPP is not the head office in another town. Persons have
no units, so theirs are not told apart.
"""

from __future__ import annotations

import polars as pl

from dedup.legal import ENTITY, ROW
from dedup.places import towns
from schemas.keys import key_of

_UNIT, _TOWN = "unit_key", "town"
_HUMAN = ["person", "sole_trader"]


def towns_of(keyed: pl.DataFrame, parties: pl.DataFrame) -> pl.DataFrame:
    """(row, town) of the records of firms with several records, some of them without KPP.

    `keyed` are records with their entity, `parties` the same records in full. The town is a key, null
    where the address tells none.
    """
    rows = pl.int_range(pl.len(), dtype=pl.UInt32).alias(ROW)
    held = keyed.select(rows, ENTITY, "kpp", "kind", "inn").filter(pl.col(ENTITY).is_duplicated())
    told = held.group_by(ENTITY).agg(pl.col("kpp").is_null().any().alias("open"), human=_human())
    asked = held.join(told.filter(pl.col("open") & ~pl.col("human")), on=ENTITY, how="semi")
    asked = asked.select(ROW).sort(ROW)
    town = pl.lit(towns(parties[asked[ROW]]))
    return asked.with_columns(key_of(town, _TOWN).alias(_TOWN))


def _human() -> pl.Expr:
    person = pl.col("kind").is_in(_HUMAN) | (pl.col("inn").str.len_bytes() == 12)
    return person.fill_null(value=False).any()


def by_town(placed: pl.DataFrame, towns: pl.DataFrame) -> pl.Series:
    """The unit keys of `placed` (row, entity, kpp, unit_key), those of records without KPP by town.

    A record joins the one unit of its entity in its town; where every unit is known to stand in
    another one, it is a unit of that town; else it stays as it was.
    """
    told = towns.join(placed.select(ROW, ENTITY, "kpp", _UNIT), on=ROW, how="left")
    known = told.filter(pl.col("kpp").is_not_null() & pl.col(_UNIT).is_not_null())
    units = known.group_by(ENTITY, _UNIT).agg(pl.col(_TOWN).is_not_null().any().alias("placed"))
    whole = units.group_by(ENTITY).agg(pl.col("placed").all())
    here = known.drop_nulls(_TOWN).group_by(ENTITY, _TOWN).agg(
        pl.col(_UNIT).min().alias("here"), (pl.col(_UNIT).min() != pl.col(_UNIT).max()).alias("two")
    )  # fmt: skip
    asked = told.filter(pl.col("kpp").is_null() & pl.col(_TOWN).is_not_null())
    found = asked.join(here, on=[ENTITY, _TOWN], how="left").join(whole, on=ENTITY, how="left")
    elsewhere = pl.col("here").is_null() & pl.col("placed").fill_null(value=True)
    unit = (
        pl.when("two").then(None)
        .when(pl.col("here").is_not_null()).then("here")
        .when(elsewhere).then(_TOWN)
        .otherwise(_UNIT)
    )  # fmt: skip
    told = found.select(ROW, unit.alias(_UNIT))
    return placed[_UNIT].scatter(told[ROW], told[_UNIT])
