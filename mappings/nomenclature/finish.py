"""From captured attributes to those of a good: order, copies, composed marks, keys, limits."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from mappings.nomenclature.grammar import GOOD, ItemClass
from mappings.nomenclature.spelled import all_required, composed

SEPARATOR = "; "
# What may be left of a name and says nothing of the good.
_IDLE = [
    "и", "в", "с", "на", "по", "из", "до", "от", "шт", "м", "мм", "см", "кг", "т", "тн", "гост", "новый", "новая",
]  # fmt: skip


def finished(found: pl.DataFrame, item_class: ItemClass) -> pl.DataFrame:
    """The attributes of the class as columns, each text or null, numbers in their declared order."""
    declared = item_class.declared
    absent = [name for name in item_class.attributes if name not in found.columns]
    table = found.with_columns(pl.lit(None, pl.String).alias(name) for name in absent)
    table = table.with_columns(
        pl.col(name).fill_null(pl.lit(value)) for name, value in declared.constant.items()
    )
    for names in declared.ascending:
        table = _ascending(table, names)
    table = table.with_columns(
        pl.coalesce(name, *others.split()) for name, others in item_class.copies.items()
    )
    whole = [one for one in item_class.attributes.values() if one.of]
    return table.with_columns(composed(one.of).alias(one.name) for one in whole)


def _ascending(table: pl.DataFrame, names: list[str]) -> pl.DataFrame:
    """Sizes that may stand in any order: the smallest goes to the attribute named first.

    Only where all of them are present.
    """
    numbers = pl.concat_list(pl.col(name).cast(pl.Float64, strict=False) for name in names)
    texts = pl.concat_list(pl.col(name) for name in names)
    order = numbers.list.eval(pl.element().arg_sort())
    whole = pl.all_horizontal(pl.col(name).is_not_null() for name in names)
    table = table.with_columns(texts.list.gather(order).alias("_sizes"), whole.alias("_whole"))
    return table.with_columns(
        pl.when("_whole").then(pl.col("_sizes").list.get(at)).otherwise(name).alias(name)
        for at, name in enumerate(names)
    ).drop("_sizes", "_whole")


def told(names: Sequence[str]) -> pl.Expr:
    """Attributes as one text: «d=40; grade=45»."""
    parts = [pl.lit(f"{name}=") + pl.col(name) for name in names]
    return pl.concat_str(parts, separator=SEPARATOR, ignore_nulls=True)


def key(item_class: ItemClass) -> pl.Expr:
    """What two names must share to be one good: class, head word where it tells goods apart, and every telling
    attribute, absent too.

    Null where nothing is proved: a required attribute is absent, or a number of the name was not
    understood. Words that were not understood tell goods apart as well: «медный», «б/у», «рабочее колесо»
    make another good of the same sizes.
    """
    goods = [name for name in item_class.attributes if name == GOOD]
    parts = [pl.col(name).fill_null("") for name in (*goods, *item_class.telling)]
    words = pl.col("rest").str.to_lowercase().str.extract_all(r"\w+").list.unique()
    if not item_class.declared.open:
        words = words.list.set_difference(pl.lit(_IDLE, pl.List(pl.String)))
    parts.append(words.list.sort().list.join(" "))
    whole = pl.concat_str([pl.lit(item_class.name), *parts], separator="|")
    return pl.when(all_required(item_class) & ~pl.col("rest").str.contains("[0-9]")).then(whole)


def near_key(item_class: ItemClass) -> pl.Expr:
    """What goods worth comparing share: class and required attributes; null where one is absent."""
    parts = [pl.col(name) for name in item_class.declared.required]
    whole = pl.concat_str([pl.lit(item_class.name), *parts], separator="|")
    return whole if parts else pl.lit(None, pl.String)


def _outside(item_class: ItemClass) -> dict[str, pl.Expr]:
    """Of every attribute with a range, where its number lies outside of it."""
    return {
        name: ~pl.col(name).cast(pl.Float64, strict=False).is_between(*one.limits)
        for name, one in item_class.attributes.items()
        if one.limits
    }


def impossible(item_class: ItemClass) -> pl.Expr:
    """Where a number lies outside its range, or a wall is not thinner than its pipe."""
    wrong = [*_outside(item_class).values()]
    for small, big in item_class.declared.less:
        wrong.append(pl.col(small).cast(pl.Float64) >= pl.col(big).cast(pl.Float64))
    return pl.any_horizontal(each.fill_null(value=False) for each in wrong or [pl.lit(value=False)])


def within_limits(table: pl.DataFrame, item_class: ItemClass) -> pl.DataFrame:
    """The table without numbers that lie outside the range of their attribute."""
    return table.with_columns(
        pl.when(~wrong.fill_null(value=False)).then(name).alias(name)
        for name, wrong in _outside(item_class).items()
    )
