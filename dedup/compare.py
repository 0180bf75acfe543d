"""Comparing records: from two rows of evidence to one level per field (see `dedup.model.LEVELS`).

Cheap evidence first: spellings are measured only for names whose keys differ.
"""

from __future__ import annotations

from itertools import product

import polars as pl

from dedup.carriers import COUNT
from dedup.evidence import EMAILS, PHONES
from dedup.model import FIELDS
from dedup.spelling import BEARERS, near, rarity

VETO = "veto"
SLICE = 150_000
_NEVER = pl.lit(None, dtype=pl.Int32)


def compare(left: pl.DataFrame, right: pl.DataFrame) -> pl.DataFrame:
    """The level (UInt8) of each of `FIELDS`, `veto` and `bearers`, row by row of `left` and `right`.

    Both are evidence keys with traits and counts of carriers. Of names this tells whether their keys are
    equal; `dedup.spelling` goes on from there. `bearers`: how many bear the commoner name of the two.
    """
    pair = pl.concat(
        [left.select(pl.all().name.prefix("l_")), right.select(pl.all().name.prefix("r_"))],
        how="horizontal",
    )
    levels = pair.select(
        _name().alias("name"),
        _agreed(["form"], differ=1, equal=2).alias("form"),
        _phone().alias("phone"),
        _email().alias("email"),
        _place().alias("place"),
        _kpp().alias("kpp"),
        _agreed(["okpo"], differ=1, equal=2).alias("okpo"),
        _vetoed().alias(VETO),
        _bearers().alias(BEARERS),
    ).with_columns(_claimed(pair).alias("claimed"))
    return levels.select(*(pl.col(f).cast(pl.UInt8) for f in FIELDS), VETO, BEARERS)


def _both(field: str) -> pl.Expr:
    return pl.col(f"l_{field}").is_not_null() & pl.col(f"r_{field}").is_not_null()


def _equal(field: str, other: str | None = None) -> pl.Expr:
    return (pl.col(f"l_{field}") == pl.col(f"r_{other or field}")).fill_null(value=False)


def _agreed(fields: list[str], *, differ: int, equal: int) -> pl.Expr:
    same = pl.any_horizontal(_equal(field) for field in fields)
    both = pl.any_horizontal(_both(field) for field in fields)
    return pl.when(same).then(equal).when(both).then(differ).otherwise(0)


def _vetoed() -> pl.Expr:
    """V1, V2, and two OGRN of organizations: whatever else agrees, these are two (handbook 2.3)."""
    numbers = (pl.col("l_inn") != pl.col("r_inn")).fill_null(value=False)
    kinds = (pl.col("l_human") != pl.col("r_human")).fill_null(value=False)
    firms = (pl.col("l_ogrn") < 10**13) & (pl.col("r_ogrn") < 10**13)
    return numbers | kinds | (firms & (pl.col("l_ogrn") != pl.col("r_ogrn"))).fill_null(value=False)


def _bearers() -> pl.Expr:
    return pl.max_horizontal("l_name" + COUNT, "r_name" + COUNT)


def _name() -> pl.Expr:
    """Equal by key, by how many companies bear it; else different, as far as keys can tell."""
    return pl.when(_equal("name")).then(rarity(_bearers())).when(_both("name")).then(1).otherwise(0)


def _carried(fields: list[tuple[str, str]]) -> pl.Expr:
    """The least number of carriers among the values both have; null if they share none."""
    return pl.min_horizontal(
        *(pl.when(_equal(a, b)).then(pl.col(f"l_{a}{COUNT}")) for a, b in fields), _NEVER
    )


def _phone() -> pl.Expr:
    number = _carried(list(product(PHONES, PHONES)))
    rare = pl.when(number <= 2).then(4).when(number <= 5).then(3).when(number <= 20).then(2)
    differ = number.is_null() & _both(PHONES[0])
    return rare.when(differ).then(1).otherwise(0)


def _email() -> pl.Expr:
    number = _carried(list(product(EMAILS, EMAILS)))
    domain = _carried([("domain", "domain")])
    rare = pl.when(number <= 2).then(6).when(number <= 5).then(5).when(number <= 20).then(4)
    rare = rare.when(number.is_null() & (domain <= 3)).then(3)
    rare = rare.when(number.is_null() & (domain <= 20)).then(2)
    differ = number.is_null() & domain.is_null() & _both(EMAILS[0])
    return rare.when(differ).then(1).otherwise(0)


def _place() -> pl.Expr:
    number = _carried([("place", "place")])
    street = _carried([("street", "street")])
    rare = pl.when(number <= 3).then(6).when(number <= 10).then(5).when(number <= 20).then(4)
    rare = rare.when(number.is_null() & street.is_not_null()).then(3)
    region = _both("region") & ~_equal("region")
    return (
        rare.when(number.is_null() & region)
        .then(1)
        .when(number.is_null() & _both("place"))
        .then(2)
        .otherwise(0)
    )


def _kpp() -> pl.Expr:
    number = _carried([("kpp", "kpp")])
    return (
        pl.when(number <= 3).then(3).when(number.is_not_null()).then(2)
        .when(_both("kpp")).then(1).otherwise(0)
    )  # fmt: skip


def _claimed(pair: pl.DataFrame) -> pl.Series:
    """An INN that fails its checksum against one that holds, or against another that fails."""
    sides = [("l_claimed", "r_inn"), ("l_claimed", "r_claimed"), ("l_inn", "r_claimed")]
    level = pl.repeat(0, pair.height, dtype=pl.Int32, eager=True)
    for first, second in sides:
        both = pair[first].is_not_null() & pair[second].is_not_null()
        rows = both.arg_true()
        if not len(rows):
            continue
        numbers = pair.select(
            pl.col(first).cast(pl.String).str.zfill(10).alias("l_number"),
            pl.col(second).cast(pl.String).str.zfill(10).alias("r_number"),
        )
        one_off = near(numbers, "number", both, exactly=True)
        equal = (pair[first] == pair[second]).fill_null(value=False)
        told = pl.select(
            pl.when(pl.lit(equal)).then(2).when(pl.lit(one_off)).then(3)
            .when(pl.lit(both)).then(1).otherwise(0).cast(pl.Int32)
        ).to_series()  # fmt: skip
        level = pl.select(pl.max_horizontal(pl.lit(level), pl.lit(told))).to_series()
    return level
