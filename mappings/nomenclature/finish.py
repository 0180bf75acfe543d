"""From captured attributes to those of a good: order, copies, composed marks, keys, limits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from mappings.nomenclature.alphabet import ALIKE
from mappings.nomenclature.grammar import GOOD, ItemClass
from mappings.nomenclature.spelled import all_required, composed

SEPARATOR = "; "
# What may be left of a name and says nothing of the good.
_IDLE = [
    "и", "в", "с", "на", "по", "из", "до", "от", "шт", "м", "мм", "см", "кг", "т", "тн", "гост", "новый", "новая",
]  # fmt: skip
# Letters drawn alike: one of them for both, as capitals; «ё» is an «е».
_ALIKE = {**{one.upper(): other.upper() for one, other in ALIKE.items()}, "Ё": "E"}
_SAME = str.maketrans("".join(_ALIKE), "".join(_ALIKE.values()))
_IDLE_ALIKE = [word.upper().translate(_SAME).lower() for word in _IDLE]
_MARKS = ("raw", "upper", "latin")


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
    return _told({name: pl.col(name) for name in names})


def vector(item_class: ItemClass) -> pl.Expr:
    """The attributes that tell goods apart as one text, each as it is compared."""
    return _told({name: compared(item_class, name) for name in item_class.telling})


def _told(values: Mapping[str, pl.Expr]) -> pl.Expr:
    parts = [pl.lit(f"{name}=") + value for name, value in values.items()]
    return pl.concat_str(parts, separator=SEPARATOR, ignore_nulls=True)


def compared(item_class: ItemClass, name: str) -> pl.Expr:
    """An attribute without what is a matter of writing: case and alphabet of a mark, its spaces, the
    hyphen between its letters and figures, the order of sizes that have none.

    An article keeps its hyphens: nobody but its maker knows what they mean.
    """
    value, kind = pl.col(name), item_class.attributes[name].kind
    if kind == "raw":
        value = value.str.to_uppercase().str.replace_many(_ALIKE)
    if kind in _MARKS:
        value = value.str.replace_all(r"\s+", "")
    if kind in _MARKS and name != "article":
        value = value.str.replace_all(r"(\pL)-([0-9])", "${1}${2}").str.replace_all(
            r"([0-9])-(\pL)", "${1}${2}"
        )
    if name in item_class.declared.any_order:
        value = _any_order(value, item_class.declared.any_order[name])
    return value


def _any_order(value: pl.Expr, goods: list[str]) -> pl.Expr:
    ordered = value.str.split("×").list.sort().list.join("×")
    return pl.when(pl.col(GOOD).is_in(goods)).then(ordered).otherwise(value) if goods else ordered


def key(item_class: ItemClass) -> pl.Expr:
    """What two names must share to be one good: class, head word where it tells goods apart, and every telling
    attribute, absent too.

    Null where nothing is proved: a required attribute is absent, or a number of the name was not
    understood. Words that were not understood tell goods apart as well: «медный», «б/у», «рабочее колесо»
    make another good of the same sizes.
    """
    goods = [name for name in item_class.attributes if name == GOOD]
    telling = [compared(item_class, name) for name in item_class.telling]
    parts = [part.fill_null("") for part in (*map(pl.col, goods), *telling)]
    words = pl.col("rest").str.to_uppercase().str.replace_many(_ALIKE).str.to_lowercase()
    words = words.str.extract_all(r"\w+").list.unique()
    if not item_class.declared.open:
        words = words.list.set_difference(pl.lit(_IDLE_ALIKE, pl.List(pl.String)))
    parts.append(words.list.sort().list.join(" "))
    whole = pl.concat_str([pl.lit(item_class.name), *parts], separator="|")
    return pl.when(all_required(item_class) & ~pl.col("rest").str.contains("[0-9]")).then(whole)


def near_key(item_class: ItemClass) -> pl.Expr:
    """What goods worth comparing share: class and required attributes; null where one is absent."""
    parts = [compared(item_class, name) for name in item_class.declared.required]
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
