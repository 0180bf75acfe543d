"""Comparing records: from two rows of evidence to one level per field (see `dedup.model.LEVELS`).

Cheap evidence first: spellings are measured only for names whose keys differ.
"""

from __future__ import annotations

from functools import cache
from itertools import product

import polars as pl

from dedup.carriers import COUNT
from dedup.evidence import EMAILS, PHONES
from dedup.model import FIELDS
from dedup.spelling import BEARERS, near, rarity
from schemas.rows import passed
from schemas.rowwise.passes import Passes

VETO = "veto"
LISTED_TWICE = "listed_twice"
SLICE = 150_000
_SHARED = "_shared"
_LEAST = pl.Series([0], dtype=pl.Int32)
_NEVER = pl.lit(None, dtype=pl.Int32)


def compare(left: pl.DataFrame, right: pl.DataFrame) -> pl.DataFrame:
    """The level (UInt8) of each of `FIELDS`, `veto`, `listed_twice` and `bearers`, row by row.

    `left` and `right` are evidence keys with traits and counts of carriers. Of names this tells whether
    their keys are equal; `dedup.spelling` goes on from there. `bearers`: how many bear the commoner name
    of the two.
    """
    pair = pl.DataFrame(
        [
            column.alias(f"{side}_{column.name}")
            for side, frame in (("l", left), ("r", right))
            for column in frame.get_columns()
        ]
    )
    levels = passed(pair, _judged()).hstack([_claimed(pair).cast(pl.UInt8).alias("claimed")])
    return levels[[*FIELDS, VETO, LISTED_TWICE, BEARERS]]


@cache
def _judged() -> Passes:
    """What is shared, and then all levels but of the claimed INN."""
    return Passes(_shared(), _levels())


@cache
def _levels() -> tuple[pl.Expr, ...]:
    """All levels but of the claimed INN, made once: they weigh more than one comparison."""
    levels = {
        "name": _name(),
        "form": _agreed(["form"], differ=1, equal=2),
        "phone": _phone(),
        "email": _email(),
        "place": _place(),
        "registered": _registered(),
        "kpp": _kpp(),
        "okpo": _agreed(["okpo"], differ=1, equal=2),
    }
    told = tuple(level.cast(pl.UInt8).alias(field) for field, level in levels.items())
    flags = _vetoed().alias(VETO), _listed_twice().alias(LISTED_TWICE)
    return (*told, *flags, _bearers().alias(BEARERS))


@cache
def _shared() -> tuple[pl.Expr, ...]:
    """How many carry what both have, by kind, made before the levels that ask for it several times."""
    kinds = {"phone": PHONES, "email": EMAILS} | {
        kind: (kind,) for kind in ("domain", "place", "street", "kpp")
    }
    return tuple(
        _carried(list(product(fields, fields))).alias(kind + _SHARED)
        for kind, fields in kinds.items()
    )


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


def _listed_twice() -> pl.Expr:
    """One list names two firms of nothing but a name and an address, and not in the same words.

    A firm and its successor share name and office in any register; whoever keeps the list saw two.
    """
    return _equal("listed") & ~_equal("verbatim")


def _bearers() -> pl.Expr:
    return pl.max_horizontal("l_name" + COUNT, "r_name" + COUNT)


def _name() -> pl.Expr:
    """Equal by key, by how many companies bear it; else different, as far as keys can tell."""
    equal = pl.when(_coined()).then(10).otherwise(rarity(_bearers()))
    return pl.when(_equal("name")).then(equal).when(_both("name")).then(1).otherwise(0)


def _coined() -> pl.Expr:
    """A long name of a firm, borne by one company with requisites, or by these two at their addresses.

    Where both tell an address in the same words, it says more than the name does.
    """
    neither = pl.col("l_inn").is_null() & pl.col("r_inn").is_null()
    sole = (_bearers() <= 1) | (neither & (_bearers() == 2))
    return (pl.col("l_long_name") == 1) & (pl.col("r_long_name") == 1) & sole & ~_equal("street")


def _carried(fields: list[tuple[str, str]]) -> pl.Expr:
    """The least number of carriers among the values both have; null if they share none."""
    same: dict[str, list[pl.Expr]] = {}
    for a, b in fields:
        same.setdefault(a, []).append(pl.col(f"l_{a}") == pl.col(f"r_{b}"))
    shared = (
        pl.when(pl.any_horizontal(found)).then(pl.col(f"l_{a}{COUNT}")) for a, found in same.items()
    )
    return pl.min_horizontal(*shared, _NEVER)


def _phone() -> pl.Expr:
    number = pl.col("phone" + _SHARED)
    rare = pl.when(number <= 2).then(4).when(number <= 5).then(3).when(number <= 20).then(2)
    differ = number.is_null() & _both(PHONES[0])
    return rare.when(differ).then(1).otherwise(0)


def _email() -> pl.Expr:
    number = pl.col("email" + _SHARED)
    domain = pl.col("domain" + _SHARED)
    rare = pl.when(number <= 2).then(6).when(number <= 5).then(5).when(number <= 20).then(4)
    rare = rare.when(number.is_null() & (domain <= 3)).then(3)
    rare = rare.when(number.is_null() & (domain <= 20)).then(2)
    differ = number.is_null() & domain.is_null() & _both(EMAILS[0])
    return rare.when(differ).then(1).otherwise(0)


def _place() -> pl.Expr:
    number = pl.col("place" + _SHARED)
    street = pl.col("street" + _SHARED)
    inside = pl.when(number.is_not_null() & _other_premises()).then(4)
    rare = inside.when(number <= 3).then(8).when(number <= 10).then(7).when(number <= 20).then(6)
    rare = rare.when(number.is_null() & street.is_not_null()).then(5)
    region = _both("region") & ~_equal("region")
    return (
        rare.when(number.is_null() & region & ~_equal("registered")).then(1)
        .when(number.is_null() & _both("place")).then(2)
        .when(number.is_null() & _equal("town")).then(3)
        .otherwise(0)
    )  # fmt: skip


def _other_premises() -> pl.Expr:
    """Both name an office or a flat, and not the same one, or not the same room in it."""
    return pl.any_horizontal(_both(name) & ~_equal(name) for name in ("office", "room"))


def _registered() -> pl.Expr:
    """The region where the firm was registered, which no move changes; a branch elsewhere bears it too."""
    return _agreed(["registered"], differ=1, equal=2)


def _kpp() -> pl.Expr:
    number = pl.col("kpp" + _SHARED)
    return (
        pl.when(number <= 3).then(3).when(number.is_not_null()).then(2)
        .when(_both("kpp")).then(1).otherwise(0)
    )  # fmt: skip


def _claimed(pair: pl.DataFrame) -> pl.Series:
    """An INN that fails its checksum against one that holds, or against another that fails."""
    sides = [("l_claimed", "r_inn"), ("l_claimed", "r_claimed"), ("l_inn", "r_claimed")]
    level = _LEAST.new_from_index(0, pair.height)
    if pair["l_claimed"].null_count() == pair["r_claimed"].null_count() == pair.height:
        return level
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
